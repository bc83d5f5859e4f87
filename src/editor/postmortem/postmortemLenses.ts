import {
  CodeLens,
  type CodeLensProvider,
  type Disposable,
  EventEmitter,
  Range,
  type TextDocument,
} from "vscode";
import { commandId } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { findingsOf } from "../views/postmortemDiagnostics.ts";
import { postmortemOf } from "./postmortemOf.ts";

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
