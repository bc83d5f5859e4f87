import assert from "node:assert/strict";
import { type RawEntry, treeDifference } from "../../../src/ledger/remoteHeads.ts";
import { mergeLedgerHead, unionEntries } from "../../../src/ledger/union.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { LEDGER_REF, plantEntries } from "../../support/record/ledgerHand.ts";
import { seeded } from "../../support/seeded.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const file = (path: string, oid = A, mode = "100644"): RawEntry => ({ mode, oid, path });
const none = { gone: [], added: [], changed: [] };

describe("the union of two ledgers", () => {
  it("adds what only the other one has", () => {
    assert.deepEqual(unionEntries({ ...none, gone: [file("mine")], added: [file("x/y.json")] }), [
      file("x/y.json"),
    ]);
  });

  it("keeps the smaller of two at one path, and the other beside it, from whichever side they are seen", () => {
    const there = { before: file("x/1.json", A), after: file("x/1.json", B) };
    assert.deepEqual(unionEntries({ ...none, changed: [there] }), [file(`x/1.${B.slice(0, 12)}.json`, B)]);
    const here = { before: there.after, after: there.before };
    assert.deepEqual(unionEntries({ ...none, changed: [here] }), [
      file("x/1.json", A),
      file(`x/1.${B.slice(0, 12)}.json`, B),
    ]);
    const modes = { before: file("x", A, "100755"), after: file("x", A, "100644") };
    assert.deepEqual(unionEntries({ ...none, changed: [modes] }), [file("x", A, "100644")]);
  });

  it("lets a file give way to a folder of its name, on either side", () => {
    const moved = file(`a.${A.slice(0, 12)}.json`);
    assert.deepEqual(unionEntries({ ...none, gone: [file("a")], added: [file("a/b", B)] }), [
      file("a/b", B),
      moved,
    ]);
    assert.deepEqual(unionEntries({ ...none, gone: [file("a/b", B)], added: [file("a")] }), [moved]);
  });

  it("writes no name that git or a file system takes for something special, and loses nothing by that", () => {
    const odd = [
      "../../x",
      ".git/config",
      "a/.GIT/hooks/x",
      "git~1/x",
      "a//b",
      ".g\xe2\x80\x8cit/x",
      "a\\..\\b",
    ];
    for (const path of odd) {
      const [entry] = unionEntries({ ...none, added: [file(path)] });
      assert.match(entry!.path, /^(?:(?!\.\.?\/|\.git|git~)[\w%.-]+\/)*[\w%.-]+\.aaaaaaaaaaaa\.json$/, path);
    }
    assert.deepEqual(unionEntries({ ...none, added: [file("\xc3\xb8/x y.json")] }), [
      file("\xc3\xb8/x y.json"),
    ]);
  });

  /** A commit with one entry by a name that git itself would never write. */
  function hostileCommit(repository: TemporaryRepository, names: string[]): string {
    const write = (type: string, input: Buffer | string) => {
      const args = ["hash-object", "-w", "--literally", "-t", type, "--stdin"];
      return repository.tryGit(args, { input }).stdout.trim();
    };
    const blob = write("blob", "{}");
    const tree = names.reduceRight(
      ({ mode, oid }, name) => ({
        mode: "40000",
        oid: write("tree", Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")])),
      }),
      { mode: "100644", oid: blob },
    );
    return repository.tryGit(["commit-tree", "-m", "hostile", tree.oid], { at: MONDAY }).stdout.trim();
  }

  it("takes in a hostile tree, whichever of the two comes first", async () => {
    for (const names of [["..", "..", "x"], [".git", "config"], ["a", ".."], ["a/b"], ["incident", "-rf"]])
      for (let salt = 0; salt < 3; salt++) {
        const repository = TemporaryRepository.make();
        plantEntries(repository, { "incident/00/a/1.json": `{"salt":${salt}}` });
        const hostile = hostileCommit(repository, names);
        const { head, united } = await mergeLedgerHead(repository.product(), hostile);
        assert.ok(united);
        const listed = repository.git("ls-tree", "-r", "-z", "--name-only", head).split("\0");
        assert.ok(listed.includes("incident/00/a/1.json"));
        assert.equal(listed.filter(Boolean).length, 2, listed.join(" "));
        assert.equal(repository.git("rev-parse", LEDGER_REF), head);
      }
  });

  it("of trees at random holds all of both, and is the same from both sides", async () => {
    const random = seeded(11);
    const paths = ["a", "b", "a/b", "a/c.json", "b/b/b", "c/1.json", "c/2.json"];
    for (let round = 0; round < 12; round++) {
      const repository = TemporaryRepository.make();
      const sides: string[] = [];
      for (const side of [0, 1]) {
        const entries: Record<string, string> = { [`only/${side}.json`]: "x" };
        for (const path of paths) {
          const clash = Object.keys(entries).some(
            (other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`),
          );
          if (!clash && random.below(2) === 0) entries[path] = `${path} ${random.below(2)}`;
        }
        repository.tryGit(["update-ref", "-d", LEDGER_REF]);
        plantEntries(repository, entries);
        sides.push(repository.git("rev-parse", LEDGER_REF));
      }
      const [a, b] = sides as [string, string];
      const heads: string[] = [];
      for (const [here, there] of [
        [a, b],
        [b, a],
      ] as const) {
        repository.git("update-ref", LEDGER_REF, here);
        heads.push((await mergeLedgerHead(repository.product(), there)).head);
      }
      assert.equal(heads[0], heads[1]);
      for (const side of sides) {
        repository.git("update-ref", LEDGER_REF, side);
        const { head, united } = await mergeLedgerHead(repository.product(), heads[0]!);
        assert.deepEqual({ head, united }, { head: heads[0], united: false }, "a union is taken as it is");
      }
      const blobs = (head: string) =>
        new Set(repository.git("ls-tree", "-r", "--format=%(objectname)", head).split("\n"));
      const united = blobs(heads[0]!);
      for (const side of sides) for (const blob of blobs(side)) assert.ok(united.has(blob));
      const { gone } = await treeDifference(repository.product(), a, heads[0]!);
      // Only a file that had to give way to a folder is not where it was.
      for (const { path } of gone) assert.match(path, /^[ab]$|^b\/b$/);
    }
  });
});
