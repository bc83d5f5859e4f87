import assert from "node:assert/strict";
import fc from "fast-check";
import { textFor } from "../../../src/app/updates/message.ts";
import { escapeMarkdown } from "../../../src/documents/markdown.ts";
import { plainMarkdown, slackText, unescaped, visibleText } from "../../../src/documents/visibleText.ts";
import type { Channel } from "../../../src/domain/policy/policy.ts";

const seen = (markdown: string) => unescaped(visibleText(markdown).text);

describe("Markdown as a reader sees it", () => {
  it("has neither its marks nor its escapes", () => {
    const table: [string, string][] = [
      ["**R&amp;D** totals: price\\_net &lt; 0, a\\*b\\*c", "R&D totals: price_net < 0, a*b*c"],
      ["see [the page](https://example.com) <!-- not this -->", "see the page "],
      ["`a_b` and snake_case, 2 * 3 * 4, _so_", "a_b and snake_case, 2 * 3 * 4, so"],
      ["~~no~~ yes &#35;1 &#x2014; &quot;x&quot;", ' yes #1 — "x"'],
      ["![picture](x.png) a<br>b <b>c</b>", " a b c"],
    ];
    for (const [markdown, text] of table) assert.equal(seen(markdown), text, markdown);
  });

  it("is what was made inert, character by character", () => {
    const unit = fc.constantFrom(..."ab_*|<>&[]`\\#@=-:~!(). ".split(""));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        const words = `x${text}y`;
        assert.equal(seen(escapeMarkdown(words)), words);
      }),
    );
  });

  it("knows the place of each character in the source", () => {
    const unit = fc.constantFrom(..."ab*_`[]()<>\\&; ".split(""));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (markdown) => {
        const { text, places } = visibleText(markdown);
        assert.equal(places.length, text.length + 1);
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it("keeps the lines of a whole document, and says where its links lead", () => {
    const markdown =
      "# R&amp;D\n\n- **Began:** 10:04\n  - nested\n\n> quoted\n\n```\na * b\n```\n\nSee [status](https://example.com/s).\n";
    assert.equal(
      plainMarkdown(markdown),
      "R&D\n\n- Began: 10:04\n  - nested\n\nquoted\n\na * b\n\nSee status (https://example.com/s).",
    );
  });
});

describe("the text of an update", () => {
  const markdown = "# Search &amp; Find: R&amp;D, price\\_net &lt; 0\n\nMail **ana\\@example.com**.";
  const message = {
    text: plainMarkdown(markdown),
    markdown,
    status: "monitoring",
    title: "Search & Find: R&D, price_net < 0",
    service: "Search & Find",
    number: 1,
    incident: "0123",
    at: "2026-11-23T10:04:00.000Z",
    key: "4567",
  } as const;

  it("arrives in plain fields as plain words", () => {
    const channel = {
      kind: "webhook",
      name: "page",
      url: "https://x.example",
      secret: null,
      body: null,
    } as Channel;
    const sent = JSON.parse(textFor(channel, message));
    assert.equal(sent.title, "Search & Find: R&D, price_net < 0");
    assert.equal(sent.text, "Search & Find: R&D, price_net < 0\n\nMail ana@example.com.");
    assert.equal(sent.markdown, markdown);
  });

  it("is escaped for Slack by Slack's rules, and for nothing else", () => {
    assert.equal(
      slackText(markdown),
      "*Search &amp; Find: R&amp;D, price_net &lt; 0*\n\nMail *ana@example.com*.",
    );
    assert.equal(
      slackText("- R&D <!channel> [page](https://e.com/?a=1&b)"),
      "• R&amp;D &lt;!channel&gt; <https://e.com/?a=1&amp;b|page>",
    );
    assert.equal(
      slackText("[x](javascript:alert) \\[y](https://e.com)"),
      "[x](javascript:alert) [y](https://e.com)",
    );
  });
});
