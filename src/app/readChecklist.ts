import type { FlagChange } from "../domain/change/flags.ts";
import type { Drop } from "../domain/drop/drop.ts";
import type { Release } from "../domain/drop/release.ts";
import { statusAt, watchEndsAt } from "../domain/drop/status.ts";
import { type ChecklistFacts, type ChecklistRow, checklist } from "../domain/gate/checklist.ts";
import { candidateOf, rangeOf } from "../domain/nextDrop.ts";
import { signalEntries, watchedEntries } from "../domain/signal/signalRecord.ts";
import { oneByOne } from "../git/dropReader.ts";
import { comparedFlags } from "./drop/dropContent.ts";
import type { Project } from "./project/project.ts";
import { readinessWords } from "./project/readinessWords.ts";

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
