import type { LoggedCommit } from "../domain/change.ts";
import { type CommitRange, ends } from "./history.ts";
import type { Repository } from "./repository.ts";

const FIELDS = ["%H", "%P", "%ct", "%B"];

/**
 * The commits of a range with their whole messages, newest first, each before its parents. One process.
 * @throws {HumanError} when one of the ends is not there.
 */
export async function commitLog(
  { git }: Repository,
  range: CommitRange,
  limit: number,
): Promise<LoggedCommit[]> {
  const options = ["-z", `--format=${FIELDS.join("%x00")}`, "--topo-order", "--no-patch", "--encoding=UTF-8"];
  const quiet = ["--no-notes", "--no-show-signature", `--max-count=${limit}`];
  const fields = (await git.run(["log", ...options, ...quiet, "--end-of-options", ends(range), "--"])).split(
    "\0",
  );
  const commits: LoggedCommit[] = [];
  for (let i = 0; i + FIELDS.length <= fields.length; i += FIELDS.length) {
    const [sha, parents, seconds, message] = fields.slice(i, i + FIELDS.length) as [
      string,
      string,
      string,
      string,
    ];
    commits.push({
      sha,
      parents: parents.split(" ").filter((name) => name !== ""),
      date: Number(seconds) * 1000,
      message,
    });
  }
  return commits;
}
