import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HumanError } from "../domain/text/humanError.ts";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";

/** Nothing was written, as far as is known: look at the ref. */
export interface Refusal {
  failure: GitFailure;
  /** Whether another process held the ref, or a killed one left its lock behind. */
  locked: boolean;
  /** Whether garbage collection was running, which removes unfinished files: another try may succeed. */
  disturbed: boolean;
}

/**
 * Settings for everything that writes to the ledger. By default git leaves loose objects in the system's caches while it
 * flushes the ref that names them: after a power cut the ref could name objects that are gone. The second one is how
 * git before 2.36 knows it.
 */
export const TO_DISK: readonly string[] = [
  "core.fsync=loose-object,pack,pack-metadata,reference",
  "core.fsyncObjectFiles=true",
].flatMap((setting) => ["-c", setting]);

const ARGS = [
  ...TO_DISK,
  "-c",
  "core.ignoreCase=false",
  "--no-replace-objects",
  "fast-import",
  "--quiet",
  "--done",
];

/** Commands for `git fast-import`: one commit after the other, marked from 1, on one ref. */
export interface ImportStream {
  commands: Buffer;
  /** The paths that each of them adds, in latin1 if they are not ASCII. */
  commits: readonly (readonly string[])[];
}

/** With more paths than this none is checked: such an import goes into a pack of its own. */
const MOST_PATHS = 100;

/** How often a write is repeated while garbage collection removes unfinished files. */
const MOST_TRIES = 20;

const VANISHED = /objects\/.*No such file or directory/;

/**
 * Feeds `git fast-import`, which moves the ref all or nothing, and refuses when the ref has something that
 * the new tip lacks. One process; a second one in the rare case of a garbage collection at the same moment.
 */
export async function runImport(
  git: Git,
  commonDir: string,
  stream: ImportStream,
): Promise<{ head: string; commits: string[] } | Refusal> {
  const input = Buffer.concat([stream.commands, Buffer.from(questions(stream), "latin1")]);
  const packed = isCollecting(commonDir);
  const outcome = await feed(git, input, packed);
  if ("failure" in outcome)
    return { ...outcome, disturbed: outcome.disturbed || packed || isCollecting(commonDir) };
  // A pack is kept from garbage collection until the ref names it. Loose objects are not, so they are written
  // again if that might have happened: the same objects.
  if (packed || (areLoose(commonDir, outcome.objects) && !isCollecting(commonDir))) return outcome;
  return writeAgain(git, input);
}

// The ref names what is to be written already, so nobody else can have moved it further while it is missing.
async function writeAgain(git: Git, input: Buffer) {
  let missing = false;
  for (let tries = 1; ; tries++) {
    const outcome = await feed(git, input, true, missing ? ["--force"] : []);
    if (!("failure" in outcome) || tries === MOST_TRIES) return outcome;
    missing = /missing commits/.test(outcome.failure.stderr);
    await delay(10 * tries);
  }
}

async function feed(
  git: Git,
  input: Buffer,
  packed: boolean,
  flags: readonly string[] = [],
): Promise<{ head: string; commits: string[]; objects: string[] } | Refusal> {
  const args = [...(packed ? ["-c", "fastimport.unpackLimit=1"] : []), ...ARGS, ...flags];
  try {
    const result = await git.feed(args, { input });
    const answers = result.stdout.toString("latin1").trim().split("\n");
    const commits = answers.filter((answer) => /^[0-9a-f]+$/.test(answer));
    const head = commits.at(-1);
    if (result.code === 0 && head) return { head, commits, objects: answers.flatMap(objectIn) };
    await removeCrashReport(git.dir, result.stderr);
    await removeLoneKeep(git.dir, result.stderr);
    const disturbed = VANISHED.test(result.stderr);
    return { failure: git.failure(ARGS, result), locked: isLocked(result.stderr), disturbed };
  } catch (failure) {
    if (failure instanceof GitFailure) return { failure, locked: false, disturbed: false };
    throw failure;
  }
}

/** Asks for the hashes of everything that is written: commits, and the folders and files that are new in them. */
function questions({ commits }: ImportStream): string {
  const asked = commits.flatMap((paths, i) => {
    const mark = `:${i + 1}`;
    const places = new Set(paths.slice(0, MOST_PATHS).flatMap(placesOf));
    return [`get-mark ${mark}`, ...[...places].map((place) => `ls ${mark} ${quoted(place)}`)];
  });
  // Without `done` git treats a truncated stream as an error, and moves nothing.
  return `${[...asked, "done"].join("\n")}\n`;
}

function placesOf(path: string): string[] {
  const parts = path.split("/");
  return ["", ...parts.map((_, i) => parts.slice(0, i + 1).join("/"))];
}

function objectIn(answer: string): string[] {
  const oid = /^(?:\d{6} \w+ )?([0-9a-f]{40,64})(?:\t|$)/.exec(answer)?.[1];
  return oid === undefined ? [] : [oid];
}

/** As git reads paths that hold anything. */
export function quoted(path: string): string {
  if (/^[\w.%/-]+$/.test(path)) return path;
  const bytes = [...Buffer.from(path, "latin1")];
  return `"${bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
}

/** Whether git found the lock of a ref taken. */
export const isLocked = (stderr: string) => /\.lock': File exists/.test(stderr);

// Git leaves a crash report in the repository for a failed import. It is of no use here.
async function removeCrashReport(dir: string, stderr: string): Promise<void> {
  const report = /dumping crash report to (.+)$/m.exec(stderr)?.[1];
  if (report && /^fast_import_crash_\d+$/.test(basename(report)))
    await rm(resolve(dir, report), { force: true });
}

// A pack that vanished before it was named leaves its .keep file behind, which would block another try.
async function removeLoneKeep(dir: string, stderr: string): Promise<void> {
  const [, pack] = /unable to write file (.*[\\/]pack-[0-9a-f]+)\.pack: No such file/.exec(stderr) ?? [];
  if (pack !== undefined && !existsSync(resolve(dir, `${pack}.pack`)))
    await rm(resolve(dir, `${pack}.keep`), { force: true });
}

/** A stale lock is recognized by its file; anything else is contention. */
export function tooBusy({ failure, locked }: Refusal): HumanError {
  if (locked) return failure;
  return new HumanError(
    "service",
    "Others write to the ledger all the time, so nothing was written; try again in a moment.",
    { cause: failure },
  );
}

/**
 * Whether garbage collection is running in a repository. One that prunes at once
 * (`git gc --prune=now`) removes loose objects that no ref names yet, though one is about to.
 */
const isCollecting = (commonDir: string): boolean => existsSync(join(commonDir, "gc.pid"));

/** Whether all of these are there as loose objects. */
const areLoose = (commonDir: string, oids: readonly string[]): boolean =>
  oids.every((oid) => existsSync(join(commonDir, "objects", oid.slice(0, 2), oid.slice(2))));
