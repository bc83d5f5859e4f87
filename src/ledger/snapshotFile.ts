import { createHash } from "node:crypto";
import { close, openSync, read, readSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { KNOWN_TYPES } from "../domain/record/eventData.ts";
import { renameOver } from "../git/renameOver.ts";
import { Archive, type ArchivedSubject, ID_ENTRY } from "./archive.ts";
import type { Held } from "./eventGroups.ts";
import type { Stray } from "./ledger.ts";

/** To be raised when the format changes, or what is read as an event. */
const FORM = 2;

const CHUNK = 1024 * 1024;

/** Identifies the version that may read a snapshot: another one might see other events in the same ledger. */
const READER = `${FORM} ${createHash("sha1").update(KNOWN_TYPES.join()).digest("hex").slice(0, 12)}`;

export const snapshotPath = (commonDir: string) => join(commonDir, "dropclock", "ledger.snapshot");

/** The header of a snapshot, which is read at once. */
export interface SnapshotHead {
  reader: string;
  head: string;
  doubted: number;
  strays: Stray[];
  losers: Omit<Held, "place">[];
  troubled: string[];
  /** In the order of the file. */
  subjects: [subject: string, settledSince: number | null, count: number, events: number, entries: number][];
}

/** A snapshot that was read: its head, and the events to be read on demand. */
export interface Snapshot {
  head: SnapshotHead;
  archive: Archive;
}

/** The parts of a snapshot in the order of the file: head, sorted ids, and the events of each subject. */
export interface SnapshotParts {
  head: Omit<SnapshotHead, "reader">;
  ids: Buffer;
  segments: Buffer[];
}

/**
 * Writes a snapshot atomically: readers see the old one or the new one, whole. It is not flushed: one that a
 * power cut damaged is detected by its hash.
 */
export async function writeSnapshot(
  commonDir: string,
  { head, ids, segments }: SnapshotParts,
): Promise<void> {
  const json = Buffer.from(JSON.stringify({ reader: READER, ...head } satisfies SnapshotHead));
  const body = [json, ids, ...segments];
  const hash = createHash("sha1");
  for (const part of body) hash.update(part);
  const first = Buffer.from(`dropclock ${hash.digest("hex")} ${String(json.length).padStart(12)}\n`);
  const path = snapshotPath(commonDir);
  const beside = `${path}.${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(beside, Buffer.concat([first, ...body]), { flag: "wx" });
    await renameOver(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

const FIRST = /^dropclock ([0-9a-f]{40}) +(\d+)\n$/;
const FIRST_BYTES = "dropclock ".length + 40 + 1 + 12 + 1;

/** A valid snapshot that this version may read; null if there is none. Never throws. */
export async function readSnapshot(commonDir: string): Promise<Snapshot | null> {
  const file = openOrNull(snapshotPath(commonDir));
  if (file === null) return null;
  try {
    const found = await readHead(file);
    if (found) return { head: found.head, archive: archiveOf(file, found) };
  } catch {
    // Not a snapshot.
  }
  await promisify(close)(file).catch(() => {});
  return null;
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}

interface FoundHead {
  head: SnapshotHead;
  /** Where the ids begin. */
  end: number;
}

// Checks the whole file, so that later reads cannot find damage. Only the header is kept.
async function readHead(file: number): Promise<FoundHead | null> {
  const hash = createHash("sha1");
  const chunk = Buffer.alloc(CHUNK);
  const kept: Buffer[] = [];
  let [wanted, expected, size, at] = [0, "", 0, 0];
  for (;;) {
    // Most are small, and a starting program has little time between two answers.
    const bytesRead =
      at === 0
        ? readSync(file, chunk, 0, CHUNK, 0)
        : (await promisify(read)(file, chunk, 0, CHUNK, at)).bytesRead;
    let from = 0;
    if (at === 0) {
      const [, sum, length] = FIRST.exec(chunk.toString("latin1", 0, FIRST_BYTES)) ?? [];
      if (sum === undefined) return null;
      [wanted, expected, from] = [Number(length), sum, FIRST_BYTES];
    }
    hash.update(chunk.subarray(from, bytesRead));
    const rest = wanted - size;
    if (rest > 0) {
      const piece = Buffer.from(chunk.subarray(from, Math.min(bytesRead, from + rest)));
      kept.push(piece);
      size += piece.length;
    }
    at += bytesRead;
    if (bytesRead < CHUNK) break;
  }
  if (size !== wanted || wanted === 0 || hash.digest("hex") !== expected) return null;
  const head = JSON.parse(Buffer.concat(kept).toString("utf8")) as SnapshotHead;
  return head.reader === READER ? { head, end: FIRST_BYTES + wanted } : null;
}

function archiveOf(file: number, { head, end }: FoundHead): Archive {
  const subjects = new Map<string, ArchivedSubject>();
  const size = head.subjects.reduce((sum, [, , count]) => sum + count, 0);
  let offset = end + size * ID_ENTRY;
  for (const [subject, settledSince, count, events, entries] of head.subjects) {
    subjects.set(subject, { settledSince, count, offset, events, entries });
    offset += events + entries;
  }
  return new Archive({ file, subjects, ids: { offset: end, count: size } });
}
