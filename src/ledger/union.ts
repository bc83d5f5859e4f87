import { setTimeout as delay } from "node:timers/promises";
import type { Git } from "../git/git.ts";
import { besidePath, safeName } from "./eventPath.ts";
import { LEDGER_REF, ledgerHead } from "./ledgerHead.ts";
import { apart, type RawEntry, type TreeDifference, treeDifference } from "./remoteHeads.ts";
import {
  type ImportStream,
  isLocked,
  quoted,
  type Refusal,
  runImport,
  TO_DISK,
  tooBusy,
} from "./runImport.ts";
import { commonDirOf, inWritersQueue } from "./writersQueue.ts";

const PATIENCE_MS = 15_000;

/** Later than any clock will ever show; anything beyond was forged. */
const LATEST = 253_402_300_799;

interface MergedLedgerHead {
  head: string;
  /** Entries that were not here before. */
  taken: number;
  /** Whether both sides had something that the other lacked. */
  united: boolean;
}

/**
 * Moves the ledger ref so that it contains another head too, whose objects are here. It never loses what it has:
 * the ref moves only if it is still where it was seen; if someone was faster, it is tried again.
 */
export async function mergeLedgerHead(git: Git, other: string): Promise<MergedLedgerHead> {
  const commonDir = await commonDirOf(git);
  return inWritersQueue(commonDir, async () => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let tries = 1; ; tries++) {
      const local = await ledgerHead(git);
      const outcome = await mergeLedgerHeadOnce(git, commonDir, local, other);
      if ("head" in outcome) return outcome;
      const moved = (await ledgerHead(git)) !== local;
      if (!moved && !outcome.locked && !outcome.disturbed) throw outcome.failure;
      if (performance.now() > giveUpAt) throw tooBusy(outcome);
      await delay(Math.random() * Math.min(200, 4 * 2 ** tries));
    }
  });
}

async function mergeLedgerHeadOnce(
  git: Git,
  commonDir: string,
  local: string | null,
  other: string,
): Promise<MergedLedgerHead | Refusal> {
  if (local !== null) {
    const { ours, theirs } = await apart(git, local, other);
    if (theirs === 0) return { head: local, taken: 0, united: false };
    if (ours > 0) return unite(git, commonDir, local, other);
  }
  const difference = await treeDifference(git, local, other);
  // A later head that lacks something was not made by a ledger: what it removes is put back.
  if (local !== null && !holdsAll(difference)) return unite(git, commonDir, local, other);
  const taken = difference.added.length + difference.changed.length;
  return (await moveRef(git, local, other)) ?? { head: other, taken, united: false };
}

/**
 * Puts back entries that the ledger's tree has lost, in a commit on top of a tip that removes nothing. Everyone who
 * puts back the same makes the same commit. Three processes.
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
  const result = await git.ask(args);
  if (result.code === 0) return null;
  return { failure: git.failure(args, result), locked: isLocked(result.stderr), disturbed: false };
}

async function unite(
  git: Git,
  commonDir: string,
  local: string,
  other: string,
): Promise<MergedLedgerHead | Refusal> {
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
  const output = await git.read(args);
  const times = output.match(/^\d+/gm) ?? [];
  return Math.min(LATEST, Math.max(0, ...times.map(Number)));
}

/**
 * What has to be added to a tree so that it also contains another one. Nothing is removed: if both have
 * something different at one path, the one with the smaller hash stays there and the other one goes next to it, so it
 * does not matter which side is first.
 */
