import { makeSampleHistory } from "./sampleHistory.ts";
import { declareSampleIncidents } from "./sampleIncidents.ts";

/**
 * Makes a small repository as a team would have it 25 minutes after its fifth weekly drop: real commits by three
 * people, a remote, a policy, a closed incident and an open, critical one. The same for the same `now`, the
 * recording instants of the events apart.
 */
export async function makeSampleRepository(dir: string, now: Date): Promise<{ dir: string; remote: string }> {
  const made = await makeSampleHistory(dir, now);
  await declareSampleIncidents(dir, now);
  return made;
}
