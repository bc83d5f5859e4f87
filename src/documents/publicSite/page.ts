import { createHash } from "node:crypto";
import { ATOM_FILE, Html, html, JSON_FEED_FILE } from "./publicWords.ts";

/** What all pages share. */
export interface Site {
  /** The service's name; null: not given. */
  service: string | null;
  /** The address of the pages on the web, with a slash at the end; null: unknown, and links are relative. */
  url: string | null;
  /** The first event of the ledger, the same in every clone; left out: there is none. Not shown. */
  origin?: string;
}

interface Page {
  title: string;
  description: string;
  header: Html;
  main: Html;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='none' stroke='%233f9a6c' stroke-width='3'/%3E%3C/svg%3E";

export const recordTitle = ({ service }: Site) =>
  service === null ? "Incident record" : `${service}: incident record`;

/** A complete page in one file, without its mark. */
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

/** The look of the public pages: calm, light or dark as the reader's system is, and fit for paper. */
const STYLE = `
:root { color-scheme: light dark; --page: #faf9f6; --card: #ffffff; --ink: #1f2328; --quiet: #59606a; --line: #e2dfd8;
  --accent: #1f5fa8; --kept: #1d6b45; --kept-fill: #3f9a6c; --missed: #a3312a; --missed-fill: #d4675e; --open: #7a5200;
  --open-fill: #d9a441; --none-fill: #c9c5bc; --shade: #f3f1ec; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1c2026; --ink: #e6e8eb; --quiet: #a2aab5;
  --line: #2e343c; --accent: #8ab8ef; --kept: #7fcfa4; --kept-fill: #4fae80; --missed: #f0978f; --missed-fill: #d1665d;
  --open: #e5bd6d; --open-fill: #c9973c; --none-fill: #464d57; --shade: #232830; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.6; overflow-wrap: break-word;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main, footer { width: min(100% - 2.5rem, 47.5rem); margin: 0 auto; }
header { padding-top: 2.5rem; }
main { padding-bottom: 2rem; }
footer { padding-top: 1.25rem; padding-bottom: 3rem; color: var(--quiet); font-size: 0.875rem; border-top: 1px solid var(--line); }
h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 0.75rem; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.4; margin: 2.5rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
p { margin: 0 0 0.75rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
.over { color: var(--quiet); font-size: 0.9375rem; margin: 0 0 0.5rem; }
.quiet { color: var(--quiet); }
.state { display: flex; align-items: center; gap: 0.75rem; margin: 1.5rem 0 0; padding: 0.875rem 1.125rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.75rem; font-weight: 600; }
.state::before { content: ""; flex: none; width: 0.75rem; height: 0.75rem; border-radius: 50%; background: var(--kept-fill); }
.state.busy::before { background: var(--open-fill); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 0.75rem; list-style: none;
  margin: 0; padding: 0; }
.cards > li { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.125rem 1.125rem; }
.cards p { margin: 0; font-size: 0.875rem; color: var(--quiet); }
.cards .score { font-size: 1rem; color: var(--ink); margin: 0.5rem 0 0.625rem; font-variant-numeric: tabular-nums; }
.score strong { font-size: 1.5rem; font-weight: 650; letter-spacing: -0.01em; }
.bar { display: flex; gap: 3px; height: 0.5rem; }
.bar span { flex: 1 1 0; max-width: 1.75rem; border-radius: 2px; background: var(--none-fill); }
.bar .kept { background: var(--kept-fill); }
.bar .missed { background: var(--missed-fill); height: 0.875rem; margin-top: -0.1875rem; }
.bar .open { background: var(--open-fill); }
.list { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--card); }
.list > li { padding: 1rem 1.125rem; }
.list > li + li { border-top: 1px solid var(--line); }
.row { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1rem; }
.row h3 { flex: 1 1 16rem; min-width: 0; }
.row a { text-decoration: none; }
.row a:hover { text-decoration: underline; }
.list p { margin: 0.25rem 0 0; font-size: 0.9375rem; }
.tag { display: inline-block; flex: none; padding: 0.0625rem 0.625rem; border-radius: 1rem; background: var(--shade); font-size: 0.8125rem;
  font-weight: 600; color: var(--quiet); }
.tag.resolved { color: var(--kept); }
.tag.investigating, .tag.identified, .tag.monitoring { color: var(--open); }
.verdicts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 0.125rem 1rem; list-style: none; margin: 0.5rem 0 0; padding: 0; font-size: 0.875rem; }
.verdict { color: var(--quiet); }
.verdict.missed { color: var(--missed); font-weight: 600; }
.verdict.open { color: var(--open); }
.verdict.kept span, td.verdict.kept { color: var(--kept); }
td.verdict { white-space: nowrap; }
.facts { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem 1rem; margin: 0; }
.moments { list-style: none; margin: 0; padding: 0 0 0 1.5rem; position: relative; }
.moments::before { content: ""; position: absolute; left: 0.3125rem; top: 0.75rem; bottom: 0.75rem; width: 2px; background: var(--line); }
.moments > li { position: relative; padding: 0.3125rem 0; }
.moments > li::before { content: ""; position: absolute; left: -1.5rem; top: 0.75rem; width: 0.75rem; height: 0.75rem; border-radius: 50%;
  background: var(--page); border: 2px solid var(--quiet); }
.moments .told::before { border-color: var(--accent); }
.moments .resolved::before { background: var(--kept-fill); border-color: var(--kept-fill); }
.moments time { display: block; color: var(--quiet); font-size: 0.875rem; }
.moments .said { white-space: pre-line; margin: 0.375rem 0 0.25rem; padding: 0.625rem 0.875rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 0.5rem; font-size: 0.9375rem; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem;
  border-spacing: 0; overflow: hidden; }
th, td { text-align: left; padding: 0.625rem 1.125rem; vertical-align: top; }
thead th { font-size: 0.8125rem; color: var(--quiet); font-weight: 600; padding-bottom: 0.375rem; }
tbody th { font-weight: 600; }
tbody th span, td .of { display: block; font-weight: 400; font-size: 0.8125rem; }
tbody tr { border-top: 1px solid var(--line); }
tbody td { font-variant-numeric: tabular-nums; }
@media (max-width: 30rem) { header { padding-top: 1.5rem; } h1 { font-size: 1.5rem; } th, td { padding: 0.5rem 0.75rem; } }
@media print { :root { --page: #ffffff; --card: #ffffff; } footer nav { display: none; } }
`;

/** On one line, so that it is the same text whatever a host does to line breaks. */
const SITE_STYLE = STYLE.replace(/\s*\n\s*/g, " ").trim();

/** What a browser may load for a page: this style, and the picture of its tab. */
const SITE_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(SITE_STYLE).digest("base64")}'; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * The mark in each file that this program writes shows that nobody has changed it since. A file without it
 * belongs to someone else.
 */
const MARK = /dropclock publish ([0-9a-f]{16})/;
const BLANK = "dropclock publish 0000000000000000";

/** The words that stand for the mark until a file is marked. */
export const MARK_PLACE = BLANK;

export type Ownership = "ours" | "changed" | "foreign";

/** @param text Holds `MARK_PLACE` once. */
export const marked = (text: string) => text.replace(BLANK, `dropclock publish ${digest(text)}`);

export function ownershipOf(text: string): Ownership {
  const mark = MARK.exec(text);
  if (!mark) return "foreign";
  return digest(text.replace(MARK, BLANK)) === mark[1] ? "ours" : "changed";
}

// A checkout may change line breaks.
const digest = (text: string) =>
  createHash("sha256").update(text.replaceAll("\r\n", "\n").toWellFormed()).digest("hex").slice(0, 16);
