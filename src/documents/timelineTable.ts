import { posix } from "node:path";
import { explainedFlags, type TimelineEntry } from "../domain/record/timeline.ts";
import { minuteInUtc } from "./dateFormat.ts";
import { inertMarkdown, linkTarget } from "./markdown.ts";
import { nameOf } from "./marks.ts";

/** A longer timeline is cut in the document; the ledger has it all. */
const LONGEST = 300;

const HEAD = ["| When | What | Who |", "| --- | --- | --- |"] as const;

/**
 * The timeline as a Markdown table: what happened, when, by whom, and what should not be trusted blindly.
 * @param path Where the document lies that it stands in, relative to the root; null: links lead nowhere, so there are none.
 */
export function timelineTable(timeline: readonly TimelineEntry[], path: string | null = null): string {
  const rows = timeline.slice(0, LONGEST).map((entry) => row(entry, path));
  const more = timeline.length - rows.length;
  const rest = more > 0 ? [`|  | … and ${more} more: \`dropclock incident show\` |  |`] : [];
  return [...HEAD, ...rows, ...rest].join("\n");
}

/** The flags of an entry as words; a back-dated one says when it was entered. */
export const flagWords = (entry: TimelineEntry): string[] => explainedFlags(entry, minuteInUtc);

function row(entry: TimelineEntry, path: string | null): string {
  const text = linked(entry, path);
  const said = entry.retracted ? `~~${text}~~` : text;
  const flags = flagWords(entry);
  const what = flags.length > 0 ? `${said} *(${flags.map(inertMarkdown).join("; ")})*` : said;
  return `| ${minuteInUtc(entry.at)} | ${what} | ${inertMarkdown(nameOf(entry.by))} |`;
}

/** The words with a link to the file that they tell of, where that lies in the repository. */
function linked({ text, document }: TimelineEntry, path: string | null): string {
  const inert = inertMarkdown(text);
  const [, name, rest] = /^(Update \d+)(.*)$/s.exec(text) ?? [];
  if (path === null || document === null || name === undefined) return inert;
  const file = posix.normalize(document.replaceAll("\\", "/"));
  if (posix.isAbsolute(file) || file.split("/").includes("..")) return inert;
  const target = posix.relative(posix.dirname(path), file);
  return `[${name}](${linkTarget(target)})${inertMarkdown(rest!)}`;
}
