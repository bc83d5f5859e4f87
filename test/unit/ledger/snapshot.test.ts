import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeEvent } from "../../../src/ledger/codec.ts";
import { eventPath } from "../../../src/ledger/eventPath.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import type { LedgerContent } from "../../../src/ledger/ledger.ts";
import { snapshotPath } from "../../../src/ledger/snapshotFile.ts";
import { mergeLedgerHead } from "../../../src/ledger/union.ts";
import { countingGit } from "../../support/git/gitCalls.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { asOrdinaryUser, whileReadOnly } from "../../support/people/ordinaryUser.ts";
import { closedIncident } from "../../support/record/closedIncident.ts";
import { LEDGER_REF, plantEntries, plantEntry } from "../../support/record/ledgerHand.ts";
import { idsOf, stored } from "../../support/record/storedEvents.ts";
import { seeded } from "../../support/seeded.ts";

const NOW = MONDAY + 86_400_000;
const gitDir = (repository: TemporaryRepository) => join(repository.dir, ".git");
const open = (repository: TemporaryRepository, git = repository.product()) =>
  new GitLedger(git, { now: () => NOW, commonDir: gitDir(repository) });
const snapshotOf = (repository: TemporaryRepository) => snapshotPath(gitDir(repository));

/** Ten incidents that are over and one that is not, a drop, something unreadable and something forged. */
async function longLedger(options = {}) {
  const repository = TemporaryRepository.make(options);
  const ledger = open(repository);
  const events = Array.from({ length: 10 }, (_, i) => closedIncident(`i${i}`)).flat();
  const forged = stored({ subject: "incident/open" });
  const closing = stored({ subject: "incident/i3" });
  await ledger.append([...events, stored({ subject: "incident/open" }), stored({ subject: "drop/v1" })]);
  plantEntries(repository, {
    [eventPath(forged)]: encodeEvent(forged),
    "incident/00/x/junk.json": "{",
    [eventPath(closing)]: encodeEvent(closing),
    "elsewhere/a.json": encodeEvent(closing),
  });
  await open(repository).read();
  assert.ok(existsSync(snapshotOf(repository)));
  return { repository, forged };
}

/** What reading without a snapshot gives. */
async function readAnew(repository: TemporaryRepository): Promise<LedgerContent> {
  const kept = readFileSync(snapshotOf(repository));
  rmSync(snapshotOf(repository));
  const content = await open(repository).read();
  writeFileSync(snapshotOf(repository), kept);
  return content;
}

const inOrder = ({ events }: LedgerContent) => [...events].sort((a, b) => (a.id < b.id ? -1 : 1));

function assertSame(actual: LedgerContent, expected: LedgerContent): void {
  assert.deepEqual(inOrder(actual), inOrder(expected));
  assert.equal(actual.head, expected.head);
  assert.equal(actual.log.size, expected.log.size);
  assert.equal(actual.doubted, expected.doubted);
  const skipped = ({ skipped }: LedgerContent) => skipped.map(({ path }) => path).sort();
  assert.deepEqual(skipped(actual), skipped(expected));
  for (const { id, subject } of expected.events) {
    assert.deepEqual(actual.provenance(id), expected.provenance(id));
    assert.deepEqual(actual.log.of(subject), expected.log.of(subject));
    assert.ok(actual.log.has(subject));
  }
  const subjects = [
    ...actual.log.live().keys(),
    ...actual.log.settled().map(({ subject }) => subject),
  ].sort();
  assert.deepEqual(subjects, [...new Set(expected.events.map(({ subject }) => subject))].sort());
}

