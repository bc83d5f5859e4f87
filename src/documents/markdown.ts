import { Drop } from "liquidjs";
import { visibleText } from "../domain/text/plainText.ts";

/** Markdown that this program made: the only value that a template prints without escaping. */
export class Markdown extends Drop {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  // So that templates can compare it and filters can work on it; what a filter makes of it is plain text again.
  override valueOf(): string {
    return this.text;
  }

  override toString(): string {
    return this.text;
  }
}

/**
 * Text that stays text wherever a template puts it: in a paragraph, at the start of a line, in a table, a heading,
 * a comment, an attribute. Escapes only what could have a meaning there, so that the source stays readable.
 */
export function escapeMarkdown(text: string): string {
  return edges(oneLine(text))
    .replace(/[\\`*[\]{}<>&|~$@=]/g, (c) => (c === "<" ? "&lt;" : c === "&" ? "&amp;" : `\\${c}`))
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/(?<![\s\d]):(?=\S)|:(?=[^\s\d])|(?<=www)\./gi, "\\$&")
    .replace(/[!#](?=\s*$)/, "\\$&")
    .replace(/(?<=\{)[%#]/g, "\\$&")
    .replace(/^(\s*)([-+#:.)])/, "$1\\$2")
    .replace(/^(\s*\d+)([.)])/, "$1\\$2");
}

// At most one space before and after: four at the start of a line would be code.
function edges(line: string): string {
  const inner = line.trim();
  return inner === ""
    ? line.slice(0, 1)
    : `${/^\s/.test(line) ? " " : ""}${inner}${/\s$/.test(line) ? " " : ""}`;
}

/** A path as the target of a link: without scheme or host, and with nothing that ends the link. */
export function linkTarget(path: string): string {
  const local = path.toWellFormed().replace(/^[/\\]{2,}/, "/");
  return encodeURI(local).replace(
    /[^\w./~%-]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** A name (file, commit, branch) as code. One with characters that could break out of it becomes escaped text. */
export function codeSpan(text: string): string {
  const tame = /^[\p{L}\p{N}_.,/@+()[\] -]+$/u.test(text) && !/^\s|\s$|\][([]/.test(text);
  return tame ? `\`${text}\`` : escapeMarkdown(text);
}

/** Lines as a block of code; it belongs at the start of a line of its own. */
export function codeBlock(lines: readonly string[], language: string): string {
  const inert = lines.map(oneLine);
  const longest = Math.max(2, ...inert.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language.replace(/[^\w-]/g, "")}`, ...inert, fence].join("\n");
}

/** A string for YAML or JSON that is also inert if front matter is shown as text. */
export function quotedScalar(text: string): string {
  const coded = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const inert = oneLine(text).replace(/["\\<>&[\]{}`*_|@!~#$=]|:(?! )/g, (c, i: number, whole: string) =>
    c === "_" && /[\p{L}\p{N}]_[\p{L}\p{N}]/u.test(whole.slice(i - 1, i + 2)) ? c : coded(c),
  );
  return `"${inert}"`;
}

/** No line breaks, no control characters, nothing invisible, nothing that changes the reading direction. */
const oneLine = (text: string) => visibleText(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "));

/** A value that reads as its name, and has fields beside. */
export class Named {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
