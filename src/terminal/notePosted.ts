import type { Project, Reading } from "../app/project/project.ts";
import { waitsForPostmortem } from "../domain/incident/incident.ts";
import { HumanError } from "../domain/text/humanError.ts";

/** Puts on record which post-mortems git shows as published. That it cannot be written takes no answer away. */
export async function notePosted(
  project: Project,
  reading: Reading,
): Promise<{ noted: number; complaints: string[] }> {
  if (!reading.release.live.some(waitsForPostmortem)) return { noted: 0, complaints: [] };
  try {
    const { PostedPostmortems } = await import("../app/postedPostmortems.ts");
    const events = await new PostedPostmortems().record(project, reading);
    return { noted: events.length, complaints: [] };
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { noted: 0, complaints: [`a published post-mortem could not be put on record: ${error.message}`] };
  }
}
