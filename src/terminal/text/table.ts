import { stripVTControlCharacters } from "node:util";

const GAP = "  ";

/** Rows as aligned lines. Cells may be painted; the last column is not padded, and columns without text vanish. */
export function table(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, visibleWidth(cell));
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => cell + " ".repeat(widths[i]! - visibleWidth(cell)));
    return (
      indent +
      cells
        .filter((_, i) => widths[i]! > 0)
        .join(GAP)
        .trimEnd()
    );
  });
}

/** How many columns of a terminal a text takes: letters of East Asia and most pictures take two, accents none. */
export function visibleWidth(text: string): number {
  let width = 0;
  for (const letter of stripVTControlCharacters(text)) width += letterWidth(letter);
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

function letterWidth(letter: string): number {
  if (letter < "\u0300") return 1;
  if (/\p{M}|\u200d|\ufe0f/u.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** Cuts a line to a terminal's width; only for text without paint. */
export function cut(text: string, width: number): string {
  if (visibleWidth(text) <= width) return text;
  let out = "";
  let used = 1;
  for (const letter of text) {
    used += letterWidth(letter);
    if (used > width) break;
    out += letter;
  }
  return `${out}…`;
}

/** Pieces on as few lines as fit, none of them broken. */
export function flow(pieces: readonly string[], between: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    const longer = line === "" ? piece : line + between + piece;
    if (line !== "" && visibleWidth(indent + longer) > width) {
      lines.push(indent + line);
      line = piece;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, indent + line];
}

/** A sentence on as many lines as it takes, broken between words; a command that ends it stays whole, to be copied. */
export function wrap(sentence: string, width: number, first: string, next = first): string[] {
  const [, words = sentence, command] = /^(.*: )((?:dropclock|git) .*?)\.?$/.exec(sentence) ?? [];
  const pieces = [...words.trim().split(" "), ...(command ? [command] : [])];
  return flow(pieces, " ", width - visibleWidth(first)).map((line, i) => (i === 0 ? first : next) + line);
}

/** Names, and what they mean beside them, wrapped where it is long. */
export function glossary(
  rows: readonly (readonly [string, string])[],
  width: number,
  indent: string,
): string[] {
  const widest = Math.max(...rows.map(([name]) => visibleWidth(name)));
  const blank = indent + " ".repeat(widest) + GAP;
  return rows.flatMap(([name, meaning]) => {
    const label = `${indent}${name}${" ".repeat(widest - visibleWidth(name))}${GAP}`;
    return wrap(meaning, width, label, blank);
  });
}
