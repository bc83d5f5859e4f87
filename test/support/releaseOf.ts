import type { LedgerEvent } from "../../src/domain/event.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/domain/policy/policy.ts";
import { foldRelease, type Release } from "../../src/domain/release.ts";
import { resolveReleaseBranch } from "../../src/git/releaseBranch.ts";
import { releaseTags } from "../../src/git/releaseTags.ts";
import type { Repository } from "../../src/git/repository.ts";

/** The release state of a repository, as a project reads it, without a ledger. */
export async function releaseOf(
  repository: Repository,
  { events = [], policy = {} }: { events?: LedgerEvent[]; policy?: Partial<Policy> } = {},
): Promise<Release> {
  const inForce = { ...DEFAULT_POLICY, ...policy };
  const found = await resolveReleaseBranch(repository, {
    branch: inForce.drops.branch,
    remote: "origin",
  });
  if ("missing" in found) throw new Error(found.missing);
  return foldRelease({
    policy: { policy: inForce, source: "file", path: ".dropclock/policy.yaml", problems: [] },
    branch: found,
    branchMissing: null,
    tags: await releaseTags(repository, found.commit),
    events,
  });
}
