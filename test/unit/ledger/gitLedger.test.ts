import assert from "node:assert/strict";
import { existsSync, mkdirSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { Git } from "../../../src/git/git.ts";
import { eventPath } from "../../../src/ledger/eventPath.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { countingGit } from "../../support/git/gitCalls.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { personsState } from "../../support/git/untouched.ts";
import { asOrdinaryUser, whileReadOnly } from "../../support/people/ordinaryUser.ts";
import { LEDGER_REF, plantEntries, plantEntry } from "../../support/record/ledgerHand.ts";
import { idsOf, stored } from "../../support/record/storedEvents.ts";

const options = { now: () => MONDAY };
const open = (repository: TemporaryRepository, dir?: string) =>
  new GitLedger(repository.product(dir), options);

/** Appends and reads in one place, and reads it all again from another. */
async function works(repository: TemporaryRepository, dir = repository.dir, other = dir): Promise<void> {
  const before = (await open(repository, other).read()).events.length;
  const events = [stored(), stored({ subject: "drop/v1" })];
  const ledger = open(repository, dir);
  for (const event of events) await ledger.append([event]);
  const ids = idsOf({ events });
  for (const reader of [ledger, open(repository, other)]) {
    const content = await reader.read();
    assert.equal(content.events.length, before + 2);
    assert.deepEqual(
      idsOf(content).filter((id) => ids.includes(id)),
      ids,
    );
  }
  assert.equal(repository.git("fsck", "--strict", "--no-dangling"), "");
}

describe("git ledger", () => {
  describe("works", () => {
    it("in a repository without commits", () => works(TemporaryRepository.make()));

    it("in a sub-folder, and in a folder that git ignores", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ "a/b/c.txt": "c", ".gitignore": "out\n" });
      mkdirSync(join(repository.dir, "out"));
      await works(repository, join(repository.dir, "a/b"), join(repository.dir, "out"));
    });

    it("in a linked work tree, on the same ledger", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      await works(repository, repository.worktree("linked"), repository.dir);
    });

    it("in a bare repository", () => works(TemporaryRepository.make({ name: "bare.git", init: ["--bare"] })));

    it("with SHA-256", () => works(TemporaryRepository.make({ init: ["--object-format=sha256"] })));

    it("in a folder with spaces, quotes, dollars and letters from elsewhere", async () => {
      await works(TemporaryRepository.make({ name: `a "b" 'c' $(touch x) 日本 ø;&|` }));
    });

    it("with packed refs, after gc, and with everything pruned that nobody names", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      await works(repository);
      repository.git("pack-refs", "--all");
      await works(repository);
      repository.git("gc", "-q", "--prune=now");
      await works(repository);
      const ledger = open(repository);
      await ledger.append([stored()]);
      repository.git("gc", "-q", "--prune=now");
      await ledger.append([stored()]);
      assert.equal((await ledger.read()).events.length, 8);
    });

    it("in a shallow clone and in a submodule", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      repository.commit({ a: "2" });
      await works(repository.clone("shallow", "--depth=1"));
      const outer = TemporaryRepository.make();
      outer.git("submodule", "add", "-q", `file://${repository.dir}`, "inner");
      outer.commit({});
      await works(outer, join(outer.dir, "inner"));
      assert.equal((await open(outer).read()).head, null, "the outer repository has a ledger of its own");
    });

    it("with reftable, where git has it", async function () {
      const probe = TemporaryRepository.make();
      const made = probe.tryGit(["init", "-q", "--ref-format=reftable", join(probe.dir, "r")]);
      if (made.status !== 0) return this.skip();
      await works(TemporaryRepository.make({ init: ["--ref-format=reftable"] }));
    });
  });

  describe("leaves alone", () => {
    it("the work tree, the index, HEAD, branches and configuration, and no litter in .git", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1", b: "2" });
      repository.write("a", "changed");
      repository.write("new", "untracked");
      repository.git("add", "b");
      const before = personsState(repository);
      await works(repository);
      assert.deepEqual(personsState(repository), before);
      assert.equal(repository.git("status", "--porcelain"), " M a\n?? new");
    });

    it("hooks and monitors: none of them runs", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      const { marker } = repository.plantTraps(
        "reference-transaction",
        "post-index-change",
        "post-commit",
        "pre-auto-gc",
      );
      const ledger = open(repository);
      for (let i = 0; i < 3; i++) await ledger.append([stored()]);
      await ledger.read();
      await open(repository).read();
      assert.equal(existsSync(marker), false);
      repository.git("update-ref", "refs/heads/x", "HEAD");
      assert.equal(existsSync(marker), true, "the traps do work");
    });

    it("entries that are no events: counted, and there after an append", async () => {
      const repository = TemporaryRepository.make();
      const commit = repository.commit({ a: "1" });
      const link = repository
        .tryGit(["hash-object", "-w", "--stdin"], { input: "../../etc/passwd" })
        .stdout.trim();
      const ledger = open(repository);
      await ledger.append([stored()]);
      const odd = {
        "incident/aa/x/submodule.json": { mode: "160000", oid: commit },
        "incident/aa/x/link.json": { mode: "120000", oid: link },
        "incident/aa/x/big.json": Buffer.alloc(300_000, 120),
        "README.md": "by hand",
        'we"ird\n\u001b[31m/\xff.json': "{}",
      };
      plantEntries(repository, odd);
      for (const reader of [ledger, open(repository)]) {
        await reader.append([stored()]);
        const { skipped, events } = await reader.read();
        assert.deepEqual(skipped.map(({ path }) => path).sort(), Object.keys(odd).sort());
        assert.ok(events.length >= 2);
      }
      assert.match(
        repository.git("ls-tree", "-r", "--name-only", LEDGER_REF),
        /big\.json[\s\S]*submodule\.json/,
      );
    });
  });

  describe("writes", () => {
    it("each event under its author's name, one move of the ref for all", async () => {
      const repository = TemporaryRepository.make();
      const ledger = open(repository);
      const authors = [
        "Bo Åsen <bo@example.com>",
        "Cy <cy@example.com>",
        "no mail",
        "<>",
        "a <b> <c@d>\u2028e",
      ];
      await ledger.append([...authors.map((by) => stored({ by })), stored({ by: authors[0]! })]);
      const log = repository.git("log", "--reverse", "--format=%an <%ae> %cn %ct", LEDGER_REF).split("\n");
      assert.deepEqual(log.slice(0, 3), [
        `Bo Åsen <bo@example.com> Bo Åsen ${MONDAY / 1000}`,
        `Cy <cy@example.com> Cy ${MONDAY / 1000}`,
        `no mail <> no mail ${MONDAY / 1000}`,
      ]);
      assert.equal(log.length, authors.length);
      assert.equal(repository.git("fsck", "--strict", "--no-dangling"), "");
      assert.equal((await open(repository).read()).events.length, authors.length + 1);
    });

    it("says in the commit what it is about", async () => {
      const repository = TemporaryRepository.make();
      await open(repository).append([stored({ type: "detected", data: {} })]);
      assert.equal(
        repository.git("log", "--format=%s", LEDGER_REF),
        "incident/2026-11-23-checkout-5xx: detected",
      );
    });

    it("many events at once, and reads them back", async () => {
      const repository = TemporaryRepository.make();
      const events = Array.from({ length: 2_500 }, (_, i) => stored({ subject: `incident/i${i % 40}` }));
      const ledger = open(repository);
      await ledger.append(events);
      assert.deepEqual(idsOf(await open(repository).read()), idsOf({ events }));
      assert.deepEqual(idsOf(await ledger.read()), idsOf({ events }));
    });
  });

  it("takes few processes", async () => {
    const repository = TemporaryRepository.make();
    await open(repository).append([stored()]);
    const { git, calls } = countingGit(repository);
    const ledger = new GitLedger(git, { ...options, commonDir: join(repository.dir, ".git") });
    await ledger.read({ authors: false });
    assert.deepEqual(calls().sort(), ["cat-file", "for-each-ref", "ls-tree"]);
    await ledger.read();
    assert.deepEqual(calls(), ["for-each-ref", "rev-list", "diff-tree"], "who entered what is asked once");
    await ledger.read();
    assert.deepEqual(calls(), ["for-each-ref"]);
    await ledger.append([stored()]);
    await ledger.append([stored(), stored()]);
    assert.deepEqual(calls(), ["fast-import", "fast-import"]);
    await ledger.read();
    assert.deepEqual(calls(), ["for-each-ref"], "its own events need no reading");
    await open(repository).append([stored()]);
    assert.equal((await ledger.read()).events.length, 5);
    assert.deepEqual(calls(), ["for-each-ref", "cat-file"]);
    await open(repository).append([stored()]);
    await ledger.append([stored()]);
    assert.deepEqual(calls(), ["fast-import", "for-each-ref", "cat-file", "fast-import"], "a lost race");
    assert.equal((await open(repository).read()).events.length, 7);
  });

  it("takes a head that was looked up for it, unless something was written meanwhile", async () => {
    const repository = TemporaryRepository.make();
    const { git, calls } = countingGit(repository);
    const ledger = new GitLedger(git, { ...options, commonDir: join(repository.dir, ".git") });
    await ledger.append([stored()]);
    const { head } = await ledger.read();
    calls();
    assert.equal((await ledger.read({ head: Promise.resolve(head) })).events.length, 1);
    assert.deepEqual(calls(), []);
    const late = Promise.resolve(head);
    const [, content] = await Promise.all([ledger.append([stored()]), ledger.read({ head: late })]);
    assert.equal(content.events.length, 2);
    assert.equal((await ledger.read({ head: Promise.resolve(null) })).events.length, 0, "the ref is gone");
  });

  describe("when the ref was changed by hand", () => {
    it("reads what is there after it was rewound, rewritten, deleted and made anew", async () => {
      const repository = TemporaryRepository.make();
      const ledger = open(repository);
      const [first, second] = [stored(), stored()];
      await ledger.append([first]);
      const old = repository.git("rev-parse", LEDGER_REF);
      await ledger.append([second]);
      repository.git("update-ref", LEDGER_REF, old);
      assert.deepEqual(idsOf(await ledger.read()), [first.id]);
      repository.git("update-ref", "-d", LEDGER_REF);
      const { head, events, skipped } = await ledger.read();
      assert.deepEqual({ head, events, skipped }, { head: null, events: [], skipped: [] });
      plantEntry(repository, eventPath(second), JSON.stringify(second));
      assert.deepEqual(idsOf(await ledger.read()), [second.id]);
      plantEntries(repository, { [eventPath(second)]: null, [eventPath(first)]: JSON.stringify(first) });
      assert.deepEqual(
        idsOf(await ledger.read()),
        idsOf({ events: [first, second] }),
        "what it held, it holds",
      );
    });

    it("puts back what it knows when it appends to a ledger that was rewound", async () => {
      const repository = TemporaryRepository.make();
      const ledger = open(repository);
      const events = [stored(), stored(), stored()];
      await ledger.append([events[0]!]);
      const old = repository.git("rev-parse", LEDGER_REF);
      await ledger.append([events[1]!]);
      repository.git("update-ref", LEDGER_REF, old);
      await ledger.append([events[2]!]);
      assert.deepEqual(idsOf(await open(repository).read()), idsOf({ events }));
    });

    it("goes on where everything that it knew is gone", async () => {
      const repository = TemporaryRepository.make();
      const ledger = open(repository);
      await ledger.append([stored()]);
      repository.git("update-ref", "-d", LEDGER_REF);
      repository.git("gc", "-q", "--prune=now");
      const event = stored();
      await ledger.append([event]);
      assert.deepEqual(idsOf(await open(repository).read()), [event.id]);
      assert.doesNotMatch(personsState(repository).top!, /crash/, "no report of git's is left behind");
    });

    it("is not taken in by a branch or a tag of that name", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      for (const kind of ["heads", "tags"]) repository.ref(`refs/${kind}/${LEDGER_REF}`);
      assert.equal((await open(repository).read()).head, null);
      await works(repository);
    });
  });

  describe("says what to do", () => {
    it("when the ref names a blob, a missing object, or nothing at all", async () => {
      for (const broken of ["blob", "missing", "garbage", "tree"]) {
        const repository = TemporaryRepository.make();
        repository.commit({ a: "1" });
        if (broken === "blob")
          repository.git("update-ref", LEDGER_REF, repository.git("rev-parse", "HEAD:a"));
        else if (broken === "tree")
          repository.git("update-ref", LEDGER_REF, repository.git("rev-parse", "HEAD^{tree}"));
        else
          repository.write(`.git/${LEDGER_REF}`, broken === "garbage" ? "garbage\n" : `${"1".repeat(40)}\n`);
        const expected = {
          name: "HumanError",
          kind: "service",
          message: /refs\/dropclock\/ledger is damaged.*git fetch/,
        };
        await assert.rejects(open(repository).read(), expected, broken);
        await assert.rejects(open(repository).append([stored()]), expected, broken);
      }
    });

    it("when an event's bytes are gone: the others are read", async () => {
      const repository = TemporaryRepository.make();
      const event = stored();
      await open(repository).append([event]);
      plantEntries(repository, { "a/b.json": JSON.stringify(stored()) });
      const oid = repository.git("rev-parse", `${LEDGER_REF}:a/b.json`);
      unlinkSync(join(repository.dir, ".git/objects", oid.slice(0, 2), oid.slice(2)));
      const { events, skipped } = await open(repository).read();
      assert.deepEqual(idsOf({ events }), [event.id]);
      assert.deepEqual(skipped, [{ path: "a/b.json", reason: "is missing from the repository" }]);
    });

    it("when a lock was left behind", async () => {
      const repository = TemporaryRepository.make();
      const ledger = new GitLedger(repository.product(), { ...options, patienceMs: 0 });
      await ledger.append([stored()]);
      repository.write(`.git/${LEDGER_REF}.lock`, "");
      await assert.rejects(ledger.append([stored()]), {
        name: "HumanError",
        message: /ledger\.lock;.*remove that file/,
      });
      assert.equal((await ledger.read()).events.length, 1);
    });

    it("when .git may not be written, and leaves nothing half-written", async function () {
      if (process.platform === "win32") return this.skip();
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      const event = stored();
      await open(repository).append([event]);
      const gitDir = join(repository.dir, ".git");
      const before = personsState(repository);
      await asOrdinaryUser(dirname(repository.dir), () =>
        whileReadOnly(gitDir, async () => {
          const ledger = open(repository);
          const expected = {
            name: "HumanError",
            kind: "service",
            message: /may not read or write in .*its \.git is yours/,
          };
          await assert.rejects(ledger.append([stored()]), expected);
          assert.deepEqual(idsOf(await ledger.read()), [event.id]);
        }),
      );
      assert.deepEqual(personsState(repository), before);
      await works(repository);
    });

    it("when a ref stands where the ledger should be", async () => {
      const repository = TemporaryRepository.make();
      repository.commit({ a: "1" });
      repository.ref(`${LEDGER_REF}/inside`);
      const ledger = open(repository);
      assert.equal((await ledger.read()).head, null);
      await assert.rejects(ledger.append([stored()]), {
        name: "HumanError",
        message: /fast-import.*ledger\/inside/,
      });
    });

    it("when it stops getting answers", async () => {
      const repository = TemporaryRepository.make();
      await open(repository).append([stored()]);
      const git = new Git(repository.dir, { environment: repository.environment, binary: "/nowhere/git" });
      const ledger = new GitLedger(git, options);
      await assert.rejects(ledger.read(), { name: "HumanError", message: /git was not found/ });
      await assert.rejects(ledger.append([stored()]), { name: "HumanError", message: /git was not found/ });
    });
  });
});
