import assert from "node:assert/strict";
import fc from "fast-check";
import type { LoggedCommit } from "../../../../src/domain/change/change.ts";
import { dropChanges } from "../../../../src/domain/change/dropChanges.ts";

type Step = string | { merge: string; of: string[] } | { empty: string };

/** One drop per list of steps; a merge brings commits of a branch that left just before it. */
function told(...lists: Step[][]) {
  const commits: LoggedCommit[] = [];
  const add = (message: string, parents: (string | undefined)[], isEmpty = false) => {
    const known = parents.filter((sha) => sha !== undefined);
    commits.push({ sha: shaOf(commits.length), parents: known, date: 0, message, isEmpty, author: "Ana" });
    return commits.at(-1)!.sha;
  };
  let tip: string | undefined;
  const drops = lists.map((steps, i) => {
    for (const step of steps) {
      if (typeof step === "string") tip = add(step, [tip]);
      else if ("empty" in step) tip = add(step.empty, [tip], true);
      else {
        const branch = step.of.reduce<string | undefined>((from, message) => add(message, [from]), tip);
        tip = add(step.merge, [tip, branch]);
      }
    }
    return { tag: `drop-${i + 1}`, commit: tip!, previous: i === 0 ? null : `drop-${i}` };
  });
  return dropChanges({ drops, commits: commits.toReversed() }).map(
    ({ changes, takesBack, bringsBack, unresolved }) => ({
      news: changes
        .filter(({ takenBack, reapplied }) => !takenBack || reapplied)
        .map(({ change }) => words(change)),
      reverted: takesBack.map(({ change }) => change?.text),
      reapplied: bringsBack.map(({ change }) => change?.text),
      ...(unresolved.length > 0
        ? { unresolved: unresolved.map(({ kind, change }) => `${kind}: ${change.text}`) }
        : {}),
    }),
  );
}

const words = ({
  text,
  breaking,
  breakingNote,
}: {
  text: string;
  breaking: boolean;
  breakingNote: string | null;
}) => `${breaking ? "!" : ""}${text}${breakingNote ? `: ${breakingNote}` : ""}`;
const shaOf = (n: number) => `${n + 1}`.padEnd(4, "a").padEnd(40, "0");
const news = (...steps: Step[]) => told(["chore: start"], steps)[1]!.news;

