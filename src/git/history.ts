import type { LoggedCommit } from "../domain/change/change.ts";
import { type Instant, instantOfSeconds } from "../domain/time/instant.ts";
import { type ChangedFile, changedFiles } from "./changes.ts";
import type { Repository } from "./repository.ts";
import { type CommitRange, ends, revision } from "./revision.ts";

export interface Commit {
  sha: string;
  author: { name: string; mail: string };
  /** When it was committed. */
  date: Instant;
  subject: string;
  /** Whether it has several parents. */
  merge: boolean;
}

export interface DropHistory {
  /** Newest first; not more than the limit that was asked for. */
  commits: Commit[];
  /** All of them, the ones beyond the limit too. */
  count: number;
  /** What differs between the two ends, as trees. */
  files: ChangedFile[];
  /** The history is cut inside the range (a shallow clone): there may be more commits, and the files may be too many. */
  cut: boolean;
}

const COMMIT_FIELDS = ["%H", "%P", "%an", "%ae", "%ct", "%s"];
const COMMIT_FORMAT = `--format=${COMMIT_FIELDS.join("%x00")}`;

/**
 * The commits of a range and the files that it changes. Two processes side by side, one more when there are more
 * commits than the limit.
 * @throws {HumanError} when one of the ends is not there.
 */
export async function dropHistory(
  repository: Repository,
  range: CommitRange,
  { limit = 2_000 }: { limit?: number } = {},
): Promise<DropHistory> {
  const [commits, files, boundary] = await Promise.all([
    listCommits(repository, range, limit),
    changedFiles(repository, range),
    repository.shallowBoundary(),
  ]);
  const count = commits.length < limit ? commits.length : await countCommits(repository, range);
  return { commits, count, files, cut: commits.some(({ sha }) => boundary.has(sha)) };
}

/** When a commit was made. One process. */
export async function committedAt({ git }: Repository, commit: string): Promise<Instant> {
  const args = ["rev-list", "--no-walk", "--timestamp", "--end-of-options", revision(commit)];
  return instantOfSeconds(/^\d+/.exec(await git.read(args))?.[0]) ?? 0;
}

/** How many commits a range holds. One process. */
export async function countCommits({ git }: Repository, range: CommitRange): Promise<number> {
  const output = await git.read(["rev-list", "--count", "--end-of-options", ends(range), "--"]);
  return Number(output.trim());
}

/** The commits of a range, newest first. One process. */
export async function listCommits({ git }: Repository, range: CommitRange, limit: number): Promise<Commit[]> {
  const options = [
    "-z",
    COMMIT_FORMAT,
    "--no-patch",
    "--encoding=UTF-8",
    "--no-notes",
    "--no-show-signature",
  ];
  const args = ["log", ...options, `--max-count=${limit}`, "--end-of-options", ends(range), "--"];
  const fields = (await git.read(args)).split("\0");
  const commits: Commit[] = [];
  for (let i = 0; i + COMMIT_FIELDS.length <= fields.length; i += COMMIT_FIELDS.length) {
    const [sha, parents, name, mail, seconds, subject] = fields.slice(
      i,
      i + COMMIT_FIELDS.length,
    ) as string[];
    commits.push({
      sha: sha!,
      author: { name: name!, mail: mail! },
      date: instantOfSeconds(seconds) ?? 0,
      subject: subject!,
      merge: parents!.includes(" "),
    });
  }
  return commits;
}

const LOG_FIELDS = ["%H", "%P", "%T", "%ct", "%an", "%B"];

/** No message that people read is longer; what is told of one stands at its beginning. */
const LONGEST_MESSAGE = 256 * 1024;

/**
 * The commits of a range with their whole messages, newest first, each before its parents. One process.
 * @throws {HumanError} when one of the ends is not there.
 */
export const commitLog = (repository: Repository, range: CommitRange, limit: number) =>
  logOf(repository, [ends(range)], limit);

/**
 * The same for commits that a branch does not hold, such as those of an older line. Names of none are passed over.
 * @param tips Object names.
 */
export const commitsBeside = (
  repository: Repository,
  tips: readonly string[],
  branch: string,
  limit: number,
) => logOf(repository, [...tips.map(revision), `^${revision(branch)}`], limit, ["--ignore-missing"]);

async function logOf(
  { git }: Repository,
  revisions: readonly string[],
  limit: number,
  flags: readonly string[] = [],
): Promise<LoggedCommit[]> {
  const options = [
    "-z",
    `--format=${LOG_FIELDS.join("%x00")}`,
    "--topo-order",
    "--no-patch",
    "--encoding=UTF-8",
  ];
  const quiet = ["--no-notes", "--no-show-signature", `--max-count=${limit}`, ...flags];
  const args = ["log", ...options, ...quiet, "--end-of-options", ...revisions, "--"];
  const fields = (await git.read(args)).split("\0");
  const commits: LoggedCommit[] = [];
  const trees = new Map<string, string>();
  for (let i = 0; i + LOG_FIELDS.length <= fields.length; i += LOG_FIELDS.length) {
    const [sha, parents, tree, seconds, author, message] = fields.slice(i, i + LOG_FIELDS.length) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    trees.set(sha, tree);
    commits.push({
      sha,
      parents: parents.split(" ").filter((name) => name !== ""),
      date: instantOfSeconds(seconds) ?? 0,
      message: message.slice(0, LONGEST_MESSAGE),
      author,
    });
  }
  for (const commit of commits) {
    const [parent] = commit.parents;
    commit.isEmpty = parent !== undefined && trees.get(parent) === trees.get(commit.sha);
  }
  return commits;
}

/** Enough commits to know a team by. */
const MOST_COMMITS = 20_000;

/** Everybody who wrote or committed what is reachable from a commit, as `Name <mail>`, each once. One process. */
export async function authorsOf({ git }: Repository, commit: string): Promise<string[]> {
  const options = [
    "-z",
    "--format=%an <%ae>%x00%cn <%ce>",
    "--no-patch",
    "--encoding=UTF-8",
    "--no-show-signature",
  ];
  const args = ["log", ...options, `--max-count=${MOST_COMMITS}`, "--end-of-options", revision(commit), "--"];
  const names = (await git.read(args)).split("\0");
  return [...new Set(names)].filter((name) => name.trim() !== "");
}
