/** The `key: value` lines between the two `---` at the top of a document. */
export interface FrontMatter {
  fields: ReadonlyMap<string, string>;
  /** The line of each field, counted from 0. */
  places: ReadonlyMap<string, number>;
  /** How many lines of the document it takes, its two rules included; 0 where there is none. */
  lines: number;
}

const NONE: FrontMatter = { fields: new Map(), places: new Map(), lines: 0 };

/** Reads single-line values only, which is what the templates write; the rest is passed over. */
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

/** The key and the value of a line of front matter, without its quotes; null: it is no field. */
export function fieldOf(line: string): [key: string, value: string] | null {
  const [, key, value] = /^([A-Za-z][\w-]*):(.*)$/.exec(line) ?? [];
  return key === undefined ? null : [key, scalar(value!.trim())];
}

/** The words of a heading, without the `#` that may close it. */
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
