import type { TextDocument } from "vscode";

/** Does something for a document once nobody has typed in it for a moment. */
export class AfterTyping {
  readonly #quietMs: number;
  readonly #work: (document: TextDocument) => void;
  readonly #pending = new Map<string, NodeJS.Timeout>();

  constructor(quietMs: number, work: (document: TextDocument) => void) {
    this.#quietMs = quietMs;
    this.#work = work;
  }

  typed(document: TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#pending.get(key));
    const work = () => {
      this.#pending.delete(key);
      this.#work(document);
    };
    this.#pending.set(key, setTimeout(work, this.#quietMs));
  }

  closed({ uri }: TextDocument): void {
    clearTimeout(this.#pending.get(uri.toString()));
    this.#pending.delete(uri.toString());
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}
