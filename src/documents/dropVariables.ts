import type { Drop } from "../domain/drop/drop.ts";
import type { LedgerEvent } from "../domain/event/event.ts";
import { plainText } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { nameOf } from "./marks.ts";

/** What git says about the content of a drop. */
export interface DropContent {
  /** Newest first; there may be more than were read. */
  commits: readonly {
    sha: string;
    author: { name: string; mail: string };
    date: Instant;
    subject: string;
    merge: boolean;
  }[];
  /** All of them. */
  count: number;
  /** What differs between the previous drop and this one; lines are null for a binary file. */
  files: readonly {
    path: string;
    status: string;
    from: string | null;
    additions: number | null;
    deletions: number | null;
  }[];
  /** The history is cut inside the drop (a shallow clone). */
  cut: boolean;
}

/** A drop and all that a document says about it. */
export interface DropFacts {
  drop: Drop;
  previous: Drop | null;
  /** Null: not known, for the reason in `missing`. */
  content: DropContent | null;
  missing: string | null;
  /** The council's overrides of this very commit. */
  overrides: readonly LedgerEvent[];
}

/** A document is for reading: beyond these there is git. */
const SHOWN = { commits: 50, files: 50, authors: 20 } as const;

const NOTHING: DropContent = { commits: [], count: 0, files: [], cut: false };

export function dropVariables({ drop, previous, content, missing, overrides }: DropFacts) {
  const { commits, count, files, cut } = content ?? NOTHING;
  const shown = commits.slice(0, SHOWN.commits);
  return {
    tag: plainText(drop.tag),
    commit: drop.commit,
    previous: previous && plainText(previous.tag),
    previousCommit: previous?.commit ?? null,
    shippedAt: formatInstant(drop.shippedAt),
    shippedAssumed: drop.shippedAssumed,
    moved: drop.moved?.now ?? null,
    missing: missing === null ? null : plainText(missing, 500),
    cut,
    authors: authorsOf(commits).slice(0, SHOWN.authors),
    commits: shown.map(commitVariables),
    commitCount: count,
    moreCommits: Math.max(0, count - shown.length),
    files: filesOf(files).slice(0, SHOWN.files),
    fileCount: files.length,
    moreFiles: Math.max(0, files.length - SHOWN.files),
    additions: sum(files, "additions"),
    deletions: sum(files, "deletions"),
    overrides: overrides.map((event) => ({
      at: formatInstant(event.at),
      by: nameOf(event.by),
      why: plainText(typeof event.data.why === "string" ? event.data.why : "no reason given", 500),
    })),
  };
}

function commitVariables({ sha, author, date, subject, merge }: DropContent["commits"][number]) {
  return {
    sha,
    short: sha.slice(0, 8),
    author: plainText(author.name, 80),
    date: formatInstant(date),
    subject: plainText(subject, 200),
    merge,
  };
}

/** Who to ask: by number of commits, then by name. */
function authorsOf(commits: DropContent["commits"]) {
  const authors = new Map<string, { name: string; mail: string; commits: number }>();
  for (const { author, merge } of commits) {
    // Whoever pressed the button knows less of it than who wrote it.
    if (merge) continue;
    const name = plainText(author.name, 80);
    const mail = plainText(author.mail, 120);
    const known = authors.get(mail) ?? { name, mail, commits: 0 };
    known.commits++;
    authors.set(mail, known);
  }
  return [...authors.values()].sort((a, b) => b.commits - a.commits || (a.name < b.name ? -1 : 1));
}

/** The most changed first. */
function filesOf(files: DropContent["files"]) {
  return files
    .map(({ path, status, from, additions, deletions }) => ({
      path: plainText(path, 400),
      change: status,
      from: from === null ? null : plainText(from, 400),
      additions: additions ?? 0,
      deletions: deletions ?? 0,
      binary: additions === null,
    }))
    .sort((a, b) => b.additions + b.deletions - a.additions - a.deletions || (a.path < b.path ? -1 : 1));
}

const sum = <K extends string>(list: readonly Record<K, number | null>[], key: K) =>
  list.reduce((total, item) => total + (item[key] ?? 0), 0);
