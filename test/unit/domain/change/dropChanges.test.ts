import assert from "node:assert/strict";
import fc from "fast-check";
import type { LoggedCommit } from "../../../../src/domain/change/change.ts";
import type { DropCommit } from "../../../../src/domain/change/commitHistory.ts";
import { type DropChanges, dropChanges, isGone } from "../../../../src/domain/change/dropChanges.ts";

/** A history as a row of messages, oldest first; `drop-N` closes a drop. Names of commits count from 0. */
function history(...entries: string[]) {
  const commits: LoggedCommit[] = [];
  const drops: DropCommit[] = [];
  for (const entry of entries) {
    const last = commits.at(-1);
    if (/^drop-\d+$/.test(entry)) {
      drops.push({ tag: entry, commit: last!.sha, previous: drops.at(-1)?.tag ?? null });
    } else
      commits.push({
        sha: sha(commits.length),
        parents: last ? [last.sha] : [],
        date: commits.length * 1000,
        message: entry,
      });
  }
  return { drops, commits: commits.toReversed() };
}

const sha = (n: number) => (n + 0xa000).toString(16).padStart(40, "0").split("").reverse().join("");
const reverts = (...names: number[]) => names.map((n) => `This reverts commit ${sha(n)}.`).join("\n");

function told(...entries: string[]) {
  return dropChanges(history(...entries)).map(summary);
}

const summary = ({ tag, changes, takesBack, bringsBack, whole }: DropChanges) => ({
  tag,
  news: changes.filter((each) => !isGone(each)).map(({ change }) => change.text),
  gone: changes.filter(isGone).map(({ change }) => change.text),
  takesBack: takesBack.map(({ change, from }) => `${change?.text}@${from}`),
  bringsBack: bringsBack.map(({ change, from }) => `${change?.text}@${from}`),
  whole: whole.takenBack === null ? "stands" : whole.reapplied ? "reapplied" : "taken back",
});

