import { HumanError } from "../domain/text/humanError.ts";
import { isLfsPointer, lfsPointerWords } from "../domain/text/lfsPointer.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type Instant, instantOfSeconds } from "../domain/time/instant.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/**
 * The files that changed in the time before a commit, that commit included, by when things were committed. Two
 * processes, three in a shallow clone.
 * @param within Milliseconds, counted back from the commit's own date, so that everybody gets the same answer.
 * @returns Null when the history here ends inside that time: where it was cut, everything looks new.
 */
export async function recentFiles(
  repository: Repository,
  commit: string,
  within: number,
): Promise<string[] | null> {
  const { git } = repository;
  const tip = revision(commit);
  const date = await git.run([
    "log",
    "-1",
    "--no-show-signature",
    "--format=%ct",
    "--end-of-options",
    tip,
    "--",
  ]);
  const since = `--since=${new Date((instantOfSeconds(date.trim()) ?? 0) - within).toISOString()}`;
  const boundary = await repository.shallowBoundary();
  if (boundary.size > 0) {
    const commits = await git.run(["rev-list", since, "--end-of-options", tip, "--"]);
    if (commits.split("\n").some((sha) => boundary.has(sha))) return null;
  }
  // What was removed is no change that a test was given.
  const kinds = [
    "--name-only",
    "--no-renames",
    "--diff-filter=d",
    "--no-ext-diff",
    "--ignore-submodules=all",
  ];
  const options = ["-z", "--format=", "--no-show-signature", ...kinds, since];
  const output = await git.run(["log", ...options, "--end-of-options", tip, "--"]);
  return [...new Set(output.split("\0").filter((path) => path !== ""))];
}

const STATUSES = {
  A: "added",
  M: "modified",
  D: "deleted",
  R: "renamed",
  C: "copied",
  T: "type-changed",
} as const;

/** One file that differs. */
export interface ChangedFile {
  path: string;
  status: (typeof STATUSES)[keyof typeof STATUSES];
  /** The name before a renaming or a copy. */
  from: string | null;
  /** Lines; null for a binary file. */
  additions: number | null;
  deletions: number | null;
  /** What it is no file but, before or after: a symbolic link, or a submodule; left out: it is a file. */
  kind?: "link" | "submodule";
}

/** Reads what `git diff-tree -r -z --raw --numstat` prints. */
export function parseChanges(output: string): ChangedFile[] {
  const tokens = output.split("\0");
  const files: ChangedFile[] = [];
  // Both parts tell of the same files in the same order. Two names that are no UTF-8 may be one name here.
  let counted = 0;
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i++]!;
    if (token.startsWith(":")) {
      // `:<mode> <mode> <object> <object> <status><score>`, then the paths.
      const letter = token.slice(token.lastIndexOf(" ") + 1)[0] as keyof typeof STATUSES;
      const from = letter === "R" || letter === "C" ? tokens[i++]! : null;
      const path = tokens[i++]!;
      const status = STATUSES[letter] ?? "modified";
      const kind = kindOf(token.slice(1, 7), token.slice(8, 14));
      files.push({ path, status, from, additions: null, deletions: null, ...(kind ? { kind } : {}) });
      continue;
    }
    // `<additions>\t<deletions>\t<path>`; with a renaming the path is empty and the two names follow.
    const counts = /^(\d+|-)\t(\d+|-)\t/.exec(token);
    if (!counts) continue;
    const [start, additions, deletions] = counts;
    if (token.length === start.length) i += 2;
    const file = files[counted++];
    if (!file) continue;
    file.additions = lines(additions!);
    file.deletions = lines(deletions!);
  }
  return files;
}

function kindOf(...modes: string[]): ChangedFile["kind"] {
  if (modes.includes("160000")) return "submodule";
  return modes.includes("120000") ? "link" : undefined;
}

const lines = (count: string) => (count === "-" ? null : Number(count));

/** What is reachable from `to` and not from `from`: the content of a drop. Names of commits, tags or branches. */
export interface CommitRange {
  /** Null: everything up to `to`. */
  from: string | null;
  to: string;
  /** Patterns of the files that alone are meant, as of a service; left out: all. */
  paths?: readonly string[];
}

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
/** Bytes of the largest file whose text is read. */
export const LARGEST_FILE = 4 * 1024 * 1024;

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
  return instantOfSeconds(/^\d+/.exec(await git.run(args))?.[0]) ?? 0;
}

/** How many commits a range holds. One process. */
export async function countCommits(repository: Repository, range: CommitRange): Promise<number> {
  const { git } = repository;
  if (isLimited(range)) return (await touching(repository, range)).size;
  const output = await git.read(["rev-list", "--count", "--end-of-options", ends(range), "--"]);
  return Number(output.trim());
}

