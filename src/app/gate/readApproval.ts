import { type Approval, foldApproval } from "../../domain/approval.ts";
import { commitOf, councilEntries } from "../../domain/councilEvents.ts";
import { type PersonOf, readMailmap } from "../../domain/mailmap.ts";
import { mainAuthor } from "../../domain/mainAuthor.ts";
import { type Candidate, rangeOf } from "../../domain/nextDrop.ts";
import { dropNamed } from "../../domain/release.ts";
import type { Risk } from "../../domain/riskLevel.ts";
import type { Matter } from "../../domain/vote.ts";
import { type Commit, listCommits, readFileAt } from "../../git/history.ts";
import type { Project } from "../project.ts";
import type { Governed } from "./governed.ts";
import { WitnessReader } from "./witnesses.ts";

/** Enough to tell whose work a drop is. */
const READ_COMMITS = 2_000;

/** A drop before the council: what it holds, how risky it is, and what was said of it. */
export interface Hearing {
  candidate: Candidate;
  commits: Commit[];
  risk: Risk;
  matter: Matter;
  approval: Approval;
  personOf: PersonOf;
}

/**
 * Reads what the council is to judge, and what it has said.
 * @throws {HumanError} when the commits of the drop are not all here.
 */
export async function readHearing(
  project: Project,
  governed: Governed,
  candidate: Candidate,
): Promise<Hearing> {
  const { repository, release, reading } = governed;
  const { policy } = release.policy;
  const entries = councilEntries(release.log);
  const onCommit = entries.filter((event) => commitOf(event) === candidate.commit);
  const [risk, commits, witness, mailmap] = await Promise.all([
    project.risks!.read(policy, candidate),
    listCommits(repository, rangeOf(candidate), READ_COMMITS),
    new WitnessReader(repository, release.branch.commit).read(
      reading.ledger,
      onCommit,
      policy.council?.signed ?? false,
    ),
    // As the policy: from the release branch, so that nobody becomes somebody else by an edit in their work tree.
    readFileAt(repository, release.branch.commit, ".mailmap"),
  ]);
  const personOf = readMailmap(mailmap);
  const matter: Matter = { base: candidate.previous?.commit ?? null, risk };
  const own = dropNamed(release, candidate.tag);
  const approval = foldApproval({
    council: policy.council,
    matter,
    commit: candidate.commit,
    mainAuthor: mainAuthor(commits, personOf),
    personOf,
    events: entries,
    between: { since: candidate.previous?.shippedAt ?? null, until: own?.shippedAt ?? null },
    otherDrops: new Set(release.drops.map(({ commit }) => commit)),
    witness,
  });
  return { candidate, commits, risk, matter, approval, personOf };
}
