import { window } from "vscode";
import type { Readiness } from "../../app/undo/readiness.ts";
import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import { lineOf, previousOf } from "../../domain/release.ts";
import type { UndoTree } from "../../git/undoTree.ts";
import { labelText } from "../inert.ts";
import { showConflict, showUndoChanges } from "../undo/undoChanges.ts";
import { type ChosenDrop, chooseDrop } from "./chooseDrop.ts";
import type { Handler } from "./commandContext.ts";

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
