import type { Instant } from "../../domain/instant.ts";
import type { PublicIncident } from "../../domain/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/publicStatus.ts";
import { CLOCKS } from "../../domain/terms.ts";
import { type Html, html } from "./html.ts";
import { recordTitle, type Site } from "./page.ts";
import { ATOM_FILE, INDEX_FILE, JSON_FEED_FILE, pageFile, urnOf } from "./publicNames.ts";
import { lastedWords, SEVERITY_WORDS, stamp, titleOf, VERDICT_WORDS } from "./publicWords.ts";

/** As many as a reader needs to catch up. */
const MOST = 50;

/** The identity of the feed itself: it must not change, whichever incidents become public. */
const feedId = ({ origin }: Site) => urnOf({ openedEvent: `feed of ${origin ?? "nothing"}`, openedAt: 0 });

const newest = (incidents: readonly PublicIncident[]): Instant =>
  incidents.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0);

/** Atom, RFC 4287. */
export function atomFeed(site: Site, incidents: readonly PublicIncident[]): string {
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
export function jsonFeed(site: Site, incidents: readonly PublicIncident[]): object {
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

/** One paragraph: how it stands, what it was, what was done, and the targets. */
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