describe("the changes of drops", () => {
  it("are those of the commits between two drops", () => {
    const [first, second] = told("feat: a", "chore: b", "drop-1", "fix: c", "drop-2", "feat: later");
    assert.deepEqual([first!.news, second!.news], [["a"], ["c"]]);
  });

  it("do not tell what was taken back before it shipped", () => {
    const [only] = told("feat: a", "feat: b", `Revert "feat: a"\n\n${reverts(0)}`, "drop-1");
    assert.deepEqual(only, {
      tag: "drop-1",
      news: ["b"],
      gone: [],
      takesBack: [],
      bringsBack: [],
      whole: "stands",
    });
  });

  it("do not tell what a commit of the type revert took back, by its Refs or by nothing that is known", () => {
    const refs = `Refs: ${sha(0).slice(0, 7)}, ${sha(1).slice(0, 9)}`;
    const [only] = told(
      "feat: a",
      "fix: b",
      "feat: c",
      `revert: take the new carts back\r\n\r\n${refs}\r\n`,
      "drop-1",
    );
    assert.deepEqual(only!.news, ["c"]);
    const [first] = told("feat: a", "revert: feat: something of long ago", "drop-1");
    assert.deepEqual(first!.news, ["a"]);
    const [plain] = told("feat: a", `fix: b\n\nRefs: ${sha(0).slice(0, 7)}`, "drop-1");
    assert.deepEqual(plain!.news, ["a", "b"]);
  });

  it("tell what came back before it shipped as if it had never left", () => {
    const [only] = told(
      "feat: a",
      `Revert "feat: a"\n\n${reverts(0)}`,
      `Reapply "feat: a"\n\n${reverts(1)}`,
      "drop-1",
    );
    assert.deepEqual([only!.news, only!.takesBack, only!.bringsBack], [["a"], [], []]);
  });

  it("tell a whole drop that was taken back, and by which drop", () => {
    const [first, second, third] = told(
      "feat: a",
      "drop-1",
      "feat: b",
      "test: c",
      "drop-2",
      `Revert drop-2\n\n${reverts(2, 1)}`,
      "fix: d",
      "drop-3",
    );
    assert.equal(first!.whole, "stands");
    assert.deepEqual([second!.whole, second!.news, second!.gone], ["taken back", [], ["b"]]);
    assert.deepEqual([third!.news, third!.takesBack], [["d"], ["b@drop-2", "undefined@drop-2"]]);
  });

  it("do not tell a drop as reverted of which a chore alone was", () => {
    const [, second] = told("feat: a", "chore: b", "drop-1", `Revert "chore: b"\n\n${reverts(1)}`, "drop-2");
    assert.deepEqual(second!.takesBack, []);
    const [, whole] = told("chore: a", "chore: b", "drop-1", `Revert drop-1\n\n${reverts(0, 1)}`, "drop-2");
    assert.deepEqual(whole!.takesBack, ["undefined@drop-1"]);
  });

  it("tell reapplied work as reapplied, not as new", () => {
    const [, second, third, fourth] = told(
      "feat: a",
      "drop-1",
      "feat: b",
      "drop-2",
      `Revert drop-2\n\n${reverts(1)}`,
      "drop-3",
      `Reapply drop-2\n\n${reverts(2)}`,
      "drop-4",
    );
    assert.deepEqual([second!.whole, second!.news], ["reapplied", ["b"]]);
    assert.deepEqual(third!.takesBack, ["b@drop-2"]);
    assert.deepEqual([fourth!.news, fourth!.bringsBack], [[], ["b@drop-2"]]);
  });

  it("tell what was never shipped as new in the drop where it came back", () => {
    const [first, second] = told(
      "feat: a",
      `Revert "feat: a"\n\n${reverts(0)}`,
      "feat: b",
      "drop-1",
      `Reapply "feat: a"\n\n${reverts(1)}`,
      "drop-2",
    );
    assert.deepEqual(first!.news, ["b"]);
    assert.deepEqual([second!.news, second!.bringsBack], [["a"], []]);
  });

  it("tell the part of a drop that is gone", () => {
    const [first] = told("feat: a", "feat: b", "drop-1", `Revert "feat: a"\n\n${reverts(0)}`);
    assert.deepEqual(first, {
      tag: "drop-1",
      news: ["b"],
      gone: ["a"],
      takesBack: [],
      bringsBack: [],
      whole: "stands",
    });
  });

  it("know a commit by a cut name, by the title that a forge gives, and not by what came later", () => {
    const cut = told(
      "feat: a",
      "drop-1",
      `Revert "feat: a"\n\nThis reverts commit ${sha(0).slice(0, 9)}.`,
      "drop-2",
    );
    assert.deepEqual(cut[1]!.takesBack, ["a@drop-1"]);
    const title = told(
      "feat: a (#7)",
      "drop-1",
      'Revert "feat: a" (#8)\n\nReverts shop/web#7',
      "feat: a (#9)",
      "drop-2",
    );
    assert.deepEqual([title[1]!.takesBack, title[1]!.news], [["a (#7)@drop-1"], ["a (#9)"]]);
  });

  it("take a merge back with all that it merged", () => {
    const at = (sha: string, parents: string[], message: string): LoggedCommit => ({
      sha,
      parents,
      date: 0,
      message,
    });
    const commits = [
      at(
        "f",
        ["eeeeeee"],
        'Revert "Merge x"\n\nThis reverts commit eeeeeee, reversing\nchanges made to aaaaaaa.',
      ),
      at("eeeeeee", ["aaaaaaa", "c"], "Merge x"),
      at("c", ["b"], "feat: two"),
      at("b", ["aaaaaaa"], "feat: one"),
      at("aaaaaaa", [], "feat: base"),
    ];
    const [drop] = dropChanges({ drops: [{ tag: "drop-1", commit: "eeeeeee", previous: null }], commits });
    assert.deepEqual(summary(drop!).gone, ["one", "two"]);
    assert.deepEqual(summary(drop!).news, ["base"]);
  });

  it("tell of what lies before all that is known by the message alone", () => {
    const { drops, commits } = history(
      `Revert "feat: old" (#3)\n\nThis reverts commit ${"9".repeat(40)}.`,
      "drop-1",
    );
    const cut = [{ ...commits[0]!, parents: ["8".repeat(40)] }];
    assert.deepEqual(dropChanges({ drops, commits: cut }).map(summary)[0]!.takesBack, ["old@null"]);
    // Where all of it is known, nothing was there to be reverted.
    assert.deepEqual(dropChanges({ drops, commits }).map(summary)[0]!.takesBack, []);
  });

  it("are those of the own line where an older one goes on beside it", () => {
    const at = (name: string, parents: string[], message: string): LoggedCommit => ({
      sha: name,
      parents,
      date: 0,
      message,
    });
    const commits = [
      at("c2222222", ["b2222222"], 'Revert "fix: old line"'),
      at("b2222222", ["a2222222"], "fix: old line"),
      at("a2222222", ["a1111111"], 'Revert "feat: a"'),
      at("c1111111", ["a1111111"], "feat: next"),
      at("a1111111", [], "feat: a"),
    ];
    const drops = [
      { tag: "v1.0.0", commit: "a1111111", previous: null },
      { tag: "v1.0.1", commit: "b2222222", previous: "v1.0.0" },
      { tag: "v1.1.0", commit: "c1111111", previous: "v1.0.0" },
    ];
    const [first, patch, next] = dropChanges({ drops, commits, heads: ["c1111111", "c2222222"] }).map(
      summary,
    );
    // The team's branch has it still.
    assert.deepEqual([first!.news, first!.gone, next!.news], [["a"], [], ["next"]]);
    assert.deepEqual([patch!.takesBack, patch!.gone], [["a@v1.0.0"], ["old line"]]);
  });

  it("never announce work that is gone at the end, whatever was reverted in which order", () => {
    const step = fc.oneof(fc.constant("drop"), fc.constant("work"), fc.nat({ max: 30 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const entries: string[] = ["feat: w0"];
        let drops = 0;
        let commits = 1;
        // The truth, by doing it: what is in after each step. A revert toggles what its target did.
        const effects: Map<number, boolean>[] = [new Map([[0, true]])];
        const state = new Map([[0, true]]);
        for (const each of steps) {
          if (each === "drop") {
            if (!/^drop/.test(entries.at(-1)!)) entries.push(`drop-${++drops}`);
            continue;
          }
          if (each === "work") {
            entries.push(`feat: w${commits}`);
            effects.push(new Map([[commits, true]]));
            state.set(commits, true);
          } else {
            const target = each % commits;
            // Nobody can revert what is not in effect: git would find nothing to do.
            const inverse = new Map([...effects[target]!].map(([work, on]) => [work, !on]));
            if ([...inverse].some(([work, on]) => state.get(work) === on)) continue;
            entries.push(`Revert "${target}"\n\n${reverts(target)}`);
            effects.push(inverse);
            for (const [work, on] of inverse) state.set(work, on);
          }
          commits++;
        }
        for (const drop of dropChanges(history(...entries))) {
          for (const each of drop.changes) {
            const work = Number(each.change.text.slice(1));
            assert.equal(isGone(each), !state.get(work), `${each.change.text} in ${JSON.stringify(entries)}`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
