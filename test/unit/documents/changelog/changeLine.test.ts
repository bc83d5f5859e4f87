import assert from "node:assert/strict";
import fc from "fast-check";
import markdownIt from "markdown-it";
import { inlineMarkdown } from "../../../../src/documents/changelog/changeLine.ts";
import { forgeOf } from "../../../../src/domain/change/forge.ts";
import { plainText } from "../../../../src/domain/text/plainText.ts";

const rendered = (markdown: string) => markdownIt("default", { linkify: false }).renderInline(markdown);

describe("a line of the changelog", () => {
  const github = forgeOf("git@github.com:acme/shop.git");
  const web = "https://github.com/acme/shop";

  it("keeps code spans as code", () => {
    for (const line of [
      "widen `@vitejs/devtools` peer range",
      "`a` and `b`",
      "say ``a ` b``",
      "`<div>` is `$x | *y*`",
      "`[a](b)`: inert",
    ])
      assert.equal(inlineMarkdown(line, null), line);
    assert.equal(inlineMarkdown("a ` b *c*", null), "a \\` b \\*c\\*");
    // What templates and comments are made of stays out of code as well.
    assert.doesNotMatch(inlineMarkdown("`{{ x }}` and `<!-- y -->`", null), /\{\{|<!--|-->/);
  });

  it("has no more escapes than it needs", () => {
    for (const line of [
      "widen `a` to >=0.5",
      "map a => b | c",
      "bump to ~1.2 (minor): x=1",
      "cost $5",
      "C# & {a}: snake_case",
    ])
      assert.equal(inlineMarkdown(line, null), line);
    assert.equal(
      inlineMarkdown("> *a* $x$ ~~b~~ {{ c }}", null),
      "\\> \\*a\\* \\$x\\$ \\~\\~b\\~\\~ \\{\\{ c }}",
    );
    assert.equal(inlineMarkdown("1. see https://x.test :bug:", null), "1\\. see https\\://x.test \\:bug:");
  });

  it("calls nobody", () => {
    assert.equal(inlineMarkdown("bump @types/node, thank @ana.", null), "bump `@types/node`, thank `@ana`.");
    assert.equal(inlineMarkdown("(@ana)", null), "(`@ana`)");
    assert.doesNotMatch(inlineMarkdown("ana@example.com", null), /`/);
  });

  it("links the numbers of the own issues and pull requests, and of no others", () => {
    assert.equal(inlineMarkdown("see #7 (#12)", github), `see [#7](${web}/issues/7) ([#12](${web}/pull/12))`);
    assert.equal(inlineMarkdown("see #7 (#12)", null), "see #7 (#12)");
    for (const line of [
      "like vitejs/vite#12",
      "C#12 is",
      "colour #12ab34",
      "`#7` is",
      "a&#12; b",
      "!5 at GitHub",
    ])
      assert.doesNotMatch(inlineMarkdown(line, github), /\]\(/, line);
    const gitlab = forgeOf("git@gitlab.com:acme/shop.git");
    assert.match(
      inlineMarkdown("a (!34)", gitlab),
      /\(\[!34\]\(https:\/\/gitlab\.com\/acme\/shop\/-\/merge_requests\/34\)\)/,
    );
    assert.match(inlineMarkdown("a (#34)", gitlab), /-\/issues\/34/);
    const bitbucket = forgeOf("git@bitbucket.org:acme/shop.git");
    assert.match(
      inlineMarkdown("a (pull request #5)", bitbucket),
      /\[pull request #5\]\(.*pull-requests\/5\)/,
    );
  });

  it("reads as it was written, and holds no markup but code, whatever it says", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "`",
        "``",
        "`a`",
        "@ana",
        "@a/b",
        "#12",
        "(#3)",
        "pull request #5",
        "*",
        "_",
        "[x](y)",
        "<b>",
        "&amp;",
        "&#35;",
        "\\",
        "~~",
        "!",
        "|",
        " ",
      ),
      fc.string({ maxLength: 6 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => plainText(pieces.join(""), 300));
    const bare = (words: string) => words.replace(/[`\s\ue000-\uf8ff]/g, "");
    const decoded = (html: string) =>
      html
        .replace(/&lt;/g, "<")
        .replace(/&gt;/g, ">")
        .replace(/&quot;/g, '"')
        .replace(/&amp;/g, "&");
    fc.assert(
      fc.property(text, (line) => {
        const linked = rendered(inlineMarkdown(line, github)).replace(
          /<a href="https:\/\/github\.com\/acme\/shop\/[\w/]+">|<\/a>/g,
          "",
        );
        const html = rendered(inlineMarkdown(line, null));
        assert.equal(linked, html);
        assert.doesNotMatch(html.replace(/<\/?code>/g, ""), /[<>]/);
        const block = markdownIt("default").render(`- ${inlineMarkdown(line, null)}`);
        assert.doesNotMatch(block.replace(/<\/?(?:code|ul|li)>/g, ""), /[<>]/);
        assert.equal(bare(decoded(html.replace(/<\/?code>/g, ""))), bare(line.replace(/\p{Cf}/gu, "")));
      }),
      { numRuns: 2000 },
    );
  });
});
