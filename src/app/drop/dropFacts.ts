import { minimatch } from "minimatch";
import type { DropFacts } from "../../documents/dropVariables.ts";
import { type Drop, GLOB } from "../../domain/drop/drop.ts";
import { previousOf, type Release } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { dropHistory } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";

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
