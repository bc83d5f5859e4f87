import { explainedFlags, type TimelineEntry } from "../../domain/record/timeline.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";

/** The events of an incident, a row each; the first column names an event for `incident retract`. */
export function timelineRows(
  entries: readonly TimelineEntry[],
  time: LocalTime,
  { paint }: Page,
  indent: string,
): string[] {
  // What is no entry of the incident cannot be retracted from it.
  const own = entries.filter(({ subject }) => subject.startsWith("incident/"));
  const short = shortIds(own.map(({ event }) => event));
  return table(
    entries.map((entry) => [
      paint.dim(short.get(entry.event) ?? ""),
      time.time(entry.at),
      nameOf(entry.by),
      entryWords(entry, time, paint),
    ]),
    indent,
  );
}

/** The person without the mail address. */
export const nameOf = (by: string) => plainText(by.replace(/\s*<[^>]*>\s*$/, ""), 40) || plainText(by, 40);

/** What happened, and what to be wary of about it. */
export function entryWords(entry: TimelineEntry, time: LocalTime, paint: Paint): string {
  const words = entry.retracted ? paint.dim(entry.text) : entry.text;
  const flags = explainedFlags(entry, (instant) => time.time(instant));
  return flags.length === 0 ? words : `${words} ${paint.yellow(`(${flags.join(", ")})`)}`;
}

/** As much of the end of each id as tells it from the others; the beginnings are alike. */
function shortIds(ids: readonly string[]): Map<string, string> {
  let length = 6;
  const ends = () => new Set(ids.map((id) => id.slice(-length)));
  while (ends().size < ids.length && length < 26) length++;
  return new Map(ids.map((id) => [id, plainText(id.slice(-length), 26)]));
}
