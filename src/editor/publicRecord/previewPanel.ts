import { type Disposable, ViewColumn, type WebviewPanel, window } from "vscode";
import { commandId } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { previewMarkup } from "../views/previewMarkup.ts";

// Pages and their words are of no use before somebody asks for them.
const publishing = () => import("../../app/documents/publish.ts");

/** The preview of the public record: it keeps up with the record for as long as it is open. No script runs in it. */
export class PreviewPanel implements Disposable {
  readonly #panel: WebviewPanel;
  readonly #tracked: TrackedProject;
  readonly #parts: Disposable[];
  #shown = "";

  constructor(tracked: TrackedProject, model: ReleaseModel, failed: (error: unknown) => void) {
    this.#tracked = tracked;
    const allowed = [commandId("publishRecord"), commandId("writePublicSummary")];
    this.#panel = window.createWebviewPanel("dropclock.publicRecord", "Public Record", ViewColumn.Active, {
      enableScripts: false,
      enableForms: false,
      enableCommandUris: allowed,
      localResourceRoots: [],
    });
    const again = () => void this.render().catch(failed);
    this.#parts = [this.#panel, model.onDidChange(again), this.#panel.onDidDispose(() => this.dispose())];
  }

  async render(): Promise<void> {
    const { draftPublication } = await publishing();
    const { root } = this.#tracked.project;
    const markup = previewMarkup(await draftPublication(this.#tracked.project, null), {
      publish: link("publishRecord", { root }),
      summary: (id) => link("writePublicSummary", { root, id }),
    });
    if (markup === this.#shown) return;
    this.#shown = markup;
    this.#panel.webview.html = markup;
  }

  dispose(): void {
    for (const part of this.#parts.splice(0)) part.dispose();
  }
}

const link = (name: "publishRecord" | "writePublicSummary", argument: object) =>
  `command:${commandId(name)}?${encodeURIComponent(JSON.stringify(argument))}`;
