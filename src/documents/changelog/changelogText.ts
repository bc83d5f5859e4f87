import { headingText } from "../frontMatter.ts";
/** One line with the line break that it has; none on a last one that is cut. */
export type Line = string;

/** A heading that may be that of a version. */
export interface Heading {
  /** Index of its line. */
  line: number;
  /** Its text, without the marks of the heading. */
  text: string;
  level: number;
  /** How many lines it has. */
  height: 1 | 2;
}

/** A part of the file that this program wrote, by its markers. */
export interface OwnPart {
  /** The tag of its drop, or what stands for it in the marker. */
  key: string;
  kind: "drop" | "note";
  /** Indices of the lines of its markers. */
  from: number;
  to: number;
  /** Nobody has changed it since it was written. */
  intact: boolean;
}

/** A changelog, read line by line, so that putting the lines together again gives the very same bytes. */
export interface ChangelogText {
  lines: Line[];
  /** The line break that most lines have. */
  eol: "\n" | "\r\n";
  headings: Heading[];
  parts: OwnPart[];
  /** The start of a part that never ends: nobody can say what belongs to it. */
  torn: { key: string; line: number }[];
  /** Where a block of code or a comment begins that never ends; the number of lines where all end. */
  end: number;
}

const OPENS = /^<!-- dropclock:(drop|note) (\S+) ([0-9a-f]{12}) -->$/;
const CLOSES = /^<!-- \/dropclock -->$/;

export function readChangelog(text: string, digestOf: (inner: string) => string): ChangelogText {
  const lines = text.split(/(?<=\n)/);
  if (lines.at(-1) === "") lines.pop();
  const crlf = lines.filter((line) => line.endsWith("\r\n")).length;
  const read: ChangelogText = {
    lines,
    eol: crlf * 2 > lines.length ? "\r\n" : "\n",
    headings: [],
    parts: [],
    torn: [],
    end: lines.length,
  };
  let open: { part: Omit<OwnPart, "to" | "intact">; digest: string } | null = null;
  const { visible, end } = visibleLines(lines);
  read.end = end;
  lines.forEach((line, i) => {
    const bare = bareLine(line);
    const opens = visible[i] ? OPENS.exec(bare) : null;
    if (opens) {
      if (open) read.torn.push({ key: open.part.key, line: open.part.from });
      const [, kind, key, digest] = opens as unknown as [string, OwnPart["kind"], string, string];
      open = { part: { key, kind, from: i }, digest };
    } else if (open && visible[i] && CLOSES.test(bare)) {
      const inner = lines
        .slice(open.part.from + 1, i)
        .map((line) => `${bareLine(line)}\n`)
        .join("");
      read.parts.push({ ...open.part, to: i, intact: digestOf(inner) === open.digest });
      open = null;
    } else if (visible[i]) {
      const heading = headingAt(lines, i);
      if (heading) read.headings.push(heading);
    }
  });
  const left = open as { part: Omit<OwnPart, "to" | "intact"> } | null;
  if (left) read.torn.push({ key: left.part.key, line: left.part.from });
  return read;
}

/** A line without its break, and without the mark that some editors put before the first one. */
export const bareLine = (line: Line) => line.replace(/\r?\n$/, "").replace(/^\ufeff/, "");

/** Which lines are not inside of a block of code or of a comment over several lines. */
function visibleLines(lines: readonly Line[]): { visible: boolean[]; end: number } {
  let closes: ((bare: string) => boolean) | null = null;
  let since = 0;
  const visible = lines.map((line, i) => {
    const bare = bareLine(line);
    if (closes) {
      if (closes(bare)) closes = null;
      return false;
    }
    closes = opening(bare);
    since = i;
    // The line where a comment begins may have something before it; a fence has nothing.
    return closes === null || bare.includes("<!--");
  });
  return { visible, end: closes ? since : lines.length };
}

/** What ends the block of code or the comment that a line begins; null: it begins none. */
function opening(bare: string): ((line: string) => boolean) | null {
  const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(bare)?.[1];
  if (fence) return (line) => /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1]?.startsWith(fence) ?? false;
  const start = bare.lastIndexOf("<!--");
  return start >= 0 && !bare.includes("-->", start) ? (line) => line.includes("-->") : null;
}

function headingAt(lines: readonly Line[], i: number): Heading | null {
  const bare = bareLine(lines[i]!);
  const hashes = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(bare);
  if (hashes) return { line: i, text: headingText(hashes[2]!), level: hashes[1]!.length, height: 1 };
  const html = /^ {0,3}<h([1-6])(?:\s[^>]*)?>(.*)<\/h\1>$/i.exec(bare.trimEnd());
  if (html) return { line: i, text: html[2]!, level: Number(html[1]), height: 1 };
  // Some write a version in bold for a heading.
  const bold = /^ {0,3}(?:\*\*|__)(?=\[?v?\d+\.\d)/.test(bare);
  if (bold) return { line: i, text: bare.trim(), level: 3, height: 1 };
  const below = /^ {0,3}(=+|-{2,})[ \t]*$/.exec(bareLine(lines[i + 1] ?? ""))?.[1];
  const isText = /^ {0,3}\S/.test(bare) && !/^ {0,3}(?:[-*+>|]|\d+[.)] )/.test(bare);
  const level = below?.startsWith("=") ? 1 : 2;
  return below && isText ? { line: i, text: bare.trim(), level, height: 2 } : null;
}
