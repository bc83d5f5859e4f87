import type { Reading } from "../../app/project/project.ts";
import { asOf, inOrder, type LedgerEvent } from "../../domain/event/event.ts";
import { entryFlags, loneEntry, type TimelineEntry, timelineOf } from "../../domain/record/timeline.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import type { LedgerContent } from "../../ledger/ledger.ts";
import type { Provenance } from "../../ledger/provenance.ts";
import { command } from "../call/command.ts";
import { entryWords } from "../text/incidentText.ts";
import { LocalTime } from "../text/localTime.ts";
import type { Page } from "../text/page.ts";
import { table } from "../text/table.ts";

export const log = command({
  name: "log",
  summary: "every event, newest first",
  async run({ project }) {
    const opened = await project();
    const reading = await opened.read();
    const { ledger } = reading;
    const at = opened.now();
    const entries = logEntries(reading, opened.lookBackTo, at);
    return {
      json: {
        at: formatInstant(at),
        events: entries.map((entry) => logReport(entry, ledger.provenance(entry.event.id))),
        skipped: ledger.skipped,
        touched: ledger.touched,
      },
      text: (page) => logText(entries, ledger.skipped, at, page),
    };
  },
});

/** Every event on a row, newest first, and what could not be read. */
function logText(
  entries: readonly LogEntry[],
  skipped: LedgerContent["skipped"],
  at: Instant,
  { paint }: Page,
): string {
  const time = new LocalTime(at);
  const rows = entries.map(({ event, entry, uncounted }) => [
    time.time(event.at),
    shownName(event.by, 40),
    plainText(event.subject, 100),
    `${entryWords(entry, time, paint)}${uncounted ? ` ${paint.yellow(`(${UNCOUNTED})`)}` : ""}`,
  ]);
  const lines = rows.length > 0 ? table(rows) : ["Nothing is on record yet."];
  for (const { path, reason } of skipped)
    lines.push(paint.yellow(`Skipped ${plainText(path, 200)}: ${plainText(reason)}`));
  return lines.join("\n");
}

interface LogEntry {
  event: LedgerEvent;
  entry: TimelineEntry;
  /** For want of a signature. */
  uncounted: boolean;
}

/** Every event of the ledger, the newest first, with what its incident says about it; also those that do not count. */
function logEntries(
  { release, ledger, uncounted }: Reading,
  lookBackTo: Instant | null,
  at: Instant,
): LogEntry[] {
  const { incidents } = release;
  const events = lookBackTo === null ? ledger.events : asOf(ledger.events, lookBackTo);
  const told = new Map<string, TimelineEntry>();
  for (const incident of incidents)
    for (const entry of timelineOf(incident, at)) told.set(entry.event, entry);
  return [...events]
    .sort((a, b) => inOrder(b, a))
    .map((event) => ({
      event,
      entry: told.get(event.id) ?? loneEntry(event, at),
      uncounted: uncounted.has(event.id),
    }));
}

/** The flag of an entry that does not count. */
const UNCOUNTED = "not signed, does not count";

/** The form in which it is stored, its flags, and who put it on record by which commit of the ledger. */
function logReport({ event, entry, uncounted }: LogEntry, provenance: Provenance | null) {
  const { id, subject, type, at, recorded, by, data } = event;
  return {
    v: 1,
    id,
    subject,
    type,
    at: formatInstant(at),
    recorded: formatInstant(recorded),
    by,
    data,
    flags: [...entryFlags(entry), ...(uncounted ? [UNCOUNTED] : [])],
    enteredBy: provenance?.author ?? null,
    commit: provenance?.commit ?? null,
  };
}
