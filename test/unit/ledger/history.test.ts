import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { StoredEvent } from "../../../src/domain/event/event.ts";
import { encodeEvent } from "../../../src/ledger/codec.ts";
import { eventPath } from "../../../src/ledger/eventPath.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import type { LedgerContent } from "../../../src/ledger/ledger.ts";
import { mergeLedgerHead } from "../../../src/ledger/union.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { LEDGER_REF } from "../../support/record/ledgerHand.ts";
import { stored } from "../../support/record/storedEvents.ts";

const open = (repository: TemporaryRepository) =>
  new GitLedger(repository.product(), { now: () => MONDAY, commonDir: join(repository.dir, ".git") });

/** A commit as the test makes it up: its parents by their numbers, and all that its tree holds. */
interface Made {
  parents: number[];
  tree: ReadonlyMap<string, string>;
}

/** Writes them as git does, and gives their names. */
function write(repository: TemporaryRepository, commits: readonly Made[]): string[] {
  const lines = commits.flatMap(({ parents: [first, ...others], tree }, i) => [
    "commit refs/made",
    `mark :${i + 1}`,
    // Whoever writes a commit chooses its date, so the dates say nothing.
    `committer Hand <hand@example.com> ${1_700_000_000 + ((i * 7919) % 1000) * 86_400} +0000`,
    "data 0",
    ...(first === undefined ? [] : [`from :${first + 1}`]),
    ...others.map((parent) => `merge :${parent + 1}`),
    "deleteall",
    ...[...tree].flatMap(([path, text]) => [
      `M 100644 inline ${path}`,
      `data ${Buffer.byteLength(text)}`,
      text,
    ]),
    "",
    "reset refs/made",
    "",
  ]);
  const marks = join(repository.dir, "marks");
  const args = ["fast-import", "--quiet", "--force", `--export-marks=${marks}`];
  const { status, stderr } = repository.tryGit(args, { input: lines.join("\n") });
  assert.equal(status, 0, stderr);
  const names = new Map(
    readFileSync(marks, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ") as [string, string]),
  );
  return commits.map((_, i) => names.get(`:${i + 1}`)!);
}

/** The law, told again in the slowest way: what counts below some heads. */
function heldBy(commits: readonly Made[], heads: readonly number[]): string[] {
  const ancestors = commits.map(() => new Set<number>());
  commits.forEach(({ parents }, i) => {
    for (const parent of parents) for (const each of [parent, ...ancestors[parent]!]) ancestors[i]!.add(each);
  });
  const below = new Set(heads.flatMap((head) => [head, ...ancestors[head]!]));
  const added = new Map<string, [commit: number, text: string][]>();
  for (const i of below)
    for (const [path, text] of commits[i]!.tree)
      if (!commits[i]!.parents.some((parent) => commits[parent]!.tree.get(path) === text))
        added.set(path, [...(added.get(path) ?? []), [i, text]]);
  const first = <T>(all: [number, T][]): [number, T][] =>
    all.filter(([commit]) => !all.some(([other]) => ancestors[commit]!.has(other)));
  const byId = new Map<string, [commit: number, text: string][]>();
  for (const [path, all] of added) {
    const winners = new Set(first(all).map(([, text]) => text));
    for (const [commit, text] of all) {
      if (!winners.has(text) || text === JUNK) continue;
      const event = JSON.parse(text) as StoredEvent;
      if (eventPath(event) === path) byId.set(event.id, [...(byId.get(event.id) ?? []), [commit, text]]);
    }
  }
  return [...new Set([...byId.values()].flatMap((all) => first(all).map(([, text]) => text)))].sort();
}

const JUNK = "junk\n";

const inWords = ({ events }: LedgerContent) =>
  events
    .map(({ id, subject, type, at, recorded, by, data }) =>
      encodeEvent({
        ...{ v: 1, id, subject, type, by, data },
        at: new Date(at).toISOString(),
        recorded: new Date(recorded).toISOString(),
      }),
    )
    .sort();

const step = fc.record({
  what: fc.constantFrom(
    "add",
    "add",
    "add",
    "change",
    "junk",
    "remove",
    "steal",
    "elsewhere",
    "merge",
    "merge",
    "evil",
  ),
  from: fc.nat(),
  also: fc.nat(),
  which: fc.nat(),
  /** Of a merge: which entries of either side it drops. */
  drops: fc.array(fc.boolean(), { maxLength: 6 }),
});

/** A history in which everybody does whatever git lets them. */
function history(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Made[] {
  const commits: Made[] = [{ parents: [], tree: new Map() }];
  for (const { what, from, also, which, drops } of steps) {
    const parent = commits.length - 1 - (from % Math.min(3, commits.length));
    const tree = new Map(commits[parent]!.tree);
    const parents = [parent];
    const known = [
      ...new Set(commits.flatMap((commit) => [...commit.tree]).map((pair) => JSON.stringify(pair))),
    ]
      .map((pair) => JSON.parse(pair) as [string, string])
      .filter(([, text]) => text !== JUNK);
    const [path, text] = known[which % Math.max(1, known.length)] ?? [];
    const event = path === undefined ? null : (JSON.parse(text!) as StoredEvent);
    const fresh = stored({ subject: `incident/i${which % 3}` });
    if (what === "add" || !event) tree.set(eventPath(fresh), encodeEvent(fresh));
    else if (what === "change") tree.set(path!, encodeEvent({ ...event, data: { text: `${which}` } }));
    else if (what === "junk") tree.set(path!, JUNK);
    else if (what === "remove") tree.delete(path!);
    else if (what === "elsewhere") tree.set(`x/${which}.json`, text!);
    else if (what === "steal") {
      const thief = { ...event, subject: `drop/v${which % 3}`, type: "stolen", data: {} };
      tree.set(eventPath(thief), encodeEvent(thief));
    } else {
      const other = also % commits.length;
      if (other !== parent) parents.push(other);
      for (const [place, entry] of commits[other]!.tree) if (!tree.has(place)) tree.set(place, entry);
      [...tree.keys()].forEach((place, i) => {
        if (drops[i]) tree.delete(place);
      });
      if (what === "evil") tree.set(eventPath(fresh), encodeEvent(fresh));
    }
    commits.push({ parents, tree });
  }
  return commits;
}

describe("what a ledger once held", function () {
  this.timeout(300_000);

  it("is held by every reader, in whatever order the histories arrive", async () => {
    const histories = fc.tuple(
      fc.array(step, { minLength: 3, maxLength: 14 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(histories, async ([steps, picks, reads]) => {
        const commits = history(steps);
        const repository = TemporaryRepository.make();
        const names = write(repository, commits);
        const heads = [...new Set([commits.length - 1, ...picks.map((pick) => pick % commits.length)])];
        const expected = heldBy(commits, heads);
        const ends: string[] = [];
        for (const order of [heads, heads.toReversed()]) {
          repository.git("update-ref", LEDGER_REF, names[order[0]!]!);
          const alongside = open(repository);
          await alongside.read({ authors: reads[0]! });
          for (const [i, head] of order.slice(1).entries()) {
            await mergeLedgerHead(repository.product(), names[head]!);
            if (reads[i]) await alongside.read({ authors: reads[i + 1] ?? true });
          }
          const [came, fresh] = [await alongside.read(), await open(repository).read()];
          assert.deepEqual(inWords(fresh), expected);
          assert.deepEqual(inWords(came), expected);
          const touched = ({ touched }: LedgerContent) =>
            touched.map(({ path, how }) => `${path} ${how}`).sort();
          assert.deepEqual(touched(came), touched(fresh));
          assert.equal(came.lost, fresh.lost);
          assert.equal(await open(repository).putBack(), fresh.lost);
          const whole = await alongside.read();
          assert.equal(whole.lost, 0);
          assert.deepEqual(inWords(whole), expected, "and after it was put back");
          ends.push(...touched(whole).filter((each) => !each.endsWith("removed")));
        }
        assert.deepEqual(ends.slice(0, ends.length / 2), ends.slice(ends.length / 2));
      }),
      { numRuns: 25 },
    );
  });
});
