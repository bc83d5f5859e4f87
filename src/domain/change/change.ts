import type { Instant } from "../time/instant.ts";
import { type CommitMessage, readCommitMessage, titleOf } from "./commitMessage.ts";

/** A commit with its whole message. */
export interface LoggedCommit {
  sha: string;
  parents: readonly string[];
  date: Instant;
  message: string;
  /** The name of whoever wrote it. */
  author?: string;
  /** Its files are those of its first parent. */
  isEmpty?: boolean;
}

/** The kinds of change that Keep a Changelog knows, in its order. */
export const CHANGE_KINDS = ["added", "changed", "deprecated", "removed", "fixed", "security"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What a commit changes for those who use the software. */
export interface Change {
  kind: ChangeKind;
  /** Of its Conventional Commit; null: it is none. */
  type: string | null;
  scope: string | null;
  /** One line, as it was written, with the number of its pull request where one is known: `round once (#12)`. */
  text: string;
  breaking: boolean;
  breakingNote: string | null;
  /** The commit that says so. */
  commit: string;
  /** Who wrote it, by name, each once. */
  authors: readonly string[];
}

/** What a team wants told. */
export interface ChangeRules {
  /** Whether a commit is left out, by its first line, or the title that a merge bears. */
  skips: (subject: string) => boolean;
  /** Types that are told although nobody sees them who only uses the software. */
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

/** Types of work that nobody sees who only uses the software. */
const UNSEEN = new Set(["build", "chore", "ci", "docs", "doc", "refactor", "style", "test", "tests", "wip"]);

/** A commit that makes a release, and changes nothing else. */
const RELEASE =
  /^(?:(?:release|version|prepare(?: for)?(?: release)?|cut|bump(?: version)?(?: to)?):?\s+)?v?\d+\.\d[\w.+-]*(?: \([#!]\d+\))?$/i;

/**
 * The change that a message tells of; null for one that is of no interest outside: a chore, a fix-up, a merge that
 * bears no title.
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

// A commit of no known type is told all the same: better a plain line too many than a change that nobody was told of.
function kindOf({ type, scope, breaking }: CommitMessage, { told }: ChangeRules): ChangeKind | null {
  if (scope?.toLowerCase() === "security" && type === "fix") return "security";
  if (type !== null && UNSEEN.has(type)) return breaking || told.has(type) ? "changed" : null;
  return (type !== null && Object.hasOwn(KINDS, type) && KINDS[type]) || "changed";
}

/** The author and those of `Co-authored-by`; machines that write commits are nobody to thank. */
export function authorsOf({ author, message }: LoggedCommit): string[] {
  const others = [...message.matchAll(/^Co-authored-by:[ \t]*([^<>\r\n]+?)[ \t]*<[^<>\r\n]*>[ \t]*\r?$/gim)];
  const names = [author ?? "", ...others.map((match) => match[1]!)];
  return [...new Set(names)].filter((name) => name !== "" && !name.endsWith("[bot]"));
}
