import type { LedgerEvent } from "./event/event.ts";
import { isBackDated } from "./incident/incident.ts";
import type { Policy } from "./policy/policy.ts";
import type { Instant } from "./time/instant.ts";

export type Stages = Policy["stages"];

/** How far a drop is exposed. */
export interface DropStage {
  name: string;
  /** Its place among the policy's stages, from 0. */
  index: number;
  /** Since when it has been there, without a break. */
  since: Instant;
  /** `Name <mail>`; null where it entered by shipping. */
  by: string | null;
}

/**
 * The stage of a drop: whatever its last event of that kind says, and the first one from the moment that it shipped.
 * Null where the policy has no stages.
 * @param events Of `drop/<tag>`, in the order of truth.
 * @param enteredAt When what an event says came true; left out: as far as the event itself tells.
 */
export function stageOf(
  stages: Stages,
  events: readonly LedgerEvent[],
  shippedAt: Instant,
  enteredAt: (event: LedgerEvent) => Instant = whenEntered,
): DropStage | null {
  const [first] = stages;
  if (!first) return null;
  let stage: DropStage = { name: first.name, index: 0, since: shippedAt, by: null };
  for (const event of events) {
    if (event.type !== "stage") continue;
    const index = stages.findIndex(({ name }) => name === event.data.stage);
    // A stage that the policy does not have any more exposes nothing.
    if (index < 0 || index === stage.index) continue;
    stage = { name: stages[index]!.name, index, since: enteredAt(event), by: event.by };
  }
  return stage;
}

/** Soaking cannot be back-dated: what was entered late counts from when it was entered. */
const whenEntered = (event: LedgerEvent) => (isBackDated(event) ? event.recorded : event.at);

/** The stage after one; null for the last. */
export const stageAfter = (stages: Stages, { index }: Pick<DropStage, "index">) => stages[index + 1] ?? null;
