import { plainText } from "../domain/plainText.ts";
import type { ReleaseBranch } from "../domain/release.ts";
import type { Anchor } from "./anchor.ts";
import type { Refs } from "./refs.ts";

/** The folders of all branches. */
export const BRANCHES = ["refs/heads", "refs/remotes"];

/**
 * The branch that drops are released from: the one that the policy names, at the anchor's remote, else the anchor itself.
 * @param refs All branches, local and remote.
 */
export function releaseBranchOf(
  anchor: Anchor,
  wanted: string | null,
  { refs }: Refs,
): ReleaseBranch | { missing: string } {
  if (wanted === null || wanted === anchor.branch)
    return { name: anchor.branch, ref: anchor.ref, commit: anchor.commit };
  const folder =
    anchor.published && anchor.remote !== null ? `refs/remotes/${anchor.remote}/` : "refs/heads/";
  const found = refs.find(({ name }) => name === folder + wanted);
  if (found) return { name: wanted, ref: found.name, commit: found.oid };
  const names = refs
    .filter(({ name, target }) => name.startsWith(folder) && target === null)
    .slice(0, 5)
    .map(({ name }) => plainText(name.slice(folder.length), 60));
  const where = anchor.remote === null ? "here" : `on ${plainText(anchor.remote, 60)}`;
  const instead = names.length > 0 ? `there are: ${names.join(", ")}` : "there is no branch at all";
  return { missing: `The policy's branch “${plainText(wanted, 60)}” is not ${where}; ${instead}.` };
}
