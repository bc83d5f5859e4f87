import { POLICY_PATH, type Policy, type PolicyInForce } from "../../domain/policy/policy.ts";
import type { ReleaseBranch } from "../../domain/release.ts";
import { fileHistory, readFileAt } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";

/** How many committed versions are tried in the search for one that is in order. */
const VERSIONS = 20;

/** The policy that counts for a gate, and where it is from. */
export interface BranchPolicy {
  policy: Policy;
  /**
   * `branch`: what is on the release branch. `last-good`: that one is broken, and an earlier version of it counts.
   * `work tree`: there is none on the branch, so the one in force here counts, which can only add to nothing.
   */
  source: "branch" | "last-good" | "work tree";
}

/**
 * Nobody may open a gate by an edit in their own work tree: to become a member, or to lower the quorum, one has to get
 * the edit onto the release branch. Null where the policy there is broken and no earlier one was in order.
 */
export async function readBranchPolicy(
  repository: Repository,
  branch: ReleaseBranch,
  here: PolicyInForce,
): Promise<BranchPolicy | null> {
  const text = await readFileAt(repository, branch.commit, POLICY_PATH);
  if (text === null) return { policy: here.policy, source: "work tree" };
  const { readPolicy } = await import("../../domain/policy/readPolicy.ts");
  const { policy } = readPolicy(text);
  if (policy) return { policy, source: "branch" };
  for (const commit of await fileHistory(repository, POLICY_PATH, VERSIONS, branch.commit)) {
    const earlier = await readFileAt(repository, commit, POLICY_PATH);
    const good = earlier === null ? null : readPolicy(earlier).policy;
    if (good) return { policy: good, source: "last-good" };
  }
  return null;
}
