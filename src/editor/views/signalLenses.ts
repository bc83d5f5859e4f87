import {
  CodeLens,
  type CodeLensProvider,
  type Disposable,
  EventEmitter,
  Range,
  type TextDocument,
} from "vscode";
import type { Backtest } from "../../app/watch/backtest.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { readSource } from "../../domain/policy/source.ts";
import { commandId } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { summaryWords } from "./backtestPage.ts";

/** Above each signal of an open policy: what it would have found, once somebody has asked. */
export class SignalLenses implements CodeLensProvider {
  readonly onDidChangeCodeLenses;
  readonly #model: ReleaseModel;
  readonly #changed = new EventEmitter<void>();
  readonly #subscription: Disposable;
  /** By the folder: what was found the last time, and of which text. */
  readonly #found = new Map<string, { text: string; words: Map<string, string> }>();

  constructor(model: ReleaseModel) {
    this.#model = model;
    this.#subscription = model.backtests.event(({ root, text, found }) => this.#show(root, text, found));
    this.onDidChangeCodeLenses = this.#changed.event;
  }

  /** @param text The policy that it was found for: another one has other signals. */
  #show(root: string, text: string, { signals }: Backtest): void {
    const words = signals.map(({ signal, summary }): [string, string] => [
      signal.name,
      summary ? summaryWords(summary) : "cannot be replayed",
    ]);
    const known = this.#found.get(root);
    const kept = known?.text === text ? [...known.words] : [];
    this.#found.set(root, { text, words: new Map([...kept, ...words]) });
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const path = document.uri.fsPath.replaceAll("\\", "/");
    const tracked = this.#model.projects.find(
      ({ project }) => path === `${project.root.replaceAll("\\", "/")}/${POLICY_PATH}`,
    );
    if (!tracked?.canWrite) return [];
    const { root } = tracked.project;
    const text = document.getText();
    const found = this.#found.get(root);
    const signals = readSource(text).root?.entries.get("signals")?.located.entries ?? new Map();
    const lenses: CodeLens[] = [];
    for (const { located } of signals.values()) {
      const name = located.entries.get("name")?.located;
      if (typeof name?.value !== "string") continue;
      const start = document.positionAt(name.range[0]);
      const words = found?.text === text ? found.words.get(name.value) : undefined;
      const title = words ?? "Backtest over the last 12 drops";
      const command = {
        command: commandId("backtestPolicy"),
        title,
        arguments: [{ root, signal: name.value }],
      };
      lenses.push(new CodeLens(new Range(start, start), command));
    }
    return lenses;
  }
}
