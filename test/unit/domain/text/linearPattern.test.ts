import assert from "node:assert/strict";
import fc from "fast-check";
import { linearPattern } from "../../../../src/domain/text/linearPattern.ts";

const matches = (source: string, text: string) => {
  const pattern = linearPattern(source);
  assert.ok("test" in pattern, source);
  return pattern.test(text);
};

describe("a pattern in linear time", () => {
  it("finds what a regular expression finds", () => {
    for (const [source, text] of [
      ["^chore\\(deps\\)", "chore(deps): bump a from 1 to 2"],
      ["^release(?:\\(.*\\))?!?:", "release(main): v1"],
      ["^[Bb]ump .+ from .+ to ", "Bump a/b from 1.2 to 1.3"],
      ["\\[skip ci\\]$", "docs: x [skip ci]"],
      ["\\bWIP\\b", "a WIP commit"],
      ["^(?<type>feat|fix){1,2}: \\p{Lu}", "feat: Über"],
      ["\\u{1f389}|\\ud83d\\ude80", "a 🚀"],
      ["a{2,}?b{0}c", "aac"],
      ["[^\\]a-z]\\]?", "A"],
    ] as const)
      assert.equal(matches(source, text), true, source);
    assert.equal(matches("^fix$", "fix: x"), false);
    assert.equal(matches("", ""), true);
  });

  it("agrees with the engine about any pattern and text", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "\\b", "\\B", "^", "$", "");
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: "small" },
        atom,
        fc.tuple(tie("pattern"), tie("pattern")).map(([x, y]) => x + y),
        fc.tuple(tie("pattern"), tie("pattern")).map(([x, y]) => `(?:${x}|${y})`),
        fc
          .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"))
          .map(([x, quantifier]) => `(${x})${quantifier}`),
      ),
    }));
    const text = fc.array(fc.constantFrom("a", "b", " ", "é"), { maxLength: 8 }).map((each) => each.join(""));
    fc.assert(
      fc.property(pattern, text, (source, each) => {
        assert.equal(matches(source, each), new RegExp(source, "u").test(each), `/${source}/ on ${each}`);
      }),
      { numRuns: 3000 },
    );
  });

  it("does not hang where a backtracking engine would", () => {
    const long = "a".repeat(5000);
    for (const source of [
      "^(a+)+$",
      "(a|a)*$",
      "(a|ab)*c",
      "(.*)*x",
      "a*a*a*a*a*a*b",
      "(\\w+\\s?)*$",
      "(a{1,20}){1,20}b",
    ])
      assert.equal(typeof matches(source, `${long}!`), "boolean");
  });

  it("refuses what cannot be matched so, and what is no pattern", () => {
    const complaint = (source: string) => {
      const pattern = linearPattern(source);
      return "complaint" in pattern ? pattern.complaint : null;
    };
    assert.match(complaint("(a)\\1")!, /refer back/);
    assert.match(complaint("(?<x>a)\\k<x>")!, /refer back/);
    for (const source of ["(?=a)", "a(?!b)", "(?<=a)b", "(?<!a)b"])
      assert.match(complaint(source)!, /look ahead/);
    for (const source of ["(", "a{2,1}", "[b-a]", "*", "\\"])
      assert.match(complaint(source)!, /regular expression/);
    for (const source of ["(a{99}){99}", "((((){99}){99}){99}){99}", "a{1,999999999}"])
      assert.match(complaint(source)!, /too large/);
  });
});
