import type { ExportFormat } from "../../documents/pageMessages.ts";
import { scorecardPage } from "../../documents/pages.ts";
import { scorecardCsv, scorecardSvg } from "../../documents/scorecardPicture.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import {
  type Adoption,
  adoptionOf,
  type DropScore,
  type Scorecard,
  scorecardOf,
} from "../../domain/record/scorecard.ts";
import { scorecardView } from "../../domain/record/scorecardView.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { addedAt } from "../../git/ancestry.ts";
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

/**
 * The scorecard as a file that something else opens.
 * @param service Its name in the policy; null: it has none.
 */
export function scorecardFile(format: ExportFormat, scores: Scores, service: string | null): string {
  const { scorecard, adoption } = scores;
  switch (format) {
    case "svg":
      return scorecardSvg(scorecardView(scores, service));
    case "csv":
      return scorecardCsv(scorecardView(scores, service));
    case "json":
      return `${JSON.stringify(scorecardReport(scores), null, 2)}\n`;
    case "markdown":
      return scorecardPage(service, scorecard, adoption);
  }
}

/** The scorecard as JSON: spans in milliseconds, the rate a share from 0 to 1; null where there is no data. */
export function scorecardReport({ scorecard, adoption }: Scores) {
  return { ...cardReport(scorecard), adoption: adoptionReport(adoption) };
}

function cardReport({ at, drops, pillars, dora, drills, overrides }: Scorecard) {
  return {
    at: formatInstant(at),
    drops: drops.map(scoreReport),
    pillars,
    dora,
    drills: { ...drills, last: instant(drills.last) },
    overrides,
  };
}

function adoptionReport({ landedAt, wanted, drops, scorecard }: Adoption) {
  return {
    landedAt: instant(landedAt),
    wanted,
    shipped: drops.length,
    drops: drops.map(scoreReport),
    pillars: scorecard?.pillars ?? null,
    dora: scorecard?.dora ?? null,
  };
}

function scoreReport({ drop, pillars, incidents, failed, undone, rework, recoveryMs, overrides }: DropScore) {
  return {
    tag: drop.tag,
    commit: drop.commit,
    shippedAt: formatInstant(drop.shippedAt),
    shippedAssumed: drop.shippedAssumed,
    pillars,
    incidents: incidents.map(({ id }) => id),
    failed,
    undone,
    rework,
    recoveryMs,
    overrides: overrides.map(({ at, by, data }) => ({ at: formatInstant(at), by, why: data.why })),
  };
}

const instant = (at: Instant | null) => (at === null ? null : formatInstant(at));
