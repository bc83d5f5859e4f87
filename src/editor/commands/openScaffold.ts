import { join } from "node:path";
import { commands, Uri, window } from "vscode";
import type { Scaffold } from "../../app/project/scaffold.ts";
import { labelText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

/** Opens a document that was written from its template, or was there already. */
export async function openScaffold(tracked: TrackedProject, { path, created }: Scaffold): Promise<void> {
  // The sidebar first: the editor takes its time, and what is written must not be offered to be written meanwhile.
  if (created) tracked.documentsChanged();
  await window.showTextDocument(Uri.file(join(tracked.project.root, path)), { preview: false });
  if (created) tellWritten(path);
}

export function tellWritten(path: string): void {
  window.setStatusBarMessage(`$(check) Wrote ${labelText(path)}`, 4000);
}

/** A document as it reads, beside what is being worked on. Its source is one press away. */
export async function showPreview(file: Uri): Promise<void> {
  try {
    await commands.executeCommand("markdown.showPreviewToSide", file);
  } catch {
    // Somebody has switched the previews of Markdown off.
    await window.showTextDocument(file, { preview: false });
  }
}
