import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../../src/ledger/codec.ts";
import { eventPath } from "../../../src/ledger/eventPath.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { type Adder, identityOf, provenanceOf } from "../../../src/ledger/provenance.ts";
import { mergeLedgerHead } from "../../../src/ledger/union.ts";
import { countingGit } from "../../support/git/gitCalls.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { LEDGER_REF, plantEntries, plantEntry } from "../../support/record/ledgerHand.ts";
import { stored } from "../../support/record/storedEvents.ts";
import { seeded } from "../../support/seeded.ts";

const HAND = "Hand <hand@example.com>";
const BO = "Bo <bo@example.com>";
const open = (repository: TemporaryRepository) =>
  new GitLedger(repository.product(), { now: () => MONDAY, commonDir: join(repository.dir, ".git") });

const head = (repository: TemporaryRepository) => repository.git("rev-parse", LEDGER_REF);

/** What a reader that remembers nothing says of each event: who entered it where that is not its author. */
async function doubts(repository: TemporaryRepository, ledger = open(repository)) {
  const { events } = await ledger.read();
  return Object.fromEntries(events.map((event) => [event.id, event.enteredBy]));
}

describe("who entered an event", () => {
  it("is told by the commit that added it, not by a union that took it in, on either side", async () => {
    const repository = TemporaryRepository.make();
    const [ana, bo, forged] = [stored(), stored({ by: BO }), stored()];
    await open(repository).append([stored({ subject: "drop/v0" })]);
    const base = head(repository);
    await open(repository).append([ana]);
    const left = head(repository);
    repository.git("update-ref", LEDGER_REF, base);
    await open(repository).append([bo]);
    plantEntry(repository, eventPath(forged), encodeEvent(forged));
    const early = open(repository);
    await early.read();
    await mergeLedgerHead(repository.product(), left);
    for (const ledger of [early, open(repository)]) {
      const told = await doubts(repository, ledger);
      assert.deepEqual(told[ana.id], undefined);
      assert.deepEqual(told[bo.id], undefined);
      assert.equal(told[forged.id], HAND);
      const content = await ledger.read();
      assert.equal(content.provenance(ana.id)?.commit, left);
      assert.equal(content.authors, "checked");
    }
  });

  it("is the author of a union for what that union slipped in", async () => {
    const repository = TemporaryRepository.make();
    await open(repository).append([stored()]);
    const left = head(repository);
    repository.git("update-ref", "-d", LEDGER_REF);
    await open(repository).append([stored({ by: BO })]);
    const ledger = open(repository);
    await ledger.read();
    const forged = stored();
    const bytes = encodeEvent(forged);
    const union = [
      `commit ${LEDGER_REF}`,
      "committer Dropclock <dropclock@localhost> 1790000000 +0000",
      "data 0",
      `from ${head(repository)}`,
      `merge ${left}`,
      `M 100644 inline ${eventPath(forged)}`,
      `data ${Buffer.byteLength(bytes)}`,
      bytes,
    ];
    assert.equal(repository.tryGit(["fast-import", "--quiet"], { input: union.join("\n") }).status, 0);
    for (const each of [ledger, open(repository)])
      assert.equal((await doubts(repository, each))[forged.id], "Dropclock <dropclock@localhost>");
  });

  it("stays the same where a union moved an entry out of the way of another one", async () => {
    const repository = TemporaryRepository.make();
    const event = stored();
    await open(repository).append([event]);
    const left = head(repository);
    repository.git("update-ref", "-d", LEDGER_REF);
    // Bytes that lose to the event's or win over them, whichever: both are kept, and one of them at another path.
    for (const junk of ["1", "2", "3", "4"]) {
      repository.tryGit(["update-ref", "-d", LEDGER_REF]);
      plantEntry(repository, eventPath(event), junk);
      await mergeLedgerHead(repository.product(), left);
      const content = await open(repository).read();
      assert.equal(content.provenance(event.id)?.author, event.by);
      assert.equal(content.doubted, 0);
    }
  });

  it("is not known where the history was cut, and that is said", async () => {
    const repository = TemporaryRepository.make();
    const [early, late] = [stored(), stored()];
    await open(repository).append([early]);
    await open(repository).append([late]);
    writeFileSync(join(repository.dir, ".git/shallow"), `${repository.git("rev-parse", `${LEDGER_REF}^`)}\n`);
    assert.deepEqual(await doubts(repository), { [early.id]: null, [late.id]: undefined });
    const content = await open(repository).read();
    assert.equal(content.doubted, 1);
    assert.equal(content.provenance(early.id), null);
  });

  it("is learnt anew where the history was rewritten under the same entries", async () => {
    const repository = TemporaryRepository.make();
    const event = stored();
    const ledger = open(repository);
    await ledger.append([event]);
    await ledger.read();
    repository.git("update-ref", "-d", LEDGER_REF);
    plantEntry(repository, eventPath(event), encodeEvent(event));
    assert.equal((await doubts(repository, ledger))[event.id], HAND);
  });

  it("does not change when another hand takes the entry away and puts it back", async () => {
    const repository = TemporaryRepository.make();
    const event = stored();
    const ledger = open(repository);
    await ledger.append([event, stored({ by: BO })]);
    plantEntries(repository, { [eventPath(event)]: null });
    assert.deepEqual((await doubts(repository, ledger))[event.id], undefined);
    plantEntry(repository, eventPath(event), encodeEvent(event));
    for (const each of [ledger, open(repository)]) {
      const content = await each.read();
      assert.equal(content.doubted, 0);
      assert.equal(content.provenance(event.id)?.author, event.by);
    }
  });

  it("costs one process for another one's event, and none for its own", async () => {
    const repository = TemporaryRepository.make();
    await open(repository).append([stored()]);
    const { git, calls } = countingGit(repository);
    const ledger = new GitLedger(git, { now: () => MONDAY, commonDir: join(repository.dir, ".git") });
    await ledger.read();
    calls();
    const own = [stored({ by: BO }), stored()];
    await ledger.append(own);
    const content = await ledger.read();
    assert.deepEqual(
      own.map(({ id }) => content.provenance(id)?.author),
      [BO, stored().by],
    );
    assert.deepEqual(calls(), ["fast-import", "for-each-ref"]);
    const forged = stored();
    plantEntry(repository, eventPath(forged), encodeEvent(forged));
    await open(repository).append([stored()]);
    const grown = await ledger.read();
    assert.deepEqual(calls(), ["for-each-ref", "cat-file"]);
    assert.equal(grown.provenance(forged.id)?.author, HAND);
    assert.equal(grown.doubted, 1);
  });

  it("is the same for a reader that came along with it and for one that reads it all, for histories at random", async () => {
    const random = seeded(23);
    for (let round = 0; round < 4; round++) {
      const repository = TemporaryRepository.make();
      const reader = open(repository);
      await reader.append([stored()]);
      let other = head(repository);
      for (let step = 0; step < 14; step++) {
        const event = stored({ by: random.pick([BO, HAND, "Ana <ana@example.com>"]) });
        const what = random.below(4);
        if (what === 0) plantEntry(repository, eventPath(event), encodeEvent(event));
        else if (what === 1) await open(repository).append([event]);
        else if (what === 2) {
          const here = head(repository);
          repository.git("update-ref", LEDGER_REF, other);
          await open(repository).append([event]);
          other = here;
        } else await mergeLedgerHead(repository.product(), other);
        if (random.below(2) === 0) await reader.read({ authors: random.below(2) === 0 });
      }
      const [came, fresh] = await Promise.all([reader.read(), open(repository).read()]);
      const sorted = (content: typeof came) => [...content.events].sort((a, b) => (a.id < b.id ? -1 : 1));
      assert.deepEqual(sorted(came), sorted(fresh));
      assert.equal(came.doubted, fresh.doubted);
      for (const { id } of fresh.events) assert.deepEqual(came.provenance(id), fresh.provenance(id));
    }
  });

  it("of several commits, the one by the author that it names; a union only where there is nobody else", () => {
    const adder = (commit: string, author: string, merge = false): Adder => ({ commit, author, merge });
    const by = "Ana <ana@example.com>";
    assert.equal(provenanceOf(by, []), null);
    const [ana, bo, union] = [adder("c", by), adder("a", BO), adder("0", "Dropclock <d@localhost>", true)];
    for (const adders of [
      [ana, bo, union],
      [union, bo, ana],
    ]) {
      assert.deepEqual(provenanceOf(by, adders), { commit: "c", author: by, also: [] });
      assert.equal(provenanceOf("Cy <cy@example.com>", adders)?.author, BO);
    }
    assert.deepEqual(provenanceOf(by, [ana, adder("b", by)]), { commit: "b", author: by, also: ["c"] });
    assert.equal(identityOf("a <b> <c@d>\u2028e"), "a b c@d e <>");
  });
});
