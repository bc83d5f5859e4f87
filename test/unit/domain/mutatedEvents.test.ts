import assert from "node:assert/strict";
import fc from "fast-check";
import { foldRelease } from "../../../src/domain/drop/release.ts";
import { statusAt } from "../../../src/domain/drop/status.ts";
import type { LedgerEvent, StoredEvent } from "../../../src/domain/event/event.ts";
import { DEFAULT_POLICY } from "../../../src/domain/policy/policy.ts";
import { timelineOf } from "../../../src/domain/record/timeline.ts";
import { decodeEvent, encodeEvent, toStored } from "../../../src/ledger/codec.ts";
import { linearHistory } from "../../support/git/linearHistory.ts";
import { at, event, opened } from "../../support/record/events.ts";

const MUTATIONS = 500;

/** Two incidents; only the first one's events are damaged. */
function stories(): { damaged: StoredEvent[]; whole: LedgerEvent[] } {
  const story = (subject: string) =>
    [
      opened(at("10:05"), { drop: "drop-5" }),
      event("started", at("10:00")),
      event("detected", at("10:04")),
      event("paused", at("10:30"), { data: { why: "vendor" } }),
      event("resumed", at("10:40"), { data: { why: "vendor" } }),
      event("severity", at("10:45"), { data: { to: "major", why: "few" } }),
      event("mitigated", at("11:20"), { data: { how: "rolled back" } }),
      event("note", at("11:25"), { data: { text: "calm" } }),
    ].map((each) => ({ ...each, subject }));
  return { damaged: story("incident/damaged").map(toStored), whole: story("incident/whole") };
}

function statusOf(events: readonly LedgerEvent[]) {
  const policy = { policy: DEFAULT_POLICY, source: "defaults", path: "", problems: [] } as const;
  const facts = { policy: { ...policy, problems: [] }, ...linearHistory([]), events };
  const now = at("12:00");
  const { open, closed } = statusAt(foldRelease(facts), now);
  for (const { incident } of [...open, ...closed]) timelineOf(incident, now);
  return [...open, ...closed];
}

/** Replaces one value somewhere in an event, at any depth, by a strange one; or takes its key away. */
function mutate(stored: StoredEvent, path: number, value: unknown): unknown {
  const copy = structuredClone(stored) as unknown as Record<string, unknown>;
  const places: [Record<string, unknown>, string][] = [];
  const visit = (object: Record<string, unknown>) => {
    for (const key of Object.keys(object)) {
      places.push([object, key]);
      if (typeof object[key] === "object" && object[key] !== null)
        visit(object[key] as Record<string, unknown>);
    }
  };
  visit(copy);
  const [holder, key] = places[path % places.length]!;
  if (value === undefined) delete holder[key];
  else holder[key] = value;
  return copy;
}

describe("damaged events", () => {
  const strange = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom<unknown>(
      null,
      true,
      -1,
      1e308,
      "",
      "x",
      [],
      {},
      "critical",
      "2026-11-23T10:04:00",
      "2x",
      "\u001b[2J",
    ),
    fc.anything({ withNullPrototype: false }),
    fc.string(),
  );

  it(`are skipped or read, ${MUTATIONS} of them, and no other incident's clock notices`, () => {
    const { damaged, whole } = stories();
    const before = statusOf(whole).find(({ incident }) => incident.id === "whole")!.clocks;
    let skipped = 0;
    const run = (index: number, path: number, value: unknown) => {
      const texts = damaged.map((each, i) => {
        if (i !== index % damaged.length) return encodeEvent(each);
        return JSON.stringify(mutate(each, path, value)) ?? "";
      });
      const decoded = texts.map((text) => decodeEvent(text));
      for (const each of decoded) if (typeof each === "string") assert.match(each, /\S/);
      const good = decoded.filter((each) => typeof each !== "string");
      skipped += decoded.length - good.length;
      // An id that now names another event's would be another story.
      const status = statusOf([...whole, ...good.filter(({ subject }) => subject !== "incident/whole")]);
      assert.deepEqual(status.find(({ incident }) => incident.id === "whole")!.clocks, before);
      for (const { clocks } of status) {
        for (const clock of clocks) {
          assert.ok(Number.isFinite(clock.elapsedMs) && clock.elapsedMs >= 0);
          if (clock.targetMs !== null) assert.equal(clock.elapsedMs + clock.remainingMs!, clock.targetMs);
        }
      }
    };
    fc.assert(fc.property(fc.nat(), fc.nat(), strange, run), { numRuns: MUTATIONS, seed: 500 });
    assert.ok(skipped > MUTATIONS / 10, `only ${skipped} were skipped: the damage is too gentle`);
  });

  it("as bytes: cut, doubled, with a byte changed", () => {
    const texts = stories().damaged.map(encodeEvent);
    const damage = fc.tuple(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.nat(255),
      fc.constantFrom("cut", "set", "double"),
    );
    fc.assert(
      fc.property(damage, ([text, place, byte, how]) => {
        const i = place % text.length;
        const bad =
          how === "cut"
            ? text.slice(0, i)
            : how === "double"
              ? text + text
              : text.slice(0, i) + String.fromCharCode(byte) + text.slice(i + 1);
        const decoded = decodeEvent(bad);
        if (typeof decoded !== "string") statusOf([decoded]);
      }),
      { numRuns: MUTATIONS, seed: 501 },
    );
  });
});
