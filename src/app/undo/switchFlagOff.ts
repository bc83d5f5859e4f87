import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { safeFileName } from "../project/documentPaths.ts";
import { refuseUntrusted } from "../project/scaffold.ts";
import { type LockedWork, withFileLock } from "../project/withFileLock.ts";
import { planUndo, type UndoProject } from "./planUndo.ts";
import { flagsStep } from "./revertStep.ts";
import type { UndoHost } from "./undoHost.ts";
import type { PlannedStep } from "./undoPlan.ts";

const A_SWITCH: LockedWork = {
  name: "undo",
  busy: "An undo is being carried out in this repository",
  wayOut: "wait for it, then switch the flag off",
};

/** What became of a flag that was to be switched off. */
export interface SwitchedFlag {
  flag: string;
  branch: string;
  /** Null: it is off on the release branch already. */
  commit: string | null;
  /** The pull request, or where it can be opened. */
  url: string | null;
  /** One line: where it is, or what is left to do. */
  words: string;
}

/**
 * Switches one flag off in the flags' file, as a commit on a branch of its own: the same way that a `flags` step of an
 * undo takes, and less than an undo, for the drop stays in force. Nothing of the work tree is touched.
 * @throws {HumanError} where it cannot be done, with the reason.
 */
export async function switchFlagOff(
  project: UndoProject,
  wish: { tag: string; flag: string; incident: string | null },
  host: Pick<UndoHost, "token">,
): Promise<SwitchedFlag> {
  refuseUntrusted(project);
  const { repository } = project;
  if (!repository) throw new HumanError("service", "There is no git repository here.");
  return withFileLock(repository.commonDir, A_SWITCH, async () => {
    const { policy } = (await project.read()).release.policy;
    const planned = await planUndo(project, { tag: wish.tag, mode: "undo" });
    const branch = `dropclock/flag-${safeFileName(wish.flag)}-${safeFileName(wish.tag)}`;
    const title = `Switch off ${plainText(wish.flag, 60)} in ${plainText(policy.flags?.file ?? "?", 80)}`;
    const step: PlannedStep = {
      name: `flags: ${wish.flag}`,
      step: { flags: [wish.flag] },
      record: null,
      done: false,
      title,
      command: null,
      refusal: null,
    };
    const incident = wish.incident === null ? "" : `\n\nIncident: ${plainText(wish.incident, 200)}`;
    const request = { title, body: `For ${plainText(wish.tag, 100)}.${incident}\n` };
    const plan = { ...planned, undoBranch: branch };
    const { outcome, words, commit, url } = await flagsStep(
      { repository, policy, plan, host, request },
      step,
    );
    if (outcome !== "done") throw new HumanError("service", `${title}: ${words ?? "it failed"}.`);
    const result = {
      flag: wish.flag,
      branch,
      commit: commit ?? null,
      url: url ?? null,
      words: words ?? `on ${branch}`,
    };
    if (wish.incident !== null) {
      const text = `${title}: ${result.words}`;
      await project.append([{ subject: `incident/${wish.incident}`, type: "note", data: { text } }]);
    }
    return result;
  });
}
