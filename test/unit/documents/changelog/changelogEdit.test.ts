import assert from "node:assert/strict";
import { editChangelog } from "../../../../src/documents/changelog/changelogEdit.ts";
import { BY_HAND, entry, goneBy } from "./entries.ts";

const states = (edited: ReturnType<typeof editChangelog>) => edited.sections.map(({ state }) => state);

describe("the changelog", () => {
  it("is made from nothing in the form of Keep a Changelog", () => {
    const edited = editChangelog(null, [entry("drop-2"), entry("drop-1")]);
    const { text } = edited;
    assert.match(text, /^# Changelog\n\nThe format follows \[Keep a Changelog\]/);
    const headings = text.split("\n").filter((line) => line.startsWith("## "));
    assert.deepEqual(headings, ["## [Unreleased]", "## [drop-2] - 2026-11-23", "## [drop-1] - 2026-11-23"]);
    assert.deepEqual(states(edited), ["new", "new"]);
    assert.match(text, /### Added\n\n- what drop-2 brings\n\n<!-- \/dropclock -->\n/);
    assert.doesNotMatch(text, /\n\n\n/);
  });

  it("changes nothing the second time", () => {
    const entries = ["drop-4", "drop-3", "drop-2", "drop-1"].map((tag) => entry(tag));
    const once = editChangelog(BY_HAND, entries).text;
    const twice = editChangelog(once, entries);
    assert.equal(twice.text, once);
    assert.equal(twice.changed, false);
  });

  it("adds what is newer than all it has, above it, and leaves the rest byte for byte", () => {
    const entries = ["drop-4", "drop-3", "drop-2", "drop-1", "drop-0"].map((tag) => entry(tag));
    const edited = editChangelog(BY_HAND, entries);
    assert.deepEqual(states(edited), ["new", "new", "by-hand", "by-hand", "left-out"]);
    assert.deepEqual(edited.notes, [
      "The changelog has no entry for 1 drop, and people wrote the part where it belongs, so it is left out: drop-0.",
    ]);
    const { text } = edited;
    const start = text.indexOf("<!-- dropclock:drop drop-4");
    const end = text.lastIndexOf("<!-- /dropclock -->") + "<!-- /dropclock -->\n\n".length;
    assert.equal(text.slice(0, start) + text.slice(end), BY_HAND);
    assert.ok(text.indexOf("[drop-4]") < text.indexOf("[drop-3]"));
    assert.equal(text.indexOf("## drop-2"), end);
  });

  it("keeps the line breaks of the file, and a mark before its first line", () => {
    const windows = `\ufeff${BY_HAND.replaceAll("\n", "\r\n")}`;
    const entries = [entry("drop-3"), entry("drop-2")];
    const { text } = editChangelog(windows, entries);
    assert.doesNotMatch(text, /(?<!\r)\n/);
    assert.equal(text.slice(0, 12), windows.slice(0, 12));
    assert.equal(editChangelog(text, entries).changed, false);
  });

  it("takes a version for a drop's whose tag has a v before it, and none that only begins alike", () => {
    const text = "# Log\n\n## [1.2.0](https://x.test/compare/v1.1.0...v1.2.0) (2026-01-01)\n\n## 1.1.0-rc1\n";
    const edited = editChangelog(text, [entry("v1.3.0"), entry("v1.2.0"), entry("v1.1.0")]);
    assert.deepEqual(states(edited), ["new", "by-hand", "left-out"]);
    const packaged = editChangelog(text, [entry("cart-v1.3.0"), entry("cart-v1.2.0"), entry("cart@1.1.0")]);
    assert.deepEqual(states(packaged), ["new", "by-hand", "left-out"]);
  });

  it("puts a new version before the anchor of the next, and the links of the file stay last", () => {
    const anchor = '<a name="drop-1"></a>\n# drop-1 (2026-01-01)\n\n- x\n';
    const anchored = editChangelog(anchor, [entry("drop-2"), entry("drop-1")]).text;
    assert.ok(anchored.startsWith("<!-- dropclock:drop drop-2"));
    assert.match(anchored, /<!-- \/dropclock -->\n\n<a name="drop-1"><\/a>\n# drop-1/);
    const linked = editChangelog("# Log\n\nNothing yet.\n\n[a]: https://x.test", [entry("drop-1")]).text;
    assert.match(
      linked,
      /\n\n<!-- dropclock:drop drop-1[\s\S]+<!-- \/dropclock -->\n\n\[a\]: https:\/\/x\.test$/,
    );
  });

  it("leaves a section alone that people have changed, and says so", () => {
    const { text } = editChangelog(null, [entry("drop-1", ["a", "b"])]);
    const improved = text.replace("- a", "- A, told better");
    const again = editChangelog(improved, [entry("drop-1", ["a", "b"], { fate: goneBy("drop-2") })]);
    assert.equal(again.text, improved);
    assert.match(again.notes[0]!, /drop-1 was changed by hand, so it stays as it is; it was rolled back/);
  });

  it("knows its own again after a formatter has been there", () => {
    const { text } = editChangelog(null, [entry("drop-1", ["a", "b"])]);
    const formatted = text.replaceAll("\n\n", "\n\n\n");
    assert.equal(editChangelog(formatted, [entry("drop-1", ["a", "b"])]).changed, false);
  });

  it("touches nothing where a part has no end", () => {
    const torn = editChangelog(null, [entry("drop-1")]).text.replace("<!-- /dropclock -->", "");
    const { text, notes } = editChangelog(torn, [entry("drop-1", ["new"])]);
    assert.equal(text, torn);
    assert.match(notes[0]!, /has no end \(line 7\)/);
  });

  it("refreshes what is its own", () => {
    const before = editChangelog(BY_HAND, [entry("drop-3", ["old words"]), entry("drop-2")]).text;
    const edited = editChangelog(before, [entry("drop-3", ["new words"]), entry("drop-2")]);
    assert.deepEqual(states(edited), ["refreshed", "by-hand"]);
    assert.match(edited.text, /- new words/);
    assert.doesNotMatch(edited.text, /old words/);
    const back = editChangelog(edited.text, [entry("drop-3", ["old words"]), entry("drop-2")]);
    assert.equal(back.text, before);
  });

  it("adds a note to a section that people wrote, and takes it out when it is not so any more", () => {
    const gone = [entry("drop-2", ["x"], { fate: goneBy(null) }), entry("drop-1")];
    const { text } = editChangelog(BY_HAND, gone);
    assert.match(
      text,
      /## drop-2\n\n<!-- dropclock:note drop-2 \w+ -->\n\n\*\*Rolled back on 2026-11-24\*\*[^\n]+\n\n<!-- \/dropclock -->\n\n- by hand/,
    );
    assert.equal(editChangelog(text, gone).changed, false);
    assert.equal(editChangelog(text, [entry("drop-2"), entry("drop-1")]).text, BY_HAND);
  });

  it("adds no note where people say it themselves", () => {
    const said = BY_HAND.replace("## drop-2", "## drop-2 [YANKED]");
    const gone = [entry("drop-2", ["x"], { fate: goneBy(null) }), entry("drop-1")];
    assert.equal(editChangelog(said, gone).changed, false);
  });

  it("fills a gap among its own, and goes on below them", () => {
    const all = ["drop-4", "drop-3", "drop-2", "drop-1"].map((tag) => entry(tag));
    const whole = editChangelog(null, all).text;
    for (const missing of [[1], [1, 2], [3], [2, 3], [1, 3]]) {
      const gapped = editChangelog(
        null,
        all.filter((_, i) => !missing.includes(i)),
      ).text;
      const filled = editChangelog(gapped, all);
      assert.equal(filled.text, whole);
      assert.deepEqual(filled.notes, []);
    }
  });

  it("leaves out what nobody can place, and says so", () => {
    const all = ["drop-4", "drop-3", "drop-2", "drop-1"].map((tag) => entry(tag));
    const gap = "# Log\n\n## drop-4\n\n- x\n\n## drop-1\n\n- y\n";
    const edited = editChangelog(gap, all);
    assert.equal(edited.text, gap);
    assert.match(edited.notes[0]!, /^The changelog has no entry for 2 drops, .* left out: drop-3, drop-2\.$/);
    // These may be the older drops, in words of their own.
    const own = `${editChangelog(null, all.slice(0, 2)).text}\n## 0.9 and before\n\n- z\n`;
    assert.deepEqual(states(editChangelog(own, all)), ["unchanged", "unchanged", "left-out", "left-out"]);
  });

  it("adds the newest alone where people want no more, and says what it leaves out", () => {
    const all = ["drop-4", "drop-3", "drop-2", "drop-1"].map((tag) => entry(tag));
    const edited = editChangelog(null, all, { last: 1 });
    assert.deepEqual(states(edited), ["new", "left-out", "left-out", "left-out"]);
    assert.deepEqual(edited.notes, [
      "Only the newest 1 drop can be added; 3 drops left out: drop-3, drop-2, drop-1.",
    ]);
    assert.equal(editChangelog(edited.text, all).text, editChangelog(null, all).text);
  });

  it("knows a drop by any of its tags, but not by that of another drop", () => {
    const names = ["v2.0.0", "mod/v0.2.0"];
    const byHand = editChangelog("# Log\n\n## 0.2.0\n\n- x\n", [entry("v2.0.0", ["x"], { names })]);
    assert.deepEqual(states(byHand), ["by-hand"]);
    const before = editChangelog(null, [entry("v2.0.0-rc.1", ["x"])]).text;
    const both = ["v2.0.0", "v2.0.0-rc.1"];
    const renamed = editChangelog(before, [entry("v2.0.0", ["x"], { names: both })]);
    assert.equal(renamed.text, editChangelog(null, [entry("v2.0.0", ["x"])]).text);
    const apart = editChangelog(before, [
      entry("v2.0.0", ["y"], { names: both }),
      entry("v2.0.0-rc.1", ["x"]),
    ]);
    assert.deepEqual(states(apart), ["new", "unchanged"]);
  });

  it("knows the pre-releases that people tell below their release", () => {
    const text =
      "# Log\n\n## 2.0.0\n\n- x\n\n#### Betas\n\n##### [2.0.0-beta.1](https://x.test/a...b) (2026-01-01)\n";
    const edited = editChangelog(text, [entry("v2.0.0"), entry("v2.0.0-beta.1")]);
    assert.deepEqual([states(edited), edited.notes, edited.changed], [["by-hand", "by-hand"], [], false]);
  });

  for (const [form, text] of [
    [
      "several modules at once",
      "# Log\n\n## [1.3.0/0.67.0] 2026-05-01\n\n- x\n\n## [1.2.0/0.66.0] 2026-04-01\n",
    ],
    ["Prometheus", "# Changelog\n\n## 1.3.0 / 2026-05-01\n\n* [FEATURE] x\n\n## 1.2.0 / 2026-04-01\n"],
    [
      "release-please",
      "# Changelog\n\n## [1.3.0](https://x.test/compare/v1.2.0...v1.3.0) (2026-05-01)\n\n\n### Features\n\n* x\n\n### [1.2.0](https://x.test/compare/v1.1.0...v1.2.0) (2026-04-01)\n",
    ],
    ["Changesets", "# @acme/cart\n\n## 1.3.0\n\n### Minor Changes\n\n- abc1234: x\n\n## 1.2.0\n"],
    [
      "underlined",
      "1.3.0 / 2026-05-01\n==================\n\n  * x\n\n1.2.0 / 2026-04-01\n==================\n",
    ],
    [
      "anchors",
      '<a name="1.3.0"></a>\n# 1.3.0 (2026-05-01)\n\n- x\n\n<a name="1.2.0"></a>\n# 1.2.0 (2026-04-01)\n',
    ],
    ["bold", "# Log\n\n**v1.3.0** (2026-05-01)\n\n- x\n\n**v1.2.0**\n"],
    ["HTML", "<h1>Log</h1>\n\n<h2>1.3.0</h2>\n\n- x\n\n<h2>1.2.0</h2>\n"],
  ] as const) {
    it(`writes no drop a second time where people wrote it: ${form}`, () => {
      const tags = ["v1.4.0", "v1.3.0", "v1.2.0"];
      const edited = editChangelog(
        text,
        tags.map((tag) => entry(tag)),
      );
      assert.deepEqual(states(edited), ["new", "by-hand", "by-hand"]);
      const start = edited.text.indexOf("<!-- dropclock:drop");
      const end = edited.text.indexOf("<!-- /dropclock -->") + "<!-- /dropclock -->\n\n".length;
      assert.equal(edited.text.slice(0, start) + edited.text.slice(end), text);
      assert.ok(start < text.search(/^(?:.*name="1\.3\.0|.*1\.3\.0)/m) + 1);
    });
  }
});
