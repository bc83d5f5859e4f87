// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to keep away from terminals
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2061-\u2069]+/g;
/** What has no width parts no words: a blank in its place would. */
const NO_WIDTH = /[\u200b\u2060\ufeff]+/g;

/**
 * Text from people or from other machines as one inert line: no escape sequences for a terminal, no line breaks that
 * fake another row, no characters that turn the reading direction. Cut at `longest` characters.
 */
export function plainText(text: string, longest = 300): string {
  const line = text.replace(NO_WIDTH, "").replace(UNPRINTABLE, " ").replace(/\s+/g, " ").trim();
  // Half of a character of two units is none.
  return line.length > longest ? `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…` : line;
}

/** What Markdown needs by its number: the editor looks for icons, `$(flame)`, once a backslash is gone again. */
const AS_ENTITY: Record<string, string> = { "<": "&lt;", "&": "&amp;", $: "&#36;" };

/** Text that Markdown shows as it stands: no links, no markup, no HTML. */
export function markdownText(text: string, longest?: number): string {
  return plainText(text, longest).replace(/[\\`*_{}[\]()#+\-=.!|~<>&$:@]/g, (c) => AS_ENTITY[c] ?? `\\${c}`);
}

/** What stands in a text for bytes that are no UTF-8, and between the letters of UTF-16. */
export const NOT_UTF_8 = /[\0\ufffd]/;
