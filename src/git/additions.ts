import type { Git } from "./git.ts";

/** Something that a commit has at a path, and none of its parents has there. */
export interface Addition {
  commit: string;
  /** `Name <mail>`, as text in UTF-8. */
  author: string;
  merge: boolean;
  path: string;
  mode: string;
  oid: string;
}

const LIST = ["--no-replace-objects", "rev-list"];

// Both are plumbing, which heeds few settings. `-c`: of a merge, only what is in no parent as it is.
const COMPARE = [
  "--no-replace-objects",
  "diff-tree",
  "--stdin",
  "-r",
  "-c",
  "--root",
  "--raw",
  "-z",
  "--no-abbrev",
  "--no-renames",
  "--no-relative",
  "--ignore-submodules=none",
  "--encoding=UTF-8",
  "--format=%H%x00%an <%ae>%x00%P",
];

/**
 * The commits that one head has and another one lacks, newest first; null where the other one has something that is
 * not in the history of the first. One process.
 * @param from Null: nothing at all.
 */
export async function commitsSince(git: Git, from: string | null, to: string): Promise<string[] | null> {
  if (from === to) return [];
  const args = from === null ? [...LIST, to] : [...LIST, "--left-right", `${from}...${to}`];
  const result = await git.feed(args);
  if (result.code !== 0) throw git.failure(args, result);
  const lines = result.stdout.toString("latin1").split("\n").slice(0, -1);
  if (from === null) return lines;
  return lines.some((line) => line.startsWith("<")) ? null : lines.map((line) => line.slice(1));
}

/** Two share what takes one process longer than this many commits. */
const MANY = 2_000;

/** What each of these commits added, in no order. One process, two for many commits. */
export async function additionsIn(
  git: Git,
  commits: readonly string[],
  onAddition: (addition: Addition) => void,
): Promise<void> {
  const half = commits.length > MANY ? Math.ceil(commits.length / 2) : commits.length;
  const halves = [commits.slice(0, half), commits.slice(half)].filter(({ length }) => length > 0);
  await Promise.all(halves.map((each) => additionsOf(git, each, onAddition)));
}

async function additionsOf(
  git: Git,
  commits: readonly string[],
  onAddition: (addition: Addition) => void,
): Promise<void> {
  const lines = new AdditionLines(onAddition);
  const input = `${commits.join("\n")}\n`;
  const result = await git.feed(COMPARE, { input, onData: (chunk) => lines.push(chunk) });
  if (result.code !== 0) throw git.failure(COMPARE, result);
}

/**
 * Cuts what `diff-tree` prints into additions: a commit is three texts (its name, its author, its parents), a change
 * two (a record that begins with a colon, and a path), each ended by a zero byte.
 */
export class AdditionLines {
  readonly #onAddition: (addition: Addition) => void;
  #rest = "";
  /** None yet, or all three: what comes next is a record, or another head. */
  #head: string[] = [];
  #record: string | null = null;

  constructor(onAddition: (addition: Addition) => void) {
    this.#onAddition = onAddition;
  }

  push(chunk: Buffer): void {
    const text = this.#rest + chunk.toString("latin1");
    let start = 0;
    for (let end = text.indexOf("\0"); end >= 0; end = text.indexOf("\0", start)) {
      this.#take(text.slice(start, end));
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }

  #take(part: string): void {
    if (this.#record !== null) {
      this.#tell(this.#record, part);
      this.#record = null;
      return;
    }
    if (this.#head.length < 3) this.#head.push(part);
    else this.#afterHead(part.startsWith("\n") ? part.slice(1) : part);
  }

  // Between a head and its records stands a line break, or for a merge an empty text.
  #afterHead(text: string): void {
    if (text.startsWith(":")) this.#record = text;
    else if (text !== "") this.#head = [text];
  }

  // A merge's record has a mode, a name and a letter for each parent; of the modes and of the names the last one is
  // that of the commit itself.
  #tell(record: string, path: string): void {
    const [commit = "", author = "", parents = ""] = this.#head;
    const names = record.split(" ");
    const oid = names.at(-2)!;
    if (/^0+$/.test(oid)) return;
    const mode = names[(names.length - 3) / 2]!;
    const merge = parents.includes(" ");
    this.#onAddition({ commit, author: utf8(author), merge, path: utf8(path), mode, oid });
  }
}

const utf8 = (text: string) =>
  /[\x80-\xff]/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
