import assert from "node:assert/strict";
import fc from "fast-check";
import { findDrops, shippedEvents, type Tag, type UnplacedDrop } from "../../../../src/domain/drop/drop.ts";
import { bySubject, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { compareVersions, nameMatcher } from "../../../../src/domain/text/tagNames.ts";
import { event } from "../../../support/record/events.ts";

describe("drop", () => {
  const tag = (name: string, date: number, commit = name, assumed = false): Tag => ({
    name,
    date,
    commit,
    assumed,
  });
  const drops = (tags: Tag[], events: LedgerEvent[] = [], pattern = "drop-*") => {
    const shipped = shippedEvents(bySubject(events));
    return findDrops(tags, nameMatcher([pattern]), shipped);
  };
  const shipped = (name: string, at: number, commit?: string) =>
    event("shipped", at, { subject: `drop/${name}`, data: commit ? { commit } : {} });

  it("has the names that the pattern takes", () => {
    const found = drops([tag("drop-9", 5), tag("drop-10", 5), tag("v1", 9)]);
    assert.deepEqual(found.map(({ tag }) => tag).sort(), ["drop-10", "drop-9"]);
  });

  it("counts the commit on record, and flags a tag that was moved", () => {
    const [drop] = drops([tag("drop-1", 70, "bbb")], [shipped("drop-1", 50, "aaa")]);
    assert.deepEqual(
      [drop!.commit, drop!.shippedAt, drop!.moved],
      ["aaa", 50, { recorded: "aaa", now: "bbb" }],
    );
  });

  it("is one for all tags of a commit, and is called by the highest version", () => {
    const tags = ["v1.2.0-rc.1", "v1.2.0", "v1.1.9"].map((name, i) => tag(name, 10 - i, "c"));
    const [drop, ...others] = drops(tags, [shipped("v1.2.0-rc.1", 40), shipped("v1.2.0", 30)], "v*");
    assert.deepEqual(others, []);
    assert.deepEqual([drop!.tag, drop!.names], ["v1.2.0", ["v1.2.0", "v1.2.0-rc.1", "v1.1.9"]]);
    assert.equal(drop!.shippedAt, 30);
  });

  it("stays one when its tag is deleted, until its shipping is retracted", () => {
    const event1 = shipped("drop-1", 50, "aaa");
    const [drop] = drops([], [event1]);
    assert.deepEqual([drop!.tag, drop!.commit, drop!.deleted], ["drop-1", "aaa", true]);
    const retracted = event("retracted", 60, { subject: "drop/drop-1", data: { event: event1.id } });
    assert.deepEqual(drops([], [event1, retracted]), []);
    assert.deepEqual(drops([], [shipped("drop-1", 50)]), [], "of no commit nothing can be said");
  });

  it("is called by a tag that is there rather than by one that is gone", () => {
    const [drop] = drops([tag("drop-1", 5, "aaa")], [shipped("drop-2", 50, "aaa")]);
    assert.deepEqual([drop!.tag, drop!.names, drop!.deleted], ["drop-1", ["drop-1", "drop-2"], false]);
    // Nor by one that was moved away since.
    const moved = drops([tag("drop-1", 5, "aaa"), tag("drop-2", 6, "bbb")], [shipped("drop-2", 50, "aaa")]);
    assert.deepEqual([moved[0]!.tag, moved[0]!.moved], ["drop-1", null]);
  });

  it("shipped when that is on record, else when it was tagged, else when its commit was made, which is assumed", () => {
    const of = (tags: Tag[], events: LedgerEvent[] = []) => {
      const [{ shippedAt, shippedAssumed }] = drops(tags, events) as [UnplacedDrop];
      return [shippedAt, shippedAssumed];
    };
    assert.deepEqual(of([tag("drop-1", 5, "c", true)], [shipped("drop-1", 9)]), [9, false]);
    assert.deepEqual(of([tag("drop-1", 5, "c", true)]), [5, true]);
    assert.deepEqual(of([tag("drop-1", 5, "c", true), tag("drop-2", 8, "c")]), [8, false]);
  });

  for (const [older, newer] of [
    ["drop-9", "drop-10"],
    ["v1.9.0", "v1.10.0"],
    ["v1.0.0-rc1", "v1.0.0"],
    ["v1.0.0-next.2", "v1.0.0-next.10"],
    ["v1.0.0-alpha", "v1.0.0-alpha.1"],
    ["v1.0.0-alpha.1", "v1.0.0-alpha.beta"],
    ["v1.0.0-beta.11", "v1.0.0-rc.1"],
    ["1.2.0-rc.1", "v1.2.0"],
    ["v1.2.0-SNAPSHOT", "1.2.0"],
    ["cart/v1.9.0", "cart/v1.10.0-rc.1"],
    ["v1.0.0", "v1.0.0.1"],
    ["drop-42", "drop-42-hotfix"],
    ["2026.9", "2026.10"],
    ["drop-42", "v1.2.0"],
    ["rel/a-9", "1.2.0"],
    ["cart/v9.0.0", "v1.2.0"],
    ["24.0.1", "24.1"],
    ["v1.1.1", "1.2"],
    ["release-3.14.1", "release-3.15"],
    ["drop-99999999999999999999", "drop-100000000000000000000"],
  ] as const) {
    it(`puts ${older} before ${newer}`, () => {
      assert.ok(compareVersions(older, newer) < 0);
      assert.ok(compareVersions(newer, older) > 0);
    });
  }

  it("is an order (law)", () => {
    const name = fc
      .array(fc.constantFrom("1", "02", "10", "-", ".", "rc", "v", "a", "1.0.0", "-rc.1"), { maxLength: 6 })
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
