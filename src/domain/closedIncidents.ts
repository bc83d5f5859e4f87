import type { SettledIncident } from "./drop/release.ts";
import { type IncidentStatus, incidentStatus } from "./incident/incidentStatus.ts";
import type { Instant } from "./time/instant.ts";

/** The incidents that are over, newest first. Of a long ledger only those that somebody asks for are folded. */
export class ClosedIncidents {
  readonly #known: readonly IncidentStatus[];
  readonly #settled: readonly SettledIncident[];
  readonly #instant: Instant;
  #newest: IncidentStatus[] = [];

  /** @param known Those that are folded already. Both are in order. */
  constructor(known: readonly IncidentStatus[], settled: readonly SettledIncident[], instant: Instant) {
    this.#known = known;
    this.#settled = settled;
    this.#instant = instant;
  }

  get count(): number {
    return this.#known.length + this.#settled.length;
  }

  /** The same with others before them, in their order. */
  with(known: readonly IncidentStatus[]): ClosedIncidents {
    const all = [...this.#known, ...known].sort((a, b) => b.incident.openedAt - a.incident.openedAt);
    return new ClosedIncidents(all, this.#settled, this.#instant);
  }

  all(): IncidentStatus[] {
    return this.newest(this.count);
  }

  newest(most: number): IncidentStatus[] {
    if (this.#newest.length < Math.min(most, this.count)) this.#newest = this.#fold(most);
    return this.#newest.slice(0, most);
  }

  #fold(most: number): IncidentStatus[] {
    const newest: IncidentStatus[] = [];
    let [i, j] = [0, 0];
    while (newest.length < most && i + j < this.count) {
      const known = this.#known[i];
      const settled = this.#settled[j];
      if (known && (!settled || known.incident.openedAt >= settled.openedAt)) {
        newest.push(known);
        i++;
      } else {
        j++;
        const incident = settled!.fold();
        if (incident) newest.push(incidentStatus(incident, this.#instant));
      }
    }
    return newest;
  }
}
