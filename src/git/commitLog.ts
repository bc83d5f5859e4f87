import type { LoggedCommit } from "../domain/change.ts";
import { instantOfSeconds } from "../domain/instant.ts";
import { type CommitRange, ends } from "./history.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

const FIELDS = ["%H", "%P", "%T", "%ct", "%an", "%B"];

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
