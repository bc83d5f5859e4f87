import type { Tag } from "../domain/drop/drop.ts";
import { type AncestryGraph, NO_COMMITS, type ReleaseBranch } from "../domain/drop/dropHistory.ts";
import { plainText } from "../domain/text/plainText.ts";
import { compareVersions, isExclusion, nameMatcher, patternWords } from "../domain/text/tagNames.ts";
import { instantOfSeconds } from "../domain/time/instant.ts";
import type { Anchor } from "./anchor.ts";
import type { Repository } from "./repository.ts";
import { type Refs, revision } from "./revision.ts";

/**
 * All commits that some tips reach, each with its parents. One process, however many tags there are.
 * @param tips Full object names of commits.
 * @throws {GitFailure} when one of them is not there.
 */
export async function readAncestryGraph(
  { git }: Repository,
  tips: readonly string[],
): Promise<AncestryGraph> {
  if (tips.length === 0) return NO_COMMITS;
  const args = ["rev-list", "--parents", "--stdin"];
  const input = tips.map((tip) => `${revision(tip)}\n`).join("");
  const chunks: Buffer[] = [];
  // Megabytes, for which a pipe takes several times as long as a file. A chunk is valid only now.
  const process = git.open(args, (chunk) => chunks.push(Buffer.from(chunk)), { spooled: true });
  process.end(input);
  const result = await process.ended;
  if (result.code !== 0) throw git.failure(args, result);
  return parseGraph(Buffer.concat(chunks));
}

/**
 * Reads lines of `commit parent parent …`. A long history has hundreds of thousands of names: they are looked up where
 * they stand in the bytes, and none of them becomes a text.
 */
function parseGraph(bytes: Buffer): AncestryGraph {
  const width = bytes.indexOf(LINE_FEED);
  const space = bytes.indexOf(SPACE);
  const length = space >= 0 && space < width ? space : width;
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    starts.push(at);
    for (at += length; bytes[at] === SPACE; ) at += length + 1;
  }
  const names = new NameTable(bytes, length, starts);
  const offsets = new Int32Array(starts.length + 1);
  const parents: number[] = [];
  starts.forEach((start, i) => {
    for (let at = start + length; bytes[at] === SPACE; at += length + 1) {
      const parent = names.find(bytes, at + 1);
      if (parent >= 0) parents.push(parent);
    }
    offsets[i + 1] = parents.length;
  });
  return {
    size: starts.length,
    indexOf: (commit) => (commit.length === length ? names.find(Buffer.from(commit, "latin1"), 0) : -1),
    offsets,
    parents: Int32Array.from(parents),
  };
}

const LINE_FEED = 10;
const SPACE = 32;

/** Finds the line that begins with a name. */
class NameTable {
  readonly #bytes: Buffer;
  readonly #length: number;
  readonly #starts: readonly number[];
  /** By hash, the number of a line and one more; 0 for none. */
  readonly #slots: Int32Array;

  constructor(bytes: Buffer, length: number, starts: readonly number[]) {
    this.#bytes = bytes;
    this.#length = length;
    this.#starts = starts;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(starts.length * 2 + 2)));
    starts.forEach((start, i) => {
      this.#slots[this.#slotOf(bytes, start)] = i + 1;
    });
  }

  /** -1 where no line begins with it. */
  find(bytes: Buffer, at: number): number {
    return this.#slots[this.#slotOf(bytes, at)]! - 1;
  }

  /** Where a name is, or would be. */
  #slotOf(bytes: Buffer, at: number): number {
    const mask = this.#slots.length - 1;
    let hash = 0;
    // A name is a hash itself: eight of its digits suffice.
    for (let i = 0; i < 8; i++) hash = Math.imul(hash ^ bytes[at + i]!, 0x01000193);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const line = this.#slots[slot]!;
      if (line === 0 || this.#isSame(this.#starts[line - 1]!, bytes, at)) return slot;
    }
  }

  #isSame(start: number, bytes: Buffer, at: number): boolean {
    for (let i = 0; i < this.#length; i++) if (this.#bytes[start + i] !== bytes[at + i]) return false;
    return true;
  }
}

const FIELDS = [
  "refname",
  "objecttype",
  "objectname",
  "creatordate:unix",
  "*objecttype",
  "*objectname",
  "*committerdate:unix",
];

