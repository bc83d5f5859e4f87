import { join } from "node:path";
import {
  commands,
  Range,
  TabInputTextDiff,
  type TextDocument,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import type { ChangelogDraft } from "../../app/changelog.ts";
import { HumanError } from "../../domain/humanError.ts";
import { labelText, messageText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { chooseProject, mustBeWritable } from "./chooseProject.ts";
import type { CommandContext, Handler } from "./commandContext.ts";
import { rootOf } from "./target.ts";

const WRITE = "Write Changelog";

/** Shows what the changelog would become beside what it is, and writes it when a person says so. */
export const updateChangelog: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { draftChangelog } = await import("../../app/changelog.ts");
  const path = tracked.reading?.facts.policy.policy.documents.changelog ?? "CHANGELOG.md";
  const file = Uri.file(join(tracked.project.root, path));
  const unsaved = unsavedText(file);
  const draft = await draftChangelog(tracked.project, unsaved?.getText());
  for (const note of draft.notes) context.log.warn(`${tracked.name}: ${note}`);
  if (!draft.changed) {
    const left = draft.notes.length > 0 ? ` ${draft.notes.join(" ")}` : "";
    void window.showInformationMessage(messageText(`The changelog is up to date.${left}`));
    return;
  }
  await showDifference(context, file, draft);
  // Not awaited: the command is over when the difference is on view; whoever reads it takes their time.
  void offer(context, tracked, file, draft);
};

async function showDifference({ drafts }: CommandContext, file: Uri, draft: ChangelogDraft): Promise<void> {
  const after = drafts.show(file, draft.text);
  const before =
    draft.before === null ? drafts.show(file.with({ path: `${file.path} (none yet)` }), "") : file;
  const title = `${labelText(draft.path)} (what it becomes)`;
  await commands.executeCommand("vscode.diff", before, after, title, { preview: true });
}

async function offer(
  { log, drafts }: CommandContext,
  tracked: TrackedProject,
  file: Uri,
  draft: ChangelogDraft,
): Promise<void> {
  const count = (state: string) => draft.sections.filter((section) => section.state === state).length;
  const words = [
    [count("new"), "added"],
    [count("refreshed"), "refreshed"],
  ] as const;
  const told = words.flatMap(([n, word]) => (n > 0 ? [`${n} drop${n === 1 ? "" : "s"} ${word}`] : []));
  const notes = draft.notes.length > 0 ? `. ${draft.notes.join(" ")}` : "";
  const message = messageText(`Changelog: ${told.join(", ") || "brought up to date"}${notes}`);
  if ((await window.showInformationMessage(message, WRITE)) !== WRITE) return;
  try {
    await write(tracked, file, draft);
    await closeDifference(drafts.show(file, draft.text));
    await window.showTextDocument(file, { preview: false });
  } catch (error) {
    log.error(String(error));
    const said = error instanceof HumanError ? error.message : String(error);
    void window.showErrorMessage(messageText(said));
  }
}

/** What is unsaved in an editor stays there, as an edit that can be undone; what is on disk is replaced there. */
async function write(tracked: TrackedProject, file: Uri, draft: ChangelogDraft): Promise<void> {
  const unsaved = unsavedText(file);
  if (!unsaved) {
    const { writeChangelog } = await import("../../app/changelog.ts");
    await writeChangelog(tracked.project, draft);
    return;
  }
  if (unsaved.getText() !== draft.before)
    throw new HumanError(
      "refused",
      "The changelog has changed meanwhile, so nothing was written; try again.",
    );
  const edit = new WorkspaceEdit();
  const whole = new Range(0, 0, unsaved.lineCount, 0);
  edit.replace(file, whole, draft.text);
  await workspace.applyEdit(edit);
}

const unsavedText = (file: Uri): TextDocument | undefined =>
  workspace.textDocuments.find(({ uri, isDirty }) => isDirty && uri.toString() === file.toString());

async function closeDifference(after: Uri): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(
    ({ input }) => input instanceof TabInputTextDiff && input.modified.toString() === after.toString(),
  );
  await window.tabGroups.close(shown);
}
