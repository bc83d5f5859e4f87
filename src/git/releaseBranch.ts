import type { ReleaseBranch } from "../domain/drop/release.ts";
import { plainText } from "../domain/text/plainText.ts";
import { isExclusion, nameMatcher, patternWords } from "../domain/text/tagNames.ts";
import { compareVersions } from "../domain/version.ts";
import type { Anchor } from "./anchor.ts";
import type { Refs } from "./refs.ts";

/**
 * The branches that drops are released from: those that the policy names, at the anchor's remote, else the anchor
 * itself. In the order of the patterns, those of one pattern by their versions. A branch that an undo was made on is none.
 * @param wanted A branch, or patterns on branches.
 * @param refs All branches, local and remote.
 */
export function releaseBranchesOf(
  anchor: Anchor,
  wanted: string | readonly string[] | null,
  { refs }: Refs,
): ReleaseBranch[] | { missing: string } {
  const own = { name: anchor.branch, ref: anchor.ref, commit: anchor.commit };
  if (wanted === null || wanted === anchor.branch) return [own];
  const folder =
    anchor.published && anchor.remote !== null ? `refs/remotes/${anchor.remote}/` : "refs/heads/";
  const branches = new Map(
    refs
      .filter(({ name, target }) => name.startsWith(folder) && target === null)
      .map(({ name, oid }) => [name.slice(folder.length), { ref: name, commit: oid }]),
  );
  const names = [...branches.keys()].filter((name) => !name.startsWith("dropclock/")).sort(compareVersions);
  const found =
    typeof wanted === "string" ? names.filter((name) => name === wanted) : matching(wanted, names);
  if (found.length > 0) return found.map((name) => ({ name, ...branches.get(name)! }));
  const where = anchor.remote === null ? "here" : `on ${plainText(anchor.remote, 60)}`;
  const shown = names.slice(0, 5).map((name) => plainText(name, 60));
  const instead = shown.length > 0 ? `there are: ${shown.join(", ")}` : "there is no branch at all";
  return {
    missing:
      typeof wanted === "string"
        ? `The policy's branch “${plainText(wanted, 60)}” is not ${where}; ${instead}.`
        : `No branch ${where} matches “${plainText(patternWords(wanted), 80)}”, the policy's drops.branch; ${instead}.`,
  };
}

function matching(patterns: readonly string[], names: readonly string[]): string[] {
  const excluded = patterns.filter(isExclusion);
  const wanted = patterns.filter((pattern) => !isExclusion(pattern));
  return [...new Set(wanted.flatMap((pattern) => names.filter(nameMatcher([pattern, ...excluded]))))];
}
