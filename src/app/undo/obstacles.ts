import type { Drop } from "../../domain/drop/drop.ts";
import type { Release, ReleaseBranch } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { cutsInside, isAncestor, missingCommits } from "../../git/ancestry.ts";
import { GitFailure } from "../../git/gitFailure.ts";
import type { Repository } from "../../git/repository.ts";

/** Why the undo of a drop cannot even be computed, with the way out; null where nothing is in the way. */
export async function obstacleOf(
  repository: Repository | null,
  { branch, branchMissing }: Release,
  drop: Drop,
  previous: Drop | null,
): Promise<string | null> {
  if (!repository || !branch) return branchMissing ?? "There is no git repository here; run: git init.";
  const name = plainText(drop.tag, 60);
  const bad = [drop, ...(previous ? [previous] : [])].find(({ commit }) => !OBJECT_NAME.test(commit));
  if (bad)
    return `What is on record as the commit of ${plainText(bad.tag, 60)} is none; see it with: dropclock log.`;
  if (
    repository.shallow &&
    (previous === null || (await cutsInside(repository, previous.commit, drop.commit)))
  )
    return `The history of this clone ends inside ${name} (it is shallow), so what came before is not known; fetch the rest: git fetch --unshallow --tags.`;
  if (previous === null)
    return `${name} is the first drop: there is none before it to go back to; switch it off by flag, or mend it forward.`;
  if (drop.moved) return movedAway(repository, drop, branch);
  return previous.moved ? movedFrom(repository, drop, previous) : null;
}

/** What the failure of a computation means. */
export async function whyItFailed(
  repository: Repository,
  error: unknown,
  { drop, previous, branch }: { drop: Drop; previous: Drop; branch: ReleaseBranch },
): Promise<string> {
  if (!(error instanceof HumanError)) throw error;
  if (error instanceof GitFailure && /^usage: git merge-tree/m.test(error.stderr))
    return "To take a drop back in memory needs git 2.39 or newer; update git, or go by the runbook: dropclock runbook.";
  const missing = await missingCommits(repository, [drop.commit, previous.commit, branch.commit]);
  const lost = [drop, previous].find(({ commit }) => missing.has(commit));
  return lost ? gone(lost) : error.message;
}

// Only a tag that was moved can name what the branch does not hold: all others were found on it.
async function movedAway(repository: Repository, drop: Drop, branch: ReleaseBranch): Promise<string | null> {
  if ((await missingCommits(repository, [drop.commit])).size > 0) return gone(drop);
  if (await isAncestor(repository, drop.commit, branch.commit)) return null;
  return `The commit ${short(drop.commit)}, which was recorded when ${plainText(drop.tag, 60)} shipped, is not on ${plainText(branch.name, 60)} any more, so there is nothing on the branch to take back; its tag was moved to ${short(drop.moved!.now)}: tag what runs now as a drop of its own, and undo that.`;
}

/** Only where the drop before is in its history, what is undone is what came since. */
async function movedFrom(repository: Repository, drop: Drop, previous: Drop): Promise<string | null> {
  if ((await missingCommits(repository, [previous.commit])).size > 0) return gone(previous);
  if (await isAncestor(repository, previous.commit, drop.commit)) return null;
  const [tag, before] = [drop, previous].map((each) => plainText(each.tag, 60));
  return `The commit ${short(previous.commit)}, which was recorded when ${before} shipped, is not in the history of ${tag}, so what ${tag} changed since is not known; its tag was moved to ${short(previous.moved!.now)}. Roll back by hand, or retract what is on record: dropclock drop retract ${before}.`;
}

function gone({ tag, commit, moved }: Drop): string {
  const name = plainText(tag, 60);
  const fetch = `git fetch origin ${commit}`;
  return moved
    ? `The tag ${name} was moved, and the commit recorded when it shipped is not in this repository; fetch it from a clone that has it: ${fetch}.`
    : `The commit ${short(commit)} of ${name} is not in this repository; fetch it: ${fetch}.`;
}

const OBJECT_NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const short = (commit: string) => commit.slice(0, 12);
