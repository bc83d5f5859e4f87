import assert from "node:assert/strict";
import fc from "fast-check";
import type { StoredEvent } from "../../../src/domain/event/event.ts";
import { decodeEntry, decodeEvent, encodeEvent, LARGEST_EVENT, toStored } from "../../../src/ledger/codec.ts";
import { newEventId } from "../../../src/ledger/eventId.ts";
import { stored } from "../../support/record/storedEvents.ts";
import { seeded } from "../../support/seeded.ts";

const refusal = (value: unknown) => {
  const answer = decodeEvent(typeof value === "string" ? value : JSON.stringify(value));
  assert.equal(typeof answer, "string", `taken for an event: ${JSON.stringify(value)?.slice(0, 80)}`);
  return answer as string;
};

describe("event codec", () => {
  it("reads what it wrote", () => {
    const event = stored({ type: "mitigated", data: { how: "rolled back" } });
    const decoded = decodeEvent(encodeEvent(event));
    assert.ok(typeof decoded !== "string");
    assert.deepEqual(toStored(decoded), event);
    assert.equal(encodeEvent(toStored(decoded)), encodeEvent(event));
  });

  it("makes the round trip for any event", () => {
    const instant = fc
      .date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
      .map((date) => date.toISOString());
    const line = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.replace(/\p{Cc}/gu, "_"));
    const event = fc.record({
      v: fc.constant(1 as const),
      id: fc.integer({ min: 1, max: 2 ** 40 }).map(newEventId),
      subject: fc
        .tuple(fc.constantFrom("incident", "commit", "drop"), line)
        .map(([kind, name]) => `${kind}/${name}x`),
      type: fc.constantFrom("started", "detected", "from-the-future"),
      at: instant,
      recorded: instant,
      by: line,
      data: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
    });
    fc.assert(
      fc.property(event as fc.Arbitrary<StoredEvent>, (original) => {
        const text = encodeEvent(original);
        const decoded = decodeEvent(text);
        if (text.includes("__proto__")) return;
        assert.ok(typeof decoded !== "string", `${decoded}`);
        assert.equal(encodeEvent(toStored(decoded)), text);
      }),
    );
  });

  it("reads instants in any zone, and refuses those without one", () => {
    const decoded = decodeEvent(JSON.stringify({ ...stored(), at: "2026-11-23T11:04:00+01:00" }));
    assert.ok(typeof decoded !== "string");
    assert.equal(decoded.at, Date.parse("2026-11-23T10:04:00Z"));
    assert.match(refusal({ ...stored(), at: "2026-11-23T11:04:00" }), /in at/);
    assert.match(refusal({ ...stored(), recorded: 1_790_000_000_000 }), /in recorded/);
  });

  it("says why something is no event", () => {
    const event = stored();
    assert.match(refusal("{"), /not JSON/);
    for (const value of [[], null, 1, true]) assert.match(refusal(value), /not a JSON object/);
    for (const v of [undefined, 0, -1, 1.5, "1"]) assert.match(refusal({ ...event, v }), /version/);
    for (const id of [
      undefined,
      "",
      "01J",
      event.id.toLowerCase(),
      `${event.id}0`,
      event.id.replace(/.$/, "I"),
    ]) {
      assert.match(refusal({ ...event, id }), /ULID/);
    }
    const subjects = [
      undefined,
      "",
      "incident",
      "incident/",
      "/x",
      "Incident/x",
      "incident/a\nb",
      `drop/${"x".repeat(512)}`,
    ];
    for (const subject of subjects) assert.match(refusal({ ...event, subject }), /subject/);
    for (const type of [undefined, "", "No", "-x", "x".repeat(50), "a b"])
      assert.match(refusal({ ...event, type }), /type/);
    for (const by of [undefined, 1, "a\u001b[31m", "x".repeat(401)])
      assert.match(refusal({ ...event, by }), /author/);
    for (const data of [undefined, null, [], "x"]) assert.match(refusal({ ...event, data }), /data/);
  });

  it("asks the domain about the data of types that it knows", () => {
    assert.match(refusal({ ...stored(), type: "severity", data: { to: "terrible" } }), /data\.to/);
    const decoded = decodeEvent(JSON.stringify({ ...stored(), data: {} }), () => null);
    assert.notEqual(typeof decoded, "string");
  });

  it("refuses data that harms whoever copies or walks it", () => {
    const text = encodeEvent(stored({ type: "detected", data: { a: 1 } }));
    for (const key of ["__proto__", "\\u005f_proto__"]) {
      assert.match(refusal(text.replace('"a"', `"${key}"`)), /__proto__/);
      assert.match(refusal(text.replace("1}}", `{"b":[{"${key}":1}]}}}`)), /__proto__/);
    }
    assert.match(refusal(text.replace("1}}", `${"[".repeat(2000)}${"]".repeat(2000)}}}`)), /nested/);
    const decoded = decodeEvent(text.replace("1}}", '"__proto__"}}'));
    assert.notEqual(typeof decoded, "string", "as a value it is only a text");
  });

  it("refuses bytes that are too many or no text", () => {
    const event = encodeEvent(stored());
    assert.match(decodeEntry(Buffer.from(event.padEnd(LARGEST_EVENT + 1))) as string, /64 KiB/);
    assert.notEqual(typeof decodeEntry(Buffer.from(event.padEnd(LARGEST_EVENT))), "string");
    assert.match(decodeEntry(Buffer.concat([Buffer.from(event), Buffer.from([0xff])])) as string, /UTF-8/);
  });

  it("decodes 500 mutated events or says why not, and never throws", () => {
    const random = seeded(20261123);
    const text = encodeEvent(
      stored({ type: "opened", data: { title: "Ø 5xx", severity: "critical", drop: null } }),
    );
    const scraps = [
      "\0",
      '"',
      "{",
      "}",
      "[",
      ",",
      ":",
      "\\u0000",
      "\\",
      "null",
      "1e999",
      "-",
      "é",
      "\ud800",
      "__proto__",
      "9".repeat(30),
    ];
    const counts = { events: 0, reasons: 0 };
    for (let i = 0; i < 500; i++) {
      let bytes = Buffer.from(text);
      for (let n = random.below(4); n >= 0; n--) {
        const at = random.below(bytes.length);
        const end = Math.min(bytes.length, at + random.below(12));
        const piece = random.pick([
          Buffer.from(random.pick(scraps)),
          Buffer.from([random.below(256)]),
          bytes.subarray(at, end),
        ]);
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(random.pick([at, end]))]);
      }
      const answer = decodeEntry(bytes);
      if (typeof answer === "string") {
        assert.notEqual(answer, "");
        counts.reasons += 1;
        continue;
      }
      counts.events += 1;
      assert.ok(Number.isFinite(answer.at) && Number.isFinite(answer.recorded));
      assert.equal(typeof decodeEvent(encodeEvent(toStored(answer))), "object");
    }
    assert.ok(counts.events > 10 && counts.reasons > 100, JSON.stringify(counts));
  });
});
