import { createHash } from "node:crypto";
import type { Severity } from "../../domain/policy/terms.ts";
import type {
  PublicIncident,
  PublicMoment,
  PublicTarget,
  Verdict,
} from "../../domain/public/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/public/publicStatus.ts";
import { plainLines } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { formatDate } from "../dateFormat.ts";
import { plainMarkdown } from "../visibleText.ts";

/** The words of the public pages: for customers, so without the team's own terms. */

export const VERDICT_WORDS: Record<Verdict, string> = {
  kept: "Kept",
  missed: "Missed",
  open: "Still open",
  none: "No target",
};

export const SEVERITY_WORDS: Record<Severity, string> = {
  critical: "Critical",
  major: "Major",
  minor: "Minor",
};

export function momentWords({ kind, status, estimated }: PublicMoment): string {
  switch (kind) {
    case "began":
      return estimated ? "Impact began (estimated)" : "Impact began";
    case "noticed":
      return "Noticed";
    case "told":
      return status === null
        ? "Customers told"
        : `Customers told: ${PUBLIC_STATUS_TITLES[status].toLowerCase()}`;
    case "mitigated":
      return "Mitigated: the impact is over";
    case "reopened":
      return "It came back";
    case "resolved":
      return "Resolved";
    case "lessons":
      return "Lessons published";
  }
}

/** What customers were told, as it was sent, without Markdown markup; empty if nothing of it may become public. */
export const toldText = ({ text }: Pick<PublicMoment, "text">): string =>
  text === null ? "" : plainLines(plainMarkdown(text));

/** The replacement for a title that must not become public. */
export const titleOf = ({ title, severity }: Pick<PublicIncident, "title" | "severity">) =>
  title ?? `${SEVERITY_WORDS[severity]} incident`;

/** `9 h 30 min`: for people who do not work with clocks all day. */
export const lengthWords = (ms: number) =>
  exactly(ms).replace(/(\d+)([dhms])/g, (_, n: string, unit: string) => `${n}\u00a0${unitWord(unit, n)}`);

const unitWord = (unit: string, n: string) =>
  unit === "d" ? (n === "1" ? "day" : "days") : unit === "h" ? "h" : unit === "m" ? "min" : "s";

/** How long it took, for a line: `in 9 h, target 8 h`. A met target is left out. */
export function tookWords({ verdict, tookMs, targetMs }: PublicTarget): string {
  const target = targetMs === null ? "" : lengthWords(targetMs);
  if (tookMs === null) return verdict === "missed" ? `not within ${target}` : `within ${target}`;
  return `in ${lengthWords(tookMs)}${verdict === "missed" ? `, target ${target}` : ""}`;
}

export const lastedWords = ({ lastedMs, estimated }: Pick<PublicIncident, "lastedMs" | "estimated">) =>
  lastedMs === null ? "ongoing" : `lasted ${lengthWords(lastedMs)}${estimated ? " (estimated)" : ""}`;

/** A verdict as a symbol that is read aloud as a word. */
export const verdictSign = (verdict: Verdict): Html =>
  html`<span role="img" aria-label="${VERDICT_WORDS[verdict]}">${GLYPHS[verdict]}</span>`;

export const GLYPHS: Record<Verdict, string> = { kept: "✓", missed: "✗", open: "◌", none: "–" };

/** `23 November 2026, 10:04 UTC`, for machines as well. */
export const momentOf = (at: Instant): Html =>
  html`<time datetime="${stamp(at)}">${formatDate(at, "%e %B %Y, %H:%M UTC")}</time>`;

export const dayOf = (at: Instant): Html =>
  html`<time datetime="${stamp(at).slice(0, 10)}">${formatDate(at, "%e %B %Y")}</time>`;

/** RFC 3339, to the second: nothing on a page is more precise. */
export const stamp = (at: Instant) => `${formatInstant(at).slice(0, 19)}Z`;

/** Markup that this program made itself; everything else is text. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = Html | string | number | readonly Part[];

/** Markup with values, each escaped unless it is markup itself. Empty for an empty text or list. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < values.length ? markupOf(values[i]!) : "")).join(""));
}

function markupOf(value: Part): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(markupOf).join("");
  return escapeMarkup(String(value));
}

/** Escaped for text and attributes of HTML and XML. What XML cannot contain is left out. */
function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_XML, "")
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that XML forbids
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The names of the files, all in one folder. They never change, so that links keep working. */
export const INDEX_FILE = "index.html";
export const ATOM_FILE = "feed.xml";
export const JSON_FEED_FILE = "feed.json";

type Named = Pick<PublicIncident, "openedEvent" | "openedAt">;

/**
 * The page of an incident. Its id would reveal its title, even one that must not become public; this name contains only the
 * day, and does not change when the title does.
 */
export const pageFile = (incident: Named) => `${slugOf(incident)}.html`;

/** For feeds: always the same, in every clone. */
export function urnOf({ openedEvent }: Named): string {
  const hex = hashOf(openedEvent);
  // A name-based identifier of RFC 9562 (version 8), of which this program makes the name.
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

const slugOf = ({ openedEvent, openedAt }: Named) =>
  `${formatInstant(openedAt).slice(0, 10)}-${hashOf(openedEvent).slice(0, 8)}`;

const hashOf = (text: string) => createHash("sha256").update(`dropclock public ${text}`).digest("hex");
