import { setTimeout as delay } from "node:timers/promises";
import type { Git } from "../git/git.ts";
import { commonDirOf } from "./commonDir.ts";
import { LEDGER_REF, ledgerHead } from "./ledgerHead.ts";
import { apart } from "./remoteHeads.ts";
import { isLocked, type Refusal, runImport, TO_DISK, tooBusy } from "./runImport.ts";
import { type RawEntry, treeDifference } from "./treeDifference.ts";
import { holdsAll, restoredEntries, unionEntries } from "./unionEntries.ts";
import { unionStream } from "./unionStream.ts";
import { inWritersQueue } from "./writersQueue.ts";

const PATIENCE_MS = 15_000;

/** Later than any clock will ever say; what is beyond was made up. */
const LATEST = 253_402_300_799;

export interface TakenIn {
  head: string;
  /** Entries that were not here before. */
  taken: number;
  /** Whether both sides had something that the other had not. */
  united: boolean;
}

/**
 * Moves the ledger ref so that it holds all of another head too, whose objects are here. It never loses what it has:
 * the ref moves only if it is still where it was seen, and again when somebody was faster.
 */
export async function takeIn(git: Git, other: string): Promise<TakenIn> {
  const commonDir = await commonDirOf(git);
  return inWritersQueue(commonDir, async () => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let tries = 1; ; tries++) {
      const local = await ledgerHead(git);
      const outcome = await takeInOnce(git, commonDir, local, other);
      if ("head" in outcome) return outcome;
      const moved = (await ledgerHead(git)) !== local;
      if (!moved && !outcome.locked && !outcome.disturbed) throw outcome.failure;
      if (performance.now() > giveUpAt) throw tooBusy(outcome);
      await delay(Math.random() * Math.min(200, 4 * 2 ** tries));
    }
  });
}

async function takeInOnce(
  git: Git,
  commonDir: string,
  local: string | null,
  other: string,
): Promise<TakenIn | Refusal> {
  if (local !== null) {
    const { ours, theirs } = await apart(git, local, other);
    if (theirs === 0) return { head: local, taken: 0, united: false };
    if (ours > 0) return unite(git, commonDir, local, other);
  }
  const difference = await treeDifference(git, local, other);
  // A later head that lacks something was made by no ledger: what it takes away is put back.
  if (local !== null && !holdsAll(difference)) return unite(git, commonDir, local, other);
  const taken = difference.added.length + difference.changed.length;
  return (await moveRef(git, local, other)) ?? { head: other, taken, united: false };
}

/**
 * Puts entries back that the ledger's tree has lost, in a commit on top of a tip that takes nothing away. Everybody who
 * puts back the same makes the very same commit. Three processes.
 */
export async function restoreEntries(
  git: Git,
  commonDir: string,
  tip: string,
  lost: readonly RawEntry[],
): Promise<{ head: string } | Refusal> {
  const [{ added: present }, time] = await Promise.all([
    treeDifference(git, null, tip),
    laterTime(git, [tip]),
  ]);
  const entries = restoredEntries(lost, present);
  return runImport(git, commonDir, unionStream({ ref: LEDGER_REF, parents: [tip], time, entries }));
}

async function moveRef(git: Git, from: string | null, to: string): Promise<Refusal | null> {
  const args = [...TO_DISK, "update-ref", LEDGER_REF, to, from ?? "0".repeat(to.length)];
  const result = await git.feed(args);
  if (result.code === 0) return null;
  return { failure: git.failure(args, result), locked: isLocked(result.stderr), disturbed: false };
}

async function unite(git: Git, commonDir: string, local: string, other: string): Promise<TakenIn | Refusal> {
  const parents: [string, string] = local < other ? [local, other] : [other, local];
  const [difference, time] = await Promise.all([treeDifference(git, ...parents), laterTime(git, parents)]);
  const { gone, added, changed } = difference;
  const taken = (local === parents[0] ? added : gone).length + changed.length;
  const entries = unionEntries(difference);
  const outcome = await runImport(git, commonDir, unionStream({ ref: LEDGER_REF, parents, time, entries }));
  return "head" in outcome ? { head: outcome.head, taken, united: true } : outcome;
}

async function laterTime(git: Git, commits: readonly string[]): Promise<number> {
  const args = ["--no-replace-objects", "rev-list", "--no-walk=unsorted", "--timestamp", ...commits];
  const result = await git.feed(args);
  if (result.code !== 0) throw git.failure(args, result);
  const times = result.stdout.toString().match(/^\d+/gm) ?? [];
  return Math.min(LATEST, Math.max(0, ...times.map(Number)));
}
