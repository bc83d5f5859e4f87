import { formatInstant } from "./instant.ts";
import { plainText } from "./plainText.ts";
import type { Dora, DropScore } from "./scorecard.ts";
import { shown } from "./vote.ts";
import { exactly } from "./wording.ts";

/** DORA's two measures as inert sentences. */
export function doraWords({
  deployments,
  failed,
  changeFailureRate,
  recoveryMs,
  unrecovered,
}: Dora): string[] {
  if (changeFailureRate === null) return ["Change failure rate: no data"];
  const rate = `Change failure rate: ${Math.round(changeFailureRate * 100)} % (${failed} of ${deployments} drops)`;
  const median = recoveryMs === null ? "no data" : `${exactly(recoveryMs)} (median)`;
  const open = unrecovered === 0 ? "" : `; ${unrecovered} not recovered yet`;
  return [rate, `Failed deployment recovery time: ${median}${open}`];
}

/** Each override of a drop as one inert line. */
export function overrideWords({ drop, overrides }: DropScore): string[] {
  return overrides.map(
    ({ by, at, data }) =>
      `Override on ${plainText(drop.tag, 60)} by ${shown(by)}, ${formatInstant(at)}: ${plainText(String(data.why))}`,
  );
}
