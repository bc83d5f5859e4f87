import type { FlagChange } from "../../domain/change/flags.ts";
import type { Risk } from "../../domain/change/riskLevel.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { type Candidate, candidateOf, type Release, rangeOf } from "../../domain/drop/release.ts";
import { statusAt, watchEndsAt } from "../../domain/drop/status.ts";
import { type ChecklistFacts, type ChecklistRow, checklist } from "../../domain/gate/checklist.ts";
import { signalEntries, watchedEntries } from "../../domain/signal/signalRecord.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { oneByOne } from "../../git/dropReader.ts";
import { countCommits } from "../../git/history.ts";
import type { Project, Reading } from "../project/project.ts";
import { readinessWords } from "../project/readinessWords.ts";
import { comparedFlags } from "./dropContent.ts";
import { readNextDrop } from "./dropNamed.ts";

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
export async function readDropRisks(project: Project, reading: Reading): Promise<DropRisks> {
  const { release } = reading;
  const drop = release.current;
  const next = project.repository && (await readNextDrop(project.repository, release));
  const [current, coming] = await Promise.all([
    drop ? judgeDrop(project, reading, candidateOf(release, drop), reading.commits) : null,
    next && judgeDrop(project, reading, next, null),
  ]);
  return { current, next: coming };
}

/** @param counted Its commits, where they were counted already. */
async function judgeDrop(
  project: Project,
  reading: Reading,
  candidate: Candidate,
  counted: number | null,
): Promise<JudgedDrop | null> {
  const { repository } = project;
  if (!repository) return null;
  try {
    const [risk, commits] = await Promise.all([
      readRisk(project, reading, candidate),
      counted ?? countCommits(repository, rangeOf(candidate)),
    ]);
    return { candidate, commits, risk, missing: null };
  } catch (error) {
    // A commit on record may be gone, or not here; that must not take everything else away.
    if (!(error instanceof HumanError)) throw error;
    return { candidate, commits: null, risk: null, missing: error.message };
  }
}

/** The risk of a drop as its gate judges it: since the newest drop before it that passed its own. */
export async function readRisk(project: Project, reading: Reading, candidate: Candidate): Promise<Risk> {
  const { policy } = reading.release.policy;
  const base = policy.council ? await baseOf(project, reading, candidate) : candidate.previous;
  return project.risks!.read(policy, { ...candidate, previous: base });
}

async function baseOf(project: Project, reading: Reading, candidate: Candidate): Promise<Drop | null> {
  const [{ readGoverned }, { judgedBase }] = await Promise.all([
    import("../gate/governed.ts"),
    import("../gate/councilReview.ts"),
  ]);
  return (await judgedBase(project, await readGoverned(project, reading), candidate)).base;
}

/** The observability checklist of a drop, from what is on record and in the repository. */
export async function readChecklist(project: Project, release: Release, drop: Drop): Promise<ChecklistRow[]> {
  const { policy } = release.policy;
  const now = project.now();
  const [flags, undo] = await Promise.all([
    dropFlags(project, release, drop),
    project.undo.of(release, drop),
  ]);
  const facts: ChecklistFacts = {
    drop,
    policy,
    flags,
    entries: signalEntries(release.log, drop.tag),
    watched: watchedEntries(release.log, drop.tag),
    windowEndsAt: watchEndsAt(policy, drop),
    drills: statusAt(release, now).drills,
    undo: { state: undo.state, words: readinessWords(undo, null) },
    now,
  };
  return checklist(facts);
}

/** The flags that a drop adds, changes or removes; null where the policy names no file, or it cannot be read. */
export async function dropFlags(
  { repository }: Pick<Project, "repository">,
  release: Release,
  drop: Drop,
): Promise<FlagChange[] | null> {
  const { flags } = release.policy.policy;
  if (!repository || !flags) return null;
  return comparedFlags(oneByOne(repository), rangeOf(candidateOf(release, drop)), flags.file);
}
