import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  commands,
  Disposable,
  type LogOutputChannel,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import {
  type ExportFormat,
  type PageAsk,
  type PageContent,
  type PageRef,
  readAsk,
  stepName,
} from "../../documents/pageMessages.ts";
import type { NextStep } from "../../domain/record/incidentView.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type CommandName, commandId } from "../model/ids.ts";
import { markCommand } from "../model/milestones.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { coalesced } from "../model/schedule.ts";

/** How a page is known to VS Code, which opens it again in a new window. */
export const pageType = (page: PageRef["page"]) => `dropclock.${page}`;

interface PagesContext {
  model: ReleaseModel;
  log: LogOutputChannel;
  extension: { extensionPath: string };
}

const shared = new WeakMap<ReleaseModel, PagePanels>();

/** The pages of a window: whoever asks first makes them. */
export function pagePanels(context: PagesContext): PagePanels {
  const known = shared.get(context.model) ?? new PagePanels(context);
  shared.set(context.model, known);
  return known;
}

/** The pages that are open, each once. */
class PagePanels {
  readonly #context: PagesContext;
  readonly #open = new Map<string, Page>();

  constructor(context: PagesContext) {
    this.#context = context;
  }

  show(ref: PageRef, title: string): void {
    const known = this.#open.get(keyOf(ref));
    if (known) known.reveal();
    else {
      const type = pageType(ref.page);
      this.restore(window.createWebviewPanel(type, plainText(title, 60), ViewColumn.Active), ref);
    }
  }

  /** Takes over a panel that VS Code has kept. */
  restore(panel: WebviewPanel, ref: PageRef): void {
    const page = new Page(panel, ref, this.#context, (id) =>
      this.show({ page: "incident", root: ref.root, id }, id),
    );
    this.#open.set(keyOf(ref), page);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.#open.get(keyOf(ref)) === page) this.#open.delete(keyOf(ref));
    });
  }
}

const keyOf = (ref: PageRef) => JSON.stringify(Object.entries(ref).sort());

/** How often a page is looked at again whose clocks go by working hours. Milliseconds. */
const AGAIN_MS = 60_000;

/** One page. What changes is posted while it is visible; when it comes into view it asks by itself. */
class Page {
  readonly #panel: WebviewPanel;
  readonly #ref: PageRef;
  readonly #context: PagesContext;
  readonly #openIncident: (id: string) => void;
  readonly #subscription: Disposable;
  readonly #look: () => Promise<void>;
  #content: PageContent | null = null;
  /** Of what it was last given; empty: it has to be given everything. */
  #posted = "";
  #timer: NodeJS.Timeout | null = null;
  #disposed = false;

