import { reason } from "../../domain/gateReason.ts";
import type { Project } from "../project/project.ts";
import { candidateAt } from "./candidates.ts";
import { readGoverned } from "./governed.ts";
import { pushedDrops } from "./pushedDrops.ts";
import { type GateReading, readGate } from "./readGate.ts";
import type { SourceOpener } from "./signalStandings.ts";

/** Judges every drop that a push would ship; none where it ships none. @param input As git gives it to the hook. */
export async function readPush(
  project: Project,
  input: string,
  sources: SourceOpener,
): Promise<GateReading[]> {
  if (!/ refs\/tags\//.test(input)) return [];
  const governed = await readGoverned(project);
  const drops = pushedDrops(input, governed.release.policy.policy.drops.tags);
  const readings: GateReading[] = [];
  for (const { tag, object, before } of drops) {
    const candidate = await candidateAt(governed, tag, object);
    const reading = await readGate(project, governed, candidate, { ship: true, sources });
    if (before !== null && before !== object) {
      const text = `The remote has ${reading.name} already, and this would move it; ship under a new name.`;
      reading.gate.reasons.unshift(reason("moved-tag", text));
      reading.gate.open = false;
    }
    readings.push(reading);
  }
  return readings;
}
