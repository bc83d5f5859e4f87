import assert from "node:assert/strict";
import fc from "fast-check";
import { UndoTrees } from "../../../src/git/undoTree.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";

type Files = Record<string, string>;

const NAMES = ["a/1", "a/2", "a/b/3", "b/1", "b/2", "c"];
const text = (name: string) => Array.from({ length: 12 }, (_, i) => `${name} ${i}\n`).join("");

/** What one side may do: edit, remove or add a file, move one or a whole folder, put a folder in place of a file. */
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom("edit", "remove"), name: fc.constantFrom(...NAMES) }),
  fc.record({ kind: fc.constant("add"), name: fc.constantFrom("a/new", "a/b/new", "b/new", "new", "d/new") }),
  fc.record({
    kind: fc.constant("move"),
    name: fc.constantFrom(...NAMES),
    to: fc.constantFrom("moved", "b/moved"),
  }),
  fc.record({
    kind: fc.constant("move"),
    name: fc.constantFrom("a/", "b/", "a/b/"),
    to: fc.constantFrom("d/", "e/"),
  }),
  fc.record({ kind: fc.constant("nest"), name: fc.constantFrom("c", "a/1") }),
);

type Step = { kind: string; name: string; to?: string };

function apply(files: Files, { kind, name, to = "" }: Step, side: string): Files {
  const moved = Object.entries(files).map(([path, content]): [string, string][] => {
    if (kind === "move" && (name.endsWith("/") ? path.startsWith(name) : path === name))
      return [[to + (name.endsWith("/") ? path.slice(name.length) : ""), content]];
    if (path !== name) return [[path, content]];
    if (kind === "remove") return [];
    if (kind === "nest") return [[`${path}/inner`, content]];
    return [[path, kind === "edit" ? content.replace(`${name} 5`, side) : content]];
  });
  const now = Object.fromEntries(moved.flat());
  return kind === "add" ? { ...now, [name]: `${side} ${name}\n` } : now;
}

describe("the outlook of an undo", function () {
  this.timeout(300_000);

  it("is never another than that of git's merge, whatever both sides moved, removed or put in place", async () => {
    const repository = TemporaryRepository.make();
    const commit = (files: Files, parent: string | null) => {
      const input = Object.entries(files)
        .map(([path, content]) => `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`)
        .join("");
      const from = parent ? `from ${parent}\n` : "";
      const head = "commit refs/heads/made\ncommitter Ana <ana@example.com> 1763888400 +0000\ndata 1\nc\n";
      repository.git("update-ref", "-d", "refs/heads/made");
      const { status, stderr } = repository.tryGit(["fast-import", "--quiet", "--force"], {
        input: `${head}${from}deleteall\n${input}\n`,
      });
      assert.equal(status, 0, stderr);
      return repository.git("rev-parse", "refs/heads/made");
    };
    const opened = await repository.open();
    const seen = { foreseen: 0, merged: 0 };
    const steps = fc.array(step, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.constantFrom([], ["c"], ["b/**"]), async (theirs, ours, keep) => {
        const base = Object.fromEntries(NAMES.map((name) => [name, text(name)]));
        const from = commit(base, null);
        const after = (side: Step[], name: string) =>
          side.reduce((files, each) => apply(files, each, name), base);
        const [to, on] = [commit(after(theirs, "theirs"), null), commit(after(ours, "ours"), from)];
        const trees = new UndoTrees(opened);
        const merged = await trees.compute({ from, to, on, keep });
        const foreseen = await trees.foresee({ from, to, on, keep });
        assert.deepEqual(
          [foreseen.state, foreseen.conflicts, foreseen.changes],
          [merged.state, merged.conflicts, merged.changes],
        );
        seen["merged" in foreseen ? "merged" : "foreseen"]++;
      }),
      { numRuns: Number(process.env.DROPCLOCK_RUNS ?? 60), seed: 7 },
    );
    assert.ok(seen.foreseen > 5 && seen.merged > 5, JSON.stringify(seen));
  });
});