  constructor(panel: WebviewPanel, ref: PageRef, context: PagesContext, openIncident: (id: string) => void) {
    this.#panel = panel;
    this.#ref = ref;
    this.#context = context;
    this.#openIncident = openIncident;
    this.#look = coalesced(() => this.#post());
    const { model, log, extension } = context;
    const { webview } = panel;
    const again = () => void this.#look().catch((error) => log.error(error));
    this.#subscription = Disposable.from(
      model.onDidChange(again),
      model.onDidChangeUndo(again),
      workspace.onDidGrantWorkspaceTrust(again),
      webview.onDidReceiveMessage((message: unknown) => {
        const ask = readAsk(message);
        if (ask) this.#answer(ask).catch((error) => log.error(error));
      }),
    );
    panel.iconPath = Uri.file(join(extension.extensionPath, "media", "dropclock.svg"));
    const dist = Uri.file(join(extension.extensionPath, "dist"));
    webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [dist] };
    const file = (name: string) => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
    webview.html = markup(file("page.js"), file("page-style.css"));
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#disposed = true;
    this.#subscription.dispose();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #post(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    // It is made anew when it comes into view, and asks then.
    if (this.#disposed || !this.#panel.visible) return;
    const { pageContent, signatureOf } = await import("./pageContent.ts");
    const content = await pageContent(this.#context.model, this.#ref);
    if (this.#disposed) return;
    this.#content = content;
    if (content.page === "incident") this.#panel.title = plainText(content.view.title, 60);
    if (isByHours(content)) this.#timer = setTimeout(() => void this.#look(), AGAIN_MS);
    const signature = signatureOf(content);
    if (signature === this.#posted) return;
    this.#posted = signature;
    await this.#panel.webview.postMessage({ at: this.#context.model.now(), ref: this.#ref, content });
  }

  async #answer(ask: PageAsk): Promise<void> {
    const content = this.#content;
    switch (ask.kind) {
      case "ready":
        this.#posted = "";
        return this.#look();
      case "step":
        if (content?.page === "incident") {
          const step = content.view.next.find((each) => stepName(each) === ask.name);
          await this.#step(step, content.view.drop);
        }
        return;
      case "document":
        if (content?.page === "incident")
          await this.#document(content.view.documents.find(({ kind }) => kind === ask.name)?.kind);
        return;
      case "incident":
        // Only one that it was given to draw.
        if (
          content?.page === "scorecard" &&
          content.view.drops.some(({ incidents }) => incidents.includes(ask.id))
        )
          this.#openIncident(ask.id);
        return;
      case "export":
        if (content?.page === "scorecard") await this.#export(ask.format);
        return;
      case "vote":
        if (content?.page === "request" && content.view[ask.vote] === null) await this.#vote(ask.vote);
    }
  }

  async #step(step: NextStep | undefined, drop: string | null): Promise<void> {
    if (!step || this.#ref.page !== "incident") return;
    const { root, id } = this.#ref;
    const isUndo = step.kind === "undo" || step.kind === "continueUndo";
    const argument = isUndo && drop !== null ? { root, tag: this.#tag() } : { root, id };
    await run(step.kind === "mark" ? markCommand(step.milestone) : STEP_COMMANDS[step.kind], argument);
  }

  /** As git has it, and not as it is shown. */
  #tag(): string | null {
    const { root } = this.#ref;
    const id = this.#ref.page === "incident" ? this.#ref.id : "";
    return this.#context.model.project(root)?.reading?.release.incident(id)?.drop ?? null;
  }

  async #document(kind: "postmortem" | "runbook" | undefined): Promise<void> {
    if (this.#ref.page !== "incident") return;
    const { root, id } = this.#ref;
    if (kind === "postmortem") await run("openPostmortem", { root, id });
    if (kind === "runbook") await run("openRunbook", { root, tag: this.#tag() });
  }

  async #vote(vote: "approve" | "reject"): Promise<void> {
    if (this.#ref.page !== "request") return;
    const { root, tag } = this.#ref;
    const argument = { root, ...(tag === null ? {} : { tag }) };
    await run(vote === "approve" ? "approveDrop" : "rejectDrop", argument);
  }

  async #export(format: ExportFormat): Promise<void> {
    const project = this.#context.model.project(this.#ref.root)?.project;
    if (!project) return;
    const { readScores, scorecardFile } = await import("../../app/drop/scorecards.ts");
    const reading = await project.read();
    const scores = await readScores(project, reading);
    const text = scorecardFile(format, scores, reading.release.policy.policy.service);
    const name = `scorecard.${format === "markdown" ? "md" : format}`;
    const to = await window.showSaveDialog({
      title: "Export Scorecard",
      defaultUri: Uri.file(join(project.root, name)),
    });
    if (!to) return;
    await workspace.fs.writeFile(to, Buffer.from(text));
    window.setStatusBarMessage(`$(check) ${name} written`, 4000);
  }
}

const run = (name: CommandName, argument: object) => commands.executeCommand(commandId(name), argument);

const STEP_COMMANDS: Record<Exclude<NextStep["kind"], "mark">, CommandName> = {
  undo: "undoDrop",
  continueUndo: "continueUndo",
  own: "ownIncident",
  update: "sendUpdate",
  postmortem: "openPostmortem",
  note: "addNote",
  pause: "pauseClocks",
  resume: "resumeClocks",
  reopen: "reopenIncident",
};

/** Whether its clocks start and stop by working hours, which the page knows nothing of. */
const isByHours = (content: PageContent) =>
  content.page === "incident" && content.view.byHours && content.view.state !== "closed";

/** Nothing is loaded or run but the one script and the one style. */
function markup(script: string, style: string): string {
  const nonce = randomBytes(18).toString("base64");
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Dropclock</title>
<link rel="stylesheet" nonce="${nonce}" href="${style}">
</head>
<body>
<main id="page"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
