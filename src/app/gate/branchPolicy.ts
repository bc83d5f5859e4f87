import { POLICY_PATH, type Policy, type PolicyInForce } from "../../domain/policy/policy.ts";
import type { ReleaseBranch } from "../../domain/release.ts";
import { fileHistory } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import { policyAt } from "../policyAt.ts";

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
  const released = await policyAt(repository, branch.commit);
  if (released === "missing") return { policy: here.policy, source: "work tree" };
  if (released) return { policy: released, source: "branch" };
  for (const commit of await fileHistory(repository, POLICY_PATH, VERSIONS, branch.commit)) {
    const earlier = await policyAt(repository, commit);
    if (earlier && earlier !== "missing") return { policy: earlier, source: "last-good" };
  }
  return null;
}
