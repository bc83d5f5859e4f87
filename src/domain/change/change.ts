import { type AncestryGraph, ancestryGraph } from "../drop/dropHistory.ts";
import type { Instant } from "../time/instant.ts";
import { type CommitMessage, readCommitMessage, titleOf } from "./commitMessage.ts";

/** A commit with its whole message. */
export interface LoggedCommit {
  sha: string;
  parents: readonly string[];
  date: Instant;
  message: string;
  /** The author's name. */
  author?: string;
  /** Its files are compared with its first parent. */
  isEmpty?: boolean;
}

/** The kinds of change that Keep a Changelog knows, in its order. */
export const CHANGE_KINDS = ["added", "changed", "deprecated", "removed", "fixed", "security"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What a commit changes for those who use the software. */
export interface Change {
  kind: ChangeKind;
  /** The type of its Conventional Commit; null: it is not one. */
  type: string | null;
  scope: string | null;
  /** One line, as it was written, with the number of its pull request where one is known: `round once (#12)`. */
  text: string;
  breaking: boolean;
  breakingNote: string | null;
  /** The commit that it comes from. */
  commit: string;
  /** The authors' names, each once. */
  authors: readonly string[];
}

/** What a team wants in its changelog. */
export interface ChangeRules {
  /** Whether a commit is left out, by its first line, or the title that a merge bears. */
  skips: (subject: string) => boolean;
  /** Types that are listed although users of the software do not notice them. */
  told: ReadonlySet<string>;
}

export const ALL_CHANGES: ChangeRules = { skips: () => false, told: new Set() };

const KINDS: Record<string, ChangeKind> = {
  feat: "added",
  feature: "added",
  add: "added",
  fix: "fixed",
  bugfix: "fixed",
  hotfix: "fixed",
  perf: "changed",
  change: "changed",
  deprecate: "deprecated",
  remove: "removed",
  security: "security",
  sec: "security",
};

/** Types of work that users of the software do not notice. */
const UNSEEN = new Set(["build", "chore", "ci", "docs", "doc", "refactor", "style", "test", "tests", "wip"]);

/** A commit that makes a release, and changes nothing else. */
const RELEASE =
  /^(?:(?:release|version|prepare(?: for)?(?: release)?|cut|bump(?: version)?(?: to)?):?\s+)?v?\d+\.\d[\w.+-]*(?: \([#!]\d+\))?$/i;

/**
 * The change that a message describes; null for one that does not concern users: a chore, a fix-up, a merge that
 * has no title.
 */
export function changeOf(commit: LoggedCommit, rules: ChangeRules): Change | null {
  const { sha, message } = commit;
  const read = readCommitMessage(message);
  if (/^(?:fixup|squash|amend)!/.test(read.subject) || RELEASE.test(read.subject)) return null;
  const kind = kindOf(read, rules);
  if (kind === null || read.subject === "" || rules.skips(titleOf(message))) return null;
  const { type, scope, subject, breaking, breakingNote } = read;
  const authors = authorsOf(commit);
  return { kind, type, scope, text: subject, breaking, breakingNote, commit: sha, authors };
}

// A commit of unknown type is listed anyway: a plain line too many is better than a change that is missing.
function kindOf({ type, scope, breaking }: CommitMessage, { told }: ChangeRules): ChangeKind | null {
  if (scope?.toLowerCase() === "security" && type === "fix") return "security";
  if (type !== null && UNSEEN.has(type)) return breaking || told.has(type) ? "changed" : null;
  return (type !== null && Object.hasOwn(KINDS, type) && KINDS[type]) || "changed";
}

/** The author and those of `Co-authored-by`; bots are left out. */
export function authorsOf({ author, message }: LoggedCommit): string[] {
  const others = [...message.matchAll(/^Co-authored-by:[ \t]*([^<>\r\n]+?)[ \t]*<[^<>\r\n]*>[ \t]*\r?$/gim)];
  const names = [author ?? "", ...others.map((match) => match[1]!)];
  return [...new Set(names)].filter((name) => name !== "" && !name.endsWith("[bot]"));
}

const WANTED = 1;
const UNWANTED = 2;

/**
 * Logged commits as a graph of their ancestry. A commit's number is its place in the log, which has each before
 * its parents; git's own order does not guarantee that.
 */
export class CommitGraph {
  readonly commits: readonly LoggedCommit[];
  /** Whether some have parents that are not known here: there is more history than was read. */
  readonly isCut: boolean;
  readonly #graph: AncestryGraph;
  readonly #marks: Uint8Array;

  /** @param commits Newest first, each before its parents, as `git log --topo-order` gives them. */
  constructor(commits: readonly LoggedCommit[]) {
    this.commits = commits;
    this.#graph = ancestryGraph(new Map(commits.map(({ sha, parents }) => [sha, parents])));
    const { offsets } = this.#graph;
    this.isCut = commits.some(({ parents }, i) => parents.length > offsets[i + 1]! - offsets[i]!);
    this.#marks = new Uint8Array(commits.length);
  }

  has(sha: string): boolean {
    return this.#graph.indexOf(sha) >= 0;
  }

  /** Whether a commit is listed after another one: only such a one can be its ancestor. */
  isOlder(sha: string, than: string): boolean {
    const other = this.#graph.indexOf(than);
    return other >= 0 && this.#graph.indexOf(sha) > other;
  }

  /** The place of a commit, the oldest first, each after its parents; -1: it is not known here. */
  age(sha: string): number {
    const i = this.#graph.indexOf(sha);
    return i < 0 ? -1 : this.commits.length - 1 - i;
  }

  byAge = (a: string, b: string): number => this.age(a) - this.age(b);

  /** What is reachable from some commits and not from others, oldest first, as `git log tips --not without` has it. */
  range(tips: readonly string[], without: readonly string[]): LoggedCommit[] {
    const marks = this.#marks;
    const { offsets, parents } = this.#graph;
    let waiting = 0;
    let [first, last] = [marks.length, 0];
    const mark = (i: number, as: number) => {
      if (i < 0) return;
      if (marks[i] === WANTED) waiting--;
      marks[i]! |= as;
      if (marks[i] === WANTED) waiting++;
      first = Math.min(first, i);
      last = Math.max(last, i);
    };
    for (const sha of tips) mark(this.#graph.indexOf(sha), WANTED);
    for (const sha of without) mark(this.#graph.indexOf(sha), UNWANTED);
    const found: LoggedCommit[] = [];
    // A commit comes after every commit that reaches it, so its marks are complete when its turn comes.
    for (let i = first; waiting > 0; i++) {
      const as = marks[i]! & UNWANTED ? UNWANTED : marks[i]!;
      if (as === 0) continue;
      if (as === WANTED) {
        waiting--;
        found.push(this.commits[i]!);
      }
      for (let p = offsets[i]!; p < offsets[i + 1]!; p++) mark(parents[p]!, as);
    }
    marks.fill(0, first, last + 1);
    return found.reverse();
  }
}
