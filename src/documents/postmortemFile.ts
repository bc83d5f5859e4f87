import { readAction, type WrittenAction } from "./actionItem.ts";
import { linesOf, readFrontMatter } from "./frontMatter.ts";
import { type Block, parseMarkdown } from "./markdownBlocks.ts";

/** An action in a post-mortem, with its place. Lines count from 0. */
export interface PlacedAction extends WrittenAction {
  line: number;
  lastLine: number;
  done: boolean;
  /** The line that it begins on, to find it again. */
  raw: string;
}

/** A heading and what stands below it, up to the next one of its rank. */
export interface Section {
  title: string;
  line: number;
  /** Nothing stands below it but comments. */
  empty: boolean;
  /** The questions of the template that nobody has answered. */
  questions: { from: number; to: number }[];
}

/** A post-mortem as it is written at the moment. The file is the truth. */
export interface PostmortemFile {
  /** The incident's id, where its front matter names one. */
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

/** A question of the template is answered by a paragraph below it, by tasks, or by whatever takes its place. */
const isQuestion = ({ kind, text }: Block) =>
  kind === "comment" && text.includes("?") && !/^\/?dropclock:/.test(text);
