import { commands, env, type QuickPickItem, QuickPickItemKind, Uri, window } from "vscode";
import type { Readiness } from "../../app/project/readiness.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import type { UndoMode } from "../../domain/drop/dropRecord.ts";
import { lineOf, previousOf, recordOf } from "../../domain/drop/release.ts";
import { type UndoProgress, undoProgress } from "../../domain/drop/undoStage.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText, shellWord } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { UndoTree } from "../../git/undoTree.ts";
import { commandId, VIEW } from "../model/ids.ts";
import { labelText, messageText } from "../model/text.ts";
import { MendableError } from "../model/writable.ts";
import { fileUri, gitUri } from "../views/virtualDocuments.ts";
import { ANY_DROP, BEGUN, type ChosenDrop, chooseDrop, STANDING, UNDONE } from "./choose.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { performUndo, rehearseUndo } from "./performUndo.ts";
import { type PlanChoice, planGroups, planTitle, verbOf } from "./planItems.ts";

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
    const chosen = await chooseDrop(context, argument, STANDING);
    if (!chosen) return;
    refuseSecond(chosen);
    refuseUndone(chosen, "undo");
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
      ? `${tag} is being reapplied; that was begun by ${plainText(attempt.by, 80)} and is not finished.`
      : `${tag} is undone already, by ${by}. Once its fault is fixed it can be reapplied.`,
    {
      title: begun ? "Continue" : "Reapply Drop…",
      command: commandId(begun ? "continueUndo" : "reapplyDrop"),
      argument: { root: project.project.root, tag: drop.tag },
    },
  );
}

/** Opens the pull request of an undo, or the page that creates it. */
export const openUndoLink: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument, MADE);
  if (!chosen) return;
  const { url } = progressOf(chosen) ?? {};
  if (url && /^https?:\/\//.test(url)) await env.openExternal(Uri.parse(url));
  else await showBranch(chosen);
};

/** Shows what the branch of an undo changes, and how to merge it where no forge does. */
export const openUndoBranch: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument, MADE);
  if (chosen) await showBranch(chosen);
};

const MADE: typeof ANY_DROP = {
  fits: ({ undone, attempt }) => undone !== null || attempt?.mode === "undo",
  none: "No drop is undone, so there is no branch to open.",
};

function progressOf({ project, drop }: ChosenDrop): UndoProgress | null {
  return undoProgress(recordOf(project.reading!.release, drop.tag), { merged: null, mitigated: null });
}

async function showBranch(chosen: ChosenDrop): Promise<void> {
  const { commit, branch } = progressOf(chosen) ?? {};
  const { repository, root } = chosen.project.project;
  const tag = plainText(chosen.drop.tag, 60);
  if (!commit || !branch || !repository)
    throw new HumanError(
      "usage",
      `No commit is on record for the undo of ${tag}, so there is nothing to open.`,
    );
  const { changedFiles } = await import("../../git/changes.ts");
  const before = (
    await repository.git.read(["rev-parse", "--verify", "--end-of-options", `${commit}^`])
  ).trim();
  const files = await changedFiles(repository, { from: before, to: commit });
  await showDifferences(root, `${plainText(branch, 80)}: what it changes`, files, { before, after: commit });
  const into = plainText(lineOf(chosen.project.reading!.release, chosen.drop).branch?.name ?? "", 80);
  const copy = "Copy Merge Command";
  const text = `Merge ${plainText(branch, 80)} into ${into} to bring the undo of ${tag} to people.`;
  void window.showInformationMessage(messageText(text), copy).then((pressed) => {
    if (pressed === copy) return env.clipboard.writeText(`git merge ${shellWord(branch)}`);
  });
}

/** What the undo of a drop changes on the branch, in one editor. */
export const undoChanges: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument);
  if (!chosen) return;
  const { outlook, why } = await look(chosen);
  const tree = outlook && (await treeOf(chosen));
  if (!tree || tree.changes.length === 0)
    throw new HumanError("usage", why ?? "There is nothing of this drop on the branch to take back.");
  await showUndoChanges(chosen.project.project.root, chosen.drop.tag, tree);
};

/** The three sides of a file in which the undo collides. */
export const undoConflicts: Handler = async (context, argument) => {
  const chosen = await chooseDrop(context, argument);
  if (!chosen) return;
  const { project, drop } = chosen;
  const { outlook, conflicts, why } = await look(chosen);
  const tree = outlook && conflicts.length > 0 ? await treeOf(chosen) : null;
  if (!tree || conflicts.length === 0)
    throw new HumanError("usage", why ?? `The undo of ${plainText(drop.tag, 60)} collides with nothing.`);
  const { release } = project.reading!;
  const paths = conflicts.map(({ path }) => path);
  const path = paths.find((each) => each === pathIn(argument)) ?? (await askPath(paths));
  if (path === undefined) return;
  const sides = { drop, previous: previousOf(release, drop)!, branch: lineOf(release, drop).branch!.commit };
  await showConflict({ root: project.project.root, path, merged: tree.merged, ...sides });
};

