import MarkdownIt from "markdown-it";
import { joinedLines, linesOf, readFrontMatter } from "./frontMatter.ts";

/** A block of a document at its lines, which count from 0; `to` is the first line after it. */
export interface Block {
  kind: "heading" | "comment" | "paragraph" | "other";
  from: number;
  to: number;
  /** Of a heading: 1 to 6; else 0. */
  level: number;
  /** Of a heading: its text; of a comment: what stands in it; else empty. */
  text: string;
}

/** An entry of a list that begins with `[ ]` or `[x]`. */
export interface Task {
  /** The line that it begins on, counted from 0. */
  line: number;
  /** The line on which its own words end. */
  lastLine: number;
  done: boolean;
  /** Its words as Markdown, without the box; several lines are one. */
  markdown: string;
}

export interface ParsedMarkdown {
  blocks: Block[];
  tasks: Task[];
}

// The parser of blocks alone: nothing is rendered, so it does not matter that HTML is let through.
const parser = new MarkdownIt({ html: true });
parser.core.ruler.enableOnly(["normalize", "block"]);

/** Reads a document, however it was written; nothing in it is an error. */
export function parseMarkdown(text: string): ParsedMarkdown {
  const blocks: Block[] = [];
  const tasks: Task[] = [];
  const tokens = parser.parse(withoutFrontMatter(text), {});
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    if (token.type === "list_item_open") {
      const task = taskOf(tokens[i + 2]);
      if (task) tasks.push(task);
    }
    if (token.level !== 0 || !token.map) return;
    const [from, to] = token.map;
    if (token.type === "heading_open") {
      blocks.push({
        kind: "heading",
        from,
        to,
        level: Number(token.tag.slice(1)),
        text: next?.content ?? "",
      });
    } else if (token.type === "html_block") blocks.push(...htmlBlocks(token.content, from, to));
    else if (token.nesting >= 0) {
      const kind = token.type === "paragraph_open" ? "paragraph" : "other";
      blocks.push({ kind, from, to, level: 0, text: "" });
    }
  });
  return { blocks, tasks };
}

// Read as Markdown, it would be a rule and a heading. Its lines stay, so that all others keep their numbers.
function withoutFrontMatter(text: string): string {
  const { lines } = readFrontMatter(text);
  if (lines === 0) return text;
  const all = linesOf(text);
  return [...all.slice(0, lines).map(() => ""), ...all.slice(lines)].join("\n");
}

/** One HTML block may hold a comment alone, or tags. */
function htmlBlocks(content: string, from: number, to: number): Block[] {
  const bare = withoutComments(content).trim();
  if (bare !== "") return [{ kind: "other", from, to, level: 0, text: "" }];
  const words = content.trim().slice("<!--".length, -"-->".length);
  return [{ kind: "comment", from, to, level: 0, text: words.includes("-->") ? "" : words.trim() }];
}

/** A comment that is never closed stays. By searching: a pattern would look for the end of each of a million. */
function withoutComments(html: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let open = html.indexOf("<!--"); open >= 0; open = html.indexOf("<!--", from)) {
    const end = html.indexOf("-->", open + "<!--".length);
    if (end < 0) break;
    kept.push(html.slice(from, open));
    from = end + "-->".length;
  }
  return kept.join("") + html.slice(from);
}

type Token = ReturnType<typeof parser.parse>[number];

function taskOf(inline: Token | undefined): Task | null {
  if (inline?.type !== "inline" || !inline.map) return null;
  const m = /^\[([ xX])\](?:[ \t]+([\s\S]*))?$/.exec(inline.content);
  if (!m) return null;
  const [line, end] = inline.map;
  const markdown = joinedLines(m[2] ?? "", " ");
  return { line, lastLine: end - 1, done: m[1] !== " ", markdown };
}
