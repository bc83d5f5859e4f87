import { headingText } from "./frontMatter.ts";

/**
 * Markdown as Slack's own notation (mrkdwn). What has a meaning only in Slack is treated as text, so
 * that it cannot mention anyone.
 */
export function slackText(markdown: string): string {
  return markdown
    .split("\n")
    .map((line) => slackLine(line))
    .join("\n");
}

function slackLine(line: string): string {
  const marked = /^#{1,6}\s(.*)$/.exec(line)?.[1];
  const heading = marked === undefined ? undefined : headingText(marked);
  const item = /^(\s*)[-*+]\s+(.*)$/.exec(line);
  const said = words(heading ?? item?.[2] ?? line);
  if (heading !== undefined) return `*${said.replaceAll("*", "")}*`;
  return item ? `${item[1]}• ${said}` : said;
}

const inert = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Bold has one star, links have angle brackets, and what Markdown escapes needs no escape. */
function words(markdown: string): string {
  const parts = markdown.split(/(?<!\\)(\[[^[\]]+\]\(https?:\/\/[^\s()<>|]+\))/);
  return parts.map((part, i) => (i % 2 === 1 ? link(part) : inert(plain(part)))).join("");
}

function link(markdown: string): string {
  const [, text, url] = /^\[(.+)\]\((.+)\)$/.exec(markdown)!;
  return `<${inert(url!)}|${inert(plain(text!)).replaceAll("|", "¦")}>`;
}

const plain = (text: string) =>
  text
    .replace(/\*\*(.+?)\*\*/g, "*$1*")
    .replace(/\\([!-/:-@[-`{-~])|&(lt|gt|amp|quot|apos|nbsp);/g, (_, escaped, entity) =>
      escaped === undefined ? ENTITIES[entity as string]! : escaped,
    );

/** The visible text of a piece of Markdown, with the place of each character in the source. */
interface VisibleText {
  /** What was escaped in the source is marked, so that it cannot be read as markup; see `unescaped`. */
  text: string;
  /** For each UTF-16 unit of `text` its index in the source, and the source's length at the end. */
  places: number[];
}

const ESCAPED = 0xe000;
/** The HTML entities that this program and people write. */
const ENTITIES: Record<string, string> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** What stands for something else, or for nothing; in this order. */
const TOKENS =
  /\\(?<escaped>[!-/:-@[-`{-~])|&(?:(?<entity>lt|gt|amp|quot|apos|nbsp)|#(?<decimal>\d{1,7})|#x(?<hex>[\da-f]{1,6}));|(?<![\p{L}\p{N}_.])(?<handle>@[\p{L}\p{N}_./-]*[\p{L}\p{N}])|<!--[\s\S]*?(?:-->|$)|(?<ticks>`+)(?<code>[^`]+)\k<ticks>(?!`)|~~[^~]+~~|!\[[^\]]*\]\([^()]*\)|\[\^[^\]]+\]|\[(?<link>(?:[^[\]\\]|\\.)+)\](?:\((?<target>[^()\s]*)(?:\s+"[^"]*")?\)|\[[^[\]]*\])|<(?<auto>[a-z][a-z\d+.-]*:[^<>\s]*)>|<br\s*\/?>|<\/?(?:[a-z][a-z\d]*)(?:\s[^<>]*)?>|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<![\p{L}\p{N}_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\p{N}_])/giu;

interface VisibleOptions {
  /** The address of a link follows its text in brackets. Left out: it is not shown. */
  addresses?: boolean;
}

/** Reads inline Markdown; struck-out text, comments and pictures are left out. */
export function visibleText(markdown: string, options: VisibleOptions = {}): VisibleText {
  const out: VisibleText = { text: "", places: [] };
  show(markdown, 0, out, options);
  out.places.push(markdown.length);
  return out;
}

function show(markdown: string, offset: number, out: VisibleText, options: VisibleOptions): void {
  const put = (text: string, from: number, step = 1) => {
    for (let i = 0; i < text.length; i++) out.places.push(offset + from + i * step);
    out.text += text;
  };
  let at = 0;
  for (const match of markdown.matchAll(TOKENS)) {
    const { index, 0: whole } = match;
    const { escaped, entity, decimal, hex, ticks, code, link, target, auto, handle } = match.groups!;
    put(markdown.slice(at, index), at);
    at = index + whole.length;
    if (handle !== undefined) put(handle, index);
    else if (escaped !== undefined) put(held(escaped), index);
    else if (entity !== undefined) put(held(ENTITIES[entity.toLowerCase()]!), index);
    else if (decimal !== undefined || hex !== undefined)
      put(letter(decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal), whole), index, 0);
    else if (code !== undefined) put(code.replaceAll("@", held("@")), index + ticks!.length);
    else if (auto !== undefined) put(auto, index + 1);
    else if (/^<br/i.test(whole)) put(" ", index);
    else if (link !== undefined) {
      show(link, offset + index + 1, out, options);
      if (options.addresses && target && target !== link) put(` (${target})`, index, 0);
    }
  }
  put(markdown.slice(at), at);
}

function letter(code: number, whole: string): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return whole;
  return code < 0x80 ? held(String.fromCharCode(code)) : String.fromCodePoint(code);
}

const held = (character: string) => String.fromCharCode(ESCAPED + character.charCodeAt(0));

/** The text with escaped characters restored. */
export const unescaped = (text: string) =>
  text.replace(/[\ue000-\ue07f]/g, (c) => String.fromCharCode(c.charCodeAt(0) - ESCAPED));

/**
 * A whole document as plain text, for places without Markdown: the title of a status page, a mail, a feed. Lines and
 * paragraphs stay; headings lose their marks, list items begin with a hyphen, links show where they lead.
 */
export function plainMarkdown(markdown: string): string {
  let fence: string | null = null;
  const lines = markdown.replace(/<!--[\s\S]*?(?:-->|$)/g, "").split(/\r\n|\n|\r/);
  const shown = lines.flatMap((line) => {
    const [, mark] = /^\s{0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence !== null) {
      if (!mark?.startsWith(fence)) return [line];
      fence = null;
      return [];
    }
    if (mark) {
      fence = mark;
      return [];
    }
    if (/^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/.test(line)) return [""];
    const heading = /^\s{0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(line)?.[1];
    const item = /^(\s*)[-*+]\s+(.*)$/.exec(line);
    const quote = /^\s{0,3}(?:>\s?)+(.*)$/.exec(line)?.[1];
    const words = unescaped(
      visibleText(heading ?? item?.[2] ?? quote ?? line, { addresses: true }).text,
    ).trimEnd();
    return [item ? `${item[1]}- ${words}` : words];
  });
  return shown
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
