import { type CommitMessage, readCommitMessage } from "./conventionalCommit.ts";
import type { Instant } from "./instant.ts";

/** A commit with its whole message. */
export interface LoggedCommit {
  sha: string;
  parents: readonly string[];
  date: Instant;
  message: string;
}

/** The kinds of change that Keep a Changelog knows, in its order. */
export const CHANGE_KINDS = ["added", "changed", "deprecated", "removed", "fixed", "security"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What a commit changes for those who use the software. */
export interface Change {
  kind: ChangeKind;
  scope: string | null;
  /** One line, as it was written. */
  text: string;
  breaking: boolean;
  breakingNote: string | null;
}

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
const RELEASE = /^(?:(?:release|version|bump version to):?\s+)?v?\d+\.\d[\w.+-]*$/i;

/** The change of a commit; null for one that is of no interest outside: a merge, a chore, a fix-up. */
export function changeOf({ parents, message }: LoggedCommit): Change | null {
  const read = readCommitMessage(message);
  if (parents.length > 1 || /^(?:fixup|squash|amend)!/.test(read.subject) || RELEASE.test(read.subject))
    return null;
  const kind = kindOf(read);
  if (kind === null || read.subject === "") return null;
  const { scope, subject, breaking, breakingNote } = read;
  return { kind, scope, text: subject, breaking, breakingNote };
}

// A commit of no known type is told all the same: better a plain line too many than a change that nobody was told of.
function kindOf({ type, scope, breaking }: CommitMessage): ChangeKind | null {
  if (scope?.toLowerCase() === "security" && type === "fix") return "security";
  if (type !== null && UNSEEN.has(type)) return breaking ? "changed" : null;
  return (type !== null && Object.hasOwn(KINDS, type) && KINDS[type]) || "changed";
}
