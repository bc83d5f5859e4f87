import MarkdownIt from "markdown-it";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type FieldName, placedFields, readAction, type WrittenAction } from "./actionItem.ts";
import { joinedLines, type LineEdit, linesOf, readFrontMatter } from "./frontMatter.ts";

const BOX = /^((?:[ \t]*(?:>|[-*+]|\d{1,9}[.)]))+[ \t]+\[)([ xX])\]/;

/** The one-character edit that ticks or unticks an action; null if it is so already. */
export function tickEdit({ raw, line }: Pick<PlacedAction, "raw" | "line">, done: boolean): LineEdit | null {
  const [, before, mark] = BOX.exec(raw) ?? [];
  if (before === undefined || (mark !== " ") === done) return null;
  return { line, from: before.length, to: before.length + 1, text: done ? "x" : " " };
}

/**
 * The action that a person saw, in the file as it is now: on its line, or wherever that line has moved to.
 * @throws {HumanError} if it is no longer there, or is there several times.
 */
export function findAgain(content: string, seen: Pick<PlacedAction, "raw" | "line">): PlacedAction {
  const same = readPostmortem(content).actions.filter(({ raw }) => raw === seen.raw);
  const found = same.find(({ line }) => line === seen.line) ?? (same.length === 1 ? same[0] : undefined);
  if (found) return found;
  throw new HumanError(
    "refused",
    `The line “${plainText(seen.raw, 80)}” was changed in the meantime, so nothing was done; look again.`,
  );
}

/** Writes an owner or a due date into its field, or at the end of the action's text. */
export function fieldEdit(content: string, action: PlacedAction, name: FieldName, value: string): LineEdit {
  const lines = linesOf(content);
  for (let line = action.lastLine; line >= action.line; line--) {
    const found = placedFields(lines[line]!, name).at(-1);
    if (!found) continue;
    const gap = /[\s*_>\]]$/.test(lines[line]!.slice(0, found.from)) || found.to > found.from ? "" : " ";
    return { line, from: found.from, to: found.to, text: gap + value };
  }
  return insertion(lines, action, name, value);
}

/** The owner goes before the due date, as everywhere. */
function insertion(lines: readonly string[], action: PlacedAction, name: string, value: string): LineEdit {
  const text = ` — ${name}: ${value}`;
  if (name === "owner") {
    for (let line = action.line; line <= action.lastLine; line++) {
      const due = /(?:—|--)\s*due:/i.exec(lines[line]!);
      if (!due) continue;
      const from = lines[line]!.slice(0, due.index).trimEnd().length;
      return { line, from, to: from, text };
    }
  }
  const end = lines[action.lastLine]!.trimEnd().length;
  return { line: action.lastLine, from: end, to: end, text };
}

/** An action in a post-mortem, with its place. Lines count from 0. */
export interface PlacedAction extends WrittenAction {
  line: number;
  lastLine: number;
  done: boolean;
  /** The line that it begins on, to find it again. */
  raw: string;
}

/** A heading and what is below it, up to the next one of its level. */
export interface Section {
  title: string;
  line: number;
  /** There are only comments below it. */
  empty: boolean;
  /** The questions of the template that nobody has answered. */
  questions: { from: number; to: number }[];
}

/** A post-mortem as it is written now. The file is the truth. */
export interface PostmortemFile {
  /** The incident's id, if its front matter names one. */
  incident: string | null;
  title: string | null;
  titleLine: number;
  sections: Section[];
  actions: PlacedAction[];
}

export function readPostmortem(text: string): PostmortemFile {
  const { blocks, tasks } = parseMarkdown(text);
  const lines = linesOf(text);
  const headings = blocks.filter(({ kind }) => kind === "heading");
  const title = headings.find(({ level }) => level === 1);
  return {
    incident: readFrontMatter(text).fields.get("incident") || null,
    title: title?.text ?? null,
    titleLine: title?.from ?? 0,
    sections: headings.filter(({ level }) => level > 1).map((heading) => sectionOf(heading, blocks, tasks)),
    actions: tasks.map(({ line, lastLine, done, markdown }) => ({
      ...readAction(markdown),
      line,
      lastLine,
      done,
      raw: lines[line]!,
    })),
  };
}

function sectionOf(heading: Block, blocks: readonly Block[], tasks: readonly { line: number }[]): Section {
  const after = blocks.slice(blocks.indexOf(heading) + 1);
  const end = after.findIndex(({ kind, level }) => kind === "heading" && level <= heading.level);
  const below = end < 0 ? after : after.slice(0, end);
  const own = below.slice(0, below.findIndex(({ kind }) => kind === "heading") >>> 0);
  const isTask = ({ from, to }: Block) => tasks.some(({ line }) => line >= from && line < to);
  const answered = own.some(isTask);
  const questions = own.filter(
    (block, i) => isQuestion(block) && !answered && own[i + 1]?.kind !== "paragraph",
  );
  return {
    title: heading.text,
    line: heading.from,
    empty: below.every(({ kind }) => kind === "comment"),
    questions: questions.map(({ from, to }) => ({ from, to })),
  };
}

/** A question of the template is answered by a paragraph below it, by tasks, or by any replacement. */
const isQuestion = ({ kind, text }: Block) =>
  kind === "comment" && text.includes("?") && !/^\/?dropclock:/.test(text);

/** A block of a document at its lines, which count from 0; `to` is the first line after it. */
interface Block {
  kind: "heading" | "comment" | "paragraph" | "other";
  from: number;
  to: number;
  /** Of a heading: 1 to 6; else 0. */
  level: number;
  /** The text of a heading or of a comment; else empty. */
  text: string;
}

/** An entry of a list that begins with `[ ]` or `[x]`. */
interface Task {
  /** The line that it begins on, counted from 0. */
  line: number;
  /** The line on which its own text ends. */
  lastLine: number;
  done: boolean;
  /** Its text as Markdown, without the box; several lines are joined. */
  markdown: string;
}

interface ParsedMarkdown {
  blocks: Block[];
  tasks: Task[];
}

// Only the block parser: nothing is rendered, so HTML does no harm.
const parser = new MarkdownIt({ html: true });
parser.core.ruler.enableOnly(["normalize", "block"]);
// Nobody follows a link here, so none is brought into a browser's form.
parser.normalizeLink = (link) => link;

/** Reads any document; nothing in it is an error. */
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

/** An HTML block may be a comment, or tags. */
function htmlBlocks(content: string, from: number, to: number): Block[] {
  const bare = withoutComments(content).trim();
  if (bare !== "") return [{ kind: "other", from, to, level: 0, text: "" }];
  const words = content.trim().slice("<!--".length, -"-->".length);
  return [{ kind: "comment", from, to, level: 0, text: words.includes("-->") ? "" : words.trim() }];
}

/** A comment that is never closed is kept. Searches, because a pattern would look for the end of each of a million. */
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
