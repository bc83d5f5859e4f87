import assert from "node:assert/strict";
import fc from "fast-check";
import markdownIt from "markdown-it";
import { dropMarkdown, editChangelog } from "../../../../src/documents/changelog/changelogEdit.ts";
import { inlineMarkdown } from "../../../../src/documents/changelog/dropSection.ts";
import type { Change } from "../../../../src/domain/change/change.ts";
import { forgeOf } from "../../../../src/domain/change/forge.ts";
import { plainText } from "../../../../src/domain/text/plainText.ts";
import { at } from "../../../support/record/events.ts";
import { HOSTILE } from "../hostile.ts";
import { change, change as changeOf, entry, goneBy, STANDS, TUESDAY } from "./entries.ts";

describe("a drop in the changelog", () => {
  it("that was taken back says so, and announces nothing as new", () => {
    const text = dropMarkdown(entry("drop-5", ["discounts"], { fate: goneBy("drop-6") }));
    assert.match(
      text,
      /^## \[drop-5\] - 2026-11-23 \[YANKED\]\n\n\*\*Rolled back on 2026-11-24\*\* with drop-6: /,
    );
    assert.doesNotMatch(text, /### Added/);
    assert.match(text, /It had brought:\n\n- discounts$/);
  });

  it("says where its day is assumed, and where nobody needs to assume it", () => {
    const heading = (over: object) => dropMarkdown(entry("v1", ["x"], over)).split("\n")[0];
    assert.equal(heading({ shippedAssumed: true }), "## [v1] - 2026-11-23 (assumed)");
    const gone = { shippedAssumed: true, fate: goneBy(null) };
    assert.equal(heading(gone), "## [v1] - 2026-11-23 (assumed) [YANKED]");
    assert.equal(heading({}), "## [v1] - 2026-11-23");
  });

  it("that was reapplied says so", () => {
    const reapplied = { at: at("2026-11-25T00:00:00Z"), drop: "drop-7" };
    const fate = { ...goneBy(null), reapplied };
    const text = dropMarkdown(entry("drop-5", ["discounts"], { fate }));
    assert.match(
      text,
      /Rolled back on 2026-11-24, and reapplied on 2026-11-25 with drop-7\.\n\n### Added\n\n- discounts/,
    );
    assert.doesNotMatch(text, /YANKED/);
  });

  it("that turns earlier work says which, and from where", () => {
    const told = entry("drop-6", ["more"]);
    told.changes!.takesBack = [
      { from: "drop-5", change: change("discounts") },
      { from: "drop-4", change: null },
    ];
    told.changes!.bringsBack = [{ from: "drop-3", change: change("carts", { kind: "fixed" }) }];
    const text = dropMarkdown(told);
    assert.match(text, /### Removed\n\n- discounts \(reverted; first in drop-5\)\n- drop-4 was reverted\n/);
    assert.match(text, /### Fixed\n\n- carts \(reapplied; first in drop-3\)/);
  });

  it("says which reverts match no known change", () => {
    const told = entry("drop-6", []);
    told.changes!.unresolved = [
      { kind: "revert", change: change("the *new* colours") },
      { kind: "reapply", change: change("the old ones") },
    ];
    const text = dropMarkdown(told);
    assert.match(
      text,
      /\n\nReverts that match no known change:\n\n- the \\\*new\\\* colours\n\nReapplies that match/,
    );
    assert.doesNotMatch(text, /No changes that users see/);
    const undone = dropMarkdown({ ...told, fate: goneBy("drop-7") });
    assert.match(undone, /Reverts that match no known change:/);
  });

  it("names what breaks first, and the override that let it ship", () => {
    const told = entry("drop-6", ["more"], {
      overrides: [{ by: "Ana <ana@example.com>", at: TUESDAY, why: "the shop is closed anyway" }],
    });
    const breaking = change("new port", { breaking: true, breakingNote: "it is 81" });
    told.changes!.changes.push({ change: breaking, ...STANDS });
    const text = dropMarkdown(told);
    assert.match(text, /council’s approval, by an override of Ana on 2026-11-24: the shop is closed anyway/);
    assert.match(text, /### Added\n\n- \*\*Breaking:\*\* new port\. it is 81\n- more/);
    assert.doesNotMatch(text, /ana@example/);
  });

  it("says what it does not know, and that there is nothing to tell", () => {
    assert.match(dropMarkdown(entry("drop-1", [], { changes: null })), /Its changes are unknown/);
    assert.match(dropMarkdown(entry("drop-1", [])), /No changes that users see/);
  });

  it("keeps hostile words as text", () => {
    const hostile = `${HOSTILE} <!-- /dropclock -->`;
    const told = entry("drop-1", [hostile], { overrides: [{ by: hostile, at: TUESDAY, why: hostile }] });
    told.changes!.takesBack = [{ from: hostile, change: change(hostile, { scope: hostile }) }];
    const { text } = editChangelog(null, [told]);
    assert.equal(text.match(/^<!-- \/dropclock -->$/gm)!.length, 1);
    assert.doesNotMatch(text, /<img|\{\{|\{%|\u202e|[^\P{Cc}\n]/u);
    assert.doesNotMatch(text, /(?<!\\)\]\((?!https:\/\/keepachangelog)/);
    assert.equal(editChangelog(text, [told]).changed, false);
  });

  it("keeps a hostile tag inside of its marker", () => {
    const entries = [entry("--><script>"), entry("a--b-")];
    const { text } = editChangelog(null, entries);
    assert.doesNotMatch(text, /<script>|<!--[^\n]*--[^>\n]*-->/);
    assert.equal(editChangelog(text, entries).changed, false);
  });

  it("has links where the forge is known, and names where the team wants them", () => {
    const style = {
      forge: forgeOf("https://ana:token@github.com/acme/shop.git"),
      sections: {},
      authors: true,
    };
    const told = entry("v1.2.0", [], { previous: "v1.1.0" });
    const by = (commit: string, authors: string[]) => ({ commit: commit.repeat(40), authors });
    for (const change of [
      changeOf("fix `a` as in #7 (#12)", by("a", ["Ana", "Bo"])),
      changeOf("tidy", by("b", ["Cy"])),
      changeOf("tidy", by("c", ["Ana"])),
    ])
      told.changes!.changes.push({ change, ...STANDS });
    const web = "https://github.com/acme/shop";
    assert.equal(
      dropMarkdown(told, style),
      [
        `## [v1.2.0](${web}/compare/v1.1.0...v1.2.0) - 2026-11-23`,
        "",
        "### Added",
        "",
        `- fix \`a\` as in [#7](${web}/issues/7) ([#12](${web}/pull/12)) ([aaaaaaa](${web}/commit/${"a".repeat(40)})) by Ana and Bo`,
        `- tidy ([bbbbbbb](${web}/commit/${"b".repeat(40)}), [ccccccc](${web}/commit/${"c".repeat(40)})) by Cy and Ana`,
      ].join("\n"),
    );
  });

  it("is in the sections that the team names, in their order", () => {
    const sections = { perf: "Performance", fixed: "Bugs", docs: "Papers", feat: "Features" };
    const told = entry("v1", []);
    const of = (text: string, kind: Change["kind"], type: string) => changeOf(text, { kind, type });
    for (const change of [
      of("a", "fixed", "fix"),
      of("b", "added", "feat"),
      of("c", "changed", "perf"),
      of("d", "changed", "docs"),
      of("e", "changed", "change"),
    ])
      told.changes!.changes.push({ change, ...STANDS });
    const headings = dropMarkdown(told, { forge: null, sections, authors: false }).match(/^### .*/gm);
    assert.deepEqual(headings, ["### Features", "### Performance", "### Papers", "### Changed", "### Bugs"]);
  });
});

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
