import assert from "node:assert/strict";
import { dropMarkdown, editChangelog } from "../../../../src/documents/changelog/changelogEdit.ts";
import type { Change } from "../../../../src/domain/change.ts";
import { forgeOf } from "../../../../src/domain/forge.ts";
import { at } from "../../../support/events.ts";
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
