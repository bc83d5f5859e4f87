import { stageAfter } from "../../domain/stage.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

const MINUTE = 60_000;

/** When the soak of the current drop reads differently, for it is told in minutes; null while nothing soaks. */
export function soakWake({ governance }: Pick<TrackedProject, "governance">, now: Instant): Instant | null {
  const current = governance.known?.current;
  if (!current?.stage) return null;
  const { stages } = current.governed.release.policy.policy;
  if (!stageAfter(stages, current.stage)) return null;
  const left = current.stage.since + stages[current.stage.index]!.soak - now;
  return left <= 0 ? null : now + (left % MINUTE) + 1;
}
