import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionProvider,
  CodeLens,
  type CodeLensProvider,
  type Disposable,
  EventEmitter,
  Range,
  SnippetString,
  SnippetTextEdit,
  type TextDocument,
  type Uri,
  WorkspaceEdit,
} from "vscode";
import type { LineEdit } from "../../documents/frontMatter.ts";
import type { PlacedAction } from "../../documents/postmortemFile.ts";
import type { Finding } from "../../documents/postmortemFindings.ts";
import { dayOf } from "../../domain/incident/actionState.ts";
import { commandId } from "../model/ids.ts";
import type { IncidentRef } from "../model/refs.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { findingsOf, postmortemOf } from "./postmortemDiagnostics.ts";

const DAY = 86_400_000;
const SPANS: readonly [string, number][] = [
  ["a week", 7],
  ["two weeks", 14],
  ["a month", 30],
];

/** The repairs of a post-mortem: an owner, a due date, a tick, a question that does not apply. */
export class PostmortemFixes implements CodeActionProvider {
  static readonly kinds = { providedCodeActionKinds: [CodeActionKind.QuickFix] };
  readonly #model: ReleaseModel;

  constructor(model: ReleaseModel) {
    this.#model = model;
  }

  async provideCodeActions(
    document: TextDocument,
    range: Range,
    { diagnostics }: CodeActionContext,
  ): Promise<CodeAction[]> {
    const open = postmortemOf(this.#model, document);
    if (!open) return [];
    const now = this.#model.now();
    const { findings, incident } = await findingsOf(open, document, now);
    const here = findings.filter(({ from, to }) => from <= range.end.line && to > range.start.line);
    const edits = await import("../../documents/postmortemFile.ts");
    return here.flatMap((finding) => {
      const ref = incident && { root: open.project.project.root, id: incident.id };
      const fixes =
        finding.kind === "stale-part" && ref ? [refreshing(ref)] : fixesOf(finding, document, now, edits);
      for (const fix of fixes)
        fix.diagnostics = diagnostics.filter(({ message }) => message === finding.message);
      return fixes;
    });
  }
}

type Edits = typeof import("../../documents/postmortemFile.ts");

function fixesOf(
  { kind, from, to, action }: Finding,
  document: TextDocument,
  now: number,
  { fieldEdit, tickEdit }: Edits,
): CodeAction[] {
  const { uri } = document;
  if (kind === "open-question")
    return [replacing(uri, "Remove the question", wholeLines(document, from, to), "")];
  if (!action) return [];
  const text = document.getText();
  if (kind === "no-owner") return [snippet(uri, "Add an owner", fieldEdit(text, action, "owner", "@"))];
  const dates = SPANS.map(([words, days]) => {
    const day = dayOf(now + days * DAY);
    return editing(uri, `Due in ${words} (${day})`, fieldEdit(text, action, "due", day));
  });
  const tick = kind === "overdue" ? ticking(uri, action, tickEdit) : [];
  return [...tick, ...dates];
}

function ticking(uri: Uri, action: PlacedAction, tickEdit: Edits["tickEdit"]): CodeAction[] {
  const edit = tickEdit(action, true);
  return edit ? [editing(uri, "It is done: tick it", edit)] : [];
}

function refreshing(incident: IncidentRef): CodeAction {
  const title = "Refresh from the record";
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  action.command = { title, command: commandId("refreshPostmortem"), arguments: [incident] };
  action.isPreferred = true;
  return action;
}

const rangeOf = ({ line, from, to }: LineEdit) => new Range(line, from, line, to);

/** The lines of a block, with one blank line that would be left over. */
function wholeLines(document: TextDocument, from: number, to: number): Range {
  const blank = to < document.lineCount && document.lineAt(to).isEmptyOrWhitespace;
  return new Range(from, 0, Math.min(blank ? to + 1 : to, document.lineCount), 0);
}

const editing = (uri: Uri, title: string, edit: LineEdit) => replacing(uri, title, rangeOf(edit), edit.text);

function replacing(uri: Uri, title: string, range: Range, text: string): CodeAction {
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  action.edit = new WorkspaceEdit();
  action.edit.replace(uri, range, text);
  return action;
}

/** With the cursor where the name belongs. */
function snippet(uri: Uri, title: string, edit: LineEdit): CodeAction {
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  const words = new SnippetString().appendText(edit.text).appendPlaceholder("name");
  action.edit = new WorkspaceEdit();
  action.edit.set(uri, [new SnippetTextEdit(rangeOf(edit), words)]);
  action.isPreferred = true;
  return action;
}

/** Above each generated part that disagrees with the record: that it does, and the press that brings it up to date. */
export class PostmortemLenses implements CodeLensProvider, Disposable {
  readonly onDidChangeCodeLenses;
  readonly #model: ReleaseModel;
  readonly #changed = new EventEmitter<void>();
  readonly #subscription: Disposable;

  constructor(model: ReleaseModel) {
    this.#model = model;
    this.onDidChangeCodeLenses = this.#changed.event;
    this.#subscription = model.onDidChange(() => this.#changed.fire());
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const open = postmortemOf(this.#model, document);
    if (!open) return [];
    // What cannot be judged is a diagnostic.
    const judged = await findingsOf(open, document, this.#model.now()).catch(() => null);
    if (!judged?.incident) return [];
    const incident = { root: open.project.project.root, id: judged.incident.id };
    const command = { command: commandId("refreshPostmortem"), arguments: [incident] };
    return judged.findings
      .filter(({ kind }) => kind === "stale-part")
      .map(
        ({ from }) =>
          new CodeLens(new Range(from, 0, from, 0), {
            ...command,
            title: "$(refresh) Disagrees with the record: refresh",
          }),
      );
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
