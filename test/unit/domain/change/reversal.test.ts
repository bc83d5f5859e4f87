import assert from "node:assert/strict";
import { type Reversal, readReversals } from "../../../../src/domain/change/reversal.ts";

const [A, B] = ["a".repeat(40), "b".repeat(40)];

describe("what a message reverts", () => {
  const subject = (message: string) => readReversals(message).subject;
  const named = (message: string): Partial<Reversal> => {
    const { kind, title, certain } = subject(message)!;
    return { kind, title, certain };
  };

  it("is what its subject says, as git, forges and Conventional Commits write it", () => {
    const revert = (title: string | null) => ({ kind: "revert", title, certain: true });
    assert.deepEqual(named('Revert "feat: a"'), revert("feat: a"));
    assert.deepEqual(named('Revert "feat: a (#7)" (#8)'), revert("feat: a (#7)"));
    assert.deepEqual(named('Revert "Revert "feat: a""'), revert('Revert "feat: a"'));
    assert.deepEqual(named("revert: feat(cart): a (#8)"), revert("feat(cart): a"));
    assert.deepEqual(named("revert(cart): a"), revert("a"));
    assert.deepEqual(named("Revert 'Merged PR 12: a'"), revert("Merged PR 12: a"));
    assert.deepEqual(named('Merged PR 13: Revert "a"'), revert("a"));
    assert.deepEqual(
      named("Merge branch 'x' into 'main'\n\nRevert \"a\"\n\nSee merge request g/p!3"),
      revert("a"),
    );
    assert.deepEqual(named("Revert abc1234"), revert(null));
    assert.deepEqual(subject("Revert commit abc1234")?.commits, ["abc1234"]);
    assert.deepEqual(subject("revert: abc1234 the totals")?.commits, ["abc1234"]);
    assert.deepEqual(subject("revert: defaced pages")?.title, "defaced pages");
    assert.deepEqual(named('⏪️ Revert "feat: a"'), revert("feat: a"));
    assert.deepEqual(named('[release-1.0] Revert "feat: a" (#12)'), revert("feat: a"));
    assert.deepEqual(named(":rewind: revert: a"), revert("a"));
    assert.deepEqual(subject("Revert #12 (#13)")?.pulls, ["12"]);
    assert.deepEqual(subject("Revert pull request #12 from acme/cards")?.pulls, ["12"]);
    assert.deepEqual(subject('Revert "a" (#8)\n\nReverts shop/web#7')?.pulls, ["7"]);
    assert.deepEqual(subject('Revert "a"\n\nThis reverts merge request !5')?.pulls, ["5"]);
    assert.deepEqual(subject('Revert "a"\n\nReverted commit `abc1234`.')?.commits, ["abc1234"]);
  });

  it("may be what was reverted before", () => {
    const reapply = (title: string) => ({ kind: "reapply", title, certain: true });
    assert.deepEqual(named('Reapply "feat: a"'), reapply("feat: a"));
    assert.deepEqual(named('Reland "feat: a" (#9)'), reapply("feat: a"));
    assert.deepEqual(named("reapply: feat: a"), reapply("feat: a"));
    assert.deepEqual(subject(`Reapply drop-2\n\nThis reapplies commit ${A}.`)?.reapplied, [A]);
  });

  it("is in doubt where the subject is that of other work as well", () => {
    assert.equal(subject("Revert to the old engine")?.certain, false);
    assert.equal(subject('fix(cart): revert "feat: a"')?.certain, false);
    assert.equal(subject("fix: revert #12")?.certain, false);
    assert.equal(subject("fix: revert the colours"), null);
    assert.equal(subject("feat: reverting is easy"), null);
    assert.equal(subject(`fix: x\n\nThis reverts commit ${A}.`), null);
  });

  it("names every commit, once, outside of blocks of code", () => {
    const message = `Revert drop-5\n\nThis reverts commit ${A}.\nThis reverts commit ${B}.\nThis reverts commit ${A}.`;
    assert.deepEqual(subject(message)?.commits, [A, B]);
    assert.deepEqual(
      subject("Revert x\n\nThis reverts commit abc1234, reversing\nchanges made to def5678.")?.commits,
      ["abc1234"],
    );
    assert.deepEqual(
      subject("Revert x\n\nThis reverts commits abc1234, def5678 and 0123456.")?.commits.length,
      3,
    );
    assert.deepEqual(subject("revert: x\r\n\r\nRefs: abc1234, def5678\r\n")?.commits, ["abc1234", "def5678"]);
    assert.deepEqual(subject("Revert x\n\n```\nThis reverts commit abc1234.\n```")?.commits, []);
  });

  it("is told beside the work of a squash, and not where prose quotes it", () => {
    const beside = (message: string) =>
      readReversals(message).beside.flatMap(({ reversal }) =>
        reversal ? [[reversal.title, ...reversal.commits]] : [],
      );
    assert.deepEqual(beside(`feat: b (#3)\n\n* feat: b\n\n* Revert "feat: a"\n\nThis reverts commit ${A}.`), [
      ["feat: a", A],
    ]);
    assert.deepEqual(beside(`feat: b\n\nThis reverts commit ${A}.`), [[null, A]]);
    for (const quoted of [
      `As upstream: This reverts commit ${A}.`,
      `> This reverts commit ${A}.`,
      `    This reverts commit ${A}.`,
      `This reverts commit ${A} in the other repository.`,
      `\`\`\`\nThis reverts commit ${A}.\n\`\`\``,
    ])
      assert.deepEqual(beside(`fix: b\n\n${quoted}`), [], quoted);
  });
});
