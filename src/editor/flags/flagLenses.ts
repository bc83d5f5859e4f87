import { CodeLens, type CodeLensProvider, EventEmitter, type TextDocument } from "vscode";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import { rangeOf } from "../views/policyDiagnostics.ts";
import type { CaredFlag, FlagFiles } from "./flagFiles.ts";

/** Above each flag: what it moves, which signal reads that, and who gets what. */
export class FlagLenses implements CodeLensProvider {
  readonly onDidChangeCodeLenses;
  readonly #changed = new EventEmitter<void>();
  readonly #files: FlagFiles;

  constructor(files: FlagFiles) {
    this.#files = files;
    this.onDidChangeCodeLenses = this.#changed.event;
  }

  /** To be called when a policy or a drop has changed. */
  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const judged = await this.#files.judge(document.uri, document.getText());
    if (!judged) return [];
    const { root, flags } = judged;
    const command = { command: commandId("openPolicy"), arguments: [{ root }] };
    return flags.map(
      ({ flag, care }) => new CodeLens(rangeOf(flag.place), { ...command, title: words({ flag, care }) }),
    );
  }
}

function words({ flag, care }: CaredFlag): string {
  const metric = care.metric === null ? "no business metric" : plainText(care.metric, 60);
  const names = care.signals.map((name) => `“${plainText(name, 40)}”`).join(", ");
  const read = care.metric === null ? [] : [names === "" ? "no signal" : `read by ${names}`];
  const stale = care.concerns.some(({ kind }) => kind === "stale") ? ", stale" : "";
  return [metric, ...read, `${stateWords(flag)}${stale}`].join(" · ");
}

function stateWords({ enabled, everybody, fullyOn }: CaredFlag["flag"]): string {
  if (!enabled) return "disabled";
  if (fullyOn) return "fully on";
  return everybody === null ? "some get it" : "off for everybody";
}