/** What `parseChanges` reads, as options of `diff-tree`. */
export const FILE_KINDS = [
  "--raw",
  "--numstat",
  "-M",
  "--ignore-submodules=none",
  "--no-ext-diff",
  "--no-textconv",
];

/** What differs between the two ends of a range, as trees, renames found. One process. */
export async function changedFiles(
  { git, objectFormat }: Repository,
  range: CommitRange,
): Promise<ChangedFile[]> {
  const within = await filesWithin(range);
  const from = range.from === null ? EMPTY_TREE[objectFormat] : revision(range.from);
  const args = ["diff-tree", "-r", "-z", ...FILE_KINDS, "--end-of-options", from, revision(range.to), "--"];
  return within(parseChanges(await git.read(args)));
}

/** Leaves of some files those that a range means; a renamed one by either name. */
export async function filesWithin({
  paths,
}: Pick<CommitRange, "paths">): Promise<(files: ChangedFile[]) => ChangedFile[]> {
  if (!paths) return (files) => files;
  const { pathMatcher } = await import("../domain/text/pathPatterns.ts");
  const isOwn = pathMatcher(paths);
  return (files) => files.filter(({ path, from }) => isOwn(path) || (from !== null && isOwn(from)));
}

const isLimited = (range: CommitRange): range is CommitRange & { paths: readonly string[] } =>
  range.paths !== undefined;

// Nobody waits for the patterns before the first countdown is on view.
const touching = async (repository: Repository, range: CommitRange & { paths: readonly string[] }) =>
  (await import("./pathCommits.ts")).touchingCommits(repository, range);

/**
 * A file's text at a commit; null when the commit or the file is not there. One process.
 * @throws {HumanError} when it is larger than 4 MiB, or a pointer to a file in Git LFS.
 */
export async function readFileAt({ git }: Repository, commit: string, path: string): Promise<string | null> {
  if (path.includes("\0")) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  const args = ["cat-file", "blob", `${revision(commit)}:${path}`];
  const result = await git.feed(args, {
    onData: (chunk) => {
      size += chunk.length;
      if (size <= LARGEST_FILE) chunks.push(chunk);
      else
        throw new HumanError(
          "service",
          `${plainText(path)} is larger than 4 MiB at ${commit}, so it is not read.`,
        );
    },
  });
  if (result.code === 0) {
    const text = Buffer.concat(chunks).toString("utf8");
    if (isLfsPointer(text)) throw new HumanError("service", lfsPointerWords(path));
    return text;
  }
  if (
    /does not exist|exists on disk, but not|[Ii]nvalid object name|is outside repository|bad file$/m.test(
      result.stderr,
    )
  )
    return null;
  throw git.failure(args, result);
}

/** The commits from HEAD, or another one, that changed a file, newest first, by their object names. One process. */
export async function fileHistory(
  { git }: Repository,
  path: string,
  limit: number,
  from = "HEAD",
): Promise<string[]> {
  const options = ["-z", "--format=%H", "--no-follow", "--no-show-signature", `--max-count=${limit}`];
  const args = ["log", ...options, "--end-of-options", revision(from), "--", path];
  const result = await git.attempt(args);
  if (result.code === 0) return result.stdout.split("\0").filter((sha) => sha !== "");
  if (/bad revision 'HEAD'|does not have any commits/.test(result.stderr)) return [];
  throw git.failure(args, result);
}

/** The commits of a range, newest first. One process; two where only those of some files are meant. */
export async function listCommits(
  repository: Repository,
  range: CommitRange,
  limit: number,
): Promise<Commit[]> {
  const { git } = repository;
  const own = isLimited(range) ? [...(await touching(repository, range)).keys()].slice(0, limit) : null;
  if (own?.length === 0) return [];
  const options = [
    "-z",
    COMMIT_FORMAT,
    "--no-patch",
    "--encoding=UTF-8",
    "--no-notes",
    "--no-show-signature",
  ];
  const args = ["log", ...options, `--max-count=${limit}`];
  const fields = own
    ? await namedCommits(repository, [...args, "--no-walk=unsorted", "--stdin"], own)
    : (await git.run([...args, "--end-of-options", ends(range), "--"])).split("\0");
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

async function namedCommits(
  { git }: Repository,
  args: readonly string[],
  names: readonly string[],
): Promise<string[]> {
  const result = await git.feed(args, { input: `${names.join("\n")}\n` });
  if (result.code !== 0) throw git.failure(args, result);
  return result.stdout.toString().split("\0");
}

/** A range as git's argument. */
export const ends = ({ from, to }: CommitRange) =>
  from === null ? revision(to) : `${revision(from)}..${revision(to)}`;

export const EMPTY_TREE = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};
