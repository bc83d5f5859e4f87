import type { Instant } from "../../domain/instant.ts";
import { formatInstant } from "../../domain/instant.ts";
import { plainLines } from "../../domain/plainText.ts";
import type { PublicIncident, PublicMoment, PublicTarget, Verdict } from "../../domain/publicIncident.ts";
import { PUBLIC_STATUS_TITLES } from "../../domain/publicStatus.ts";
import type { Severity } from "../../domain/terms.ts";
import { exactly } from "../../domain/wording.ts";
import { formatDate } from "../dateFormat.ts";
import { plainMarkdown } from "../visibleText.ts";
import { type Html, html } from "./html.ts";

/** The words of the public pages: for customers, so none of the team's own. */

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

/** What customers were told, as it was sent, without the marks of Markdown; empty where nothing of it may get out. */
export const toldText = ({ text }: Pick<PublicMoment, "text">): string =>
  text === null ? "" : plainLines(plainMarkdown(text));

/** What stands in the place of a title that must not get out. */
export const titleOf = ({ title, severity }: Pick<PublicIncident, "title" | "severity">) =>
  title ?? `${SEVERITY_WORDS[severity]} incident`;

/** `9 h 30 min`: for people who do not work with clocks all day. */
export const lengthWords = (ms: number) =>
  exactly(ms).replace(/(\d+)([dhms])/g, (_, n: string, unit: string) => `${n}\u00a0${unitWord(unit, n)}`);

const unitWord = (unit: string, n: string) =>
  unit === "d" ? (n === "1" ? "day" : "days") : unit === "h" ? "h" : unit === "m" ? "min" : "s";

/** How long it took, for a line: `in 9 h, target 8 h`. A kept target goes without saying. */
export function tookWords({ verdict, tookMs, targetMs }: PublicTarget): string {
  const target = targetMs === null ? "" : lengthWords(targetMs);
  if (tookMs === null) return verdict === "missed" ? `not within ${target}` : `within ${target}`;
  return `in ${lengthWords(tookMs)}${verdict === "missed" ? `, target ${target}` : ""}`;
}

export const lastedWords = ({ lastedMs, estimated }: Pick<PublicIncident, "lastedMs" | "estimated">) =>
  lastedMs === null ? "ongoing" : `lasted ${lengthWords(lastedMs)}${estimated ? " (estimated)" : ""}`;

/** A verdict as a sign that is read aloud as a word. */
export const verdictSign = (verdict: Verdict): Html =>
  html`<span role="img" aria-label="${VERDICT_WORDS[verdict]}">${GLYPHS[verdict]}</span>`;

export const GLYPHS: Record<Verdict, string> = { kept: "✓", missed: "✗", open: "◌", none: "–" };

/** `23 November 2026, 10:04 UTC`, for machines as well. */
export const momentOf = (at: Instant): Html =>
  html`<time datetime="${stamp(at)}">${formatDate(at, "%e %B %Y, %H:%M UTC")}</time>`;

export const dayOf = (at: Instant): Html =>
  html`<time datetime="${stamp(at).slice(0, 10)}">${formatDate(at, "%e %B %Y")}</time>`;

/** RFC 3339, to the second: nothing on a page is finer than that. */
export const stamp = (at: Instant) => `${formatInstant(at).slice(0, 19)}Z`;
