import { type Disposable, ViewColumn, type WebviewPanel, window } from "vscode";
import type { Publication } from "../../app/documents/publish.ts";
import type { Project } from "../../app/project/project.ts";
import { type Summary, summaryOf } from "../../domain/public/publicIncident.ts";
import { counted } from "../../domain/text/counted.ts";
import { commandId, VIEW } from "../model/ids.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { messageText } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import { mustBeWritable } from "../model/writable.ts";
import { previewMarkup } from "../views/previewMarkup.ts";
import { chooseIncident } from "./choose.ts";
import { chooseProject, type Handler, rootOf } from "./commandContext.ts";

/** Shows what becomes public and what does not, side by side. */
export const previewPublicRecord: Handler = async ({ model, log, ...context }, argument) => {
  const tracked = await chooseProject(
    { model, log, ...context },
    rootOf(argument),
    ({ canWrite }) => canWrite,
  );
  if (!tracked) return;
  mustBeWritable(tracked);
  await fetchedRecord(tracked.project);
  const failed = (error: unknown) => log.error(`${commandId("previewPublicRecord")}: ${String(error)}`);
  const panel = new PreviewPanel(tracked, model, failed);
  await panel.render();
};

/** What becomes public is all that the team has on record, or nothing. */
async function fetchedRecord(project: Project): Promise<void> {
  const { fetchRecord } = await import("../../app/project/fetchFirst.ts");
  await window.withProgress({ location: { viewId: VIEW } }, () => fetchRecord(project));
}

/** Writes the public record where the policy says, once a person has been told what that means. */
export const publishRecord: Handler = async (context, argument) => {
  const tracked = await chooseProject(context, rootOf(argument), ({ canWrite }) => canWrite);
  if (!tracked) return;
  mustBeWritable(tracked);
  await fetchedRecord(tracked.project);
  const { draftPublication, publish } = await import("../../app/documents/publish.ts");
  const publication = await draftPublication(tracked.project, null);
  const { folder, changes } = publication.plan;
  if (changes.every(({ change }) => change === "unchanged" || change === "kept")) {
    void window.showInformationMessage(
      messageText(`The public record is up to date.${keptWords(publication)}`),
    );
    return;
  }
  const options = { modal: true, detail: messageText(detailOf(publication), 1500) };
  const pressed = await window.showInformationMessage(
    `Write the public record to ${folder}?`,
    options,
    "Write Files",
    "Preview",
  );
  if (pressed === "Preview") await previewPublicRecord(context, { root: tracked.project.root });
  if (pressed !== "Write Files") return;
  const { plan } = await publish(tracked.project, null);
  const count = plan.changes.filter(({ change }) => change !== "unchanged" && change !== "kept").length;
  tracked.documentsChanged();
  const said = `Public record: ${counted(count, "file")} written in ${folder}.${keptWords(publication)}`;
  void window.showInformationMessage(messageText(said));
};

/** Asks for the words that the public may read; none that would leak is taken. */
export const writePublicSummary: Handler = async (context, argument) => {
  const chosen = await chooseIncident(context, argument, {
    title: "Write Public Summary",
    fits: ({ incident }) => incident.kind === "real",
    none: "There is no incident yet, so there is nothing to tell the public.",
  });
  if (!chosen) return;
  mustBeWritable(chosen.project);
  const { project } = chosen.project;
  const use = await import("../../app/documents/publicRecord.ts");
  const { namesKnownTo } = await import("../../app/documents/publicRecord.ts");
  const findNames = await namesKnownTo(project, (await project.read()).release);
  const { incident } = chosen.status;
  const standing = summaryOf(incident);
  const wish: Partial<Summary> = {};
  for (const [i, { field, prompt, what }] of QUESTIONS.entries()) {
    const before = standing[field] ?? (field === "title" ? incident.title : "");
    const text = await window.showInputBox({
      title: `Public Summary (${i + 1}/${QUESTIONS.length})`,
      prompt,
      value: before,
      validateInput: (typed) => use.publicTextProblem(what, typed, findNames),
      ignoreFocusOut: true,
    });
    if (text === undefined) return;
    if (text !== before) wish[field] = text;
  }
  if (Object.keys(wish).length === 0) return;
  await use.writePublicSummary(project, incident.id, wish);
  await chosen.project.refresh();
  window.setStatusBarMessage("$(check) Public summary on record", 4000);
};

const QUESTIONS: readonly { field: keyof Summary; prompt: string; what: string }[] = [
  { field: "title", what: "The title", prompt: "What happened, as customers would say it" },
  { field: "impact", what: "The impact", prompt: "Who was affected, and how (may be empty)" },
  { field: "done", what: "What was done", prompt: "What was done about it (may be empty)" },
];

function detailOf({ record, plan }: Publication): string {
  const published = record.drafts.filter((draft) => draft.published !== null).length;
  const held = record.drafts.length - published;
  const leaks = record.drafts.flatMap((draft) =>
    draft.published ? draft.withheld.filter(({ because }) => because === "leak") : [],
  );
  const changed = plan.changes.filter(({ change }) => change !== "unchanged" && change !== "kept");
  return [
    `${counted(published, "incident")} in it, ${held} held back, ${counted(changed.length, "file")} to write.`,
    ...(leaks.length > 0
      ? [`${leaks.length} text${leaks.length === 1 ? " is" : "s are"} left out for what must not get out.`]
      : []),
    "Nothing is sent; the files are for your static host.",
  ].join(" ");
}

function keptWords({ plan }: Publication): string {
  const kept = plan.changes.filter(({ change }) => change === "kept");
  return kept.length === 0
    ? ""
    : ` Left alone: ${kept.map(({ name, why }) => `${name} (${why})`).join("; ")}.`;
}

// Pages and their words are of no use before somebody asks for them.
const publishing = () => import("../../app/documents/publish.ts");

/** The preview of the public record: it keeps up with the record for as long as it is open. No script runs in it. */
class PreviewPanel implements Disposable {
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
