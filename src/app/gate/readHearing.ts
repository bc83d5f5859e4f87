import { type Approval, foldApproval } from "../../domain/approval.ts";
import { commitOf } from "../../domain/councilEvents.ts";
import type { Drop } from "../../domain/drop.ts";
import type { PersonOf } from "../../domain/mailmap.ts";
import { mainAuthor } from "../../domain/mainAuthor.ts";
import { type Candidate, rangeOf } from "../../domain/nextDrop.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { dropNamed } from "../../domain/release.ts";
import type { Risk } from "../../domain/riskLevel.ts";
import type { Matter } from "../../domain/vote.ts";
import type { DropSource } from "../../git/dropReader.ts";
import { type Commit, listCommits } from "../../git/history.ts";
import type { RangeCommits } from "../../git/rangeCommits.ts";
import { WitnessReader } from "../witnesses.ts";
import type { Governed, Judging } from "./governed.ts";
import { judgedBase } from "./judgedBase.ts";

/** Enough to tell whose work a drop is. */
const READ_COMMITS = 2_000;

/** A drop before the council: what it holds, how risky it is, and what was said of it. */
export interface Hearing {
  candidate: Candidate;
  /** From which drop it is judged: the newest before it that passed its own gate; null: from the beginning. */
  base: Drop | null;
  /** The drops whose own gate was looked at to find that out. */
  asked: readonly Drop[];
  /** Since the base. */
  commits: Commit[];
  risk: Risk;
  matter: Matter;
  approval: Approval;
  personOf: PersonOf;
}

/** From where the content of many drops is read at once. */
export interface HearingSource {
  content: DropSource;
  commits: Pick<RangeCommits, "list">;
}

/**
 * Reads what the council is to judge, and what it has said.
 * @throws {HumanError} when the commits of the drop are not all here.
 */
export async function readHearing(
  project: Judging,
  governed: Governed,
  candidate: Candidate,
): Promise<Hearing> {
  const { base, asked } = await judgedBase(project, governed, candidate);
  const { policy } = governed.release.policy;
  return { ...(await hearingOf(project, governed, { candidate, base, policy })), asked };
}

/** The same by another policy, from another drop. */
export async function hearingOf(
  project: Judging,
  governed: Governed,
  { candidate, base, policy }: { candidate: Candidate; base: Drop | null; policy: Policy },
  read: HearingSource | null = null,
): Promise<Omit<Hearing, "asked">> {
  const { repository, release, reading, anchor, council: entries } = governed;
  const judged = { ...candidate, previous: base };
  const onCommit = entries.filter((event) => commitOf(event) === candidate.commit);
  const [risk, commits, witness, personOf] = await Promise.all([
    project.risks!.read(policy, judged, read?.content),
    read
      ? read.commits.list(rangeOf(judged), READ_COMMITS)
      : listCommits(repository, rangeOf(judged), READ_COMMITS),
    WitnessReader.of(repository).read(reading.ledger, onCommit, {
      anchor: anchor.commit,
      signed: policy.council?.signed ?? false,
    }),
    governed.personOf(),
  ]);
  const matter: Matter = { base: base?.commit ?? null, risk };
  const own = dropNamed(release, candidate.tag);
  const approval = foldApproval({
    council: policy.council,
    matter,
    commit: candidate.commit,
    mainAuthor: mainAuthor(commits, personOf),
    personOf,
    events: entries,
    between: { since: base?.shippedAt ?? null, until: own?.shippedAt ?? null },
    otherDrops: new Set(release.drops.map(({ commit }) => commit)),
    witness,
  });
  return { candidate, base, commits, risk, matter, approval, personOf };
}
