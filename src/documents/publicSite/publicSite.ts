import type { PublicIncident } from "../../domain/public/publicIncident.ts";
import { atomFeed, jsonFeed } from "./feeds.ts";
import { incidentPage } from "./incidentPage.ts";
import { indexPage } from "./indexPage.ts";
import { MARK_PLACE, marked } from "./ownFile.ts";
import type { Site } from "./page.ts";
import { ATOM_FILE, INDEX_FILE, JSON_FEED_FILE, pageFile } from "./publicNames.ts";

/**
 * The files of the public record, by name. The same incidents give the same bytes: no page tells when it was made.
 * @param incidents Newest first.
 */
export function publicSite(site: Site, incidents: readonly PublicIncident[]): Map<string, string> {
  const files = new Map([[INDEX_FILE, markedPage(indexPage(site, incidents))]]);
  for (const incident of incidents) files.set(pageFile(incident), markedPage(incidentPage(site, incident)));
  files.set(ATOM_FILE, marked(atomFeed(site, incidents).replace("?>\n", `?>\n<!-- ${MARK_PLACE} -->\n`)));
  // The feed's own way for what its readers need not know.
  const feed = { _dropclock: { about: MARK_PLACE }, ...jsonFeed(site, incidents) };
  files.set(JSON_FEED_FILE, marked(`${inertJson(feed)}\n`));
  return files;
}

const markedPage = (markup: string) =>
  marked(markup.replace("<head>\n", `<head>\n<meta name="generator" content="${MARK_PLACE}">\n`));

/** JSON that stays text even where somebody puts it into a page. */
const inertJson = (value: object) =>
  JSON.stringify(value, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
