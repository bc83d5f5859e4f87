import { globSync, readdirSync, readFileSync } from "node:fs";
import { inProject, projectRoot } from "./folders/projectRoot.ts";

/** A fenced block of a page. */
export interface Block {
  page: string;
  /** Of its first line of text, from 1. */
  line: number;
  language: string;
  /** The words behind the language. */
  info: string;
  text: string;
}

export interface Page {
  /** Its path from the project's folder. */
  path: string;
  /** Its text without fenced blocks, line for line. */
  prose: string;
  blocks: Block[];
  /** A test of this page alone, because its examples need more than a repository or a whole policy; null: there is none. */
  ownTest: string | null;
  /** What links may name: the headings, as VS Code and GitHub write them. */
  headings: string[];
}

/** The README and every page that lies in the guide's folder. */
export function guidePages(): Page[] {
  const names = readdirSync(inProject("media/guide")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...names.sort().map((name) => `media/guide/${name}`)].map(readPage);
}

/** The tests of all pages. */
const OF_ALL = /(?:guide|guideExamples)\.test\.ts$/;

/** Tests of single pages, which name the page that they read. */
function ownTestOf(path: string): string | null {
  if (!path.startsWith("media/guide/")) return null;
  const tests = globSync("test/{contract,unit}/**/*.test.ts", { cwd: projectRoot })
    .filter((test) => !OF_ALL.test(test))
    .sort();
  return tests.find((test) => readFileSync(inProject(test), "utf8").includes(`"${path}"`)) ?? null;
}

function readPage(path: string): Page {
  const page: Page = { path, prose: "", blocks: [], headings: [], ownTest: ownTestOf(path) };
  let open: { fence: string; block: Block } | null = null;
  for (const [i, line] of readFileSync(inProject(path), "utf8").split("\n").entries()) {
    const fence = /^\s*(`{3,})(\S*)(.*)/.exec(line);
    if (open && fence?.[1] === open.fence) open = null;
    else if (open) open.block.text += `${line}\n`;
    else if (fence) {
      const block: Block = { page: path, line: i + 2, language: fence[2]!, info: fence[3]!.trim(), text: "" };
      page.blocks.push(block);
      open = { fence: fence[1]!, block };
    }
    const isProse = !open && !fence;
    page.prose += isProse ? `${line}\n` : "\n";
    if (isProse && /^#+ /.test(line)) page.headings.push(slugOf(line.replace(/^#+ /, "")));
  }
  if (open) throw new Error(`${path}:${open.block.line}: this block has no end`);
  return page;
}

const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/** Every call of the command line in a text, as words: options and placeholders as they stand. */
export function callsIn(text: string): string[][] {
  const calls = text.matchAll(
    /(?:^|[\s`(;|])dropclock(?:@[\w.]+)?((?: +(?:"[^"]*"|'[^']*'|[^\s`;|)<>#"'&]+))+)/gm,
  );
  return [...calls].map(([, words]) =>
    [...words!.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      // In a list of YAML a bracket ends the call.
      ([, double, single, bare]) => double ?? single ?? bare!.replace(/^([^[]*)\]$/, "$1"),
    ),
  );
}
