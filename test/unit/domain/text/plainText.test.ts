import assert from "node:assert/strict";
import fc from "fast-check";
import { plainText, visibleText } from "../../../../src/domain/text/plainText.ts";

/** What a reader does not see, or what changes how the rest is read: bidi, tags, selectors, fillers, annotations. */
const HIDDEN = [
  ..."\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2061",
  ..."\u2063\u2066\u2069\u206a\u3164\ufe00\ufe01\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffb",
  "\u{1bca0}",
  "\u{1d173}",
  "\u{e0001}",
  "\u{e0041}",
  "\u{e007f}",
  "\u{e0100}",
  "\u{e01ef}",
  "\u{13430}",
];

describe("plain text", () => {
  it("holds nothing that nobody sees between letters that need nothing", () => {
    for (const hidden of HIDDEN) {
      const code = hidden.codePointAt(0)!.toString(16);
      assert.match(plainText(`a${hidden}b`), /^a ?b$/, code);
      assert.match(plainText(`${hidden}a b${hidden}${hidden}`), /^a b$/, code);
      assert.equal(plainText(hidden.repeat(50)), "", code);
    }
  });

  it("keeps what joins emoji and letters, and the variants of names", () => {
    for (const seen of [
      "👩‍💻",
      "🏳️‍🌈",
      "👨🏽‍🚒",
      "❤️",
      "☎︎",
      "1️⃣ #️⃣",
      "👁️‍🗨️",
      "می‌خواهم",
      "क्‍ष क्‌ष",
      "葛󠄀城",
      "ශ්‍රී",
      "مقدار ٪؀١٢",
    ])
      assert.equal(plainText(seen), seen);
  });

  it("keeps one selector where it is seen, and none of those that follow to hide something", () => {
    assert.equal(plainText(`❤️${"\ufe0f\ufe01\u{e0101}\u{e0102}".repeat(20)}!`), "❤️!");
    assert.equal(plainText("🏴\u{e0067}\u{e0062}\u{e007f}"), "🏴");
    assert.equal(plainText("a\u200d\u200d💻\u200d"), "a💻");
  });

  it("cuts no emoji and no joiner in two", () => {
    assert.equal(plainText("👩‍💻👩‍💻", 4), "👩…");
    assert.equal(plainText(`x${" ".repeat(100_000)}y`, 5), "x y");
    assert.equal(plainText(" ".repeat(100_000)), "");
  });

  it("is plain already once it was made plain (law)", () => {
    const letters = fc.constantFrom(
      ...HIDDEN,
      "a",
      " ",
      "💻",
      "👩",
      "🏽",
      "م",
      "ی",
      "क",
      "्",
      "葛",
      "1",
      "\u20e3",
      "\n",
      "\u001b",
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 30 }), (parts) => {
        const plain = plainText(parts.join(""));
        assert.equal(plainText(plain), plain);
        assert.doesNotMatch(plain, /\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b\u{e0000}-\u{e007f}]/u);
      }),
    );
  });

  it("leaves the lines of a text as they are", () => {
    assert.equal(visibleText("a\u200b\n\tb\u202e\r\nc"), "a\n\tb\r\nc");
  });

  it("is soon made of a text of any length", () => {
    for (const flood of ["\u200b", "\u200d", " ", "x", "💻\u200d", "\u202e ", "#"])
      plainText(flood.repeat(2_000_000 / flood.length));
  });
});
