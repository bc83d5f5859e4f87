import assert from "node:assert/strict";
import { paintFor } from "../../../../src/terminal/text/page.ts";

describe("paintFor", () => {
  const cases: [string, boolean, NodeJS.ProcessEnv, boolean][] = [
    ["a terminal", true, {}, true],
    ["a pipe", false, {}, false],
    ["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["a terminal with an empty NO_COLOR", true, { NO_COLOR: "" }, true],
    ["a dumb terminal", true, { TERM: "dumb" }, false],
    ["a pipe with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
    ["a pipe with FORCE_COLOR and NO_COLOR", false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    ["a terminal with FORCE_COLOR=0", true, { FORCE_COLOR: "0" }, false],
  ];
  for (const [what, terminal, env, coloured] of cases) {
    it(`${coloured ? "paints" : "does not paint"} on ${what}`, () => {
      assert.equal(paintFor(terminal, env).red("x"), coloured ? "\u001b[31mx\u001b[39m" : "x");
    });
  }

  it("wraps no paint around nothing", () => {
    assert.equal(paintFor(true, {}).red(""), "");
  });
});
