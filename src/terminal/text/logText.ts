import type { Instant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import type { LedgerContent } from "../../ledger/ledger.ts";
import { type LogEntry, UNCOUNTED } from "../logEntries.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { table } from "./table.ts";
import { entryWords, nameOf } from "./timelineText.ts";

/** Every event on a row, newest first, and what could not be read. */
export function logText(
  entries: readonly LogEntry[],
  skipped: LedgerContent["skipped"],
  at: Instant,
  { paint }: Page,
): string {
  const time = new LocalTime(at);
  const rows = entries.map(({ event, entry, uncounted }) => [
    time.time(event.at),
    nameOf(event.by),
    plainText(event.subject, 100),
    `${entryWords(entry, time, paint)}${uncounted ? ` ${paint.yellow(`(${UNCOUNTED})`)}` : ""}`,
  ]);
  const lines = rows.length > 0 ? table(rows) : ["Nothing is on record yet."];
  for (const { path, reason } of skipped)
    lines.push(paint.yellow(`Skipped ${plainText(path, 200)}: ${plainText(reason)}`));
  return lines.join("\n");
}