async function askPath(paths: readonly string[]): Promise<string | undefined> {
  if (paths.length === 1) return paths[0];
  const items = paths.map((path) => ({ label: `$(git-merge) ${labelText(path)}`, path }));
  return (await window.showQuickPick(items, { title: "Which conflict?" }))?.path;
}

const look = ({ project, drop }: ChosenDrop): Promise<Readiness> =>
  project.project.undo.of(project.reading!.release, drop);

const treeOf = ({ project, drop }: ChosenDrop): Promise<UndoTree | null> =>
  project.project.undo.treeOf(project.reading!.release, drop);

function pathIn(argument: unknown): string | null {
  const { path } = (argument ?? {}) as { path?: unknown };
  return typeof path === "string" ? path : null;
}

/** What stands in the one editor of several differences: what it is called, before and after. */
type Difference = [label: Uri, before: Uri | undefined, after: Uri | undefined];

/** Shows what the undo changes: each file on the branch against the file as it will be. */
async function showUndoChanges(root: string, tag: string, tree: UndoTree): Promise<void> {
  const files = tree.changes.map(({ path, before, after }): Difference => {
    const side = (at: string) => gitUri({ root, at, path });
    return [
      fileUri(root, path),
      before ? side(tree.before) : undefined,
      after ? side(tree.merged) : undefined,
    ];
  });
  await show(`Undo ${plainText(tag, 60)}: branch and result`, files);
}

/** The same of a plan, in which what is renamed stands as one, and flags are off. */
async function showPlanChanges(root: string, { drop, diff, files, mode }: UndoPlan): Promise<void> {
  if (!diff || files.length === 0) return;
  await showDifferences(root, `${verbOf(mode)} ${plainText(drop.tag, 60)}: branch and result`, files, diff);
}

async function showDifferences(
  root: string,
  title: string,
  files: UndoPlan["files"],
  { before, after }: { before: string; after: string },
): Promise<void> {
  const differences = files.map(({ path, from, status }): Difference => {
    const left = status === "added" ? undefined : gitUri({ root, at: before, path: from ?? path });
    const right = status === "deleted" ? undefined : gitUri({ root, at: after, path });
    return [fileUri(root, path), left, right];
  });
  await show(title, differences);
}

/** The three sides of one file in which the undo collides. */
interface ConflictSides {
  root: string;
  path: string;
  drop: Drop;
  previous: Drop;
  /** The commit at the tip of the release branch. */
  branch: string;
  /** The tree of the result, with markers where both sides changed the same. */
  merged: string;
}

/**
 * Shows why a file collides, as three differences: what the drop did (which is to go), what was done since (which is
 * to stay), and what comes of both.
 */
async function showConflict(sides: ConflictSides): Promise<void> {
  const { root, path, drop, previous, branch, merged } = sides;
  const tag = plainText(drop.tag, 60);
  const pair = (caption: string, before: string, after: string): Difference => [
    fileUri(root, path),
    gitUri({ root, at: before, path }, caption),
    gitUri({ root, at: after, path }, caption),
  ];
  await show(`${plainText(path, 60)}: why the undo of ${tag} collides`, [
    pair(`1 what ${tag} did`, previous.commit, drop.commit),
    pair("2 what came since", drop.commit, branch),
    pair("3 what comes of both", branch, merged),
  ]);
}

async function show(title: string, files: readonly Difference[]): Promise<void> {
  await commands.executeCommand("vscode.changes", title, files);
}

interface Item extends QuickPickItem {
  choice?: PlanChoice | undefined;
}

/** A key pressed sooner than that was meant for what stood there before. Milliseconds. */
const UNREAD_MS = 500;

/**
 * Shows the plan, and lets the person press: the one confirmation. It stays where it is while they look at the editor
 * beside. Null: given up, and nothing has happened.
 */
function pickFromPlan(plan: UndoPlan, now: Instant): Promise<PlanChoice | null> {
  const pick = window.createQuickPick<Item>();
  pick.title = planTitle(plan);
  pick.placeholder =
    plan.refusal === null
      ? "Nothing has happened yet. Enter does it, Escape leaves everything as it is."
      : "Nothing has happened.";
  pick.items = planGroups(plan, now).flatMap(({ title, items }) => [
    ...(title ? [{ label: title, kind: QuickPickItemKind.Separator }] : []),
    ...items.map((item): Item => ({ ...item, alwaysShow: item.choice !== undefined })),
  ]);
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  const shownAt = performance.now();
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const choice = pick.selectedItems[0]?.choice;
      if (!choice || performance.now() - shownAt < UNREAD_MS) return;
      resolve(choice);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}
