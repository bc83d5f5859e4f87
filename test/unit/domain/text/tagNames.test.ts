import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { nameMatcher } from "../../../../src/domain/text/tagNames.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";
import { seeded } from "../../../support/seeded.ts";

describe("patterns on names", () => {
  const cases: [patterns: string[], taken: string[], left: string[]][] = [
    [["v*"], ["v1", "v1/2", "v.1"], ["w1"]],
    [
      ["v*", "!*-rc*"],
      ["v1", "v1-r"],
      ["v1-rc1", "w1"],
    ],
    [["!*-rc*", "v*"], ["v1"], ["v1-rc1"]],
    [["v*", "drop-*"], ["v1", "drop-1"], ["x"]],
    [["{v,drop-}[0-9]*"], ["v1", "drop-10"], ["vx", "drop-x"]],
    [["v?.[!0]"], ["v1.2", "v/.a"], ["v1.0", "v1.22"]],
    [["v[[:digit:]]"], ["v1"], ["vx"]],
    [["#v*"], ["#v1"], ["v1"]],
    [["\\!v*"], ["!v1"], ["v1"]],
    [["v[1"], [], ["v1", "v[1"]],
  ];
  for (const [patterns, taken, left] of cases) {
    it(`${patterns.join(" and ")} take ${taken.join(", ") || "nothing"}`, () => {
      const matches = nameMatcher(patterns);
      assert.deepEqual([...taken, ...left].filter(matches), taken);
    });
  }

  it("are what the policy takes", () => {
    for (const tags of ['"#v*"', '["v*", "!*-rc*"]', '"v[!0]*"', '"v[^0]*"', '"[[:alpha:]]*"', "'\\!v*'"])
      assert.deepEqual(readPolicy(`version: 1\ndrops: { tags: ${tags} }\n`).problems, [], tags);
  });

  it("are not slow, whatever they are", () => {
    const matches = nameMatcher([`${"a*".repeat(200)}b`]);
    assert.equal(matches("a".repeat(10_000)), false);
  });

  it("mean what they mean to git (law)", () => {
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    const dice = seeded(7);
    const pick = (from: string, length: number) =>
      Array.from({ length: 1 + dice.below(length) }, () => dice.pick(Array.from(from))).join("");
    const names = new Set<string>();
    while (names.size < 120) {
      const name = pick("ab1-./!ø{}v2", 6);
      if (!name.startsWith("-") && repository.tryGit(["check-ref-format", `refs/tags/${name}`]).status === 0)
        names.add(name);
    }
    const flat = [...names].filter((name) => ![...names].some((other) => name.startsWith(`${other}/`)));
    const tip = repository.git("rev-parse", "HEAD");
    const input = flat.map((name) => `create refs/tags/${name} ${tip}\n`).join("");
    repository.tryGit(["update-ref", "--stdin"], { input });
    const parts = ["a", "b", "1", "*", "?", "[", "]", "[a-b]", "[^a]", "[!1]", "\\", "-", "[[:digit:]]"];
    parts.push("[[:alpha:]", "/", "!", "^", "[]a]", "[a\\]]", ".", "ø", "v", "**", "[a-]", "[--/]");
    for (let i = 0; i < 300; i++) {
      const pattern = Array.from({ length: 1 + dice.below(5) }, () => dice.pick(parts)).join("");
      if (/^[-!]/.test(pattern)) continue;
      const theirs = repository.git("tag", "--list", "--", pattern).split("\n").filter(Boolean);
      assert.deepEqual(flat.filter(nameMatcher([pattern])).sort(), theirs.sort(), pattern);
    }
  });
});
