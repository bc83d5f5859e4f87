import type { Context, Liquid } from "liquidjs";
import { type Instant, parseInstant } from "../domain/time/instant.ts";
import { exactly } from "../domain/wording.ts";
import { type ActionItem, writeActionItem } from "./actionItem.ts";
import { formatDate, minuteInUtc } from "./dateFormat.ts";
import { codeBlock, codeSpan, linkTarget, Markdown, quotedScalar } from "./markdown.ts";

/** Filters that ask the machine's clock, its zone or its dice; a document is the same wherever it is made. */
const MACHINE_FILTERS = [
  "date_to_xmlschema",
  "date_to_rfc822",
  "date_to_string",
  "date_to_long_string",
  "sample",
];

/** The filters of our own. All take nothing (null) as nothing, so that `| default: "—"` can follow. */
const FILTERS: Record<string, (value: unknown, ...args: unknown[]) => unknown> = {
  /** `2026-11-23 10:04 UTC`; with a zone: `2026-11-23 11:04 Europe/Oslo`. */
  instant: (value, zone) => {
    const at = instantOf(value);
    if (at === null) return "";
    return zone === undefined
      ? new Markdown(minuteInUtc(at))
      : formatDate(at, "%Y-%m-%d %H:%M %Z", String(zone));
  },
  /** `2026-11-23`, or by a pattern, in UTC or a zone. */
  date: (value, pattern = "%Y-%m-%d", zone = "UTC") => {
    const at = instantOf(value);
    return at === null ? "" : formatDate(at, String(pattern), String(zone));
  },
  /** Milliseconds as `1h 12m`. */
  duration: (value) => (typeof value === "number" ? exactly(value) : ""),
  code: (value) => (isNothing(value) ? "" : new Markdown(codeSpan(String(value)))),
  codeBlock: (value, language = "") =>
    new Markdown(codeBlock((Array.isArray(value) ? value : [value]).map(String), String(language))),
  url: (value) => (isNothing(value) ? "" : new Markdown(linkTarget(String(value)))),
  /** A string for front matter. */
  quoted: (value) => (isNothing(value) ? new Markdown("null") : new Markdown(quotedScalar(String(value)))),
  actionItem: (value) => new Markdown(writeActionItem(value as ActionItem)),
};

export function registerFilters(liquid: Liquid): void {
  for (const name of MACHINE_FILTERS) delete liquid.filters[name];
  for (const [name, filter] of Object.entries(FILTERS)) liquid.registerFilter(name, filter);
  liquid.registerFilter("raw", {
    raw: true,
    handler(this: { context: Context }, value: unknown) {
      const text = Array.isArray(value)
        ? value.map(String).join(", ")
        : isNothing(value)
          ? ""
          : String(value);
      this.context.memoryLimit.use(text.length);
      return text;
    },
  });
}

function instantOf(value: unknown): Instant | null {
  if (isNothing(value) || value === "") return null;
  const at = typeof value === "number" ? value : parseInstant(String(value));
  if (at === null || !Number.isFinite(at) || Math.abs(at) > 8.64e15) {
    throw new Error(
      String(value) === "now" || String(value) === "today"
        ? "“now” is a variable here, not a text; write it without quotation marks"
        : "this is no instant; an instant is written like 2026-11-23T10:04Z",
    );
  }
  return at;
}

const isNothing = (value: unknown) => value === null || value === undefined;
