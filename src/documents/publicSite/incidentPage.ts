import type { PublicIncident, PublicMoment, PublicTarget } from "../../domain/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/publicStatus.ts";
import { CLOCKS } from "../../domain/terms.ts";
import { type Html, html } from "./html.ts";
import { pageMarkup, recordTitle, type Site } from "./page.ts";
import { INDEX_FILE } from "./publicNames.ts";
import {
  dayOf,
  GLYPHS,
  lastedWords,
  lengthWords,
  momentOf,
  momentWords,
  SEVERITY_WORDS,
  titleOf,
  toldText,
  VERDICT_WORDS,
} from "./publicWords.ts";

/** One incident: what it was, when what happened, and which targets were kept. */
export function incidentPage(site: Site, incident: PublicIncident): string {
  const { status, severity, openedAt } = incident;
  const title = titleOf(incident);
  return pageMarkup(site, {
    title: `${title} – ${recordTitle(site)}`,
    description: `${title}: ${PUBLIC_STATUS_TITLES[status].toLowerCase()}, ${lastedWords(incident)}.`,
    header: html`<nav aria-label="Back"><p class="over"><a href="${INDEX_FILE}">${recordTitle(site)}</a></p></nav>
<h1>${title}</h1>
<p class="facts quiet"><span class="tag ${status}">${PUBLIC_STATUS_TITLES[status]}</span> <span>${dayOf(openedAt)}</span> <span>${SEVERITY_WORDS[severity]}</span> <span>${lastedWords(incident)}</span></p>`,
    main: html`${words(incident)}<h2>What happened when</h2>
<ol class="moments">
${incident.moments.map(momentItem)}</ol>
<h2>Targets</h2>
<table>
<thead><tr><th scope="col">Target</th><th scope="col">Took</th><th scope="col">Verdict</th></tr></thead>
<tbody>
${incident.targets.map(targetRow)}</tbody>
</table>`,
  });
}

function momentItem(moment: PublicMoment): Html {
  const told = toldText(moment);
  const said = told === "" ? "" : html`<p class="said">${told}</p>`;
  return html`<li class="${moment.kind}">${momentWords(moment)} ${momentOf(moment.at)}${said}</li>\n`;
}

function words({ impact, done }: PublicIncident): Html {
  return html`${impact === null ? "" : html`<h2>Impact</h2>\n<p>${impact}</p>\n`}${
    done.length === 0 ? "" : html`<h2>What was done</h2>\n${done.map((text) => html`<p>${text}</p>\n`)}`
  }`;
}

function targetRow(target: PublicTarget): Html {
  const { name, verdict, tookMs, targetMs } = target;
  const took = tookMs === null ? "–" : lengthWords(tookMs);
  const allowed = targetMs === null ? "" : html` <span class="quiet of">of ${lengthWords(targetMs)}</span>`;
  return html`<tr><th scope="row">${CLOCKS[name].public.title} <span class="quiet">${CLOCKS[name].public.promise}</span></th><td>${took}${allowed}</td><td class="verdict ${verdict}"><span aria-hidden="true">${GLYPHS[verdict]}</span> ${VERDICT_WORDS[verdict]}</td></tr>
`;
}
