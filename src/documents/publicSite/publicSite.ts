import { CLOCK_NAMES, CLOCKS, type ClockName } from "../../domain/policy/terms.ts";
import type {
  PublicIncident,
  PublicMoment,
  PublicTarget,
  Verdict,
} from "../../domain/public/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/public/publicStatus.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { MARK_PLACE, marked, pageMarkup, recordTitle, type Site } from "./page.ts";
import {
  ATOM_FILE,
  dayOf,
  GLYPHS,
  type Html,
  html,
  INDEX_FILE,
  JSON_FEED_FILE,
  lastedWords,
  lengthWords,
  momentOf,
  momentWords,
  pageFile,
  SEVERITY_WORDS,
  stamp,
  titleOf,
  toldText,
  tookWords,
  urnOf,
  VERDICT_WORDS,
  verdictSign,
} from "./publicWords.ts";

/**
 * The files of the public record, by name. The same incidents give the same bytes: no page says when it was made.
 * @param incidents Newest first.
 */
export function publicSite(site: Site, incidents: readonly PublicIncident[]): Map<string, string> {
  const files = new Map([[INDEX_FILE, markedPage(indexPage(site, incidents))]]);
  for (const incident of incidents) files.set(pageFile(incident), markedPage(incidentPage(site, incident)));
  files.set(ATOM_FILE, marked(atomFeed(site, incidents).replace("?>\n", `?>\n<!-- ${MARK_PLACE} -->\n`)));
  // The feed format's extension syntax, for what readers do not need.
  const feed = { _dropclock: { about: MARK_PLACE }, ...jsonFeed(site, incidents) };
  files.set(JSON_FEED_FILE, marked(`${escapeJson(feed)}\n`));
  return files;
}

const markedPage = (markup: string) =>
  marked(markup.replace("<head>\n", `<head>\n<meta name="generator" content="${MARK_PLACE}">\n`));

/** JSON that stays text even inside a page. */
const escapeJson = (value: object) =>
  JSON.stringify(value, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** One incident: what it was, what happened when, and which targets were met. */
function incidentPage(site: Site, incident: PublicIncident): string {
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

/** A card shows as many incidents as fit; the sum counts all. */
const BARS = 24;

/** The front page: the current state, the four targets over all incidents, and the incidents by year. */
function indexPage(site: Site, incidents: readonly PublicIncident[]): string {
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

/** Enough for a reader to catch up. */
const MOST = 50;

/** The identity of the feed itself: it must not change, whichever incidents become public. */
const feedId = ({ origin }: Site) => urnOf({ openedEvent: `feed of ${origin ?? "nothing"}`, openedAt: 0 });

const newest = (incidents: readonly PublicIncident[]): Instant =>
  incidents.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0);

/** Atom, RFC 4287. */
function atomFeed(site: Site, incidents: readonly PublicIncident[]): string {
  const author = site.service ?? recordTitle(site);
  return html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>${feedId(site)}</id>
<title>${recordTitle(site)}</title>
<updated>${stamp(newest(incidents))}</updated>
<author><name>${author}</name></author>
<link rel="self" type="application/atom+xml" href="${address(site, ATOM_FILE)}"/>
<link rel="alternate" type="text/html" href="${address(site, INDEX_FILE)}"/>
${incidents.slice(0, MOST).map((incident) => atomEntry(site, incident))}</feed>
`.markup;
}

function atomEntry(site: Site, incident: PublicIncident): Html {
  return html`<entry>
<id>${urnOf(incident)}</id>
<title>${titleOf(incident)}</title>
<published>${stamp(incident.openedAt)}</published>
<updated>${stamp(incident.updatedAt)}</updated>
<link rel="alternate" type="text/html" href="${address(site, pageFile(incident))}"/>
<category term="${incident.status}"/>
<summary type="text">${summary(incident)}</summary>
</entry>
`;
}

/** JSON Feed 1.1. */
function jsonFeed(site: Site, incidents: readonly PublicIncident[]): object {
  const language = "en";
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: recordTitle(site),
    home_page_url: address(site, INDEX_FILE),
    feed_url: address(site, JSON_FEED_FILE),
    language,
    ...(site.service === null ? {} : { authors: [{ name: site.service }] }),
    items: incidents.slice(0, MOST).map((incident) => ({
      id: urnOf(incident),
      url: address(site, pageFile(incident)),
      title: titleOf(incident),
      content_text: summary(incident),
      date_published: stamp(incident.openedAt),
      date_modified: stamp(incident.updatedAt),
      tags: [incident.status, incident.severity],
      language,
    })),
  };
}

/** One paragraph: its status, what it was, what was done, and the targets. */
function summary(incident: PublicIncident): string {
  const { status, severity, impact, done, targets } = incident;
  const verdicts = targets
    .filter(({ verdict }) => verdict !== "none")
    .map(
      ({ name, verdict }) =>
        `${CLOCKS[name].public.title.toLowerCase()}: ${VERDICT_WORDS[verdict].toLowerCase()}`,
    );
  const head = `${PUBLIC_STATUS_TITLES[status]}. ${SEVERITY_WORDS[severity]}, ${lastedWords(incident)}.`;
  const tail = verdicts.length > 0 ? [`Targets – ${verdicts.join(", ")}.`] : [];
  return [head, ...(impact === null ? [] : [impact]), ...done, ...tail].join(" ");
}

const address = ({ url }: Site, file: string) => (url === null ? file : new URL(file, url).href);
