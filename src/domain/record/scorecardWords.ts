import { counted, percent } from "../text/counted.ts";
import { plainText, shownName } from "../text/plainText.ts";
import { exactly } from "../time/duration.ts";
import { formatInstant } from "../time/instant.ts";
import type { Dora, DropScore, Scorecard } from "./scorecard.ts";

/** DORA's three measures of stability as inert sentences. */
export function doraWords({
  deployments,
  failed,
  changeFailureRate,
  recoveryMs,
  unrecovered,
  untimed,
  startUnknown = 0,
  rework,
  reworkRate,
}: Dora): string[] {
  if (changeFailureRate === null) return ["Change failure rate: no data"];
  const rate = `Change failure rate: ${percent(changeFailureRate)} (${failed} of ${deployments} drops)`;
  const median = recoveryMs === null ? "no data" : `${exactly(recoveryMs)} (median)`;
  const open = unrecovered === 0 ? "" : `; ${unrecovered} not recovered yet`;
  const unknown = untimed === 0 ? "" : `; ${untimed} taken back without an incident, so not timed`;
  const began = startUnknown === 0 ? "" : `; ${startUnknown} that began at an unknown time, so not timed`;
  return [
    rate,
    `Failed deployment recovery time: ${median}${open}${unknown}${began}`,
    `Deployment rework rate: ${percent(reworkRate ?? 0)} (${counted(rework, "drop")} shipped because of an incident)`,
  ];
}

/** A rate of DORA; null: there is none. */
export const rateWords = (rate: number | null) => (rate === null ? "no data" : percent(rate));

/** Each override of a drop as one inert line. */
export function overrideWords({ drop, overrides }: DropScore): string[] {
  return overrides.map(
    ({ by, at, data }) =>
      `Override on ${plainText(drop.tag, 60)} by ${shownName(by)}, ${formatInstant(at)}: ${plainText(String(data.why))}`,
  );
}

/** What else a drop's row says besides its pillars: `2 incidents`, `taken back`. */
export function remarkWords({ incidents, undone }: Pick<DropScore, "incidents" | "undone">): string[] {
  return [
    ...(incidents.length > 0 ? [counted(incidents.length, "incident")] : []),
    ...(undone ? ["taken back"] : []),
  ];
}

/** `3 held, 2 passed, 1 in time`. */
export const drillWords = ({ held, passed, inTime }: Scorecard["drills"]) =>
  `${held} held, ${passed} passed, ${inTime} in time`;