describe("a merge", () => {
  it("tells what a conventional message on it says, and what it says that breaks", () => {
    assert.deepEqual(news({ merge: "feat!: drop Node 18 (#12)", of: ["wip: half"] }), [
      "!drop Node 18 (#12)",
    ]);
    assert.deepEqual(
      news({ merge: "feat: new totals (#77)\n\nBREAKING CHANGE: total is an object", of: ["feat: totals"] }),
      ["totals", "!new totals (#77): total is an object"],
    );
    assert.deepEqual(news({ merge: "feat: totals (#77)", of: ["feat: totals"] }), ["totals (#77)"]);
    assert.deepEqual(news({ merge: "Merge branch 'x'\n\nfix: rounding", of: ["half", "other half"] }), [
      "rounding",
    ]);
  });

  for (const [forge, merge, text] of [
    ["GitHub", "Merge pull request #78 from acme/t3\n\nTITLE", "#78"],
    ["GitLab", "Merge branch 't3' into 'main'\n\nTITLE\n\nSee merge request acme/shop!34", "!34"],
    ["Bitbucket", "Merged in t3 (pull request #5)\n\nTITLE\n\nApproved-by: Ana", "pull request #5"],
    [
      "Bitbucket Data Center",
      "Pull request #5: TITLE\n\nMerge in SHOP/web from t3 to main",
      "pull request #5",
    ],
    ["Azure DevOps", "Merged PR 12: TITLE\n\nWords.", "!12"],
    ["Gitea", "Merge pull request 'TITLE' (#9) from ana/t3 into main", "#9"],
    ["Gitee", "!3 TITLE\nMerge pull request !3 from ana/t3", "!3"],
    ["bors", "Merge #41\n\n41: TITLE r=ana a=bo", "#41"],
    ["a title of one's own", "TITLE (#6)", "#6"],
  ] as const) {
    it(`tells the pull request's title where its commits say nothing: ${forge}`, () => {
      const titled = (title: string) => merge.replace("TITLE", title);
      assert.deepEqual(news({ merge: titled("feat!: gift cards"), of: ["half", "more"] }), [
        `!gift cards (${text})`,
      ]);
      assert.deepEqual(news({ merge: titled("Gift cards"), of: ["half", "more"] }), [`Gift cards (${text})`]);
      assert.deepEqual(news({ merge: titled("feat: gift cards"), of: ["test: more"] }), [
        `gift cards (${text})`,
      ]);
    });
  }

  it("leaves it to commits that speak, and gives them its number", () => {
    const merge = "Merge pull request #78 from acme/t3\n\nGift cards";
    assert.deepEqual(news({ merge, of: ["feat: cards", "fix: round (#5)"] }), ["cards (#78)", "round (#5)"]);
    assert.deepEqual(news({ merge, of: ["chore: tidy"] }), []);
    for (const quiet of ["chore: cut 3.12.0", "docs: say how", "Release 3.12.0"])
      assert.deepEqual(news({ merge: merge.replace("Gift cards", quiet), of: ["bump", "fix: x"] }), [
        "x (#78)",
      ]);
    const breaking = "Merge pull request #78 from acme/t3\n\nfeat!: gift cards";
    assert.deepEqual(news({ merge: breaking, of: ["feat: gift cards"] }), ["!gift cards (#78)"]);
  });

  it("says nothing without a title", () => {
    for (const merge of [
      "Merge branch 'x'",
      "Merge branch 'x' into 'main'\n\n# Conflicts:\n#\tb.ts",
      "Merge remote-tracking branch 'origin/main'",
      "Merge pull request #5 in SHOP/web from t3 to main\n\n* commit 'abc1234':\n  feat: x",
      "Merge branch 'x' into main\n\nSigned-off-by: Ana <ana@x.test>",
    ])
      assert.deepEqual(news({ merge, of: ["some words"] }), [
        merge.includes("#5") ? "some words (#5)" : "some words",
      ]);
  });

  it("tells what it breaks, whatever its title", () => {
    const note = "\n\nBREAKING CHANGE: total is an object";
    assert.deepEqual(news({ merge: `Bring in totals${note}`, of: ["feat: totals"] }), [
      "totals",
      "!Bring in totals: total is an object",
    ]);
    assert.deepEqual(news({ merge: `Merge branch 'x'${note}`, of: ["some words"] }), [
      "some words",
      "!total is an object",
    ]);
  });

  it("is reverted with what it brought, also by its title or its number alone", () => {
    const merge = { merge: "Merge pull request #78 from acme/t3\n\nGift cards", of: ["half", "more"] };
    for (const revert of [
      'Revert "Gift cards" (#79)\n\nReverts acme/shop#78',
      'Revert "Add cards of gifts"\n\nReverts acme/shop#78',
      `Revert "Merge pull request #78 from acme/t3"\n\nThis reverts commit ${shaOf(3)}, reversing\nchanges made to ${shaOf(0)}.`,
    ]) {
      const [first, , third] = told(["chore: start"], [merge], [revert]);
      assert.deepEqual([first!.news, third!.reverted.filter(Boolean)], [[], ["Gift cards (#78)"]], revert);
    }
  });

  it("of a revert reverts once, whoever says so", () => {
    const ofBranch = {
      merge: 'Merge pull request #80 from acme/revert-1\n\nRevert "feat: a"',
      of: [`Revert "feat: a"\n\nThis reverts commit ${shaOf(0)}.`],
    };
    const ofTitle = {
      merge: 'Merge pull request #80 from acme/revert-1\n\nRevert "feat: a"',
      of: ["undo it"],
    };
    for (const revert of [ofBranch, ofTitle])
      assert.deepEqual(told(["feat: a"], [revert])[1], { news: [], reverted: ["a"], reapplied: [] });
  });
});

describe("a squash", () => {
  const old = `Revert "feat: old cache"\n\nThis reverts commit ${shaOf(0)}.`;

  it("tells what it brings and what it reverts", () => {
    const [, second] = told(["feat: old cache"], [`feat: new cache (#13)\n\n* feat: new cache\n\n* ${old}`]);
    assert.deepEqual(second, { news: ["new cache (#13)"], reverted: ["old cache"], reapplied: [] });
  });

  it("reverts nothing by what its own branch took back", () => {
    const own = `* Revert "wip: try"\n\nThis reverts commit ${"4".repeat(40)}.`;
    const again = `* ${old}\n\n* Revert "Revert "feat: old cache""\n\nThis reverts commit ${"5".repeat(40)}.`;
    const reapply = `* ${old}\n\n* Reapply "feat: old cache"\n\nThis reverts commit ${"5".repeat(40)}.`;
    for (const list of [own, `* wip: try\n\n${own}`, again, reapply]) {
      const [, second] = told(["feat: old cache"], [`feat: b (#3)\n\n* feat: b\n\n${list}`]);
      assert.deepEqual(second, { news: ["b (#3)"], reverted: [], reapplied: [] }, list);
    }
  });
});

