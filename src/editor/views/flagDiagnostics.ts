import { Diagnostic, DiagnosticSeverity, Disposable, languages, type TextDocument, workspace } from "vscode";
import type { FlagConcern } from "../../domain/flagCare.ts";
import type { FlagFiles, JudgedFlags } from "../flags/flagFiles.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { AfterTyping } from "../model/schedule.ts";
import { rangeOf } from "./policyDiagnostics.ts";

const QUIET_MS = 300;

const SEVERITIES: Record<FlagConcern, DiagnosticSeverity> = {
  noMetric: DiagnosticSeverity.Warning,
  noSignal: DiagnosticSeverity.Information,
  stale: DiagnosticSeverity.Information,
};

/** Marks the flags of an open flagd definition that lack something. */
export class FlagDiagnostics {
  readonly #files: FlagFiles;
  readonly #marks = languages.createDiagnosticCollection("dropclock flags");
  readonly #afterTyping = new AfterTyping(QUIET_MS, (document) => void this.#judge(document));
  readonly #subscriptions: Disposable;

  constructor(model: ReleaseModel, files: FlagFiles) {
    this.#files = files;
    this.#subscriptions = Disposable.from(
      this.#marks,
      this.#afterTyping,
      workspace.onDidOpenTextDocument((document) => this.#judgeSoon(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#judgeSoon(document)),
      workspace.onDidCloseTextDocument((document) => {
        this.#afterTyping.closed(document);
        this.#marks.delete(document.uri);
      }),
      model.onDidChange(() => this.#judgeAll()),
    );
    this.#judgeAll();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #judgeAll(): void {
    for (const document of workspace.textDocuments) this.#judgeSoon(document);
  }

  #judgeSoon(document: TextDocument): void {
    // A file that was one of flags until the policy changed keeps no marks.
    if (this.#files.projectOf(document.uri)) this.#afterTyping.typed(document);
    else this.#marks.delete(document.uri);
  }

  async #judge(document: TextDocument): Promise<void> {
    const { version } = document;
    const judged = await this.#files.judge(document.uri, document.getText());
    if (document.isClosed || document.version !== version) return;
    if (judged) this.#marks.set(document.uri, marksOf(judged));
  }
}

function marksOf({ flags, faults }: JudgedFlags): Diagnostic[] {
  const marks = faults.map(
    ({ message, place }) => new Diagnostic(rangeOf(place), message, DiagnosticSeverity.Error),
  );
  for (const { flag, care } of flags) {
    for (const { kind, message } of care.concerns) {
      const mark = new Diagnostic(rangeOf(flag.place), message, SEVERITIES[kind]);
      mark.code = kind;
      marks.push(mark);
    }
  }
  for (const mark of marks) mark.source = "dropclock";
  return marks;
}
