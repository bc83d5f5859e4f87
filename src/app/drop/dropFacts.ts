import { minimatch } from "minimatch";
import { readFlags } from "../../documents/flagd.ts";
import type { DropFacts } from "../../documents/variables.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { previousOf, type Release } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { GLOB } from "../../domain/text/tagNames.ts";
import { readFileAt } from "../../git/fileVersions.ts";
import { dropHistory } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import type { Project } from "../project/project.ts";

/** Enough to name its authors; a document shows fewer. */
const READ_COMMITS = 500;

/** A drop with its content. Where git cannot tell, that is said in place of it: a document is made all the same. */
export async function readDropFacts(
  repository: Repository | null,
  release: Pick<Release, "drops" | "log">,
  drop: Drop,
): Promise<DropFacts> {
  const previous = previousOf(release, drop);
  const overrides = release.log.of(`commit/${drop.commit}`).filter(({ type }) => type === "override");
  const known = { drop, previous, overrides };
  if (!repository) return { ...known, content: null, missing: "There is no git repository here." };
  try {
    const range = { from: previous?.commit ?? null, to: drop.commit };
    const content = await dropHistory(repository, range, { limit: READ_COMMITS });
    return { ...known, content, missing: null };
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { ...known, content: null, missing: error.message };
  }
}

/** The patterns among `rollback.keep` that meet a file of the drop, without braces, which git does not know. */
export function keptPatterns(keep: readonly string[], content: DropFacts["content"]): string[] {
  const patterns = keep.flatMap((pattern) => minimatch.braceExpand(pattern, GLOB));
  if (!content) return patterns;
  const paths = content.files.flatMap(({ path, from }) => (from === null ? [path] : [path, from]));
  return patterns.filter((pattern) => paths.some((path) => minimatch(path, pattern, GLOB)));
}

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