describe("a revert", () => {
  it("that changes no file, or of something that never was here, reverts nothing", () => {
    const empty = { empty: `Revert "feat: a"\n\nThis reverts commit ${shaOf(0)}.` };
    const unknown = `Revert "feat: elsewhere"\n\nThis reverts commit ${"3".repeat(40)}.`;
    for (const step of [empty, unknown, "revert: feat: elsewhere"]) {
      const [first, second] = told(["feat: a"], [step]);
      const { news, reverted, reapplied } = second!;
      assert.deepEqual(
        [first!.news, { news, reverted, reapplied }],
        [["a"], { news: [], reverted: [], reapplied: [] }],
      );
    }
  });

  it("that names no known change is told by its own words, but for what nobody sees from outside", () => {
    const unresolved = (step: Step) => (told(["feat: a"], [step])[1] as { unresolved?: string[] }).unresolved;
    for (const [step, words] of [
      ["revert: the new colours of the cart", "revert: the new colours of the cart"],
      ["revert(cart): the new colours", "revert: the new colours"],
      ['Revert "feat(cart): new colours" (#12)', "revert: new colours"],
      [`Revert "New colours"\n\nThis reverts commit ${"3".repeat(40)}.`, "revert: New colours"],
      ["Revert #77", "revert: Revert #77"],
      ['Reapply "feat: new colours"', "reapply: new colours"],
    ] as const)
      assert.deepEqual(unresolved(step), [words], step);
    for (const step of [
      "revert: a",
      'Revert "chore: tidy up"',
      { empty: "revert: the new colours" },
      "feat: revert to the old colours",
    ])
      assert.equal(unresolved(step), undefined, JSON.stringify(step));
    const breaking = told(["feat: a"], ["revert!: the new colours\n\nBREAKING CHANGE: they are grey"])[1]!;
    assert.deepEqual([breaking.news.length, "unresolved" in breaking], [1, false]);
  });

  it("that bears a type of its own is news where what it reverts was none, and has shipped", () => {
    const fix = 'fix: revert "refactor: copy at once (#19)" (#21)';
    const words = 'revert "refactor: copy at once (#19)" (#21)';
    const quiet = { reverted: [], reapplied: [] };
    assert.deepEqual(told(["feat: a", "refactor: copy at once (#19)"], [fix])[1], {
      news: [words],
      ...quiet,
    });
    assert.deepEqual(told(["feat: a"], ["refactor: copy at once (#19)", fix])[1], { news: [], ...quiet });
    const feature = told(["feat: copy at once (#19)"], ['fix: revert "feat: copy at once (#19)" (#21)'])[1];
    assert.deepEqual(feature, { news: [], reverted: ["copy at once (#19)"], reapplied: [] });
  });

  it("in doubt is work of its own where nobody knows what it is about", () => {
    assert.deepEqual(news('fix: revert "feat: elsewhere"'), ['revert "feat: elsewhere"']);
    assert.deepEqual(news("Revert to the old engine"), ["Revert to the old engine"]);
    assert.deepEqual(told(["feat: a"], ['fix: revert "feat: a"'])[1], {
      news: [],
      reverted: ["a"],
      reapplied: [],
    });
  });

  it("tells that it breaks something", () => {
    const note = "BREAKING CHANGE: the new total is gone";
    const [, second] = told(["feat: a"], [`revert: feat: a\n\n${note}`]);
    assert.deepEqual(second, { news: ["!feat: a: the new total is gone"], reverted: ["a"], reapplied: [] });
    assert.deepEqual(news("revert!: the clean option"), ["!the clean option"]);
  });

  it("finds a commit by the number in its title", () => {
    const [, second] = told(["fix: use `cpSync` (#7)"], ['fix: revert "fix: use cpSync (#7)" (#8)']);
    assert.deepEqual(second!.reverted, ["use `cpSync` (#7)"]);
  });

  it("finds a commit by its title where the name is that of a copy elsewhere", () => {
    const revert = `Revert "feat: a"\n\nThis reverts commit ${"3".repeat(40)}.`;
    assert.deepEqual(told(["feat: a"], [revert])[1]!.reverted, ["a"]);
  });

  it("of a drop by its tag is of all that it brought", () => {
    const [, , third, fourth] = told(
      ["chore: x"],
      ["feat: a", "fix: b"],
      ["Revert drop-2"],
      ["Reapply drop-2"],
    );
    assert.deepEqual(
      [third!.reverted, fourth!.reapplied],
      [
        ["a", "b"],
        ["a", "b"],
      ],
    );
    const tip = shaOf(2);
    const again = told(
      ["chore: x"],
      ["feat: a", "fix: b"],
      ["Revert drop-2"],
      [`Reapply x\n\nThis reapplies commit ${tip}.`],
    );
    assert.deepEqual(again[3]!.reapplied, ["a", "b"]);
  });
});

