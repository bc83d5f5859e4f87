import { join } from "node:path";
import { Range, type TextDocument, Uri, WorkspaceEdit, workspace } from "vscode";
import { HumanError } from "../../domain/text/humanError.ts";
import { mustBeWritable } from "../commands/chooseProject.ts";
import type { OwnedAction } from "./actionRows.ts";

/**
 * Ticks an action in its file, or in the editor that holds the file: one character, and nothing else. What somebody
 * has typed there and not saved stays unsaved.
 */
export async function tick({ project, action }: OwnedAction, done: boolean): Promise<void> {
  mustBeWritable(project);
  const { fsPath } = Uri.file(join(project.project.root, action.path));
  const open = workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === fsPath);
  if (open) return tickInEditor(open, action, done);
  const { tickAction } = await import("../../app/actions.ts");
  await tickAction(project.project, action, done);
}

async function tickInEditor(
  document: TextDocument,
  action: OwnedAction["action"],
  done: boolean,
): Promise<void> {
  const { findAgain, tickEdit } = await import("../../documents/actionEdits.ts");
  const edit = tickEdit(findAgain(document.getText(), action), done);
  if (!edit) return;
  const wasSaved = !document.isDirty;
  const change = new WorkspaceEdit();
  change.replace(document.uri, new Range(edit.line, edit.from, edit.line, edit.to), edit.text);
  if (!(await workspace.applyEdit(change)) || (wasSaved && !(await document.save())))
    throw new HumanError("service", `${action.path} could not be changed; try again.`);
}
