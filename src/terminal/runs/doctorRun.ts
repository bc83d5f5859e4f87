import { examineClone } from "../../app/doctor.ts";
import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { Git } from "../../git/git.ts";
import type { Answer, Call } from "../command.ts";
import { EXIT, type ExitStatus } from "../exitStatus.ts";
import { type Check, checksOf, doctorText } from "../text/doctorText.ts";

export async function runDoctor(call: Call): Promise<Answer> {
  const checks = await examine(call);
  const exit = exitOf(checks);
  return { json: { ok: exit === EXIT.fine, checks }, text: (page) => doctorText(checks, page), exit };
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
