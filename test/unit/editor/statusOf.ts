import { foldRelease, type Release } from "../../../src/domain/drop/release.ts";
import { type Status, statusAt } from "../../../src/domain/drop/status.ts";
import type { LedgerEvent } from "../../../src/domain/event/event.ts";
import { DEFAULT_POLICY, type Policy, type PolicyInForce } from "../../../src/domain/policy/policy.ts";
import { linearHistory } from "../../support/git/linearHistory.ts";
import { at } from "../../support/record/events.ts";

/** A release with one drop, shipped on Monday at 09:40. */
export function releaseOf(
  events: LedgerEvent[],
  policy: Partial<Policy> = {},
  inForce: Partial<PolicyInForce> = {},
): Release {
  return foldRelease({
    policy: {
      policy: { ...DEFAULT_POLICY, ...policy },
      source: "branch",
      path: ".dropclock/policy.yaml",
      problems: [],
      ...inForce,
    },
    ...linearHistory([{ name: "drop-5", commit: "commit-of-drop-5", date: at("09:40") }], {
      name: "main",
      ref: "refs/heads/main",
      commit: "c",
    }),
    events,
  });
}

export const statusOf = (
  events: LedgerEvent[],
  now: number,
  policy: Partial<Policy> = {},
  inForce: Partial<PolicyInForce> = {},
): Status => statusAt(releaseOf(events, policy, inForce), now);
