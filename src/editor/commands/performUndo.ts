import { commands, env, ProgressLocation, Uri, window } from "vscode";
import type { UndoResult } from "../../app/undo/carryOut.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { isRequest } from "../../domain/drop/undoStage.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import { SignalSecrets } from "../model/signalSecrets.ts";
import { messageText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { type CommandContext, guarded } from "./commandContext.ts";
import { EditorUndoHost } from "./editorUndoHost.ts";
import { outcomeWords, rehearsalOutcome, verbOf } from "./planItems.ts";

/** Does what the plan says, on view step by step, and tells what came of it. */
export async function performUndo(
  context: CommandContext,
  project: TrackedProject,
  plan: UndoPlan,
): Promise<void> {
  const { carryOut } = await import("../../app/undo/carryOut.ts");
  const title = `${verbOf(plan.mode)} ${plainText(plan.drop.tag, 60)}`;
  const act = { ...plan, title, rehearsed: false };
  const { result, host } = await staged(context, project, act, async (each) => ({
    result: await carryOut(project.project, plan, each),
    host: each,
  }));
  void guarded(context.log, "undoDrop", () => tell(context, project, result, host));
}

/** Carries it out in a throw-away worktree, and tells how that went. */
export async function rehearseUndo(
  context: CommandContext,
  project: TrackedProject,
  plan: UndoPlan,
  drill: boolean,
): Promise<void> {
  const { rehearse } = await import("../../app/undo/rehearse.ts");
  const title = `${drill ? "Drill" : "Rehearsal"} of ${plainText(plan.drop.tag, 60)}`;
  const act = { ...plan, title, rehearsed: true };
  const { result, host } = await staged(context, project, act, async (each) => ({
    result: await rehearse(project.project, plan, each, { drill }),
    host: each,
  }));
  const words = messageText(rehearsalOutcome(result), 800);
  context.log.info(words);
  const show =
    result.rehearsal.passed && result.inTime ? window.showInformationMessage : window.showWarningMessage;
  void show(words, SHOW_OUTPUT).then((pressed) => pressed && showOutput(context, host));
}

const GO_ON = "Continue";
const SHOW_OUTPUT = "Show Output";
const OPEN_LINK = "Open Pull Request";
const CREATE_LINK = "Create Pull Request";
const OPEN_BRANCH = "Open Branch";
const MITIGATED = "Mark Mitigated";

type Act = Pick<UndoPlan, "drop" | "incident"> & { title: string; rehearsed: boolean };

/** Runs something with its progress on view; what it wrote is on view when it is over. */
function staged<T>(
  { log, extension }: CommandContext,
  project: TrackedProject,
  { drop, incident, title, rehearsed }: Act,
  work: (host: EditorUndoHost) => Promise<T>,
): Promise<T> {
  const { tag } = drop;
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    window.withProgress(options, async (progress, stop) => {
      const secrets = new SignalSecrets(extension.secrets);
      const stage = { project, tag, rehearsed, incident: incident !== null, progress, stop, log, secrets };
      project.undo.set({ tag, rehearsed, doing: "begins" });
      const host = new EditorUndoHost(stage);
      // The notification goes away with that; the sidebar still tells.
      stop.onCancellationRequested(() => host.show("stops after this step"));
      try {
        return await work(host);
      } finally {
        // First what is on record: for a moment it would read as begun and not finished.
        await project.refresh().finally(() => project.undo.set(null));
      }
    }),
  );
}

async function tell(
  context: CommandContext,
  project: TrackedProject,
  result: UndoResult,
  host: EditorUndoHost,
): Promise<void> {
  const words = messageText(outcomeWords(result), 1000);
  context.log.info(words);
  switch (await shown(result, words)) {
    case GO_ON:
      return goOn(context, project, result);
    case SHOW_OUTPUT:
      return showOutput(context, host);
    case OPEN_LINK:
    case CREATE_LINK:
      await env.openExternal(Uri.parse(result.url!));
      return;
    case OPEN_BRANCH:
      await commands.executeCommand(commandId("openUndoBranch"), {
        root: project.project.root,
        tag: result.plan.drop.tag,
      });
      return;
    case MITIGATED:
      await commands.executeCommand(commandId("markMitigated"), {
        root: project.project.root,
        id: result.plan.incident,
      });
  }
}

function shown(result: UndoResult, words: string): Thenable<string | undefined> {
  const { state, plan, url, mitigated } = result;
  if (state === "failed") return window.showErrorMessage(words, GO_ON, SHOW_OUTPUT);
  if (state !== "done") return window.showWarningMessage(words, GO_ON, SHOW_OUTPUT);
  const link = url !== null && /^https?:\/\//.test(url);
  const isUndo = plan.mode === "undo";
  const onwards = link
    ? [isRequest(url) ? OPEN_LINK : CREATE_LINK]
    : isUndo && result.commit !== null
      ? [OPEN_BRANCH]
      : [];
  const isOver = !isUndo || plan.incident === null || mitigated;
  const buttons = [...onwards, ...(isOver ? [] : [MITIGATED])];
  return window.showInformationMessage(words, ...buttons);
}

/** The person has just read what is done and what is not, so nothing is asked again unless it is another undo now. */
async function goOn(context: CommandContext, project: TrackedProject, { plan }: UndoResult): Promise<void> {
  const { planUndo } = await import("../../app/undo/planUndo.ts");
  const again = await planUndo(project.project, { tag: plan.drop.tag, mode: plan.mode, to: plan.to });
  const made = again.steps.some(({ step, done }) => "revert" in step && done);
  if (again.refusal === null && (made || again.diff?.after === plan.diff?.after))
    return performUndo(context, project, again);
  const ref = { root: project.project.root, tag: plan.drop.tag };
  await commands.executeCommand(commandId("continueUndo"), ref);
}

/** The terminal of the last command, which stays; where there was none, the log. */
function showOutput({ log }: CommandContext, { lastCommand }: EditorUndoHost): void {
  const terminal = window.terminals.findLast(
    ({ name }) => lastCommand !== null && name.includes(lastCommand),
  );
  if (terminal) terminal.show(true);
  else log.show(true);
}
