import type { Git } from "./git.ts";

/** How many sets are followed at once: one bit for each. */
const LANES = 31;

/** The ancestry of all commits below a head. Dates do not count: whoever writes a commit chooses its date. */
export class CommitAncestry {
  /** Oldest first: no commit comes before one of its parents. */
  readonly #places: Map<string, number>;
  readonly #parents: readonly (readonly number[])[];

  private constructor(places: Map<string, number>, parents: readonly (readonly number[])[]) {
    this.#places = places;
    this.#parents = parents;
  }

  /** One process. @throws {GitFailure} where a part of the history is not here. */
  static async read(git: Git, head: string): Promise<CommitAncestry> {
    const args = ["--no-replace-objects", "rev-list", "--topo-order", "--reverse", "--parents", head];
    const result = await git.feed(args, {});
    if (result.code !== 0) throw git.failure(args, result);
    const places = new Map<string, number>();
    const parents: number[][] = [];
    for (const line of result.stdout.toString("latin1").split("\n")) {
      if (line === "") continue;
      const [commit, ...names] = line.split(" ") as [string, ...string[]];
      places.set(commit, parents.length);
      parents.push(names.flatMap((name) => places.get(name) ?? []));
    }
    return new CommitAncestry(places, parents);
  }

  /** Of each set of commits, those that have no other one of the set as an ancestor. */
  earliest(sets: readonly (readonly string[])[]): Set<string>[] {
    const found = sets.map(() => new Set<string>());
    for (let from = 0; from < sets.length; from += LANES)
      this.#follow(sets.slice(from, from + LANES), from, found);
    return found;
  }

  /** In each commit's bits: of which sets it, or an ancestor of it, is a member. */
  #follow(sets: readonly (readonly string[])[], from: number, found: readonly Set<string>[]): void {
    const members = new Map<number, [lane: number, commit: string][]>();
    sets.forEach((commits, lane) => {
      for (const commit of commits) {
        const place = this.#places.get(commit);
        if (place === undefined) continue;
        const there = members.get(place);
        if (there) there.push([lane, commit]);
        else members.set(place, [[lane, commit]]);
      }
    });
    const bits = new Int32Array(this.#parents.length);
    for (let place = 0; place < bits.length; place++) {
      let own = 0;
      for (const parent of this.#parents[place]!) own |= bits[parent]!;
      for (const [lane, commit] of members.get(place) ?? []) {
        if ((own & (1 << lane)) === 0) found[from + lane]!.add(commit);
      }
      for (const [lane] of members.get(place) ?? []) own |= 1 << lane;
      bits[place] = own;
    }
  }
}

/**
 * Which of these commits are not in the history of a head; they may be no commits at all. If necessary the whole history
 * is searched: limits on a search go by dates, which whoever writes a commit chooses. One process,
 * ended as soon as all are found.
 */
export async function notAmongAncestors(
  git: Git,
  head: string,
  commits: readonly string[],
): Promise<string[]> {
  const missing = new Set(commits);
  missing.delete(head);
  if (missing.size === 0) return [];
  let rest = "";
  const onData = (chunk: Buffer) => {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop()!;
    for (const line of lines) missing.delete(line);
    if (missing.size === 0) walk.stop();
  };
  const walk = git.open(["--no-replace-objects", "rev-list", head], onData);
  walk.end();
  // If part of the history is not here, what was not found counts as missing.
  await walk.ended;
  return [...missing];
}

/** Something that a commit has at a path and none of its parents has there. */
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

// Both are plumbing, which follows few settings. `-c`: of a merge, only what differs from every parent.
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
  const result = await git.feed(args, {});
  if (result.code !== 0) throw git.failure(args, result);
  const lines = result.stdout.toString("latin1").split("\n").slice(0, -1);
  if (from === null) return lines;
  return lines.some((line) => line.startsWith("<")) ? null : lines.map((line) => line.slice(1));
}

/** With more commits than this, two processes share the work. */
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
class AdditionLines {
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

  // Between a head and its records there is a line break, or for a merge an empty text.
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

/** The header of a commit. */
interface CommitObject {
  tree: string;
  parents: string[];
  /** `Name <mail>`. */
  author: string;
}

const NAME = /^[0-9a-f]+$/;
const AUTHOR = /^author ([^<>\n]*) <([^<>\n]*)> \d+ [+-]\d{4}$/;

/** Reads a commit object. Null for one that only git can read, as in another encoding. */
export function parseCommit(content: Buffer): CommitObject | null {
  const text = content.toString("utf8");
  const lines = text.slice(0, Math.max(0, text.indexOf("\n\n"))).split("\n");
  const tree = lines[0]?.startsWith("tree ") ? lines[0].slice(5) : "";
  const parents: string[] = [];
  let at = 1;
  for (; lines[at]?.startsWith("parent "); at++) parents.push(lines[at]!.slice(7));
  const [, name, mail] = AUTHOR.exec(lines[at] ?? "") ?? [];
  if (name === undefined || !NAME.test(tree) || !parents.every((parent) => NAME.test(parent))) return null;
  if (lines.some((line) => line.startsWith("encoding "))) return null;
  return { tree, parents, author: `${name} <${mail}>` };
}
