import type { LoggedCommit } from "./change.ts";
import { isConventional, proseLines, titleOf, withoutPull, withoutType } from "./commitMessage.ts";

/** What a message says that its commit reverts, or reapplies. */
export interface Reversal {
  kind: "revert" | "reapply";
  /** The title of what it reverts or reapplies, or other words for it; null: only names. */
  title: string | null;
  /** Object names, possibly abbreviated. Those of a reapply name the revert that it reverts. */
  commits: string[];
  /** Object names of the work itself that a reapply brings back. */
  reapplied: string[];
  /** Numbers of pull requests, such as `12`. */
  pulls: string[];
  /**
   * Whether the subject leaves no doubt. In doubt (`Revert to the old engine`, `fix: revert #12`) the commit is work of
   * its own where nobody knows what it is about.
   */
  certain: boolean;
}

/** How a whole message is read: its commit reverts something, or is work that may also revert something. */
export interface MessageReversals {
  /** By its subject; null: it is work of its own. */
  subject: Reversal | null;
  /** What work of its own also reverts, in order: a squash names it in its list. */
  beside: { title: string; reversal: Reversal | null }[];
}

const VERB = /^(?:(revert)(?:s|ed)?|re-?appl(?:y|ies|ied)|re-?land(?:s|ed)?)[ \t]+(\S.*)$/i;
const TYPED = /^([A-Za-z][\w-]*)(?:\([^()\r\n]*\))?!?:[ \t]+(\S.*)$/;
const QUOTED = /^["“'‘`](.+)["”'’`]$/;
const NAMED = /^(?:commit )?([0-9a-f]{7,64})$/;
/** The name of an object, and words after it; a word may consist of hexadecimal letters only (`defaced`). */
const NAMED_FIRST = /^(?:commit )?((?=[a-f]*\d)[0-9a-f]{7,64})(?:[:,]| -)? (\S.*)$/;
const NUMBERED = /^(?:PR |pull request |merge request )?[#!](\d+)(?: from \S+)?$/i;
/** The branch that a commit is meant for stands in front of its subject. */
const FOR_BRANCH = /^\[[^\][\r\n]{1,60}\][ \t]+(?=re(?:vert|apply|land))/i;
/** Gitmoji's sign for a revert. */
const REWIND = /^(?:\u23ea\ufe0f?|:rewind:)[ \t]*/;
const NAMES = "[`]?[0-9a-f]{7,64}[`]?(?:(?:, | and |, and )[`]?[0-9a-f]{7,64}[`]?)*";
/** Git's own words, and those of forges, anywhere in the message of a revert. */
const REVERTS = new RegExp(`\\b(?:This reverts|Reverts|Reverted) commits? (${NAMES})`, "g");
/** The same as a line of its own, as a squash quotes it. */
const OWN_LINE = new RegExp(`^This reverts commits? (${NAMES})(?:[.,]|$)`);
const REAPPLIES = new RegExp(`\\bThis reapplies commits? (${NAMES})`, "g");
/** As the specification has it for the type `revert`: `Refs: 676104e, a215868`. */
const REFS = /^Refs?:[ \t]*([0-9a-f]{7,64}(?:,[ \t]*[0-9a-f]{7,64})*)[ \t]*$/gm;
const REVERTED_PULL =
  /^(?:This )?revert(?:s|ed) (?:(?:pull|merge) request |PR )?(?:[\w.-]+(?:\/[\w.-]+)+)?[#!](\d+)/gim;

/** Reads what a message reverts and reapplies. A message that only quotes a revert in its prose reverts nothing. */
export function readReversals(message: string): MessageReversals {
  const [title, ...body] = proseLines(message) as [string, ...string[]];
  const subject = ofSubject(title, body.join("\n"));
  return { subject, beside: subject === null || !subject.certain ? besideOf(body) : [] };
}

/** What a title says that it reverts or reapplies; null: nothing. */
function ofSubject(title: string, body: string): Reversal | null {
  const bare = withoutPull(title).replace(FOR_BRANCH, "").replace(REWIND, "");
  const [, type = null, description = ""] = TYPED.exec(bare) ?? [];
  const isType = type !== null && /^(?:reverts?|reapply|reland)$/i.test(type);
  const [, revert, words] = VERB.exec(type === null ? bare : description) ?? [];
  const about = isType ? description : words;
  if (about === undefined) return null;
  const named = namedBy(about);
  const isExact = named.title === null || QUOTED.test(about);
  // `fix: revert the colours` is a fix like any other.
  if (!isType && type !== null && !isExact) return null;
  return {
    kind: (isType ? /^revert/i.test(type) : revert !== undefined) ? "revert" : "reapply",
    title: named.title,
    commits: distinct([...named.commits, ...namesIn(body, REVERTS), ...(isType ? namesIn(body, REFS) : [])]),
    reapplied: namesIn(body, REAPPLIES),
    pulls: distinct([...named.pulls, ...[...body.matchAll(REVERTED_PULL)].map((match) => match[1]!)]),
    certain: isType || (type === null && isExact),
  };
}

function namedBy(about: string): Pick<Reversal, "title" | "commits" | "pulls"> {
  const commit = NAMED.exec(about)?.[1];
  const pull = NUMBERED.exec(about)?.[1];
  if (commit !== undefined) return { title: null, commits: [commit], pulls: [] };
  if (pull !== undefined) return { title: null, commits: [], pulls: [pull] };
  const [, name, words] = NAMED_FIRST.exec(about) ?? [];
  if (name !== undefined) return { title: words!, commits: [name], pulls: [] };
  const title = (QUOTED.exec(about)?.[1] ?? about).trim();
  // If the title was corrected since, the number still finds it.
  const own = /\([#!](\d+)\)$/.exec(title)?.[1];
  return { title, commits: [], pulls: own === undefined ? [] : [own] };
}

/** The messages that a squash lists, and what each of them reverts. */
function besideOf(body: readonly string[]): MessageReversals["beside"] {
  const items: { title: string; lines: string[] }[] = [{ title: "", lines: [] }];
  for (const line of body) {
    const title = /^[*-] +(\S.*)$/.exec(line)?.[1];
    if (title === undefined) items.at(-1)!.lines.push(line);
    else items.push({ title: title.trim(), lines: [] });
  }
  return items.map(({ title, lines }) => {
    const own = isQuotedReversal(title) ? ofSubject(title, lines.join("\n")) : null;
    const commits = lines.flatMap((line) => namesIn(OWN_LINE.exec(line)?.[1] ?? "", ANY_NAME));
    const loose: Reversal | null =
      commits.length > 0
        ? { kind: "revert", title: null, commits, reapplied: [], pulls: [], certain: true }
        : null;
    return { title, reversal: own ?? loose };
  });
}

const ANY_NAME = new RegExp(`(${NAMES})`, "g");

/** In a list in the body, only a line in git's form or the convention's is the title of a revert. */
const isQuotedReversal = (title: string) =>
  /^Re(?:vert|apply) "/.test(title) || (/^revert/i.test(title) && isConventional(title));

const namesIn = (text: string, pattern: RegExp) =>
  distinct([...text.matchAll(pattern)].flatMap((match) => match[1]!.match(/[0-9a-f]{7,64}/g) ?? []));

const distinct = (list: readonly string[]) => [...new Set(list)];

/** Finds commits by what messages call them: object names, possibly abbreviated, titles, numbers of pull requests. */
export class CommitNames {
  readonly #shas: string[];
  readonly #commits: readonly LoggedCommit[];
  readonly #index = new Map<string, number>();
  /** Each list is newest first. */
  readonly #byTitle = new Map<string, number[]>();
  readonly #byPull = new Map<string, number[]>();

  /** @param commits Newest first. */
  constructor(commits: readonly LoggedCommit[]) {
    this.#commits = commits;
    this.#shas = commits.map(({ sha }) => sha).sort();
    commits.forEach(({ sha, message }, i) => {
      this.#index.set(sha, i);
      const title = titleOf(message);
      const pull = /[#!](\d+)\)$/.exec(title)?.[1];
      const first = message.trimStart().split(/\r?\n/, 1)[0]!.trim();
      for (const each of new Set([first, title, withoutType(title)].map(withoutPull)))
        add(this.#byTitle, each, i);
      if (pull !== undefined) add(this.#byPull, pull, i);
    });
  }

  /** The full object name for one that may be abbreviated; null if no commit or several match. */
  whole(name: string): string | null {
    const at = firstOf(this.#shas, (sha) => sha >= name);
    const fits = (i: number) => this.#shas[i]?.startsWith(name) === true;
    return fits(at) && !fits(at + 1) ? this.#shas[at]! : null;
  }

  /** The newest commit before another one that has a title, with or without its number and its type. */
  titled(title: string, before: string): string | null {
    return this.#before(this.#byTitle.get(withoutPull(title)), before);
  }

  /** The newest commit before another one that came by a pull request. */
  ofPull(number: string, before: string): string | null {
    return this.#before(this.#byPull.get(number), before);
  }

  #before(found: readonly number[] = [], sha = ""): string | null {
    const from = this.#index.get(sha)!;
    const older = found[firstOf(found, (i) => i > from)];
    return older === undefined ? null : this.#commits[older]!.sha;
  }
}

/** The first index of a sorted list from which a condition is true. */
function firstOf<T>(sorted: readonly T[], holds: (each: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function add(map: Map<string, number[]>, key: string, i: number): void {
  const there = map.get(key);
  if (there) there.push(i);
  else map.set(key, [i]);
}
