import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldRelease, type ReleaseFacts } from "../../src/domain/drop/release.ts";
import { statusAt } from "../../src/domain/drop/status.ts";
import { DEFAULT_POLICY } from "../../src/domain/policy/policy.ts";
import { EventIndex } from "../../src/ledger/eventIndex.ts";
import type { LedgerContent } from "../../src/ledger/ledger.ts";
import { LEDGER_REF } from "../../src/ledger/ledgerHead.ts";
import { TO_DISK } from "../../src/ledger/runImport.ts";
import { byAuthor, entriesToAdd, importStream } from "../../src/ledger/writeEntries.ts";
import { freshFolder } from "../support/folders/freshFolder.ts";
import { linearHistory } from "../support/git/linearHistory.ts";
import { stored } from "../support/record/storedEvents.ts";
import { bare, LATER, LedgerPlace } from "./ledgerPlace.ts";
import { type Comparison, compare } from "./measure.ts";

const EVENTS_OF_AN_INCIDENT = 50;

/** The ledger against bare git, both in turn on the same repositories. */
export async function ledgerBench(): Promise<Comparison[]> {
  const { path } = freshFolder("ledger-bench");
  const make = (size: number) => LedgerPlace.make(path, size, size / EVENTS_OF_AN_INCIDENT);
  const [small, middle, large] = [await make(1_000), await make(10_000), await make(100_000)];
  const results = [await coldRead(middle), await coldRead(large, 1.25), await leastRead(large, path, 1.1)];
  results.push(await authors(middle));
  results.push(await warmStart(middle), await warmStart(large, 0.1));
  const [before, after] = [await append(small), await append(large, 1.25)];
  results.push(before, after, {
    name: `one append to ${large.name} events`,
    subjectMs: after.subjectMs,
    floorMs: before.subjectMs,
    floor: `one append to ${small.name}`,
    ratio: after.subjectMs / before.subjectMs,
    goal: 1.4,
  });
  results.push(await refresh(large, 3));
  return results;
}

/** All of it read and parsed, against the two programs that give the bytes. */
function coldRead(place: LedgerPlace, goal: number | null = null): Promise<Comparison> {
  const script = `${LISTING} | git cat-file --batch > /dev/null`;
  const floor = { name: "ls-tree -r | cat-file --batch", work: () => bare(place.dir, "sh", ["-c", script]) };
  return compareRead(place, floor, goal);
}

/**
 * The same against the least that a program in Node does: the two programs side by side on both halves, into files, and
 * then nothing but frames and JSON.parse. Where that takes longer than 1.25 of the shell's pipe, nothing that parses in
 * Node can keep the goal above: 600 ms against 385 on a fast machine, where ours took 590 to 650.
 */
function leastRead(place: LedgerPlace, folder: string, goal: number): Promise<Comparison> {
  const [names, half, other] = ["names", "half", "other"].map((name) => join(folder, name)) as Three;
  const shell = (script: string) => bare(place.dir, "sh", ["-c", script]);
  const work = async () => {
    await shell(`${LISTING} > ${names}`);
    const all = readFileSync(names, "latin1").trimEnd().split("\n").sort();
    const parts = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
    for (const [i, file] of [half, other].entries()) writeFileSync(file, `${parts[i]!.join("\n")}\n`);
    await Promise.all([half, other].map((file) => shell(`git cat-file --batch < ${file} > ${file}.out`)));
    const parsed = [half, other].reduce((sum, file) => sum + parseFrames(readFileSync(`${file}.out`)), 0);
    if (parsed !== place.size) throw new Error(`${parsed} of ${place.size} events`);
  };
  return compareRead(place, { name: "the same, framed and parsed in Node alone", work }, goal);
}

type Three = [string, string, string];

const LISTING = `git ls-tree -r ${LEDGER_REF} | cut -c13-52`;

