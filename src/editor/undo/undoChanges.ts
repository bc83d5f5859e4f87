import { commands, type Uri } from "vscode";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import type { Drop } from "../../domain/drop.ts";
import { plainText } from "../../domain/plainText.ts";
import type { UndoTree } from "../../git/undoTree.ts";
import { fileUri, gitUri } from "./gitContent.ts";
import { verbOf } from "./planItems.ts";

/** What stands in the one editor of several differences: what it is called, before and after. */
type Difference = [label: Uri, before: Uri | undefined, after: Uri | undefined];

/** Shows what the undo changes: each file on the branch against the file as it will be. */
export async function showUndoChanges(root: string, tag: string, tree: UndoTree): Promise<void> {
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
export async function showPlanChanges(root: string, { drop, diff, files, mode }: UndoPlan): Promise<void> {
  if (!diff || files.length === 0) return;
  const differences = files.map(({ path, from, status }): Difference => {
    const before = status === "added" ? undefined : gitUri({ root, at: diff.before, path: from ?? path });
    const after = status === "deleted" ? undefined : gitUri({ root, at: diff.after, path });
    return [fileUri(root, path), before, after];
  });
  await show(`${verbOf(mode)} ${plainText(drop.tag, 60)}: branch and result`, differences);
}

/** The three sides of one file in which the undo collides. */
export interface ConflictSides {
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
export async function showConflict(sides: ConflictSides): Promise<void> {
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
