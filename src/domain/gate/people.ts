import { mailOf, nameOf } from "../text/plainText.ts";

/** The part of a commit that shows who wrote a drop. */
interface AuthoredCommit {
  author: { name: string; mail: string };
  merge: boolean;
}

/**
 * The author of most of a drop's commits, `Name <mail>`. A merge is no work of its own, so merges count only if there
 * is nothing else. If several wrote equally many, it is the one who committed last, so there always is one.
 * @param commits Newest first.
 * @param personOf Commits of one person count together, whatever their address.
 */
export function mainAuthor(commits: readonly AuthoredCommit[], personOf: PersonOf = mailOf): string | null {
  const own = commits.filter(({ merge }) => !merge);
  const authors = new Map<string, { identity: string; count: number }>();
  for (const { author } of own.length > 0 ? own : commits) {
    const identity = `${author.name} <${author.mail}>`;
    const known = authors.get(personOf(identity));
    if (known) known.count += 1;
    else authors.set(personOf(identity), { identity, count: 1 });
  }
  // The first to reach the highest count is the one whose commit is the newest.
  const most = Math.max(0, ...[...authors.values()].map(({ count }) => count));
  return [...authors.values()].find(({ count }) => count === most)?.identity ?? null;
}

/** Identifies the person behind `Name <mail>`, who may have several addresses. */
export type PersonOf = (identity: string) => string;

// `Proper Name <proper@mail> Commit Name <commit@mail>`; both names, and the first or the second address, may be left
// out. No two parts of it can match the same blanks, so a line of a hundred thousand blanks is read quickly.
const ENTRY = /^([^<>#]*)<([^<>]*)>(?:([^<>]*)<([^<>]*)>)?(.*)$/;

/**
 * Reads git's `.mailmap`, as `git check-mailmap` does. Invalid lines are skipped.
 * @param text Null: there is no such file, and an address is a person.
 */
export function readMailmap(text: string | null): PersonOf {
  const proper = new Map<string, string>();
  for (const line of (text ?? "").split(/\r?\n/)) {
    const [, , first, name = "", second, rest = ""] = ENTRY.exec(line) ?? [];
    if (first === undefined || second === undefined || !/^(?:$|#)/.test(rest.trimStart())) continue;
    proper.set(keyOf(name.trim(), second), first.trim().toLowerCase());
  }
  return (identity) => {
    const mail = mailOf(identity);
    return proper.get(keyOf(nameOf(identity), mail)) ?? proper.get(keyOf("", mail)) ?? mail;
  };
}

const keyOf = (name: string, mail: string) => `${name.toLowerCase()} <${mail.trim().toLowerCase()}>`;