describe("a reapply", () => {
  const name = (n: number) => `This reverts commit ${shaOf(n)}.`;

  for (const back of [
    `Reapply "feat: a"\n\n${name(1)}`,
    'Reapply "feat: a"',
    `Reapply "feat: a" (#9)\n\n${name(0)}`,
    `Reapply "feat: a"\n\nThis reverts commit ${"3".repeat(40)}.`,
    `Revert "Revert "feat: a""\n\n${name(1)}`,
    'Revert "Revert "feat: a""',
    'Reland "feat: a"',
    "reapply: feat: a",
  ]) {
    it(`brings back: ${JSON.stringify(back)}`, () => {
      const revert = `Revert "feat: a"\n\n${name(0)}`;
      const [first, second, third] = told(["feat: a"], [revert], [back]);
      assert.deepEqual(
        [first!.news, second!.reverted, third],
        [["a"], ["a"], { news: [], reverted: [], reapplied: ["a"] }],
      );
    });
  }

  it("can be reverted again, and that again", () => {
    const a = ["feat: a", 'Revert "feat: a"', 'Reapply "feat: a"', 'Revert "Reapply "feat: a""'];
    assert.deepEqual(told(...a.map((step) => [step]))[3], { news: [], reverted: ["a"], reapplied: [] });
    const b = [...a, 'Reapply "Reapply "feat: a""'];
    assert.deepEqual(told(...b.map((step) => [step]))[4], { news: [], reverted: [], reapplied: ["a"] });
  });
});

describe("a hostile history", () => {
  it("is read to its end, whatever its messages say", () => {
    const words = fc.constantFrom(
      ...[
        'Revert "a"',
        "Reapply a",
        "revert: a",
        "feat: a",
        "a (#1)",
        "Merge pull request #1 from a/b",
        "fix!: a",
      ],
      ...[
        "This reverts commit aaaa1.",
        "This reapplies commit aaaaaaa.",
        "* feat: a",
        '* Revert "a"',
        "Reverts a/b#1",
      ],
      ...["BREAKING CHANGE:", "```", "Refs: #1", "drop-1", "Revert drop-1", ""],
    );
    const message = fc
      .array(fc.oneof(words, fc.string({ maxLength: 9 })), { maxLength: 6 })
      .map((l) => l.join("\n"));
    const commit = fc.tuple(message, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(commit, { minLength: 1, maxLength: 15 }), fc.nat(), (rows, at) => {
        const commits: LoggedCommit[] = rows.map(([text, down], i) => {
          const parents = [...new Set(down)].map((d) => shaOf(i + d));
          return { sha: shaOf(i), parents, date: 0, message: text };
        });
        const drops = [
          { tag: "drop-1", commit: shaOf(at % rows.length), previous: null },
          { tag: "drop-2", commit: shaOf(0), previous: "drop-1" },
          { tag: "drop-3", commit: "f".repeat(40), previous: "gone" },
        ];
        assert.equal(dropChanges({ drops, commits }).length, 3);
      }),
      { numRuns: 1000 },
    );
  });

  it("does not grow with the square of its reverts", () => {
    const work = Array.from({ length: 3000 }, (_, i) => `feat: w${i}`);
    const revert = `Revert all\n\n${work.map((_, i) => `This reverts commit ${shaOf(i)}.`).join("\n")}`;
    const again = Array.from(
      { length: 3000 },
      (_, i) => `Revert "x"\n\nThis reverts commit ${shaOf(3000 + i)}.`,
    );
    const [first, second] = told(work, [revert, ...again]);
    // All of it shares one fate, the last one that was read.
    assert.ok([0, 3000].includes(first!.news.length));
    assert.equal(second!.news.length, 0);
  });
});
