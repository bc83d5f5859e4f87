import { type ChecklistFacts, type ChecklistRow, checklist } from "../domain/checklist.ts";
import type { Drop } from "../domain/drop.ts";
import type { FlagChange } from "../domain/flagChanges.ts";
import { candidateOf, rangeOf } from "../domain/nextDrop.ts";
import type { Release } from "../domain/release.ts";
import { signalEntries, watchedEntries } from "../domain/signalRecord.ts";
import { statusAt, watchEndsAt } from "../domain/status.ts";
import { oneByOne } from "../git/dropReader.ts";
import { comparedFlags } from "./dropContent.ts";
import type { Project } from "./project.ts";
import { readinessWords } from "./undo/readinessWords.ts";

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