/**
 * All tags, peeled. Tags of anything but commits are passed over. One process, and one more where a tag names another
 * tag.
 * @param tips Where an object that some tag names is not here, the tags that these commits reach have to do.
 */
export async function releaseTags({ git }: Repository, tips: readonly string[] = []): Promise<Tag[]> {
  const format = FIELDS.map((field) => `%(${field})`).join("%00");
  const list = (...which: string[]) => ["for-each-ref", ...which, `--format=${format}`, "refs/tags"];
  let args = list();
  let result = await git.feed(args);
  if (result.code !== 0 && tips.length > 0) {
    args = list(...tips.map((tip) => `--merged=${tip}`));
    result = await git.feed(args);
  }
  if (result.code !== 0) throw git.failure(args, result);
  const tags: Tag[] = [];
  const nested: Tag[] = [];
  for (const line of result.stdout.toString().split("\n")) {
    const [ref, type, object, created, peeledType, peeled, committed] = line.split("\0");
    if (!ref || !object) continue;
    const said = instantOfSeconds(created);
    // A tag without a tagger, or with an impossible date, has no date of its own.
    const assumed = type === "commit" || said === null;
    const date = said ?? instantOfSeconds(committed) ?? 0;
    const name = ref.slice("refs/tags/".length);
    if (type === "commit") tags.push({ name, commit: object, date, assumed });
    else if (peeledType === "commit") tags.push({ name, commit: peeled!, date, assumed });
    else if (peeledType === "tag") nested.push({ name, commit: object, date, assumed });
  }
  return nested.length === 0 ? tags : [...tags, ...(await peelAll(nested))];

  // Older gits peel one layer only.
  async function peelAll(outer: Tag[]): Promise<Tag[]> {
    const input = outer.map((tag) => `${tag.commit}^{commit}\n`).join("");
    const { stdout } = await git.feed(["cat-file", "--batch-check=%(objectname) %(objecttype)"], { input });
    const lines = stdout.toString().split("\n");
    return outer.flatMap((tag, i) => {
      const [object, type] = lines[i]?.split(" ") ?? [];
      return type === "commit" ? [{ ...tag, commit: object! }] : [];
    });
  }
}

/**
 * The branches that drops are released from: those that the policy names, at the anchor's remote, else the anchor
 * itself. In the order of the patterns, those of one pattern by version. Undo branches are left out.
 * @param wanted A branch, or patterns on branches.
 * @param refs All branches, local and remote.
 */
export function releaseBranchesOf(
  anchor: Anchor,
  wanted: string | readonly string[] | null,
  { refs }: Refs,
): ReleaseBranch[] | { missing: string } {
  const own = { name: anchor.branch, ref: anchor.ref, commit: anchor.commit };
  if (wanted === null || wanted === anchor.branch) return [own];
  const folder =
    anchor.published && anchor.remote !== null ? `refs/remotes/${anchor.remote}/` : "refs/heads/";
  const branches = new Map(
    refs
      .filter(({ name, target }) => name.startsWith(folder) && target === null)
      .map(({ name, oid }) => [name.slice(folder.length), { ref: name, commit: oid }]),
  );
  const names = [...branches.keys()].filter((name) => !name.startsWith("dropclock/")).sort(compareVersions);
  const found =
    typeof wanted === "string" ? names.filter((name) => name === wanted) : matching(wanted, names);
  if (found.length > 0) return found.map((name) => ({ name, ...branches.get(name)! }));
  const where = anchor.remote === null ? "here" : `on ${plainText(anchor.remote, 60)}`;
  const shown = names.slice(0, 5).map((name) => plainText(name, 60));
  const instead = shown.length > 0 ? `there are: ${shown.join(", ")}` : "there is no branch at all";
  return {
    missing:
      typeof wanted === "string"
        ? `The policy's branch “${plainText(wanted, 60)}” is not ${where}; ${instead}.`
        : `No branch ${where} matches “${plainText(patternWords(wanted), 80)}”, the policy's drops.branch; ${instead}.`,
  };
}

function matching(patterns: readonly string[], names: readonly string[]): string[] {
  const excluded = patterns.filter(isExclusion);
  const wanted = patterns.filter((pattern) => !isExclusion(pattern));
  return [...new Set(wanted.flatMap((pattern) => names.filter(nameMatcher([pattern, ...excluded]))))];
}
