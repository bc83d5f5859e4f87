import assert from "node:assert/strict";
import { PRESETS, presetPolicy, suggestPatterns } from "../../../../src/domain/policy/presets.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { nameMatcher } from "../../../../src/domain/text/tagNames.ts";

describe("a policy to begin with", () => {
  for (const preset of PRESETS)
    it(`is short and in order: ${preset}`, () => {
      const text = presetPolicy(preset, { tags: ["v*", "!v*-*"], timeZone: "Europe/Oslo" });
      const { policy, problems } = readPolicy(text);
      assert.deepEqual(problems, []);
      assert.deepEqual(policy!.drops.tags, ["v*", "!v*-*"]);
      assert.ok(text.trim().split("\n").length <= 10, text);
      assert.equal(policy!.calendar === "always", preset !== "office");
    });

  it("takes the pattern from the tags that are there", () => {
    const suggested = (...tags: string[]) => suggestPatterns(tags);
    assert.deepEqual(suggested(), ["drop-*"]);
    assert.deepEqual(suggested("drop-1", "v1.0.0"), ["drop-*"]);
    assert.deepEqual(suggested("latest"), ["drop-*"]);
    assert.deepEqual(suggested("v1.0.0", "v1.1.0", "nightly-3"), ["v*"]);
    assert.deepEqual(suggested("v1.0.0", "v1.1.0-rc.1"), ["v*", "!v*-*"]);
    assert.deepEqual(suggested("2026.11.1", "2026.11.2"), ["[0-9]*"]);
    const odd = ["re[l]-1", "re[l]-2"];
    assert.ok(odd.every(nameMatcher(suggestPatterns(odd))));
  });
});
