import assert from "node:assert/strict";
import fc from "fast-check";
import { ALL_CHANGES, changeOf } from "../../../../src/domain/change/change.ts";
import { readCommitMessage } from "../../../../src/domain/change/commitMessage.ts";

/** Also what is no character at all. */
const anyText = fc.array(fc.nat({ max: 0xffff })).map((codes) => String.fromCharCode(...codes));

describe("conventional commits", () => {
  const read = readCommitMessage;

  it("reads type, scope, mark and description", () => {
    assert.deepEqual(read("feat(cart)!: round once\n\nBody"), {
      type: "feat",
      scope: "cart",
      subject: "round once",
      breaking: true,
      breakingNote: null,
    });
    assert.equal(read("feat!: x").breaking, true);
    assert.equal(read("FIX: x").type, "fix");
    assert.equal(read("fix:no space").type, null);
    assert.equal(read("Merge branch 'x': y").type, null);
    assert.equal(read("feat(): x").scope, null);
  });

  it("reads a breaking change from the footer, with or without a dash", () => {
    for (const word of ["BREAKING CHANGE", "BREAKING-CHANGE"]) {
      const { breaking, breakingNote } = read(`fix: x\r\n\r\nbody\r\n\r\n${word}: the port is now 81\r\n`);
      assert.deepEqual([breaking, breakingNote], [true, "the port is now 81"]);
    }
    assert.equal(read("fix: x\n\nthis is no BREAKING CHANGE: y").breaking, false);
    assert.deepEqual(
      [read("BREAKING CHANGE: Node 18").subject, read("BREAKING CHANGE: Node 18").breaking],
      ["Node 18", true],
    );
  });

  it("reads the note to the next footer: over lines, folded, or begun on the next line", () => {
    const note = (...lines: string[]) => read(["feat: x", "", ...lines].join("\n")).breakingNote;
    assert.equal(
      note("BREAKING CHANGE: the port", "is 81 now", "", "and", "  the host too", "Refs: #12"),
      "the port is 81 now and the host too",
    );
    assert.equal(note("BREAKING CHANGE:", "", "the port is 81", "Closes #12"), "the port is 81");
    assert.equal(
      note("BREAKING CHANGE:", "- no port", "- no host", "", "Signed-off-by: Ana <a@x.test>"),
      "- no port - no host",
    );
    assert.equal(note("BREAKING CHANGE: a", "BREAKING-CHANGE: b"), "a b");
    assert.equal(note("BREAKING CHANGE: a", "", "* fix: b", "", "text of b"), "a");
    assert.equal(note("BREAKING CHANGE: a", "```", "Refs: no footer", "```", "b"), "a b");
  });

  it("takes nothing for a note that stands in a block of code", () => {
    for (const fence of ["```", "~~~~"]) {
      const { breaking } = read(`docs: how to\n\n${fence}md\nBREAKING CHANGE: an example\n${fence}\n`);
      assert.equal(breaking, false);
    }
    assert.equal(read("fix: x\n\n```\nnever closed\n\nBREAKING CHANGE: y").breakingNote, "y");
  });

  it("never fails, and makes no line break", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { subject } = read(text);
        assert.doesNotMatch(subject, /\n/);
      }),
    );
  });
});

describe("the change of a commit", () => {
  const change = (message: string, rules = ALL_CHANGES) =>
    changeOf({ sha: "s", parents: ["p"], date: 0, message }, rules);

  it("is told by its kind", () => {
    assert.equal(change("feat: x")?.kind, "added");
    assert.equal(change("fix(security): x")?.kind, "security");
    assert.equal(change("perf: x")?.kind, "changed");
    assert.equal(change("Make it round")?.kind, "changed");
    assert.equal(change("constructor: x")?.kind, "changed");
  });

  it("is not told where nobody sees it, unless it breaks something", () => {
    for (const quiet of [
      "chore: x",
      "docs: x",
      "test: x",
      "fixup! feat: x",
      "",
      "v1.2.0",
      "Release 1.2.0-rc.1",
      "Prepare release 3.5.0 (#12)",
      "Merge branch 'x' into 'main'",
    ])
      assert.equal(change(quiet), null);
    assert.equal(change("chore!: drop Node 18")?.kind, "changed");
  });

  it("is told or left out as the team wants it", () => {
    const rules = { skips: (subject: string) => /^fix\(deps\)/.test(subject), told: new Set(["docs"]) };
    assert.equal(change("fix(deps): x", rules), null);
    assert.equal(change("Merged PR 12: fix(deps): x", rules), null);
    assert.equal(change("docs: x", rules)?.kind, "changed");
    assert.equal(change("test: x", rules), null);
  });

  it("names who wrote it, machines left out", () => {
    const message = "feat: x\n\nCo-authored-by: Bo <bo@x.test>\nCo-Authored-By: deps[bot] <d@x.test>";
    const commit = { sha: "s", parents: ["p"], date: 0, message, author: "Ana" };
    assert.deepEqual(changeOf(commit, ALL_CHANGES)?.authors, ["Ana", "Bo"]);
  });
});
