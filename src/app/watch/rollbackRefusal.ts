import { isDeepStrictEqual } from "node:util";
import { plainText } from "../../domain/plainText.ts";
import type { Signal } from "../../domain/policy/policy.ts";
import type { Release } from "../../domain/release.ts";
import type { Repository } from "../../git/repository.ts";
import { policyAt } from "../policyAt.ts";

/**
 * Why a signal may not take a drop back by itself; null where it may. What counts is the policy on the release branch:
 * one in the work tree may be anybody's draft, or come with a branch that somebody is only looking at.
 */
export async function rollbackRefusal(
  repository: Repository | null,
  { branch, policy: inForce }: Pick<Release, "branch" | "policy">,
  signal: Signal,
): Promise<string | null> {
  if (!repository || !branch) return "There is no release branch whose policy could say so.";
  const name = plainText(branch.name, 60);
  const released = await policyAt(repository, branch.commit);
  if (!released || released === "missing")
    return `There is no policy in order on ${name}, and only that one may say rollback.`;
  const theirs = released.signals.find((each) => each.name === signal.name);
  if (theirs?.then !== "rollback") return `The policy on ${name} does not say rollback for this signal.`;
  if (!isDeepStrictEqual(theirs, signal))
    return `The signal is another one in the policy on ${name}; bring the policy here into step with it.`;
  const { rollback, flags, drops } = inForce.policy;
  const steps = [released.rollback, released.flags, released.drops];
  return isDeepStrictEqual(steps, [rollback, flags, drops])
    ? null
    : `The steps of a rollback are others in the policy on ${name}; bring the policy here into step with it.`;
}
