import type { IncidentsDoubt } from "../../app/project/sharingWords.ts";
import type { ReleaseState } from "../../domain/drop/release.ts";
import { type ClosedIncidents, type Status, statusAt } from "../../domain/drop/status.ts";
import { draftWords, isBroken, type PolicyInForce, sourceWords } from "../../domain/policy/policy.ts";
import { counted } from "../../domain/text/counted.ts";
import type { Instant } from "../../domain/time/instant.ts";

/**
 * A release that can be asked again and again how it stands. What is closed stays closed until an event says
 * otherwise, so a tick judges only what is open, however long the ledger is.
 */
export class Standing {
  readonly #open: ReleaseState;
  readonly #closed: ClosedIncidents;
  readonly #unlisted: number;

  constructor(release: ReleaseState, now: Instant) {
    const { open, past, unlisted } = statusAt(release, now);
    const live = open.map(({ incident }) => incident);
    this.#open = { ...pick(release, SETTLED), live, settled: [] };
    this.#closed = past;
    this.#unlisted = unlisted;
  }

  at(now: Instant): Status {
    const { closed, ...status } = statusAt(this.#open, now);
    const past = this.#closed.with(closed);
    return {
      ...status,
      unlisted: this.#unlisted,
      past,
      get closed() {
        return past.all();
      },
    };
  }
}

/** What no event that is settled can change. */
const SETTLED = [
  "policy",
  "branch",
  "branches",
  "branchMissing",
  "shallow",
  "drops",
  "current",
  "lines",
  "newerTags",
  "lostDrops",
  "records",
  "drills",
] as const satisfies (keyof ReleaseState)[];

// Not the whole of it: what a release can be asked beside would fold the whole ledger.
const pick = <T, K extends keyof T>(from: T, keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;

/** Whether there is a policy, in order or not, on the branch or at hand. */
export const hasPolicyFile = ({ source, problems, draft }: PolicyInForce) =>
  source !== "defaults" || problems.length > 0 || draft !== undefined;

/** `3 errors · last good one in force`: a broken policy never takes the clock away, and every surface says so. */
export function whatIsInForce(policy: PolicyInForce): string {
  const { source, problems, draft, branch, doubt } = policy;
  if (isBroken(policy)) {
    const instead = {
      branch: "",
      "work-tree": "an earlier one",
      "last-good": "last good one",
      defaults: "sample SLA",
    };
    return `${counted(problems.length, "error")} · ${instead[source]} in force`;
  }
  if (doubt !== undefined) return "not known · sample SLA in force";
  if (draft) return draftWords(draft, branch);
  return source === "defaults" ? "sample SLA, no file yet" : sourceWords(policy);
}

/** What the tooltip is made from: one entry for each repository of the window. */
export interface ProjectFacts {
  root: string;
  name: string;
  status: Status | null;
  error: string | null;
  /** Why the team's incidents are not known. */
  doubt: IncidentsDoubt | null;
}
