import { HumanError } from "../domain/humanError.ts";
import { type Candidate, candidateOf, nextDrop, rangeOf } from "../domain/nextDrop.ts";
import type { Risk } from "../domain/riskLevel.ts";
import { countCommits } from "../git/history.ts";
import type { Project, Reading } from "./project.ts";

/** A drop, tagged or not, with its risk by the policy in force. */
export interface JudgedDrop {
  candidate: Candidate;
  /** Null where git cannot tell; `missing` says why. */
  commits: number | null;
  risk: Risk | null;
  missing: string | null;
}

export interface DropRisks {
  current: JudgedDrop | null;
  /** What is on the release branch since the newest drop; null when nothing is. */
  next: JudgedDrop | null;
}

/** Judges the current drop and the next one, before it has a tag. A few processes the first time, then none. */
export async function readDropRisks(
  project: Project,
  { release }: Pick<Reading, "release">,
): Promise<DropRisks> {
  const drop = release.current;
  const next = nextDrop(release);
  const [current, coming] = await Promise.all([
    drop ? judge(project, release.policy, candidateOf(release, drop)) : null,
    next && judge(project, release.policy, next),
  ]);
  return { current, next: coming };
}

async function judge(
  { repository, risks }: Project,
  { policy }: Reading["release"]["policy"],
  candidate: Candidate,
): Promise<JudgedDrop | null> {
  if (!repository || !risks) return null;
  try {
    const [risk, commits] = await Promise.all([
      risks.read(policy, candidate),
      countCommits(repository, rangeOf(candidate)),
    ]);
    return { candidate, commits, risk, missing: null };
  } catch (error) {
    // A commit on record may be gone, or not here; that must not take everything else away.
    if (!(error instanceof HumanError)) throw error;
    return { candidate, commits: null, risk: null, missing: error.message };
  }
}
