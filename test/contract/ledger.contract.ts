import assert from "node:assert/strict";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { type Ledger, SubjectTaken, touchedAmong } from "../../src/ledger/ledger.ts";
import { idsOf, stored } from "../support/record/storedEvents.ts";

/** Who plants. */
export const HAND = "Hand <hand@example.com>";

/** A place for ledgers, as several windows and machines share one. */
interface LedgerPlace {
  /** Another ledger on the same place, which remembers nothing yet. */
  open(): Ledger;
  /** Puts an entry there without asking any ledger, as a newer version or a hostile hand would, by `HAND`. */
  plant(path: string, bytes: string | Buffer): void;
  /** Takes an entry away without asking any ledger. */
  remove(path: string): void;
}

/** What every ledger promises. */
export function ledgerContract(name: string, makePlace: () => LedgerPlace): void {
  describe(`ledger: ${name}`, () => {
    let place: LedgerPlace;
    let ledger: Ledger;

    beforeEach(() => {
      place = makePlace();
      ledger = place.open();
    });

    it("is empty and has no head before anything was written", async () => {
      const { head, events, skipped, log, doubted } = await ledger.read();
      assert.deepEqual({ head, events, skipped }, { head: null, events: [], skipped: [] });
      assert.deepEqual([log.size, [...log.live()], doubted], [0, [], 0]);
    });

    it("gives back what was appended, at once and to others", async () => {
      const event = stored({ data: { text: 'Ø, 日本, \u{1f525}\nand "quotes"' } });
      await ledger.append([event]);
      for (const reader of [ledger, place.open()]) {
        const { head, events, skipped } = await reader.read();
        assert.ok(head);
        assert.deepEqual(skipped, []);
        assert.deepEqual(events, [
          {
            id: event.id,
            subject: event.subject,
            type: event.type,
            at: Date.parse(event.at),
            recorded: Date.parse(event.recorded),
            by: event.by,
            data: event.data,
          },
        ]);
      }
    });

    it("gives the same content while nothing changes, and another head when something does", async () => {
      await ledger.append([stored()]);
      const first = await ledger.read();
      assert.equal(await ledger.read(), first);
      await ledger.append([stored()]);
      assert.notEqual((await ledger.read()).head, first.head);
      assert.equal(first.events.length, 1, "what was given out does not change any more");
    });

    it("sees what others append, also to subjects that it knows", async () => {
      const other = place.open();
      const events = [stored(), stored(), stored({ subject: "drop/v1" }), stored({ subject: "commit/abc" })];
      for (const [i, event] of events.entries()) {
        await (i % 2 ? ledger : other).append([event]);
        assert.equal((await ledger.read()).events.length, i + 1);
      }
      assert.deepEqual(idsOf(await other.read()), idsOf({ events }));
    });

    it("holds the same whatever the order of writing", async () => {
      const events = Array.from({ length: 6 }, (_, i) => stored({ subject: `incident/i${i % 3}` }));
      const another = makePlace().open();
      await ledger.append(events);
      for (const event of [...events].reverse()) await another.append([event]);
      assert.deepEqual(idsOf(await ledger.read()), idsOf(await another.read()));
    });

    it("writes all or none", async () => {
      const good = stored();
      const bad = stored({ subject: "no kind" });
      await assert.rejects(ledger.append([good, bad]), { name: "HumanError", kind: "usage" });
      assert.deepEqual((await place.open().read()).events, []);
      await ledger.append([good, stored()]);
      assert.equal((await place.open().read()).events.length, 2);
    });

    it("refuses what it could not read back", async () => {
      const bad = [
        { data: { text: "x".repeat(70_000) } },
        { id: "short" },
        { at: "2026-11-23T10:04:00" },
        { by: "two\nlines" },
        { type: "NOT A TYPE" },
        { type: "severity", data: { to: "terrible" } },
      ];
      for (const over of bad) await assert.rejects(ledger.append([stored(over)]), { name: "HumanError" });
      assert.equal((await ledger.read()).head, null);
    });

    it("writes nothing for no events", async () => {
      await ledger.append([]);
      assert.equal((await ledger.read()).head, null);
    });

    it("takes the same event twice as one", async () => {
      const event = stored();
      await ledger.append([event, event]);
      await ledger.append([event]);
      await place.open().append([event]);
      assert.deepEqual(idsOf(await ledger.read()), [event.id]);
      assert.deepEqual(idsOf(await place.open().read()), [event.id]);
    });

    it("refuses another event under an id that is taken", async () => {
      const event = stored();
      await ledger.append([event]);
      const other = { ...event, data: { text: "something else" } };
      await assert.rejects(ledger.append([other]), { name: "HumanError" });
      await assert.rejects(place.open().append([other]), { name: "HumanError" });
      const third = stored();
      await assert.rejects(ledger.append([third, { ...third, type: "detected" }]), { name: "HumanError" });
    });

    it("lets only one of several begin a subject, and takes the same events twice all the same", async () => {
      const begins = "incident/2026-11-23-begun";
      const ledgers = Array.from({ length: 4 }, () => place.open());
      // All of them have seen that nothing is there.
      await Promise.all(ledgers.map((each) => each.read()));
      const events = ledgers.map(() => stored({ subject: begins }));
      const outcomes = await Promise.allSettled(
        events.map((event, i) => ledgers[i]!.append([event], { begins })),
      );
      const written = events.filter((_, i) => outcomes[i]!.status === "fulfilled");
      assert.equal(written.length, 1);
      assert.deepEqual(idsOf(await place.open().read()), idsOf({ events: written }));
      for (const outcome of outcomes)
        if (outcome.status === "rejected") assert.ok(outcome.reason instanceof SubjectTaken);
      await place.open().append(written, { begins });
      await place.open().append([stored({ subject: begins })]);
    });

    it("loses nothing when several append at once", async () => {
      const ledgers = Array.from({ length: 4 }, () => place.open());
      const events = Array.from({ length: 16 }, () => stored());
      await Promise.all(events.map((event, i) => ledgers[i % ledgers.length]!.append([event])));
      for (const reader of [...ledgers, ledger])
        assert.deepEqual(idsOf(await reader.read()), idsOf({ events }));
    });

    it("skips what it cannot read, counts it and goes on", async () => {
      const event = stored();
      await ledger.append([event]);
      const junk = ["", "{", "[]", "null", Buffer.from([0xff, 0xfe]), "x".repeat(70_000), '{"v":1}'];
      junk.forEach((bytes, i) => {
        place.plant(`incident/00/junk/${i}.json`, bytes);
      });
      for (const reader of [ledger, place.open()]) {
        const { events, skipped } = await reader.read();
        assert.deepEqual(idsOf({ events }), [event.id]);
        assert.equal(skipped.length, junk.length);
        for (const { path, reason } of skipped)
          assert.match(`${path} ${reason}`, /^incident\/00\/junk\/\d\.json .+/);
      }
      await ledger.append([stored()]);
      assert.equal((await place.open().read()).skipped.length, junk.length, "an append takes nothing away");
    });

    it("keeps types, subjects, versions and fields that it does not know", async () => {
      const event = {
        ...stored({ type: "teleported", subject: "galaxy/m31" }),
        v: 7,
        mood: "calm",
        data: { deep: [{ a: 1 }] },
      };
      place.plant(eventPath(event), JSON.stringify(event));
      await ledger.append([stored()]);
      const { events, skipped } = await place.open().read();
      assert.deepEqual(skipped, []);
      const found = events.find(({ id }) => id === event.id);
      assert.equal(found?.type, "teleported");
      assert.deepEqual(found?.data, { deep: [{ a: 1 }] });
    });

    describe("says who put an event on record", () => {
      const claimed = (by: string) => stored({ by });

      it("and leaves alone what its author entered", async () => {
        const event = claimed("Ana Ås <ana@example.com>");
        await ledger.append([event, claimed("no mail"), claimed("a <b> <c@d>")]);
        for (const reader of [ledger, place.open()]) {
          const content = await reader.read();
          assert.equal(content.authors, "checked");
          assert.equal(content.doubted, 0);
          for (const each of content.events) assert.ok(!("enteredBy" in each));
          assert.equal(content.provenance(event.id)?.author, "Ana Ås <ana@example.com>");
          assert.equal(content.provenance("nothing"), null);
        }
      });

      it("and flags one that names another author, at once and to others", async () => {
        const event = claimed("Ana <ana@example.com>");
        const own = claimed(HAND);
        await ledger.append([stored()]);
        const before = await ledger.read();
        place.plant(eventPath(event), encodeEvent(event));
        place.plant(eventPath(own), encodeEvent(own));
        for (const reader of [ledger, place.open()]) {
          const content = await reader.read();
          const found = (id: string) => content.events.find((each) => each.id === id)!;
          assert.equal(found(event.id).enteredBy, HAND);
          assert.equal(found(event.id).by, event.by, "the claim stays as it was made");
          assert.equal(found(own.id).enteredBy, undefined);
          assert.equal(content.doubted, 1);
          assert.equal(content.provenance(event.id)?.author, HAND);
          assert.deepEqual(content.log.of(event.subject).length, 3);
        }
        assert.equal(before.doubted, 0, "what was given out does not change any more");
        assert.equal(before.events.length, 1);
        // Entering the same again changes nothing of what is on record.
        await ledger.append([event]);
        assert.equal((await ledger.read()).doubted, 1);
      });
    });

    it("counts an entry only at the path that its content gives", async () => {
      const event = stored();
      await ledger.append([event]);
      place.plant("elsewhere/copy.json", encodeEvent(event));
      const other = stored({ subject: "drop/v9" });
      place.plant(eventPath(other), encodeEvent(stored()));
      place.plant(eventPath(other).toUpperCase(), encodeEvent(other));
      place.plant(eventPath(other).replace("drop/", "drop//").replace("//", "/x/"), encodeEvent(other));
      for (const reader of [ledger, place.open()]) {
        const { events, skipped, touched } = await reader.read();
        assert.deepEqual(idsOf({ events }), [event.id]);
        assert.equal(skipped.length, 4);
        for (const { reason } of skipped) assert.match(reason, /lies at another path|does not end in/);
        assert.deepEqual(touched, [], "what lies elsewhere hides nothing");
      }
    });

    describe("keeps what it held", () => {
      const SUBJECT = `commit/${"c".repeat(40)}`;
      let event: ReturnType<typeof stored>;
      let path: string;
      beforeEach(async () => {
        event = stored({ subject: SUBJECT, type: "rejected", data: { why: "no index" } });
        path = eventPath(event);
        await ledger.append([event, stored({ subject: "incident/other" })]);
      });

      const says = async (reader: Ledger) => {
        const content = await reader.read();
        const [{ data, touched } = { data: null, touched: undefined }, ...more] = content.log.of(SUBJECT);
        assert.deepEqual(more, []);
        return { data, touched, doubted: content.doubted };
      };
      const touchedNow = async (reader: Ledger, ...subjects: string[]) =>
        touchedAmong(await reader.read(), subjects).map(({ how, event: whose }) => [how, whose?.id]);

      it("when an entry is removed: it counts, is flagged, and is put back by whoever writes next", async () => {
        place.remove(path);
        for (const reader of [ledger, place.open()]) {
          assert.deepEqual(await says(reader), { data: event.data, touched: "removed", doubted: 0 });
          assert.deepEqual(await touchedNow(reader, SUBJECT), [["removed", event.id]]);
          assert.deepEqual(await touchedNow(reader, "incident/other", "drop/v1"), []);
          assert.equal((await reader.read()).lost, 1);
        }
        const writer = place.open();
        await writer.read();
        await writer.append([stored({ by: "Bo <bo@example.com>" })]);
        for (const reader of [writer, ledger, place.open()]) {
          assert.deepEqual(await says(reader), { data: event.data, touched: undefined, doubted: 0 });
          assert.equal((await reader.read()).lost, 0);
          assert.deepEqual(await touchedNow(reader, SUBJECT), []);
          const { author } = (await reader.read()).provenance(event.id)!;
          assert.equal(author, event.by, "it is still its author's");
        }
      });

      it("and puts it back where nobody writes, once", async () => {
        place.remove(path);
        assert.equal(await place.open().putBack(), 1);
        assert.equal(await place.open().putBack(), 0);
        assert.equal(await ledger.putBack(), 0);
        assert.deepEqual(await says(ledger), { data: event.data, touched: undefined, doubted: 0 });
      });

      it("when something else is put in its place, be it an event or none, read or removed again", async () => {
        for (const [bytes, gone] of [
          [encodeEvent({ ...event, data: { why: "it was nothing" } }), false],
          ["junk", false],
          [encodeEvent({ ...event, by: HAND, data: {} }), true],
        ] as const) {
          place.plant(path, bytes);
          if (gone) place.remove(path);
          for (const reader of [ledger, place.open()]) {
            assert.deepEqual(await says(reader), { data: event.data, touched: "changed", doubted: 0 });
            assert.deepEqual(await touchedNow(reader, SUBJECT), [["changed", event.id]]);
            assert.ok((await reader.read()).skipped.length > 0, "what took its place is shown");
          }
        }
        await place.open().putBack();
        for (const reader of [ledger, place.open()]) {
          assert.deepEqual(await says(reader), { data: event.data, touched: "changed", doubted: 0 });
          assert.equal((await reader.read()).lost, 0, "all of them are kept");
          assert.equal((await reader.read()).skipped.length, 3);
        }
      });

      it("when its id is claimed by an entry of another subject", async () => {
        const other = { ...event, subject: "incident/zz", type: "note", data: { text: "x" } };
        place.plant(eventPath(other), encodeEvent(other));
        for (const reader of [ledger, place.open()]) {
          assert.deepEqual(await says(reader), { data: event.data, touched: "doubled", doubted: 0 });
          const { log, skipped } = await reader.read();
          assert.deepEqual(log.of("incident/zz"), []);
          assert.equal(log.size, 2);
          assert.match(skipped[0]!.reason, /an entry that was there before/);
        }
      });
    });

    it("tells which earlier heads its history does not lead back to", async () => {
      assert.deepEqual(await ledger.missingHeads([]), []);
      await ledger.append([stored()]);
      const first = (await ledger.read()).head!;
      await ledger.append([stored()]);
      const second = (await place.open().read()).head!;
      const made = "f".repeat(40);
      assert.deepEqual(await ledger.missingHeads([first, made, second]), [made]);
    });
  });
}
