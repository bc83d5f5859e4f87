import { headingText } from "./frontMatter.ts";
import { ENTITIES } from "./visibleText.ts";

/**
 * Markdown as Slack's own notation (mrkdwn). What means something to Slack and nothing to Markdown is taken as text, so
 * that nobody can be called by it.
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

/** Bold is told with one star, links in angle brackets, and what Markdown escapes needs no escape. */
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
