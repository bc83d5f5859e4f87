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
import type { ChangelogDraft } from "../../app/drop/changelog.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { commandId } from "../model/ids.ts";
import { labelText, messageText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { MendableError, mustBeWritable } from "../model/writable.ts";
import { DRAFT_SCHEME } from "../views/virtualDocuments.ts";
import { type CommandContext, chooseProject, type Handler, rootOf } from "./commandContext.ts";

const WRITE = "Write Changelog";

/** Shows what the changelog would become beside what it is, and writes it when a person says so. */
export const updateChangelog: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  const { draftChangelog } = await import("../../app/drop/changelog.ts");
  const path = tracked.reading?.facts.policy.policy.documents.changelog ?? "CHANGELOG.md";
  const file = Uri.file(join(tracked.project.root, path));
  const unsaved = unsavedText(file);
  const draft = await draftChangelog(tracked.project, { before: unsaved?.getText() });
  for (const note of draft.notes) context.log.warn(`${tracked.name}: ${note}`);
  if (!draft.changed) {
    const left = draft.notes.length > 0 ? ` ${draft.notes.join(" ")}` : "";
    void window.showInformationMessage(messageText(`The changelog is up to date.${left}`));
    return;
  }
  const after = await showDifference(context, tracked, file, draft);
  // Not awaited: the command is over when the difference is on view; whoever reads it takes their time.
  void offer(after, draft);
};

/** The button above the difference, and the one in its message. */
export const writeChangelog: Handler = async ({ drafts }, argument) => {
  const uri = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
  if (uri?.scheme === DRAFT_SCHEME && (await drafts.accept(uri))) return;
  throw new MendableError(
    "There is no changelog on view that could be written; look at what it becomes first.",
    {
      title: "Update Changelog",
      command: commandId("updateChangelog"),
    },
  );
};

async function showDifference(
  { drafts }: CommandContext,
  tracked: TrackedProject,
  file: Uri,
  draft: ChangelogDraft,
): Promise<Uri> {
  const after = drafts.show(file, draft.text, async () => {
    await write(tracked, file, draft);
    await closeDifference(after);
    await window.showTextDocument(file, { preview: false });
  });
  const before =
    draft.before === null ? drafts.show(file.with({ path: `${file.path} (none yet)` }), "") : file;
  const title = `${labelText(draft.path)} (what it becomes)`;
  void commands.executeCommand("vscode.diff", before, after, title, { preview: true });
  return after;
}

async function offer(after: Uri, draft: ChangelogDraft): Promise<void> {
  const count = (state: string) => draft.sections.filter((section) => section.state === state).length;
  const words = [
    [count("new"), "added"],
    [count("refreshed"), "refreshed"],
  ] as const;
  const told = words.flatMap(([n, word]) => (n > 0 ? [`${counted(n, "drop")} ${word}`] : []));
  const notes = draft.notes.length > 0 ? `. ${draft.notes.join(" ")}` : "";
  const message = messageText(`Changelog: ${told.join(", ") || "brought up to date"}${notes}`);
  const pressed = await window.showInformationMessage(message, WRITE);
  if (pressed === WRITE) await commands.executeCommand(commandId("writeChangelog"), after);
}

/** What is unsaved in an editor stays there, as an edit that can be undone; what is on disk is replaced there. */
async function write(tracked: TrackedProject, file: Uri, draft: ChangelogDraft): Promise<void> {
  const unsaved = unsavedText(file);
  if (!unsaved) {
    const { writeChangelog } = await import("../../app/drop/changelog.ts");
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
