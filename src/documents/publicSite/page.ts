import { Html, html } from "./html.ts";
import { ATOM_FILE, JSON_FEED_FILE } from "./publicNames.ts";
import { SITE_POLICY, SITE_STYLE } from "./siteStyle.ts";

/** What all pages have in common. */
export interface Site {
  /** The service's name; null: not told. */
  service: string | null;
  /** Where the pages lie on the web, with a slash at the end; null: not known, and links are relative. */
  url: string | null;
  /** The first event of the ledger, which every clone knows; left out: there is none. Not shown. */
  origin?: string;
}

export interface Page {
  title: string;
  description: string;
  header: Html;
  main: Html;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='none' stroke='%233f9a6c' stroke-width='3'/%3E%3C/svg%3E";

export const recordTitle = ({ service }: Site) =>
  service === null ? "Incident record" : `${service}: incident record`;

/** A whole page, without its mark; one file that needs no other. */
export function pageMarkup(site: Site, { title, description, header, main }: Page): string {
  const feeds = recordTitle(site);
  return `${
    html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${SITE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<link rel="alternate" type="application/atom+xml" title="${feeds}" href="${ATOM_FILE}">
<link rel="alternate" type="application/feed+json" title="${feeds}" href="${JSON_FEED_FILE}">
<style>${new Html(SITE_STYLE)}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}
</main>
<footer>
<nav aria-label="Feeds"><p>Follow: <a href="${ATOM_FILE}">Atom feed</a>, <a href="${JSON_FEED_FILE}">JSON feed</a></p></nav>
<p>All times are in UTC. Targets are counted in the hours that the service level agreement names.</p>
</footer>
</body>
</html>
`.markup
  }`;
}
