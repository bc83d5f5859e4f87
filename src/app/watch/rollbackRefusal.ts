import { isDeepStrictEqual } from "node:util";
import type { Release } from "../../domain/drop/release.ts";
import { isReleased, type Signal } from "../../domain/policy/policy.ts";
import { plainText } from "../../domain/text/plainText.ts";

/**
 * Why a signal may not roll a drop back by itself; null where it may. The policy on the release branch says so, and by
 * now it may say something else than when the watch began.
 */
export function rollbackRefusal({ policy: inForce }: Pick<Release, "policy">, signal: Signal): string | null {
  const branch = inForce.branch === undefined ? "the release branch" : plainText(inForce.branch, 60);
  if (!isReleased(inForce))
    return `There is no valid policy on ${branch}, and only that one may say rollback.`;
  const now = inForce.policy.signals.find(({ name }) => name === signal.name);
  if (now?.then !== "rollback") return `The policy on ${branch} does not say rollback for this signal.`;
  return isDeepStrictEqual(now, signal) ? null : `The signal has changed in the policy on ${branch}.`;
}
