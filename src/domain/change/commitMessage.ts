/** A commit message read by the rules of Conventional Commits 1.0; one that does not follow them has no type. */
export interface CommitMessage {
  /** Lower case; null: not a conventional commit. */
  type: string | null;
  scope: string | null;
  /**
   * The description, or the whole first line. For a forge's merge it is the pull request's title, with
   * its number: `gift cards (#12)`. Empty if a merge has no title.
   */
  subject: string;
  breaking: boolean;
  /** What the `BREAKING CHANGE` footers say, as one line; null where there is none, or it says no more than the subject. */
  breakingNote: string | null;
}

const HEADER = /^([A-Za-z][\w-]*)(?:\(([^()\r\n]*)\))?(!)?:[ \t]+(.+)$/;
const BREAKING = /^BREAKING[ -]CHANGES?(?::[ \t]*| #)(.*)$/;
/** A footer: a word with a colon, or with a number sign, and its value. */
const FOOTER = /^(?:[A-Za-z][\w-]*(?:: | #)\S|\(cherry picked from commit )/;
const PULL = /\((?:[#!]|pull request #|PR #)\d+\)$/;

/** Reads a message. Lines inside a code block are ignored. */
export function readCommitMessage(message: string): CommitMessage {
  const [first, ...body] = proseLines(message) as [string, ...string[]];
  const own = BREAKING.exec(first)?.[1]?.trim();
  const [, type = null, scope = "", mark, description = ""] = HEADER.exec(own ? "" : first) ?? [];
  const notes = breakingNotes(body);
  const note = notes.join(" ");
  // A merge may only say what it breaks.
  const subject = own || (type === null ? first : description).trim() || note;
  return {
    type: type?.toLowerCase() ?? null,
    scope: scope.trim() || null,
    subject,
    breaking: Boolean(own) || mark === "!" || notes.length > 0,
    breakingNote: note === "" || note === withoutPull(subject) ? null : note,
  };
}

/** Whether a line is the header of a conventional commit. */
export const isConventional = (line: string) => HEADER.test(line);

/** `feat(cart): round once` is `round once`. */
export const withoutType = (line: string) => HEADER.exec(line)?.[4] ?? line;

/** `Add carts (#12)` is `Add carts`. */
export const withoutPull = (subject: string) => subject.replace(PULL, "").trimEnd();

/** `Add carts` and `#12`; a text that has a number keeps it. */
export const withPull = (subject: string, pull: string | null) =>
  pull === null || PULL.test(subject) ? subject : `${subject} (${pull})`;

/** The first line; of a forge's merge the title of what was merged, with its number, or nothing. */
export function titleOf(message: string): string {
  const merge = readMergeMessage(message);
  if (merge === null) return message.trimStart().split(/\r?\n/, 1)[0]!.trim();
  return merge.title === null ? "" : withPull(merge.title, merge.pull);
}

/** The lines of a message outside code blocks. The first is its title, even if empty. */
export const proseLines = (message: string): string[] => [
  titleOf(message),
  ...withoutFences(message.trimStart().split(/\r?\n/).slice(1)),
];

function withoutFences(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => /^ {0,3}(?:```|~~~)/.test(line))) return lines;
  const kept: string[] = [];
  // By character, the length of the shortest fence that never ends: a longer one does not end either.
  const endless = new Map<string, number>();
  for (let i = 0; i < lines.length; i++) {
    const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(lines[i]!)?.[1];
    const search = fence !== undefined && fence.length < (endless.get(fence[0]!) ?? Number.POSITIVE_INFINITY);
    const end = search ? endOfFence(lines, i, fence) : -1;
    // A fence that never ends is ignored, or it would hide the footers.
    if (end >= 0) i = end;
    else {
      if (search) endless.set(fence[0]!, fence.length);
      kept.push(lines[i]!);
    }
  }
  return kept;
}

function endOfFence(lines: readonly string[], from: number, fence: string): number {
  for (let i = from + 1; i < lines.length; i++) {
    if (/^ {0,3}(`{3,}|~{3,})\s*$/.exec(lines[i]!)?.[1]?.startsWith(fence)) return i;
  }
  return -1;
}

/** What each `BREAKING CHANGE` footer says, to the next footer or the next commit of a squash, as one line. */
function breakingNotes(body: readonly string[]): string[] {
  const notes: string[] = [];
  let words: string[] | null = null;
  const close = () => {
    if (words) notes.push(words.join(" ").replace(/\s+/g, " ").trim());
    words = null;
  };
  for (const line of body) {
    const value = BREAKING.exec(line)?.[1];
    if (value !== undefined) {
      close();
      words = [value];
    } else if (words && (FOOTER.test(line) || startsNext(line))) close();
    else (words as string[] | null)?.push(line);
  }
  close();
  return notes;
}

/** A squash lists the messages of its commits; a list inside a note continues. */
function startsNext(line: string): boolean {
  const item = /^[*-] (.+)$/.exec(line)?.[1];
  return item !== undefined && (isConventional(item) || /^Re(?:vert|apply) "/.test(item));
}

/** What a forge, or git, says about a merge. */
interface MergeMessage {
  /** The title of what was merged; null: the message only says that something was. */
  title: string | null;
  /** The number of the pull request as texts write it: `#12`, `!34`, `pull request #5`. */
  pull: string | null;
}

/**
 * The pull request that a message names in one of the forms that forges give to merges (and to squashes: a commit with
 * one parent may have it too). Null: a person wrote the first line.
 */
export function readMergeMessage(message: string): MergeMessage | null {
  const [first, ...body] = message.trimStart().split(/\r?\n/) as [string, ...string[]];
  const subject = first.trim();
  for (const { form, read } of FORMS) {
    const match = form.exec(subject);
    const found = match && read(match, body);
    if (found) return found;
  }
  return null;
}

type Read = (match: RegExpExecArray, body: readonly string[]) => MergeMessage | null;

const FORMS: readonly { form: RegExp; read: Read }[] = [
  // Gitea and Forgejo.
  {
    form: /^Merge pull request '(.+)' \(#(\d+)\) from \S+/,
    read: ([, title, number]) => ({ title: title!, pull: `#${number}` }),
  },
  // GitHub; the pull request's own page of a merge at Bitbucket Data Center begins alike.
  {
    form: /^(?:Merge pull request|Auto merge of) #(\d+) /,
    read: ([, number], body) => ({ title: titleIn(body), pull: `#${number}` }),
  },
  // Bitbucket.
  {
    form: /^Merged .+ \((pull request #\d+)\)$/,
    read: ([, pull], body) => ({ title: titleIn(body), pull: pull! }),
  },
  {
    form: /^Pull (request #\d+): (.+)$/,
    read: ([, pull, title]) => ({ title: title!, pull: `pull ${pull}` }),
  },
  // Azure DevOps.
  { form: /^Merged PR (\d+): (.+)$/, read: ([, number, title]) => ({ title: title!, pull: `!${number}` }) },
  // Gitee.
  {
    form: /^!(\d+)\s+(.+)$/,
    read: ([, number, title], body) =>
      body.some((line) => line.startsWith(`Merge pull request !${number} from `))
        ? { title: title!, pull: `!${number}` }
        : null,
  },
  // bors.
  {
    form: /^Merge #(\d+)$/,
    read: ([, number], body) => {
      const title = titleIn(body);
      const own = new RegExp(`^${number}: (.+?)(?: r=\\S+)?(?: a=\\S+)?$`).exec(title ?? "")?.[1];
      return { title: own ?? title, pull: `#${number}` };
    },
  },
  // Git's own, which GitLab extends.
  {
    form: /^Merge (?:(?:remote-tracking )?branch(?:es)?|tags?|commits?|remote|[0-9a-f]{7,64}\b)/i,
    read: (_, body) => {
      const number = /^See merge request (?:\S*!|\S+\/merge_requests\/)(\d+)$/m.exec(body.join("\n"))?.[1];
      const title = titleIn(body);
      if (number !== undefined) return { title, pull: `!${number}` };
      // Without a number it is unclear whether it is a title: only one that is written like one counts.
      return {
        title: title !== null && /^[a-z][\w-]*(?:\([^()]*\))?!?: \S/i.test(title) ? title : null,
        pull: null,
      };
    },
  },
];

/** Lines that tools write below a merge's subject. */
const NO_TITLE =
  /^(?:(?:# )?Conflicts:|#|\* |[\w-]+-by: |Change-Id: |See merge request |(?:Closes|Fixes|Refs?:?) [#!]\d)/i;

/** The first line of the body, where it can be the title of a pull request. */
function titleIn(body: readonly string[]): string | null {
  const first = body.find((line) => line.trim() !== "")?.trim();
  return first === undefined || NO_TITLE.test(first) ? null : first;
}
