import assert from "node:assert/strict";
import { cut, flow, table, visibleWidth, wrap } from "../../../../src/terminal/text/table.ts";

describe("table", () => {
  it("aligns columns, drops those without text, and leaves no blanks at the end", () => {
    assert.deepEqual(
      table(
        [
          ["a", "", "long one", "x"],
          ["bcd", "", "", ""],
        ],
        "  ",
      ),
      ["  a    long one  x", "  bcd"],
    );
  });

  it("counts what is seen: not paint, not accents, and two for wide letters", () => {
    assert.equal(visibleWidth("\u001b[31mred\u001b[39m"), 3);
    assert.equal(visibleWidth("e\u0301"), 1);
    assert.equal(visibleWidth("日本"), 4);
    assert.equal(visibleWidth("🔥"), 2);
    assert.deepEqual(
      table([
        ["日本", "x"],
        ["abcd", "y"],
      ]),
      ["日本  x", "abcd  y"],
    );
  });

  it("cuts to a width, never inside a wide letter", () => {
    assert.equal(cut("abcdef", 6), "abcdef");
    assert.equal(cut("abcdefg", 6), "abcde…");
    assert.equal(cut("日本語日本", 6), "日本…");
  });

  it("puts pieces on as few lines as fit, none of them broken", () => {
    assert.deepEqual(flow(["one", "two", "three"], " · ", 10, " "), [" one · two", " three"]);
    assert.deepEqual(flow(["longer than the width"], " ", 5), ["longer than the width"]);
    assert.deepEqual(flow([], " ", 5), []);
  });

  it("wraps a sentence under its label", () => {
    assert.deepEqual(wrap("a sentence that is long", 20, "Label   ", "        "), [
      "Label   a sentence",
      "        that is long",
    ]);
  });
});
