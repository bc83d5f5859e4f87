/** The `key: value` lines between the two `---` at the top of a document. */
export interface FrontMatter {
  fields: ReadonlyMap<string, string>;
  /** How many lines of the document it takes, its two rules included; 0 where there is none. */
  lines: number;
}

const NONE: FrontMatter = { fields: new Map(), lines: 0 };

/** Reads single-line values only, which is what the templates write; the rest is passed over. */
export function readFrontMatter(text: string): FrontMatter {
  const lines = linesOf(text);
  if (!/^\ufeff?---[ \t]*$/.test(lines[0] ?? "")) return NONE;
  const end = lines.findIndex((line, i) => i > 0 && /^(---|\.\.\.)[ \t]*$/.test(line));
  if (end < 0) return NONE;
  const fields = new Map<string, string>();
  for (const line of lines.slice(1, end)) {
    const [, key, value] = /^([A-Za-z][\w-]*):(.*)$/.exec(line) ?? [];
    if (key !== undefined) fields.set(key, scalar(value!.trim()));
  }
  return { fields, lines: end + 1 };
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
