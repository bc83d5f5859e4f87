/** A commit message read by the rules of Conventional Commits 1.0; one that does not follow them has no type. */
export interface CommitMessage {
  /** Lower case; null: not a conventional commit. */
  type: string | null;
  scope: string | null;
  /** What it is about: the description, or the whole first line. */
  subject: string;
  breaking: boolean;
  /** What a `BREAKING CHANGE` footer says; null where there is none, or it says no more than the subject. */
  breakingNote: string | null;
  /** The commits that it takes back, as it names them: object names, perhaps cut. */
  reverts: string[];
}

const HEADER = /^([A-Za-z][\w-]*)(?:\(([^()\r\n]*)\))?(!)?:[ \t]+(.+)$/;
const BREAKING_FOOTER = /^BREAKING[ -]CHANGE:[ \t]+(.+)$/m;
/** As the specification has it for the type `revert`: `Refs: 676104e, a215868`. */
const REFS = /^Refs?:[ \t]*([0-9a-f]{7,64}(?:,[ \t]*[0-9a-f]{7,64})*)[ \t]*\r?$/gm;
const REVERTS = /\bThis reverts commit ([0-9a-f]{7,64})\b/g;

/**
 * Reads a message. Of a reader of our own are asked two things that the usual parser does not do: several commits
 * taken back by one, as an undo of a whole drop has them, and Node 20.
 */
export function readCommitMessage(message: string): CommitMessage {
  const [first = ""] = message.trimStart().split(/\r?\n/, 1);
  const header = HEADER.exec(first.trim());
  const note = BREAKING_FOOTER.exec(message)?.[1]?.trim() ?? null;
  const [, type = null, scope = "", mark, subject = first.trim()] = header ?? [];
  const refs = type?.toLowerCase() === "revert" ? [...message.matchAll(REFS)] : [];
  const named = [...message.matchAll(REVERTS), ...refs].flatMap((match) => match[1]!.split(/,\s*/));
  return {
    type: type?.toLowerCase() ?? null,
    scope: scope.trim() || null,
    subject: subject.trim(),
    breaking: mark === "!" || note !== null,
    breakingNote: note === subject.trim() ? null : note,
    reverts: [...new Set(named)],
  };
}
