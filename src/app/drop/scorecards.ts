import { type Adoption, adoptionOf } from "../../domain/adoption.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { type Scorecard, scorecardOf } from "../../domain/record/scorecard.ts";
import { addedAt } from "../../git/addedAt.ts";
import type { Project, Reading } from "../project/project.ts";

export interface Scores {
  /** Of the newest drops. */
  scorecard: Scorecard;
  /** Of the first drops since the policy landed. */
  adoption: Adoption;
}

/** @param last How many drops to look at; left out: as many as the policy says. One process. */
export async function readScores(project: Project, { release }: Reading, last?: number): Promise<Scores> {
  const at = project.now();
  const { branch, drops, policy } = release;
  const { repository } = project;
  const landedAt = repository && branch ? await addedAt(repository, branch.commit, POLICY_PATH) : null;
  return {
    scorecard: scorecardOf(release, drops.slice(0, last ?? policy.policy.drops.adoption), at),
    adoption: adoptionOf(release, landedAt, at),
  };
}
