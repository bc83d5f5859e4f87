import assert from "node:assert/strict";
import fc from "fast-check";
import { editChangelog } from "../../../../src/documents/changelog/changelogEdit.ts";
import { entry, goneBy, STANDS } from "./entries.ts";

const NOT_OURS = "0123456789ab";

const line = fc.oneof(
  fc.constantFrom(
    ...["", "# Changelog", "## [Unreleased]", "## drop-1", "## [drop-2] - 2026-01-01", "### Added", "- x"],
    ...["```", "~~~", "<!--", "-->", "1.0.0", "=====", "---", "[a]: b", '<a name="x"></a>'],
    "<!-- /dropclock -->",
    `<!-- dropclock:drop drop-1 ${NOT_OURS} -->`,
    `<!-- dropclock:note drop-2 ${NOT_OURS} -->`,
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, "")),
);

const file = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { maxLength: 25 }), line)
  .map(([lines, last]) => lines.map((each) => each.join("")).join("") + last)
  .filter((text) => text.trim() !== "");

const told = (tag: string) =>
  fc.constantFrom(STANDS, goneBy(null), goneBy("drop-9")).map((fate) => entry(tag, [`of ${tag}`], { fate }));

const entries = fc
  .subarray(["drop-5", "drop-4", "drop-3", "drop-2", "drop-1"], { minLength: 1 })
  .chain((tags) => fc.tuple(...tags.map(told)));

/** The file without the parts that are ours, and without blank lines. */
function rest(text: string): string[] {
  const kept: string[] = [];
  let inside = false;
  for (const each of text.split(/\r?\n/)) {
    const opens = /^\ufeff?<!-- dropclock:(?:drop|note) \S+ ([0-9a-f]{12}) -->$/.exec(each);
    if (opens && opens[1] !== NOT_OURS) inside = true;
    if (!inside && each.trim() !== "") kept.push(each);
    if (each === "<!-- /dropclock -->") inside = false;
  }
  return kept;
}

describe("an edit of any changelog", () => {
  it("only adds lines of its own, changes no byte of any other, and is settled after one", () => {
    fc.assert(
      fc.property(file, entries, (text, each) => {
        const once = editChangelog(text, each).text;
        assert.deepEqual(rest(once), rest(text));
        const after = once.split(/(?<=\n)/);
        let i = 0;
        for (const was of text.split(/(?<=\n)/)) {
          // A last line without a break gets one when something follows.
          while (i < after.length && ![was, `${was}\n`, `${was}\r\n`].includes(after[i]!)) i++;
          assert.ok(i++ < after.length, `lost ${JSON.stringify(was)}`);
        }
        assert.equal(editChangelog(once, each).text, once);
      }),
      { numRuns: 1000 },
    );
  });

  it("only replaces parts of its own when the drops have fared differently since", () => {
    fc.assert(
      fc.property(file, entries, entries, (text, before, after) => {
        const once = editChangelog(text, before).text;
        assert.deepEqual(rest(editChangelog(once, after).text), rest(text));
      }),
      { numRuns: 500 },
    );
  });
});
