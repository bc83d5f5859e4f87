import assert from "node:assert/strict";
import { suggestTag } from "../../../src/domain/nextTag.ts";
import { at } from "../../support/events.ts";

describe("the name of the next drop", () => {
  const cases: [pattern: string, taken: string[], expected: string | null][] = [
    ["drop-*", [], "drop-1"],
    ["drop-*", ["drop-9", "drop-10", "other-99"], "drop-11"],
    ["drop-*", ["drop-041"], "drop-042"],
    ["v*", ["v1.2.9", "v1.2.10"], "v1.2.11"],
    ["v*", ["v2.0.0-rc1", "v1.9.0"], "v2.0.0-rc2"],
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
  ];
  for (const [pattern, taken, expected] of cases)
    it(`is ${expected} by ${pattern} after ${taken.join(", ") || "none"}`, () =>
      assert.equal(suggestTag(pattern, taken, at("10:00")), expected));

  it("is never one that is taken", () => {
    const taken = ["drop-1", "drop-2", "drop-3"];
    assert.equal(
      suggestTag("drop-*", ["drop-2026-11-23", "drop-2026-11-23-2"], at("10:00")),
      "drop-2026-11-23-3",
    );
    assert.equal(suggestTag("drop-*", taken, at("10:00")), "drop-4");
  });
});
