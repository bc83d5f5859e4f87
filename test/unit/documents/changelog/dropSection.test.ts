import assert from "node:assert/strict";
import { dropMarkdown, editChangelog } from "../../../../src/documents/changelog/changelogEdit.ts";
import { at } from "../../../support/events.ts";
import { HOSTILE } from "../hostile.ts";
import { change, entry, goneBy, STANDS, TUESDAY } from "./entries.ts";

describe("a drop in the changelog", () => {
  it("that was taken back says so, and announces nothing as new", () => {
    const text = dropMarkdown(entry("drop-5", ["discounts"], { fate: goneBy("drop-6") }));
    assert.match(
      text,
      /^## \[drop-5\] - 2026-11-23 \[YANKED\]\n\n\*\*Taken back on 2026-11-24\*\* with drop-6: /,
    );
    assert.doesNotMatch(text, /### Added/);
    assert.match(text, /It had brought:\n\n- discounts$/);
  });

  it("that was reapplied says so", () => {
    const reapplied = { at: at("2026-11-25T00:00:00Z"), drop: "drop-7" };
    const fate = { ...goneBy(null), reapplied };
    const text = dropMarkdown(entry("drop-5", ["discounts"], { fate }));
    assert.match(
      text,
      /Taken back on 2026-11-24, and reapplied on 2026-11-25 with drop-7\.\n\n### Added\n\n- discounts/,
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
    assert.match(
      text,
      /### Removed\n\n- discounts \(taken back; first in drop-5\)\n- drop-4 was taken back\n/,
    );
    assert.match(text, /### Fixed\n\n- carts \(reapplied; first in drop-3\)/);
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
    assert.match(dropMarkdown(entry("drop-1", [], { changes: null })), /not known here/);
    assert.match(dropMarkdown(entry("drop-1", [])), /Nothing that is seen from outside/);
  });

  it("keeps hostile words as text", () => {
    const hostile = `${HOSTILE} <!-- /dropclock -->`;
    const told = entry("drop-1", [hostile], { overrides: [{ by: hostile, at: TUESDAY, why: hostile }] });
    told.changes!.takesBack = [{ from: hostile, change: change(hostile, { scope: hostile }) }];
    const { text } = editChangelog(null, [told]);
    assert.equal(text.match(/^<!-- \/dropclock -->$/gm)!.length, 1);
    assert.doesNotMatch(text, /<img|\{\{|\{%|(?<!\\)`rm|\u202e|[^\P{Cc}\n]/u);
    assert.doesNotMatch(text, /(?<!\\)\]\((?!https:\/\/keepachangelog)/);
    assert.equal(editChangelog(text, [told]).changed, false);
  });

  it("keeps a hostile tag inside of its marker", () => {
    const entries = [entry("--><script>"), entry("a--b-")];
    const { text } = editChangelog(null, entries);
    assert.doesNotMatch(text, /<script>|<!--[^\n]*--[^>\n]*-->/);
    assert.equal(editChangelog(text, entries).changed, false);
  });
});
