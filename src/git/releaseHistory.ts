import { type AncestryGraph, NO_COMMITS, type ReleaseBranch } from "../domain/drop/dropHistory.ts";
import { plainText } from "../domain/text/plainText.ts";
import { compareVersions, isExclusion, nameMatcher, patternWords } from "../domain/text/tagNames.ts";
import type { Anchor } from "./anchor.ts";
import type { Refs } from "./refs.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/**
 * All commits that some tips reach, each with its parents. One process, however many tags there are.
 * @param tips Full object names of commits.
 * @throws {GitFailure} when one of them is not there.
 */
export async function readAncestryGraph(
  repository: Repository,
  tips: readonly string[],
): Promise<AncestryGraph> {
  return tips.length === 0 ? NO_COMMITS : parseGraph(await readAncestryLines(repository, tips));
}

/**
 * The same as git prints it: `commit parent parent …`, a line each.
 * @param tips At least one.
 */
export async function readAncestryLines({ git }: Repository, tips: readonly string[]): Promise<Buffer> {
  const args = ["rev-list", "--parents", "--stdin"];
  const input = tips.map((tip) => `${revision(tip)}\n`).join("");
  const chunks: Buffer[] = [];
  // Megabytes, for which a pipe takes several times as long as a file. A chunk is valid only now.
  const process = git.open(args, (chunk) => chunks.push(Buffer.from(chunk)), { spooled: true });
  process.end(input);
  const result = await process.ended;
  if (result.code !== 0) throw git.failure(args, result);
  return Buffer.concat(chunks);
}

/**
 * Reads lines of `commit parent parent …`. A long history has hundreds of thousands of names: they are looked up where
 * they stand in the bytes, and none of them becomes a text.
 */
export function parseGraph(bytes: Buffer): AncestryGraph {
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
