import assert from "node:assert/strict";
import {
  type Impact,
  impactOf,
  type NextTagFacts,
  suggestTag,
} from "../../../../src/domain/change/nextTag.ts";
import { at } from "../../../support/record/events.ts";

const suggest = (pattern: string | string[], taken: string[], more: Partial<NextTagFacts> = {}) =>
  suggestTag({ patterns: [pattern].flat(), taken, now: at("10:00"), ...more });

describe("the name of the next drop", () => {
  const cases: [pattern: string, taken: string[], expected: string | null][] = [
    ["drop-*", [], "drop-1"],
    ["drop-*", ["drop-9", "drop-10", "other-99"], "drop-11"],
    ["drop-*", ["drop-041"], "drop-042"],
    ["v*", ["v1.2.9", "v1.2.10"], "v1.2.11"],
    ["v*", ["v2.0.0-rc1", "v1.9.0"], "v2.0.0"],
    ["release/*", ["release/7"], "release/8"],
    ["drop-*", ["drop-2026-11-16"], "drop-2026-11-23"],
    ["drop-*", ["drop-2026-11-16-3"], "drop-2026-11-23"],
    ["drop-*", ["drop-2026-11-23"], "drop-2026-11-23-2"],
    ["drop-*", ["drop-2026-11-23", "drop-2026-11-23-2"], "drop-2026-11-23-3"],
    ["drop-*", ["drop-20261116"], "drop-20261123"],
    ["drop-*", ["drop-last"], "drop-last-1"],
    ["{drop,fix}-*", [], "drop-1"],
    ["drop-?", ["drop-9"], null],
    ["[a-z]*", [], null],
    ["v*.*.*", [], "v1.0.0"],
    ["v[0-9]*.[0-9]*.[0-9]*", [], "v1.0.0"],
    ["deploy-????-??-??", [], "deploy-2026-11-23"],
    ["deploy-*", ["deploy-2026-11-16-at-14-30"], "deploy-2026-11-23-at-10-00"],
    ["deploy-*", ["deploy-20261116T143005"], "deploy-20261123T100000"],
    ["deploy-*", ["deploy-202611161430"], "deploy-202611231000"],
    ["*", ["24.1b2"], "24.1"],
    ["v*", ["v1.1.0", "v1.2.0-next.3"], "v1.2.0"],
    ["v*", ["v1.2.0", "v1.2.0-next.3"], "v1.2.1"],
    ["v*-rc*", ["v1.2.0-rc.3"], "v1.2.0-rc.4"],
    // The tests' day is 2026-11-23, in week 48.
    ["release-*", ["release-20261123.1"], "release-20261123.2"],
    ["release-*", ["release-20261120.1", "release-20261120.2"], "release-20261123.1"],
    ["release-*", ["release-20261123.2"], "release-20261123"],
    ["release-*", ["release-2026-11-23-01", "release-2026-11-23-02"], "release-2026-11-23-03"],
    ["release/*", ["release/2026-W45"], "release/2026-W48"],
    ["release/*", ["release/2026-W48"], "release/2026-W48-2"],
    ["release/*", ["release/2026W45.3"], "release/2026W48"],
    ["v*", ["v2026.10.3"], "v2026.11.0"],
    ["v*", ["v2026.11.0"], "v2026.11.1"],
    ["v*", ["v2026.9.3"], "v2026.11.0"],
    ["drop-*", ["drop-99999999999999999999"], "drop-100000000000000000000"],
  ];
  for (const [pattern, taken, expected] of cases)
    it(`is ${expected} by ${pattern} after ${taken.join(", ") || "none"}`, () =>
      assert.equal(suggest(pattern, taken), expected));

  it("is never one that is taken", () => {
    const taken = ["drop-1", "drop-2", "drop-3"];
    assert.equal(suggest("drop-*", ["drop-2026-11-23", "drop-2026-11-23-2"]), "drop-2026-11-23-3");
    assert.equal(suggest("drop-*", taken), "drop-4");
  });

  it("of a version goes by what the drop holds", () => {
    const after = (last: string, impact: Impact) => suggest("v*", [last], { impact });
    assert.equal(after("v1.2.3", "fix"), "v1.2.4");
    assert.equal(after("v1.2.3", "feature"), "v1.3.0");
    assert.equal(after("v1.2.3", "breaking"), "v2.0.0");
    // To leave 0 behind is for people to decide.
    assert.equal(after("v0.2.3", "breaking"), "v0.3.0");
    assert.equal(impactOf(["fix: a", "docs: b"]), "fix");
    assert.equal(impactOf(["fix: a", "feat(x): b"]), "feature");
    assert.equal(impactOf(["feat: a", "fix!: b"]), "breaking");
    assert.equal(impactOf(["feat: a\n\nBREAKING CHANGE: gone"]), "breaking");
  });

  it("follows the drop before it, not the highest name of another line", () => {
    assert.equal(suggest("v*", ["v1.0.5", "v2.0.0"], { after: "v1.0.5" }), "v1.0.6");
    assert.equal(suggest("v*", ["v1.0.5", "v1.0.6"], { after: "v1.0.5" }), "v1.0.7");
  });

  it("goes by a list of patterns", () => {
    const patterns = ["v*", "!*-rc*"];
    assert.equal(suggest(patterns, ["v1.0.0", "v1.1.0-rc.1"], { impact: "feature" }), "v1.1.0");
    assert.equal(suggest(["!x*", "v*"], []), "v1");
  });
});
