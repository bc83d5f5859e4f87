import { explainedFlags, type TimelineEntry } from "../domain/timeline.ts";
import { minuteInUtc } from "./dateFormat.ts";
import { inertMarkdown } from "./markdown.ts";
import { nameOf } from "./marks.ts";

/** A longer timeline is cut in the document; the ledger has it all. */
const LONGEST = 300;

const HEAD = ["| When | What | Who |", "| --- | --- | --- |"] as const;

/** What stands around the timeline in a document, so that it can be refreshed and nothing else is touched. */
export const TIMELINE_MARKERS = ["<!-- dropclock:timeline -->", "<!-- /dropclock:timeline -->"] as const;

/** The timeline as a Markdown table: what happened, when, by whom, and what should not be trusted blindly. */
export function timelineTable(timeline: readonly TimelineEntry[]): string {
  const rows = timeline.slice(0, LONGEST).map(row);
  const more = timeline.length - rows.length;
  const rest = more > 0 ? [`|  | … and ${more} more: \`dropclock incident show\` |  |`] : [];
  return [...HEAD, ...rows, ...rest].join("\n");
}

/** The flags of an entry as words; a back-dated one says when it was entered. */
export const flagWords = (entry: TimelineEntry): string[] => explainedFlags(entry, minuteInUtc);

/** Whether a line of a table was written by us for one of these events, as it stands or as it stood before. */
export function isTimelineRow(line: string, timeline: readonly TimelineEntry[]): boolean {
  const row = line.trim();
  if (row === HEAD[0] || /^\|(\s*:?-+:?\s*\|)+$/.test(row) || /^\|\s*\| … and \d+ more: /.test(row))
    return true;
  return timeline.some((entry) => {
    const when = `| ${minuteInUtc(entry.at)} | `;
    const who = ` | ${inertMarkdown(nameOf(entry.by))} |`;
    if (!row.startsWith(when) || !row.endsWith(who)) return false;
    // The flags change: what stood may be retracted now.
    const what = row.slice(when.length, -who.length).replace(/ \*\([^*]*\)\*$/, "");
    const text = inertMarkdown(entry.text);
    return what === text || what === `~~${text}~~`;
  });
}

function row(entry: TimelineEntry): string {
  const text = inertMarkdown(entry.text);
  const said = entry.retracted ? `~~${text}~~` : text;
  const flags = flagWords(entry);
  const what = flags.length > 0 ? `${said} *(${flags.map(inertMarkdown).join("; ")})*` : said;
  return `| ${minuteInUtc(entry.at)} | ${what} | ${inertMarkdown(nameOf(entry.by))} |`;
}
