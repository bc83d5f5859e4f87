import { mailOf } from "../mail.ts";
import type { PersonOf } from "../mailmap.ts";

/** A commit as far as it tells whose work a drop is. */
export interface AuthoredCommit {
  author: { name: string; mail: string };
  merge: boolean;
}

/**
 * The author of most of a drop's commits, `Name <mail>`. A merge is nobody's own work, so merges count only where there
 * is nothing else. Of several with as many commits it is the one who committed last, so that there always is one.
 * @param commits Newest first.
 * @param personOf One person's commits count together, whatever address they were made under.
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
