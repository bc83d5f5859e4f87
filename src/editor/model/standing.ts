import type { Instant } from "../../domain/instant.ts";
import type { Release } from "../../domain/release.ts";
import { type Status, statusAt } from "../../domain/status.ts";

/**
 * A release that can be asked again and again how it stands. What is closed stays closed until an event says
 * otherwise, so a tick judges only what is open, however long the ledger is.
 */
export class Standing {
  readonly #open: Release;
  readonly #closed: Status["closed"];

  constructor(release: Release, now: Instant) {
    const { open, closed } = statusAt(release, now);
    this.#open = { ...release, incidents: open.map(({ incident }) => incident) };
    this.#closed = closed;
  }

  at(now: Instant): Status {
    const status = statusAt(this.#open, now);
    return { ...status, closed: [...status.closed, ...this.#closed] };
  }
}
