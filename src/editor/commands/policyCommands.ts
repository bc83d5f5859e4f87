import { join } from "node:path";
import { commands, Range, Uri, window, workspace } from "vscode";
import { readText } from "../../app/project/files.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import type { Preset } from "../../domain/policy/presets.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId, VIEW } from "../model/ids.ts";
import { hasPolicyFile } from "../model/standing.ts";
import { labelText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError, mustBeWritable } from "../model/writable.ts";
import { gitUri } from "../views/virtualDocuments.ts";
import { chooseProject, type Handler, rootOf } from "./commandContext.ts";

/** Writes a short policy that somebody chooses and the templates, and opens the policy. What is there already stays as it is. */
export const createPolicy: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), (project) => !hasFile(project));
  if (!tracked) return;
  if (!workspace.isTrusted) {
    throw new MendableError("This folder is not trusted, so nothing is written; trust it first.", {
      title: "Manage Trust",
      command: "workbench.trust.manage",
    });
  }
  const text = await choosePreset(tracked);
  if (text === null) return;
  const { initProject } = await import("../../app/documents/scaffolds.ts");
  const { files } = await initProject(tracked.project, text);
  const created = files.filter((file) => file.created).length;
  context.log.info(
    `${tracked.name}: ${files.map((file) => `${file.created ? "wrote" : "kept"} ${file.path}`).join(", ")}`,
  );
  await tracked.refresh();
  await openAt(tracked, null);
  const said = created > 0 ? `$(check) Wrote ${counted(created, "file")}` : "The policy is there already";
  window.setStatusBarMessage(said, 4000);
};

const TITLES: Record<Preset, { label: string; description: string }> = {
  weekly: { label: "Weekly Micro-Drop", description: "the sample SLA, around the clock" },
  office: { label: "Office Hours", description: "clocks run Monday to Friday, 9 to 17" },
  strict: { label: "Strict", description: "minutes, not hours; a drill every month" },
};

/** The text of the policy to begin with; undefined: the one that explains every key. Null: given up. */
async function choosePreset({ reading }: TrackedProject): Promise<string | null | undefined> {
  const { PRESETS, presetPolicy, suggestPatterns } = await import("../../domain/policy/presets.ts");
  const tags = suggestPatterns(reading?.facts.tags.map(({ name }) => name) ?? []);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const presets = PRESETS.map((preset) => {
    const text = presetPolicy(preset, { tags, timeZone });
    const critical = /critical: \{ (.*) \}/.exec(text)?.[1] ?? "";
    return { ...TITLES[preset], detail: `critical: ${critical}`, text: text as string | undefined };
  });
  const all = { label: "Every Key, Commented", description: "the long one", text: undefined };
  const picked = await window.showQuickPick([...presets, all], {
    title: "Create Policy",
    placeHolder: `Drops are tags that match ${tags.map((each) => labelText(each, 40)).join(", ")}. All of it can be changed later.`,
  });
  return picked ? picked.text : null;
}

/** Opens the policy, at a place where one is given. */
export const openPolicy: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), hasFile);
  if (!tracked) return;
  const { root } = tracked.project;
  if ((await readText(root, POLICY_PATH)) === null) {
    throw new MendableError("There is no policy file yet; the sample SLA is in force.", {
      title: "Create Policy",
      command: commandId("createPolicy"),
      argument: { root },
    });
  }
  await openAt(tracked, placeOf(argument) ?? firstProblem(tracked));
};

interface Start {
  line: number;
  column: number;
}

/** The policy in force beside the one at hand, as text. */
export const showPolicyChanges: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), hasDraft);
  if (!tracked) return;
  const { root } = tracked.project;
  const { commit, branch } = tracked.reading?.facts.policy ?? {};
  if (commit === undefined)
    throw new HumanError(
      "usage",
      "No policy is in force from a branch yet, so there is nothing to compare with.",
    );
  const before = gitUri({ root, at: commit, path: POLICY_PATH });
  const title = `Policy: in force on ${labelText(branch ?? "the branch", 40)} ↔ this work tree`;
  await commands.executeCommand("vscode.diff", before, Uri.file(join(root, POLICY_PATH)), title);
};

/** Asks the remote which branch is its default one, as git itself remembers it. */
export const askDefaultBranch: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  const { fetchFirst } = await import("../../app/project/fetchFirst.ts");
  await window.withProgress({ location: { viewId: VIEW } }, () => fetchFirst(tracked.project));
  await tracked.refresh();
};

async function openAt({ project }: TrackedProject, start: Start | null): Promise<void> {
  const at = start && new Range(start.line - 1, start.column - 1, start.line - 1, start.column - 1);
  await window.showTextDocument(Uri.file(join(project.root, POLICY_PATH)), {
    preview: false,
    ...(at ? { selection: at } : {}),
  });
}

function placeOf(argument: unknown): Start | null {
  const { line, column } = (argument ?? {}) as { line?: unknown; column?: unknown };
  const fits = Number.isInteger(line) && Number.isInteger(column) && Number(line) >= 1 && Number(column) >= 1;
  return fits ? { line: Number(line), column: Number(column) } : null;
}

function firstProblem(tracked: TrackedProject): Start | null {
  return tracked.reading?.facts.policy.problems[0]?.place ?? null;
}

const hasDraft = ({ reading }: TrackedProject) => reading?.facts.policy.draft !== undefined;

function hasFile({ reading }: TrackedProject): boolean {
  return reading !== null && hasPolicyFile(reading.facts.policy);
}

/** Brings the ledger into step with the team's, because a person asks for it: so a person is told what came of it. */
export const syncLedger: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { state, reason, fetched, pushed } = await window.withProgress({ location: { viewId: VIEW } }, () =>
    tracked.sync(),
  );
  if (state === "unreachable") {
    const why = plainText(reason ?? "", 200);
    const unread = tracked.incidentsDoubt !== null;
    if (!unread)
      throw new HumanError("service", `The ledger could not be shared: ${why}. It is all on record here.`);
    throw new MendableError(
      `The ledger could not be fetched: ${why}. The team’s incidents are not known until it is; check the access to the remote.`,
      { title: "Try Again", command: commandId("syncLedger"), argument: { root: tracked.project.root } },
    );
  }
  const moved = fetched + pushed > 0 ? `: ${fetched} fetched, ${pushed} pushed` : "";
  const said =
    state === "none" ? "There is no remote to share the ledger with" : `$(check) Ledger in step${moved}`;
  window.setStatusBarMessage(said, 4000);
};
