import { headingText } from "./frontMatter.ts";

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
  const words = inert(plain(heading ?? item?.[2] ?? line));
  if (heading !== undefined) return `*${words.replaceAll("*", "")}*`;
  return item ? `${item[1]}• ${words}` : words;
}

const inert = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Bold is told with one star, and what Markdown escapes needs no escape. */
const plain = (text: string) =>
  text
    .replace(/\*\*(.+?)\*\*/g, "*$1*")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