describe("the snapshot of a ledger", () => {
  it("gives the next reader the same in one process, and only what is not over at once", async () => {
    const { repository } = await longLedger();
    const { git, calls } = countingGit(repository);
    const content = await open(repository, git).read();
    assert.deepEqual(calls(), ["for-each-ref"]);
    assert.equal(content.authors, "checked");
    const settled = content.log.settled();
    // The one with an event that somebody else entered is not among them.
    assert.equal(settled.length, 9);
    for (const { openedAt, count } of settled)
      assert.deepEqual([openedAt, count], [Date.parse("2026-11-23T10:00:00Z"), 7]);
    assertSame(content, await readAnew(repository));
  });

  it("is read on from, in two processes for what another one has written since", async () => {
    const { repository } = await longLedger();
    const { git, calls } = countingGit(repository);
    const event = stored({ subject: "incident/i5", type: "reopened", data: {} });
    await new GitLedger(repository.product(), { now: () => NOW }).append([event]);
    const content = await open(repository, git).read();
    assert.deepEqual(calls(), ["for-each-ref", "cat-file"]);
    assert.equal(content.log.live().get("incident/i5")?.length, 8, "it may be going on again");
    assert.equal(content.log.settled().length, 8);
    assertSame(content, await readAnew(repository));
  });

  it("is written on: what was in it is taken over", async () => {
    const { repository } = await longLedger();
    const ledger = open(repository);
    for (let i = 0; i < 3; i++) {
      await ledger.append(Array.from({ length: 70 }, () => stored({ subject: `incident/late${i}` })));
      await ledger.append(closedIncident(`later${i}`));
      assertSame(await ledger.read(), await readAnew(repository));
    }
    const { git, calls } = countingGit(repository);
    const content = await open(repository, git).read();
    assert.deepEqual(calls(), ["for-each-ref"]);
    assert.equal(content.log.settled().length, 12);
    assertSame(content, await readAnew(repository));
  });

  it("is thrown away when it is broken anywhere, cut, empty, something else or of another version", async () => {
    const { repository } = await longLedger();
    const whole = readFileSync(snapshotOf(repository));
    const expected = await readAnew(repository);
    const random = seeded(5);
    const flipped = (at: number) => {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
    };
    const broken = [
      Buffer.alloc(0),
      whole.subarray(0, 40),
      whole.subarray(0, whole.length - 1),
      Buffer.concat([whole, Buffer.from("x")]),
      Buffer.from("{}"),
      Buffer.from(whole.toString("latin1").replace('"reader":"', '"reader":"0'), "latin1"),
      ...Array.from({ length: 12 }, () => flipped(random.below(whole.length))),
    ];
    for (const bytes of broken) {
      writeFileSync(snapshotOf(repository), bytes);
      assertSame(await open(repository).read(), expected);
      assert.deepEqual(readFileSync(snapshotOf(repository)).length, whole.length, "a whole one in its place");
    }
  });

  it("of another head that is not an ancestor tells nothing", async () => {
    const { repository, forged } = await longLedger();
    const entries = repository.git("ls-tree", "-r", "--name-only", LEDGER_REF).split("\n");
    const texts = entries.map((path) => repository.git("show", `${LEDGER_REF}:${path}`));
    repository.git("update-ref", "-d", LEDGER_REF);
    const [first, ...others] = entries.map((path, i) => [path, `${texts[i]}\n`] as const);
    plantEntries(repository, Object.fromEntries([first!]));
    plantEntries(repository, Object.fromEntries(others));
    const content = await open(repository).read();
    assert.equal(content.doubted, content.log.size, "all of it is another hand's now");
    assert.equal(content.provenance(forged.id)?.author, "Hand <hand@example.com>");
    repository.git("update-ref", LEDGER_REF, repository.git("rev-parse", `${LEDGER_REF}^`));
    assert.equal((await open(repository).read()).log.size, 1, "nor does one of a later head");
  });

  it("of another repository, even with other object names, tells nothing", async () => {
    const { repository } = await longLedger();
    for (const init of [[], ["--object-format=sha256"]]) {
      const other = TemporaryRepository.make({ init });
      const event = stored();
      await open(other).append([event]);
      const folder = dirname(snapshotOf(other));
      rmSync(folder, { recursive: true, force: true });
      other.write(".git/dropclock/ledger.snapshot", readFileSync(snapshotOf(repository)));
      const content = await open(other).read();
      assert.deepEqual(idsOf(content), [event.id]);
      assert.equal(content.provenance(event.id)?.author, event.by);
    }
  });

  it("is not missed where the git directory may not be written, and leaves no litter where it may", async function () {
    if (process.platform === "win32") return this.skip();
    const { repository } = await longLedger();
    assert.deepEqual(readdirSync(dirname(snapshotOf(repository))), ["ledger.snapshot"]);
    rmSync(dirname(snapshotOf(repository)), { recursive: true });
    await asOrdinaryUser(dirname(repository.dir), () =>
      whileReadOnly(gitDir(repository), async () => {
        assert.ok((await open(repository).read()).log.size > 70);
      }),
    );
    assert.equal(existsSync(dirname(snapshotOf(repository))), false);
  });

  it("makes no difference to what is read, for histories at random", async () => {
    const random = seeded(99);
    for (let round = 0; round < 2; round++) {
      const { repository } = await longLedger();
      const reader = open(repository);
      let other = repository.git("rev-parse", LEDGER_REF);
      for (let step = 0; step < 9; step++) {
        const subject = random.pick(["incident/i1", "incident/i2", "incident/new", "drop/v1"]);
        const event = stored({
          subject,
          by: random.pick(["Bo <bo@example.com>", "Hand <hand@example.com>"]),
        });
        const known = random.pick([...(await reader.read()).events]);
        const what = random.below(5);
        if (what === 0) plantEntry(repository, eventPath(event), encodeEvent(event));
        // Another one under an id that is taken.
        else if (what === 1)
          plantEntry(repository, `x/${step}.json`, encodeEvent({ ...event, id: known.id }));
        else if (what === 2) {
          const here = repository.git("rev-parse", LEDGER_REF);
          repository.git("update-ref", LEDGER_REF, other);
          await open(repository).append([event]);
          other = here;
        } else if (what === 3) await mergeLedgerHead(repository.product(), other);
        else await open(repository).append([event]);
        if (random.below(3) === 0) assertSame(await reader.read(), await readAnew(repository));
      }
      for (const ledger of [reader, open(repository)])
        assertSame(await ledger.read(), await readAnew(repository));
    }
  });
});
