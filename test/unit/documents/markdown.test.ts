import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { codeBlock, codeSpan, escapeMarkdown, quotedScalar } from "../../../src/documents/markdown.ts";
import { visibleText } from "../../../src/domain/text/plainText.ts";

/** Text made of the pieces that mean something to Markdown, HTML, Liquid or a terminal. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."<>&[](){}`*_|~$@#=!\\\"':.-+ 0aé\n\r\t\u0007\u001b\u202e\u2028".split(""),
        ...["<script>", "](command:x)", "{{ x }}", "{% y %}", "-->", "```", "https://", "www.", "---", "1. "],
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** What a reader of the rendered Markdown sees of escaped text. */
const shown = (markdown: string) =>
  markdown
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");

const words = (text: string) => visibleText(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")).trim();

describe("inert Markdown", () => {
  it("leaves no character with a meaning unescaped, and no line break", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = escapeMarkdown(text);
        assert.doesNotMatch(markdown, /[\p{Cc}\u2028\u2029\u202e<]/u);
        assert.doesNotMatch(markdown.replace(/\\[!-/:-@[-`{-~]|&(?:lt|amp);/g, ""), /[\\`*[\]{}<>&|~$@=]/);
        assert.doesNotMatch(markdown, /^\s*([-+#:.)]|\d+[.)])/);
        assert.doesNotMatch(markdown, /https?:\S|www\.|command:\S|^ {2}/i);
      }),
      { numRuns: 2000 },
    );
  });

  it("shows the very text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.equal(shown(escapeMarkdown(text)).trim(), words(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("leaves ordinary text readable in the source", () => {
    const ordinary = "feat(cart): price_rules.ts at 10:04, 2026-11-23 (#12) — it's 50% off";
    assert.equal(escapeMarkdown(ordinary), ordinary);
  });

  // With a pattern that backtracks these would not end before mocha gives up.
  it("takes long texts of one character", () => {
    for (const piece of [" ", "! ", "_", ":", "a ", "\\", "0"]) {
      assert.match(escapeMarkdown(`x${piece.repeat(300_000)}y`), /^x/);
    }
  });
});

describe("code", () => {
  it("is a span for a tame name, and inert text for one that could break out", () => {
    assert.equal(codeSpan("app/[slug]/price_rules.ts"), "`app/[slug]/price_rules.ts`");
    assert.equal(codeSpan("a`b"), "a\\`b");
    assert.equal(codeSpan("a|b"), "a\\|b");
    assert.equal(codeSpan("{{ x }}"), "\\{\\{ x \\}\\}");
    assert.equal(codeSpan("[a](b)"), "\\[a\\](b)");
  });

  it("is a block that no line can close", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (lines) => {
        const block = codeBlock(lines, "sh").split("\n");
        assert.equal(block.length, lines.length + 2);
        const fence = block.at(-1)!;
        assert.equal(block[0], `${fence}sh`);
        for (const line of block.slice(1, -1)) assert.ok(!line.includes(fence));
      }),
    );
  });
});

describe("a quoted scalar", () => {
  it("is YAML that reads back as the text, and inert where front matter is shown as text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const scalar = quotedScalar(text.toWellFormed());
        assert.equal(parse(`title: ${scalar}\n`).title.trim(), words(text.toWellFormed()));
        assert.doesNotMatch(scalar.slice(1, -1), /[<>&[\]{}`*|"\n]/);
      }),
      { numRuns: 1000 },
    );
  });
});
