import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { Git } from "../../git/git.ts";
import { type Answer, type Call, command } from "../command.ts";
import { EXIT, type ExitStatus } from "../exitStatus.ts";
import type { Check } from "../text/doctorText.ts";

export const doctor = command({
  name: "doctor",
  ledger: "optional",
  judgesPolicy: true,
  summary: "tells what is missing on this machine and in this clone, and how to get it",
  details: [
    "Nothing is changed, and the remote is only looked at. Secrets are named, never read out.",
    "Exit status 1 when something is missing, 2 when the policy is faulty, 3 when git or the remote failed.",
  ],
  async run(call) {
    const checks = await examine(call);
    const { doctorText } = await import("../text/doctorText.ts");
    return answer(checks, doctorText);
  },
});

function answer(
  checks: readonly Check[],
  text: (checks: readonly Check[], page: Call["page"]) => string,
): Answer {
  const exit = exitOf(checks);
  return { json: { ok: exit === EXIT.fine, checks }, text: (page) => text(checks, page), exit };
}

/** What failed says most, for then not everything was looked at. */
function exitOf(checks: readonly Check[]): ExitStatus {
  const has = (state: Check["state"]) => checks.some((check) => check.state === state);
  if (has("failed")) return EXIT.failed;
  if (has("wrong")) return EXIT.wrong;
  return has("missing") ? EXIT.no : EXIT.fine;
}

async function examine({ directory, environment, project }: Call): Promise<Check[]> {
  const node: Check = { name: "Node", state: "ok", found: process.versions.node };
  const failed = (error: unknown): Check[] => {
    if (!(error instanceof HumanError)) throw error;
    return [{ name: "git", state: "failed", found: error.message }, node];
  };
  try {
    const { stdout } = await new Git(directory).feed(["version"]);
    const version = plainText(stdout.toString().replace(/^git version /, ""), 60).trim();
    const git: Check = { name: "git", state: "ok", found: version };
    const opened = await project();
    if (!opened.repository) return [git, node, noRepository(directory)];
    const [{ examineClone }, { checksOf }] = await Promise.all([
      import("../../app/doctor.ts"),
      import("../text/doctorText.ts"),
    ]);
    return [git, node, ...checksOf(await examineClone(opened, opened.repository, environment))];
  } catch (error) {
    return failed(error);
  }
}

const noRepository = (directory: string): Check => ({
  name: "repository",
  state: "missing",
  found: `${plainText(directory, 200)} is not a git repository, and drops and the ledger live in git`,
  fix: "git init",
});
