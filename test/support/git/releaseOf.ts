import { HistoryReader } from "../../../src/app/project/historyReader.ts";
import { foldRelease, type Release } from "../../../src/domain/drop/release.ts";
import type { LedgerEvent } from "../../../src/domain/event/event.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/domain/policy/policy.ts";
import { anchorAmong } from "../../../src/git/anchor.ts";
import { readCloneSettings } from "../../../src/git/cloneSettings.ts";
import { BRANCHES, listRefs } from "../../../src/git/refs.ts";
import type { Repository } from "../../../src/git/repository.ts";

/** The release state of a repository, as a project reads it, without a ledger. */
export async function releaseOf(
  repository: Repository,
  { events = [], policy = {} }: { events?: LedgerEvent[]; policy?: Partial<Policy> } = {},
): Promise<Release> {
  const inForce = { ...DEFAULT_POLICY, ...policy };
  const refs = await listRefs(repository.git, BRANCHES);
  const anchor = anchorAmong(await readCloneSettings(repository.git), refs);
  if ("missing" in anchor) throw new Error(anchor.missing);
  const history = await new HistoryReader(repository).read(anchor, inForce, refs);
  if (history.branchMissing !== null) throw new Error(history.branchMissing);
  return foldRelease({
    policy: { policy: inForce, source: "branch", path: ".dropclock/policy.yaml", problems: [] },
    ...history,
    events,
  });
}
