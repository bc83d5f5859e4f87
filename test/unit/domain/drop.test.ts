import assert from "node:assert/strict";
import fc from "fast-check";
import { compareVersions, findDrops } from "../../../src/domain/drop.ts";
import { event } from "../../support/events.ts";

describe("drop", () => {
  const tag = (name: string, date: number, commit = name) => ({ name, date, commit });

  it("orders by when they shipped, then by version-aware name", () => {
    const drops = findDrops(
      [tag("drop-9", 5), tag("drop-10", 5), tag("drop-2", 7), tag("v1", 9)],
      "drop-*",
      new Map(),
    );
    assert.deepEqual(
      drops.map(({ tag, previous }) => [tag, previous]),
      [
        ["drop-2", "drop-10"],
        ["drop-10", "drop-9"],
        ["drop-9", null],
      ],
    );
  });

  it("counts the commit on record, and flags a tag that was moved", () => {
    const shipped = new Map([["drop-1", event("shipped", 50, { data: { commit: "aaa" } })]]);
    const [drop] = findDrops([tag("drop-1", 70, "bbb")], "drop-*", shipped);
    assert.deepEqual(
      [drop!.commit, drop!.shippedAt, drop!.moved],
      ["aaa", 50, { recorded: "aaa", now: "bbb" }],
    );
  });

  for (const [older, newer] of [
    ["drop-9", "drop-10"],
    ["v1.9.0", "v1.10.0"],
    ["v1.0.0-rc1", "v1.0.0"],
    ["v1.0.0", "v1.0.0.1"],
    ["drop-42", "drop-42-hotfix"],
    ["2026.9", "2026.10"],
    ["drop-99999999999999999999", "drop-100000000000000000000"],
  ] as const) {
    it(`puts ${older} before ${newer}`, () => {
      assert.ok(compareVersions(older, newer) < 0);
      assert.ok(compareVersions(newer, older) > 0);
    });
  }

  it("is an order (law)", () => {
    const name = fc
      .array(fc.constantFrom("1", "02", "10", "-", ".", "rc", "v", "a"), { maxLength: 6 })
      .map((a) => a.join(""));
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
      }),
      { numRuns: 3000 },
    );
  });
});
