/** The `key: value` lines between the two `---` at the top of a document. */
interface FrontMatter {
  fields: ReadonlyMap<string, string>;
  /** The line of each field, counted from 0. */
  places: ReadonlyMap<string, number>;
  /** How many lines of the document it takes, its two rules included; 0 if there is none. */
  lines: number;
}

const NONE: FrontMatter = { fields: new Map(), places: new Map(), lines: 0 };

/** Reads only single-line values, which is what the templates write; the rest is skipped. */
export function readFrontMatter(text: string): FrontMatter {
  const lines = linesOf(text);
  if (!/^\ufeff?---[ \t]*$/.test(lines[0] ?? "")) return NONE;
  const end = lines.findIndex((line, i) => i > 0 && /^(---|\.\.\.)[ \t]*$/.test(line));
  if (end < 0) return NONE;
  const fields = new Map<string, string>();
  const places = new Map<string, number>();
  for (const [i, line] of lines.slice(1, end).entries()) {
    const [key, value] = fieldOf(line) ?? [];
    if (key === undefined) continue;
    fields.set(key, value!);
    places.set(key, i + 1);
  }
  return { fields, places, lines: end + 1 };
}

/** The key and the value of a line of front matter, without quotes; null: it is not a field. */
export function fieldOf(line: string): [key: string, value: string] | null {
  const [, key, value] = /^([A-Za-z][\w-]*):(.*)$/.exec(line) ?? [];
  return key === undefined ? null : [key, scalar(value!.trim())];
}

/** The text of a heading, without the `#` that may close it. */
export function headingText(line: string): string {
  const words = line.trim();
  const open = words.replaceAll("#", " ").trimEnd().length;
  return words.slice(0, open).trim();
}

/** The lines of a text that are not blank, trimmed. */
export const joinedLines = (text: string, by: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(by);

/** The lines of a text as Markdown counts them. */
export const linesOf = (text: string) => text.split(/\r\n|\n|\r/);

function scalar(value: string): string {
  const [quoted] = /^"[^"\\]*(?:\\.[^"\\]*)*"/.exec(value) ?? [];
  if (quoted !== undefined) {
    try {
      return String(JSON.parse(quoted));
    } catch {
      return quoted.slice(1, -1);
    }
  }
  const [, single] = /^'([^']*(?:''[^']*)*)'/.exec(value) ?? [];
  return single?.replaceAll("''", "'") ?? value.replace(/(^|\s)#.*$/, "").trim();
}

/** A replacement within one line; columns count from 0 in UTF-16 units. */
export interface LineEdit {
  line: number;
  from: number;
  to: number;
  text: string;
}

/** Applies edits to lines; every other character, and every line ending, is kept. */
export function editLines(content: string, edits: readonly LineEdit[]): string {
  const starts = lineStarts(content);
  const inOrder = [...edits].sort((a, b) => b.line - a.line || b.from - a.from);
  return inOrder.reduce((text, { line, from, to, text: inserted }) => {
    const start = starts[line]!;
    return text.slice(0, start + from) + inserted + text.slice(start + to);
  }, content);
}

/** Where each line begins; a line ends with `\n`, `\r\n` or `\r`, as Markdown counts them. */
export function lineStarts(content: string): number[] {
  const starts = [0];
  for (const { index, 0: ending } of content.matchAll(/\r\n|\n|\r/g)) starts.push(index + ending.length);
  return starts;
}
