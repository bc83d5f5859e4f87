import { type Diagnostic, Disposable, languages, type TextDocument, type Uri, workspace } from "vscode";
import { AfterTyping } from "../model/schedule.ts";

interface Judging {
  /** Whether a document is of the kind that is judged. */
  isJudged(document: TextDocument): boolean;
  /** Marks what is wrong with it, by `mark`. */
  judge(document: TextDocument): Promise<void>;
}

/** Marks the documents of one kind: at once when they are opened, and when somebody has stopped typing. */
export class DiagnosticsAfterTyping {
  readonly #judging: Judging;
  readonly #marks;
  readonly #afterTyping;
  readonly #subscriptions: Disposable;

  /**
   * @param name Of the collection, which the person never sees.
   * @param quietMs How long nobody must have typed.
   */
  constructor(name: string, quietMs: number, judging: Judging) {
    this.#judging = judging;
    this.#marks = languages.createDiagnosticCollection(name);
    this.#afterTyping = new AfterTyping(quietMs, (document) => void judging.judge(document));
    this.#subscriptions = Disposable.from(
      this.#marks,
      this.#afterTyping,
      workspace.onDidOpenTextDocument((document) => this.#judge(document)),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (judging.isJudged(document)) this.#afterTyping.typed(document);
        else this.#unmark(document);
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.#afterTyping.closed(document);
        this.#unmark(document);
      }),
    );
  }

  /** To be called when something else than the text may have changed what is said. */
  judgeAll(): void {
    for (const document of workspace.textDocuments) this.#judge(document);
  }

  mark(uri: Uri, marks: readonly Diagnostic[]): void {
    for (const mark of marks) mark.source = "dropclock";
    this.#marks.set(uri, marks);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  // A document that was one of its kind until the policy changed keeps no marks.
  #judge(document: TextDocument): void {
    if (this.#judging.isJudged(document)) void this.#judging.judge(document);
    else this.#unmark(document);
  }

  // What has no marks is not told to the window: a log that is shown changes all the time.
  #unmark({ uri }: TextDocument): void {
    if (this.#marks.has(uri)) this.#marks.delete(uri);
  }
}
