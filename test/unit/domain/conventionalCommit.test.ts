import assert from "node:assert/strict";
import fc from "fast-check";
import { changeOf } from "../../../src/domain/change.ts";
import { readCommitMessage } from "../../../src/domain/conventionalCommit.ts";

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
      reverts: [],
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
  });

  it("reads every commit that it takes back, once", () => {
    const [a, b] = ["a".repeat(40), "b".repeat(40)];
    const message = `Revert drop-5\n\nThis reverts commit ${a}.\nThis reverts commit ${b}.\nThis reverts commit ${a}.`;
    assert.deepEqual(read(message).reverts, [a, b]);
    assert.deepEqual(read("x\n\nThis reverts commit abc1234, reversing\nchanges made to def5678.").reverts, [
      "abc1234",
    ]);
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
  const change = (message: string, parents = ["p"]) => changeOf({ sha: "s", parents, date: 0, message });

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
    ])
      assert.equal(change(quiet), null);
    assert.equal(change("feat: x", ["p", "q"]), null);
    assert.equal(change("chore!: drop Node 18")?.kind, "changed");
  });
});
