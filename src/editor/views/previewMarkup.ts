import { createHash } from "node:crypto";
import type { FileChange, Publication } from "../../app/documents/publish.ts";
import {
  Html,
  html,
  lastedWords,
  momentOf,
  momentWords,
  pageFile,
  SEVERITY_WORDS,
  titleOf,
  toldText,
  tookWords,
  VERDICT_WORDS,
} from "../../documents/publicSite/publicWords.ts";
import { CLOCKS } from "../../domain/policy/terms.ts";
import type {
  PublicDraft,
  PublicIncident,
  PublicMoment,
  Withheld,
} from "../../domain/public/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/public/publicStatus.ts";

const STYLE = `
body { font: var(--vscode-font-size) / 1.55 var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5rem 2rem; max-width: 72rem; }
h1 { font-size: 1.5em; font-weight: 600; margin: 1.25rem 0 0.25rem; }
h2 { font-size: 1.15em; font-weight: 600; margin: 2rem 0 0.5rem; }
h3 { font-size: 0.85em; font-weight: 600; margin: 0 0 0.5rem; text-transform: uppercase; letter-spacing: 0.05em; color: var(--vscode-descriptionForeground); }
p { margin: 0 0 0.5rem; }
.quiet, dt { color: var(--vscode-descriptionForeground); }
a { color: var(--vscode-textLink-foreground); }
.button { display: inline-block; padding: 0.3rem 0.9rem; border-radius: 2px; text-decoration: none;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 1px solid var(--vscode-button-border, transparent); }
.button:hover { background: var(--vscode-button-hoverBackground); }
a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; }
@media (max-width: 46rem) { .pair { grid-template-columns: 1fr; } }
.side { border: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, var(--vscode-contrastBorder))); border-radius: 4px; padding: 0.75rem 1rem; min-width: 0; overflow-wrap: anywhere; }
.public { border-left: 3px solid var(--vscode-charts-green); }
.inside { border-left: 3px solid var(--vscode-charts-red); }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dd { margin: 0; min-width: 0; }
dd p:last-child { margin: 0; }
.said { white-space: pre-line; color: var(--vscode-descriptionForeground); }
.leak { color: var(--vscode-editorWarning-foreground); }
ul { margin: 0; padding-left: 1.25rem; }
`.trim();

/** What the preview's page may load: its own style. Nothing in it runs. */
export const PREVIEW_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** The addresses of commands, for the links of the preview. */
interface PreviewLinks {
  publish: string;
  summary(incident: string): string;
}

/** What becomes public, and what does not, side by side; a whole page. */
export function previewMarkup({ record, plan }: Publication, links: PreviewLinks): string {
  const published = record.drafts.filter(({ published }) => published !== null);
  const held = record.drafts.filter(({ published }) => published === null);
  const folder = plan.folder || plan.root;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PREVIEW_POLICY}">
<title>Public Record</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>What becomes public</h1>
<p class="quiet">${summaryWords(published.length, held.length)} Files are written to ${folder}; nothing is sent.</p>
<p><a class="button" href="${links.publish}">Write Files</a></p>
${filesPart(plan.changes)}${servicePart(record.site.service, record.withheld)}${published.map((draft) => incidentPart(draft, links))}${heldPart(held)}
</body>
</html>
`.markup;
}

function summaryWords(published: number, held: number): string {
  const are = published === 1 ? "1 incident becomes public." : `${published} incidents become public.`;
  return held === 0 ? are : `${are} ${held} stay${held === 1 ? "s" : ""} inside.`;
}

function filesPart(changes: readonly FileChange[]): Html {
  const shown = changes.filter(({ change }) => change !== "unchanged");
  if (shown.length === 0) return html`<p>The files are up to date.</p>\n`;
  const rows = shown.map(
    ({ name, change, why }) =>
      html`<li>${name} <span class="${change === "kept" ? "leak" : "quiet"}">${change === "kept" ? `left alone: ${why}` : change}</span></li>\n`,
  );
  return html`<h2>Files</h2>\n<ul>\n${rows}</ul>\n`;
}

function servicePart(service: string | null, withheld: readonly Withheld[]): Html {
  const shown =
    service === null
      ? html`<p class="quiet">No name of the service.</p>`
      : html`<dl><dt>Service</dt><dd>${service}</dd></dl>`;
  return html`<h2>The record</h2>\n${pair(shown, withheldList(withheld))}`;
}

function incidentPart({ incident, published, withheld }: PublicDraft, links: PreviewLinks): Html {
  const page = published!;
  return html`<h2>${incident.title}</h2>
<p class="quiet">${pageFile(page)} · <a href="${links.summary(incident.id)}">Write Public Summary…</a></p>
${pair(publicList(page), withheldList(withheld))}`;
}

function publicList(incident: PublicIncident): Html {
  const { status, severity, impact, done, moments, targets } = incident;
  const lines = (list: readonly (Html | string)[]) => list.map((line) => html`<p>${line}</p>`);
  const none = html`<span class="quiet">nothing</span>`;
  return html`<dl>
<dt>Title</dt><dd>${titleOf(incident)}</dd>
<dt>Status</dt><dd>${PUBLIC_STATUS_TITLES[status]}, ${SEVERITY_WORDS[severity].toLowerCase()}, ${lastedWords(incident)}</dd>
<dt>Impact</dt><dd>${impact ?? none}</dd>
<dt>What was done</dt><dd>${done.length > 0 ? lines(done) : none}</dd>
<dt>Times</dt><dd>${lines(moments.map((moment) => html`${momentOf(moment.at)}: ${momentWords(moment)}${told(moment)}`))}</dd>
<dt>Targets</dt><dd>${lines(targets.map((target) => html`${CLOCKS[target.name].public.title}: ${VERDICT_WORDS[target.verdict].toLowerCase()}${target.verdict === "none" ? "" : `, ${tookWords(target)}`}`))}</dd>
</dl>`;
}

function told(moment: PublicMoment): Html | string {
  const text = toldText(moment);
  return text === "" ? "" : html`<br><span class="said">${text}</span>`;
}

function withheldList(withheld: readonly Withheld[]): Html {
  if (withheld.length === 0) return html`<p class="quiet">Nothing.</p>`;
  const rows = withheld.map(
    ({ what, text, because, why }) =>
      html`<dt>${what}</dt><dd>${text} <span class="${because === "leak" ? "leak" : "quiet"}">(${why})</span></dd>\n`,
  );
  return html`<dl>\n${rows}</dl>`;
}

const pair = (left: Html, right: Html) => html`<div class="pair">
<section class="side public"><h3>Becomes public</h3>
${left}
</section>
<section class="side inside"><h3>Stays here</h3>
${right}
</section>
</div>
`;

function heldPart(held: readonly PublicDraft[]): Html {
  if (held.length === 0) return html``;
  const rows = held.map(
    ({ incident, heldBack }) =>
      html`<li>${incident.title} <span class="quiet">${heldBack ?? ""}</span></li>\n`,
  );
  return html`<h2>Stay inside as a whole</h2>\n<ul>\n${rows}</ul>\n`;
}
