import { commands, window } from "vscode";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { recordOf } from "../../domain/drop/release.ts";
import type { UndoMode } from "../../domain/dropEvents.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { labelText } from "../inert.ts";
import { commandId, VIEW } from "../model/ids.ts";
import { MendableError } from "../model/writable.ts";
import { pickFromPlan } from "../undo/planPick.ts";
import { showPlanChanges } from "../undo/undoChanges.ts";
import { ANY_DROP, BEGUN, type ChosenDrop, chooseDrop, UNDONE } from "./chooseDrop.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { performUndo, rehearseUndo } from "./performUndo.ts";

/** Takes a drop back: shows what will happen, and does it once the person says so. */
export const undoDrop: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument, ANY_DROP);
  if (chosen) await present(context, chosen, "undo");
};

/** Puts a drop on again that was undone, once its fault is mended. */
export const reapplyDrop: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument, UNDONE);
  if (chosen) await present(context, chosen, "reapply");
};

/** Goes on with what was begun, here or elsewhere, and not brought to an end. */
export const continueUndo: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument, BEGUN);
  if (!chosen) return;
  const record = recordOf(chosen.project.reading!.release, chosen.drop.tag);
  await present(context, chosen, record.attempt?.mode ?? "undo");
};

/** The same undo in a throw-away worktree, with nothing pushed; as a drill it counts for the quarter. */
export const exercise =
  (drill: boolean): Handler =>
  async (context, argument) => {
    const chosen = await chooseDrop(context, argument, ANY_DROP);
    if (!chosen) return;
    refuseSecond(chosen);
    const plan = await decided(chosen, "undo");
    if (plan) await rehearseUndo(context, chosen.project, plan, drill);
  };

async function present(context: CommandContext, chosen: ChosenDrop, mode: UndoMode): Promise<void> {
  refuseSecond(chosen);
  refuseUndone(chosen, mode);
  const { project, drop } = chosen;
  const { root } = project.project;
  const plan = await decided(chosen, mode);
  if (!plan) return;
  // Beside the plan, so that what it does to the code is on view before anything happens.
  if (plan.refusal === null) await showPlanChanges(root, plan);
  const ref = { root, tag: drop.tag };
  switch (await pickFromPlan(plan, context.model.now())) {
    case "go":
      return performUndo(context, project, plan);
    case "rehearse":
      return rehearseUndo(context, project, plan, false);
    case "read":
      await showPlanChanges(root, plan);
      void offerAgain(plan, ref);
      return;
    case "conflicts":
      return commands.executeCommand(commandId("showUndoConflicts"), ref);
    case "runbook":
      return commands.executeCommand(commandId("openRunbook"), ref);
  }
}

/** The plan, once it is known where to go back to. Null: given up. */
async function decided(chosen: ChosenDrop, mode: UndoMode): Promise<UndoPlan | null> {
  const plan = await planned(chosen, mode, null);
  const refused = plan.choices.at(-1);
  if (!refused) return plan;
  const items = plan.choices.map((drop) => ({
    label: `$(history) Back to ${labelText(drop.tag, 60)}`,
    description: drop === refused ? "did not pass its own gate" : "the last one that passed its gate",
    drop,
  }));
  const title = `Undo ${labelText(plan.drop.tag, 60)}: Where to Go Back To?`;
  const placeHolder = `${labelText(refused.tag, 60)}, the drop before it, did not pass its own gate.`;
  const picked = await window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true });
  return picked ? planned(chosen, mode, picked.drop.tag) : null;
}

async function planned({ project, drop }: ChosenDrop, mode: UndoMode, to: string | null): Promise<UndoPlan> {
  const [{ planUndo }, { fetchIfOnline }] = await Promise.all([
    import("../../app/undo/planUndo.ts"),
    import("../../app/project/fetchFirst.ts"),
  ]);
  return window.withProgress({ location: { viewId: VIEW } }, async () => {
    const offline = await fetchIfOnline(project.project);
    return planUndo(project.project, { tag: drop.tag, mode, to, offline });
  });
}

/** Whoever reads on in the editor gets back to the plan by one press. */
async function offerAgain({ mode, drop }: UndoPlan, ref: object): Promise<void> {
  const back = "Back to the Plan";
  const text = `The changes are in the editor; nothing of ${plainText(drop.tag, 60)} has been touched yet.`;
  const pressed = await window.showInformationMessage(text, back);
  const command = mode === "undo" ? "undoDrop" : "reapplyDrop";
  if (pressed === back) await commands.executeCommand(commandId(command), ref);
}

function refuseSecond({ project }: ChosenDrop): void {
  const { running } = project.undo;
  if (running)
    throw new HumanError(
      "refused",
      `${plainText(running.tag, 60)} is being worked on in this window; wait until that is over.`,
    );
}

function refuseUndone({ project, drop }: ChosenDrop, mode: UndoMode): void {
  const { undone, attempt } = recordOf(project.reading!.release, drop.tag);
  if (mode !== "undo" || !undone) return;
  const tag = plainText(drop.tag, 60);
  const by = plainText(undone.by, 80);
  const begun = attempt?.mode === "reapply" && attempt.endedAt === null;
  throw new MendableError(
    begun
      ? `${tag} is being put on again; that was begun by ${plainText(attempt.by, 80)} and is not over.`
      : `${tag} is undone already, by ${by}. Once its fault is mended it can be put on again.`,
    {
      title: begun ? "Go On from Here" : "Reapply Drop…",
      command: commandId(begun ? "continueUndo" : "reapplyDrop"),
      argument: { root: project.project.root, tag: drop.tag },
    },
  );
}