export function unionEntries({ gone, added, changed }: TreeDifference): RawEntry[] {
  const files = new Map(gone.map((entry) => [entry.path, entry]));
  const result: RawEntry[] = [];
  const beside: RawEntry[] = [];
  for (const entry of added) {
    // A folder in one and a file in the other: the file has to move.
    for (const folder of foldersOf(entry.path)) {
      const file = files.get(folder);
      if (!file) continue;
      beside.push(moved(file));
      files.delete(folder);
    }
    result.push(carried(entry));
  }
  const folders = new Set(gone.flatMap(({ path }) => foldersOf(path)));
  for (const [i, entry] of result.entries()) if (folders.has(added[i]!.path)) result[i] = moved(entry);
  for (const { before, after } of changed) {
    if (before.oid === after.oid) {
      if (after.mode < before.mode) result.push(after);
      continue;
    }
    const [stays, goes] = before.oid < after.oid ? [before, after] : [after, before];
    if (stays === after) result.push(after);
    beside.push(moved(goes));
  }
  return [...result, ...beside];
}

/**
 * Whether the second tree already contains the first, even if a union has put entries next to their paths.
 * It may say no although it does, but never yes although it does not.
 */
function holdsAll({ gone, added, changed }: TreeDifference): boolean {
  const there = new Set([...added, ...changed.map(({ after }) => after)].map(identity));
  const backwards = changed.map(({ before, after }) => ({ before: after, after: before }));
  const missing = unionEntries({ gone: added, added: gone, changed: backwards });
  return missing.every((entry) => there.has(identity(entry)));
}

/**
 * How entries that a tree has lost go back into it: to their paths if those are free, else next to them, so that
 * nothing that is there now has to move.
 * @param present All that the tree has.
 */
function restoredEntries(lost: readonly RawEntry[], present: readonly RawEntry[]): RawEntry[] {
  const taken = new Set(present.map(({ path }) => path));
  const added: RawEntry[] = [];
  const beside: RawEntry[] = [];
  for (const entry of lost) {
    if (taken.has(entry.path)) beside.push(moved(entry));
    else added.push(entry);
    taken.add(entry.path);
  }
  return [...unionEntries({ gone: [...present], added, changed: [] }), ...beside];
}

const identity = ({ mode, oid, path }: RawEntry): string => `${mode} ${oid} ${path}`;

const moved = (entry: RawEntry): RawEntry => ({
  ...entry,
  path: besidePath(plainPath(entry.path), entry.oid),
});

const carried = (entry: RawEntry): RawEntry =>
  entry.path.split("/").some(isSpecial) ? moved(entry) : { ...entry };

const plainPath = (path: string): string =>
  path
    .split("/")
    .map((part) => (isSpecial(part) ? safeName(part) : part))
    .join("/");

// Names that git or a file system treats specially, possibly with letters that some file systems
// ignore. Newer gits refuse to write them.
function isSpecial(part: string): boolean {
  return /^\.*$|\\/.test(part) || /^(?:\.git|git~\d)/i.test(part.replace(/[\x80-\xff]/g, ""));
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

const BY = "Dropclock <dropclock@localhost>";
const UNITED = "Unite two ledgers\n";
const RESTORED = "Put back what was taken out\n";

interface Union {
  ref: string;
  /** The first is the tree that the entries are added to; the second, if any, is the one they come from. */
  parents: readonly [string, string?];
  /** Seconds since 1970. */
  time: number;
  entries: readonly RawEntry[];
}

/**
 * Makes one commit of two, or puts entries back. Nothing in it depends on the machine or the time, so everyone who unites
 * the same two makes the same commit. It has no author: who entered an event is shown by the commit that added it, on
 * its side, and what is in neither of the two was inserted.
 */
function unionStream({ ref, parents, time, entries }: Union): ImportStream {
  const [first, second] = parents;
  const message = second === undefined ? RESTORED : UNITED;
  const head = [
    `commit ${ref}`,
    "mark :1",
    `author ${BY} ${time} +0000`,
    `committer ${BY} ${time} +0000`,
    `data ${message.length}`,
    `${message}from ${first}`,
    ...(second === undefined ? [] : [`merge ${second}`]),
  ];
  const changes = entries.map(({ mode, oid, path }) => `M ${mode} ${oid} ${quoted(path)}`);
  return {
    commands: Buffer.from([...head, ...changes, "", ""].join("\n"), "latin1"),
    commits: [entries.map(({ path }) => path)],
  };
}
