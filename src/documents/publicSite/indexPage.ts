import { formatInstant } from "../../domain/instant.ts";
import type { PublicIncident, Verdict } from "../../domain/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/publicStatus.ts";
import { CLOCK_NAMES, CLOCKS, type ClockName } from "../../domain/terms.ts";
import { type Html, html } from "./html.ts";
import { pageMarkup, recordTitle, type Site } from "./page.ts";
import { pageFile } from "./publicNames.ts";
import { dayOf, lastedWords, SEVERITY_WORDS, titleOf, tookWords, verdictSign } from "./publicWords.ts";

/** A card shows as many incidents as fit it; the sum is over all. */
const BARS = 24;

/** The front page: how things stand, the four targets over all incidents, and the incidents by year. */
export function indexPage(site: Site, incidents: readonly PublicIncident[]): string {
  return pageMarkup(site, {
    title: recordTitle(site),
    description: `${recordTitle(site)}: what happened, how long it took, and whether the targets were kept.`,
    header: html`${site.service === null ? "" : html`<p class="over">${site.service}</p>\n`}<h1>Incident record</h1>
<p class="quiet">Incidents that customers felt: what happened, how long it took to notice, mitigate and tell it, and what was done.</p>
${stateLine(incidents)}`,
    main:
      incidents.length === 0
        ? html`<h2>Incidents</h2>\n<p>None is on record.</p>`
        : html`${targetCards(incidents)}${years(incidents)}`,
  });
}

function stateLine(incidents: readonly PublicIncident[]): Html {
  const open = incidents.filter(({ status }) => status !== "resolved").length;
  if (open === 0) return html`<p class="state">No open incident</p>`;
  return html`<p class="state busy">${open === 1 ? "One incident is" : `${open} incidents are`} open</p>`;
}

function targetCards(incidents: readonly PublicIncident[]): Html {
  const cards = CLOCK_NAMES.map((name) => targetCard(name, incidents.map(verdictOf(name))));
  return html`<h2>The four targets</h2>\n<ul class="cards">\n${cards}</ul>\n`;
}

const verdictOf = (name: ClockName) => (incident: PublicIncident) =>
  incident.targets.find((target) => target.name === name)!.verdict;

/** @param verdicts Newest first. */
function targetCard(name: ClockName, verdicts: readonly Verdict[]): Html {
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  const [kept, judged, open] = [count("kept"), count("kept") + count("missed"), count("open")];
  const score =
    judged === 0
      ? html`<strong>–</strong> none judged yet`
      : html`<strong>${kept} of ${judged}</strong> kept`;
  const still = open === 0 ? "" : `, ${open} still open`;
  const bars = verdicts
    .slice(0, BARS)
    .toReversed()
    .map((verdict) => html`<span class="${verdict}"></span>`);
  return html`<li><h3>${CLOCKS[name].public.title}</h3>
<p>${CLOCKS[name].public.promise}</p>
<p class="score">${score}${still}</p>
<div class="bar" aria-hidden="true">${bars}</div></li>
`;
}

function years(incidents: readonly PublicIncident[]): Html[] {
  const yearOf = ({ openedAt }: PublicIncident) => formatInstant(openedAt).slice(0, 4);
  return [...new Set(incidents.map(yearOf))].map((year) => {
    const rows = incidents.filter((incident) => yearOf(incident) === year).map(incidentRow);
    return html`<h2>${year}</h2>\n<ol class="list">\n${rows}</ol>\n`;
  });
}

function incidentRow(incident: PublicIncident): Html {
  const { status, severity, openedAt, targets } = incident;
  const verdicts = targets
    .filter(({ verdict }) => verdict !== "none")
    .map(
      (target) =>
        html`<li class="verdict ${target.verdict}">${verdictSign(target.verdict)} ${CLOCKS[target.name].public.title} ${tookWords(target)}</li>`,
    );
  return html`<li><div class="row"><h3><a href="${pageFile(incident)}">${titleOf(incident)}</a></h3> <span class="tag ${status}">${PUBLIC_STATUS_TITLES[status]}</span></div>
<p class="quiet">${dayOf(openedAt)} · ${SEVERITY_WORDS[severity]} · ${lastedWords(incident)}</p>
${verdicts.length > 0 ? html`<ul class="verdicts">${verdicts}</ul>` : ""}</li>
`;
}
