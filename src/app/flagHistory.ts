import { readFlags } from "../documents/flagd.ts";
import type { Release } from "../domain/drop/release.ts";
import { readFileAt } from "../git/history.ts";
import type { Project } from "./project/project.ts";

/** Further back nobody needs to know for how long a flag has been on. */
const MOST_DROPS = 12;

/**
 * In how many of the newest drops each flag has been fully on without a break, by its key. One process for each drop,
 * until no flag is left.
 */
export async function flagHistory(
  { repository }: Pick<Project, "repository">,
  { drops, policy }: Pick<Release, "drops" | "policy">,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const file = policy.policy.flags?.file;
  if (!repository || file === undefined) return counts;
  for (const [i, { commit }] of drops.slice(0, MOST_DROPS).entries()) {
    const text = await readFileAt(repository, commit, file).catch(() => null);
    const on = text === null ? [] : readFlags(text).flags.filter(({ fullyOn }) => fullyOn);
    const still = on.filter(({ key }) => i === 0 || counts.get(key) === i);
    if (still.length === 0) break;
    for (const { key } of still) counts.set(key, i + 1);
  }
  return counts;
}