function compareRead(
  place: LedgerPlace,
  floor: { name: string; work: () => unknown },
  goal: number | null,
): Promise<Comparison> {
  const read = async () => {
    const { log } = await place.open().read({ authors: false });
    if (log.size !== place.size) throw new Error(`${log.size} of ${place.size} events`);
  };
  const before = () => place.forget();
  return compare(`cold read of ${place.name} events`, read, floor, { rounds: 5, goal, before });
}

/** What `cat-file --batch` printed: `OID TYPE SIZE`, the bytes, a line break. Gives how many were parsed. */
function parseFrames(bytes: Buffer): number {
  let parsed = 0;
  for (let at = 0; at < bytes.length; parsed++) {
    const end = bytes.indexOf(10, at);
    const size = Number(bytes.toString("latin1", bytes.lastIndexOf(32, end) + 1, end));
    JSON.parse(bytes.toString("utf8", end + 1, end + 1 + size));
    at = end + 2 + size;
  }
  return parsed;
}

/** Who entered what, learnt from the whole history: once in the life of a clone. */
function authors(place: LedgerPlace): Promise<Comparison> {
  const learn = async () => {
    const { doubted } = await place.open().read();
    if (doubted > 0) throw new Error(`${doubted} events by others than their authors`);
  };
  const log = () => bare(place.dir, "git", ["log", "--raw", "--no-abbrev", "--no-renames", LEDGER_REF]);
  return compare(
    `cold read, who entered what, snapshot of ${place.name}`,
    learn,
    { name: "git log --raw", work: log },
    { rounds: 3, before: () => place.forget() },
  );
}

/** From nothing to how every incident stands, with a snapshot and without. */
async function warmStart(place: LedgerPlace, goal: number | null = null): Promise<Comparison> {
  await place.open().read();
  const putBack = place.takeSnapshot();
  let turn = 0;
  const start = async () => judge(await place.open().read({ authors: false }));
  return compare(
    `warm start with ${place.name} events`,
    start,
    { name: "cold start", work: start },
    {
      rounds: 5,
      goal,
      before: () => {
        if (turn++ % 2 === 0) putBack();
        else place.forget();
      },
    },
  );
}

function judge({ log }: LedgerContent): void {
  const facts: ReleaseFacts = {
    policy: { policy: DEFAULT_POLICY, source: "defaults", path: "", problems: [] },
    ...linearHistory([]),
    events: log,
  };
  const { open, past } = statusAt(foldRelease(facts), LATER);
  if ((open.length + past.count) * EVENTS_OF_AN_INCIDENT !== log.size) throw new Error("incidents were lost");
}

/** One event put on record, against git alone with the same input. */
async function append(place: LedgerPlace, goal: number | null = null): Promise<Comparison> {
  const event = () => stored({ subject: "incident/bench" });
  const ledger = place.open();
  await ledger.read({ authors: false });
  let input: Buffer | undefined;
  const floor = () =>
    bare(place.dir, "git", [...TO_DISK, "fast-import", "--quiet", "--done", "--force"], input);
  return compare(
    `one append to ${place.name} events`,
    () => ledger.append([event()]),
    { name: "git fast-import", work: floor },
    {
      rounds: 15,
      goal,
      before: async () => {
        const tip = (await bare(place.dir, "git", ["rev-parse", LEDGER_REF])).trim();
        const groups = byAuthor(entriesToAdd([event()], new EventIndex()));
        const { commands } = importStream(groups, { ref: "refs/bench/ledger", tip, now: LATER });
        input = Buffer.concat([commands, Buffer.from("done\n")]);
      },
    },
  );
}

/** Another one's event, against the smallest thing that git can be asked. */
async function refresh(place: LedgerPlace, goal: number): Promise<Comparison> {
  const [reader, writer] = [place.open(), place.open()];
  await Promise.all([reader.read(), writer.read()]);
  return compare(
    `refresh after another one's event, ${place.name}`,
    () => reader.read(),
    { name: "git rev-parse", work: () => bare(place.dir, "git", ["rev-parse", "--verify", LEDGER_REF]) },
    { rounds: 15, goal, before: () => writer.append([stored({ subject: "incident/bench" })]) },
  );
}
