import { clocksOf } from "./incident/clock.ts";
import type { Incident } from "./incident/incident.ts";
import type { Instant } from "./time/instant.ts";

/**
 * Whether nobody knows when people began to feel it: at any time since its drop shipped, which nobody has said either,
 * and longer ago than the target to detect.
 */
export function isStartUnknown({ earlier, round }: Pick<Incident, "earlier" | "round">): boolean {
  const first = earlier[0] ?? round;
  const { detected } = first.marks;
  return clocksOf(first, detected?.at ?? 0).some(({ state }) => state === "unknown");
}

/**
 * How long people felt some incidents, in milliseconds: each round from the start of its impact, or its reopening, until
 * it was mitigated, and what several of them share once. Of one whose start is unknown, from its detection.
 * @param until Where a round that is not mitigated ends; left out, it does not count.
 */
export function feltMs(incidents: readonly Incident[], until: Instant | null = null): number {
  const stretches = incidents
    .flatMap((incident) => {
      const unknown = isStartUnknown(incident);
      const rounds = [...incident.earlier, incident.round];
      return rounds.map(({ marks, reopenedAt }, i) => {
        const end = marks.mitigated?.at ?? rounds[i + 1]?.reopenedAt ?? until;
        const began = unknown ? marks.detected : marks.started;
        const from = reopenedAt ?? began?.at ?? end ?? 0;
        return { from, to: end ?? from };
      });
    })
    .sort((a, b) => a.from - b.from);
  let [sum, reached] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of stretches) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}
