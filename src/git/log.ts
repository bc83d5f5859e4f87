import type { LoggedCommit } from "../domain/change/change.ts";
import { type Instant, instantOfSeconds } from "../domain/time/instant.ts";
import { type CommitRange, EMPTY_TREE, ends } from "./history.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

const FIELDS = ["%H", "%P", "%T", "%ct", "%an", "%B"];

/** No message that people read is longer; what is told of one stands at its beginning. */
const LONGEST_MESSAGE = 256 * 1024;

/**
 * The commits of a range with their whole messages, newest first, each before its parents. One process.
 * @throws {HumanError} when one of the ends is not there.
 */
export async function commitLog(
  repository: Repository,
  range: CommitRange,
  limit: number,
): Promise<LoggedCommit[]> {
  const commits = await logOf(repository, [ends(range)], limit);
  if (!range.paths) return commits;
  const { touchingCommits } = await import("./pathCommits.ts");
  const own = await touchingCommits(repository, { ...range, paths: range.paths });
  return commits.filter(({ sha }) => own.has(sha));
}

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
  const options = ["-z", `--format=${FIELDS.join("%x00")}`, "--topo-order", "--no-patch", "--encoding=UTF-8"];
  const quiet = ["--no-notes", "--no-show-signature", `--max-count=${limit}`, ...flags];
  const args = ["log", ...options, ...quiet, "--end-of-options", ...revisions, "--"];
  const fields = (await git.run(args)).split("\0");
  const commits: LoggedCommit[] = [];
  const trees = new Map<string, string>();
  for (let i = 0; i + FIELDS.length <= fields.length; i += FIELDS.length) {
    const [sha, parents, tree, seconds, author, message] = fields.slice(i, i + FIELDS.length) as [
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
  const names = (await git.run(args)).split("\0");
  return [...new Set(names)].filter((name) => name.trim() !== "");
}

interface Patch {
  /** Without line ends. */
  lines: string[];
  /** Whether there is more. */
  cut: boolean;
}

const LARGEST = 1024 * 1024;

/** What differs between the ends of a range, as a patch, at most so many lines of it. One process. */
export async function readPatch(
  { git, objectFormat }: Repository,
  { from, to, paths }: CommitRange,
  most: number,
): Promise<Patch> {
  const kinds = ["-p", "-M", "--no-color", "--no-ext-diff", "--no-textconv", "--submodule=short"];
  const before = from === null ? EMPTY_TREE[objectFormat] : revision(from);
  const chunks: Buffer[] = [];
  let size = 0;
  const within = paths ? (await import("./pathCommits.ts")).pathspecs(paths) : [];
  const args = ["diff-tree", "-r", ...kinds, "--end-of-options", before, revision(to), "--", ...within];
  const result = await git.feed(args, {
    onData: (chunk) => {
      if (size < LARGEST) chunks.push(chunk);
      size += chunk.length;
    },
  });
  if (result.code !== 0) throw git.failure(args, result);
  const lines = Buffer.concat(chunks).toString("utf8").replace(/\n$/, "").split("\n");
  const all = lines.length === 1 && lines[0] === "" ? [] : lines;
  return { lines: all.slice(0, most), cut: all.length > most || size > LARGEST };
}

/** A commit of a branch that changed a file; of a merge, the merge itself. */
interface FileChange {
  commit: string;
  /** When it was committed. */
  at: Instant;
}

/** The commits of a branch that brought a file to where it is, newest first, side branches left out. One process. */
export async function fileOnBranch(
  { git }: Repository,
  tip: string,
  path: string,
  limit: number,
): Promise<FileChange[]> {
  const options = [
    "-z",
    "--format=%H %ct",
    "--first-parent",
    "--no-follow",
    "--no-patch",
    "--no-show-signature",
    "--no-notes",
    `--max-count=${limit}`,
  ];
  const output = await git.read(["log", ...options, "--end-of-options", revision(tip), "--", path]);
  return output.split("\0").flatMap((line) => {
    const [commit, seconds] = line.trim().split(" ");
    return commit ? [{ commit, at: instantOfSeconds(seconds) ?? 0 }] : [];
  });
}
