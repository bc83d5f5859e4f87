import type { ClosedIncidents } from "../../domain/closedIncidents.ts";
import type { ReleaseState } from "../../domain/drop/release.ts";
import { type Status, statusAt } from "../../domain/drop/status.ts";
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
    this.#open = { ...stateOf(release), live, settled: [] };
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
function stateOf({
  policy,
  branch,
  branches,
  branchMissing,
  shallow,
  drops,
  current,
  lines,
  newerTags,
  records,
  drills,
}: ReleaseState) {
  return {
    policy,
    branch,
    branches,
    branchMissing,
    shallow,
    drops,
    current,
    lines,
    newerTags,
    records,
    drills,
  };
}
