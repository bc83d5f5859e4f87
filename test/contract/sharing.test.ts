import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { remoteHeads, remoteState } from "../../src/ledger/remoteHeads.ts";
import { RemoteLedger } from "../../src/ledger/remoteLedger.ts";
import { mergeLedgerHead } from "../../src/ledger/union.ts";
import { countingGit } from "../support/git/gitCalls.ts";
import { personsState } from "../support/git/untouched.ts";
import { makeTeam, NO_BRANCHES, plantHook, Teammate } from "../support/people/team.ts";
import { LEDGER_REF, plantEntries, plantEntry } from "../support/record/ledgerHand.ts";
import { idsOf, stored } from "../support/record/storedEvents.ts";

const QUIET = {
  state: "in-step",
  reason: null,
  fetched: 0,
  pushed: 0,
  united: false,
  rewound: false,
} as const;

async function sameEverywhere(mates: readonly Teammate[], count: number): Promise<void> {
  const contents = await Promise.all(mates.map(({ ledger }) => ledger.read()));
  for (const [i, content] of contents.entries()) {
    assert.equal(content.head, contents[0]!.head);
    assert.deepEqual(idsOf(content), idsOf(contents[0]!));
    assert.equal(content.events.length, count);
    assert.equal(mates[i]!.repository.git("fsck", "--strict", "--no-dangling"), "");
  }
}

describe("sharing the ledger", () => {
  describe("brings clones into step", () => {
    it("one after the other", async () => {
      const { mates } = makeTeam(2);
      const [a, b] = mates as [Teammate, Teammate];
      assert.deepEqual(await a.remote.sync(), QUIET, "nothing anywhere");
      await a.ledger.append([stored(), stored()]);
      assert.deepEqual(await a.remote.sync(), { ...QUIET, pushed: 2 });
      assert.deepEqual(await b.remote.sync(), { ...QUIET, fetched: 2 });
      assert.deepEqual(await b.remote.sync(), QUIET);
      await b.ledger.append([stored({ by: "Bo <bo@example.com>" })]);
      assert.deepEqual(await b.remote.share(), { ...QUIET, pushed: 1 });
      assert.deepEqual(await a.remote.sync(), { ...QUIET, fetched: 1 });
      await sameEverywhere(mates, 3);
      assert.equal(a.commits, 2);
    });

    it("that were apart: both make the very same union, and none is made after it", async () => {
      for (const init of [[], ["--object-format=sha256"]]) {
        const { mates, bare, enlist } = makeTeam(2, { init });
        const [a, b] = mates as [Teammate, Teammate];
        await a.ledger.append([stored({ subject: "drop/v1" })]);
        await a.remote.share();
        await b.remote.sync();
        for (const [i, mate] of [a, b, a, b].entries())
          await mate.ledger.append([stored({ subject: `incident/${i}` })]);
        await b.remote.share();
        assert.deepEqual(await a.remote.share(), { ...QUIET, fetched: 2, pushed: 2, united: true });
        const united = a.head;
        // Another one unites the same two without having seen that it was done.
        const twin = enlist("twin");
        twin.repository.git("fetch", "-q", a.repository.dir, `${LEDGER_REF}:refs/united`);
        const [x, y] = [1, 2].map((n) => twin.repository.git("rev-parse", `refs/united^${n}`));
        for (const [here, there] of [
          [x, y],
          [y, x],
        ]) {
          twin.repository.git("update-ref", LEDGER_REF, here!);
          assert.equal((await mergeLedgerHead(twin.repository.product(), there!)).head, united);
        }
        for (let i = 0; i < 3; i++) for (const mate of [b, a, twin]) await mate.remote.sync();
        await sameEverywhere([a, b, twin], 5);
        assert.equal(a.head, united);
        assert.equal(a.commits, 6);
        assert.equal(bare.git("rev-parse", LEDGER_REF), united);
        const author = a.repository.git("log", "-1", "--format=%an <%ae>|%cn|%s", LEDGER_REF);
        assert.equal(author, "Dropclock <dropclock@localhost>|Dropclock|Unite two ledgers");
      }
    });

    it("that worked offline, all at once", async () => {
      const { mates } = makeTeam(3);
      for (const [i, mate] of mates.entries())
        for (let n = 0; n <= i; n++) await mate.ledger.append([stored({ subject: `incident/${i}` })]);
      const results = await Promise.all(mates.map(({ remote }) => remote.sync()));
      for (const { state, reason } of results) assert.equal(state, "in-step", reason ?? "");
      for (const mate of mates) await mate.remote.sync();
      await sameEverywhere(mates, 6);
      const commits = mates[0]!.commits;
      for (const mate of [...mates, ...mates]) assert.deepEqual(await mate.remote.sync(), QUIET);
      assert.equal(mates[0]!.commits, commits);
    });

    it("through a remote that protects every branch", async () => {
      const { mates, bare } = makeTeam(2);
      plantHook(bare, "update", NO_BRANCHES);
      const [a, b] = mates as [Teammate, Teammate];
      await a.ledger.append([stored()]);
      assert.deepEqual(await a.remote.share(), { ...QUIET, pushed: 1 });
      assert.deepEqual(await b.remote.sync(), { ...QUIET, fetched: 1 });
      assert.notEqual(a.repository.tryGit(["push", "-q", "origin", "HEAD:refs/heads/x"]).status, 0);
    });

    it("while somebody writes", async () => {
      const { mates } = makeTeam(2);
      const [a, b] = mates as [Teammate, Teammate];
      for (let i = 0; i < 4; i++) {
        await b.ledger.append([stored()]);
        await b.remote.share();
        await Promise.all([a.ledger.append([stored()]), a.remote.sync(), a.ledger.append([stored()])]);
      }
      await a.remote.sync();
      await b.remote.sync();
      await sameEverywhere(mates, 12);
    });
  });

  it("touches nothing of the person's: no configuration, branch, tag, file or index, and runs no hook", async () => {
    const { mates, bare } = makeTeam(2);
    const [a, b] = mates as [Teammate, Teammate];
    a.repository.commit({ "app.txt": "2" });
    a.repository.write("app.txt", "3");
    bare.git("tag", "drop-1", "main");
    bare.git("branch", "feature", "main");
    const { marker } = a.repository.plantTraps("pre-push", "reference-transaction", "post-merge");
    for (const key of ["fetch.prune", "remote.origin.prune", "push.followTags", "fetch.writeCommitGraph"])
      a.repository.git("config", key, "true");
    const config = readFileSync(join(a.repository.dir, ".git/config"));
    const before = personsState(a.repository);
    await b.ledger.append([stored()]);
    await b.remote.share();
    await a.ledger.append([stored()]);
    assert.deepEqual(await a.remote.sync(), { ...QUIET, fetched: 1, pushed: 1, united: true });
    assert.deepEqual(personsState(a.repository), before);
    assert.deepEqual(readFileSync(join(a.repository.dir, ".git/config")), config);
    assert.throws(() => readFileSync(marker), "no hook ran");
    assert.match(bare.git("for-each-ref", "--format=%(refname)"), /^refs\/dropclock\/ledger\n/);
  });

  describe("keeps", () => {
    it("entries of newer versions, what cannot be read, and names that nobody may write", async () => {
      const { mates } = makeTeam(2);
      const [a, b] = mates as [Teammate, Teammate];
      const newer = { ...stored({ subject: "galaxy/m31", type: "teleported" }), v: 7, mood: "calm" };
      const odd = {
        [eventPath(newer)]: JSON.stringify(newer),
        'we"ird\n\u001b/ø\xff.json': "{",
        "README.md": "by hand",
        "a/b/c.json": "a folder here",
      };
      plantEntries(a.repository, odd);
      await b.ledger.append([stored()]);
      plantEntries(b.repository, { a: "a file there", "a/b": null });
      await a.remote.share();
      const result = await b.remote.share();
      assert.equal(result.state, "in-step", result.reason ?? "");
      await a.remote.sync();
      assert.equal(a.head, b.head);
      const listed = a.repository.git("ls-tree", "-r", "-z", "--name-only", LEDGER_REF).split("\0");
      for (const path of Object.keys(odd)) assert.ok(listed.includes(path), path);
      const { events, skipped } = await a.ledger.read();
      assert.equal(events.length, 2);
      assert.equal(events.find(({ id }) => id === newer.id)?.type, "teleported");
      assert.ok(
        skipped.some(({ path }) => /^a\.[0-9a-f]{12}\.json$/.test(path)),
        "the file that gave way",
      );
      assert.equal(a.repository.git("show", `${LEDGER_REF}:${eventPath(newer)}`), JSON.stringify(newer));
    });

    it("both of two entries at one path, the same everywhere", async () => {
      const { mates } = makeTeam(2);
      const [a, b] = mates as [Teammate, Teammate];
      const event = stored();
      await a.ledger.append([event]);
      const path = a.repository.git("ls-tree", "-r", "--name-only", LEDGER_REF);
      plantEntry(b.repository, path, "forged");
      await b.remote.share();
      await a.remote.share();
      await b.remote.sync();
      for (const mate of mates) {
        const { events, skipped } = await mate.ledger.read();
        assert.deepEqual(idsOf({ events }), [event.id]);
        assert.equal(skipped.length, 1);
      }
      assert.equal(a.head, b.head);
    });
  });

  describe("when the remote's ledger was", () => {
    for (const [what, change] of [
      ["rewound", (ref: string, old: string) => ["update-ref", ref, old]],
      ["deleted", (ref: string) => ["update-ref", "-d", ref]],
    ] as const) {
      it(`${what}: what is here stays, the person is told, and it is put back`, async () => {
        for (const how of ["sync", "share"] as const) {
          const { mates, bare } = makeTeam(2);
          const [a, b] = mates as [Teammate, Teammate];
          await a.ledger.append([stored()]);
          await a.remote.sync();
          const old = a.head;
          await b.remote.sync();
          await a.ledger.append([stored(), stored({ by: "Bo <bo@example.com>" })]);
          await a.remote.sync();
          bare.git(...change(LEDGER_REF, old));
          if (how === "share") await a.ledger.append([stored()]);
          const lost = (what === "deleted" ? 3 : 2) + (how === "share" ? 1 : 0);
          assert.deepEqual(await a.remote[how](), { ...QUIET, pushed: lost, rewound: true });
          assert.deepEqual(await a.remote[how](), QUIET);
          await b.remote.sync();
          await sameEverywhere(mates, how === "share" ? 4 : 3);
        }
      });
    }

    it("robbed of events by a later commit: they are put back, wherever they were", async () => {
      const { mates, bare } = makeTeam(2);
      const [a, b] = mates as [Teammate, Teammate];
      const [first, second] = [stored(), stored({ by: "Bo <bo@example.com>" })];
      await a.ledger.append([first]);
      await a.remote.share();
      await b.ledger.append([second]);
      await b.remote.sync();
      await a.remote.sync();
      plantEntries(bare, { [eventPath(first)]: null, [eventPath(second)]: "{}" });
      for (const mate of [a, b, a]) assert.equal((await mate.remote.sync()).state, "in-step");
      assert.equal(a.head, b.head);
      for (const { ledger } of mates) {
        const { events, skipped, doubted } = await ledger.read();
        assert.deepEqual(idsOf({ events }), idsOf({ events: [first, second] }));
        assert.equal(skipped.length, 1, "what was put in its place");
        assert.equal(doubted, 0);
      }
    });

    it("replaced by another one: both are kept", async () => {
      const { mates, bare, enlist } = makeTeam(1);
      const [a] = mates as [Teammate];
      await a.ledger.append([stored()]);
      await a.remote.sync();
      bare.git("update-ref", "-d", LEDGER_REF);
      const c = enlist("other");
      await c.ledger.append([stored()]);
      await c.remote.sync();
      assert.deepEqual(await a.remote.sync(), {
        ...QUIET,
        fetched: 1,
        pushed: 1,
        united: true,
        rewound: true,
      });
      await c.remote.sync();
      await sameEverywhere([a, c], 2);
    });
  });

  it("tells without a look at the remote how both stand, as far as is known", async () => {
    const { mates } = makeTeam(2);
    const [a, b] = mates as [Teammate, Teammate];
    const git = a.repository.product();
    const state = async () => remoteState(git, await remoteHeads(git, "origin"));
    assert.deepEqual(await state(), { state: "in-step", toShare: 0 });
    await a.ledger.append([stored(), stored()]);
    assert.deepEqual(await state(), { state: "ahead", toShare: 2 });
    await a.remote.sync();
    assert.deepEqual(await state(), { state: "in-step", toShare: 0 });
    await b.ledger.append([stored()]);
    await b.remote.sync();
    a.repository.git("fetch", "-q", "origin", `+${LEDGER_REF}:refs/dropclock/remotes/origin/ledger`);
    assert.deepEqual(await state(), { state: "behind", toShare: 0 });
    await a.ledger.append([stored()]);
    assert.deepEqual(await state(), { state: "diverged", toShare: 1 });
    a.repository.git("update-ref", "-d", LEDGER_REF);
    assert.deepEqual(await state(), { state: "behind", toShare: 0 });
  });

  it("takes one look at the remote when nothing is new, and one push after an event", async () => {
    const { mates } = makeTeam(1);
    const [a] = mates as [Teammate];
    await a.ledger.append([stored()]);
    const { git, calls } = countingGit(a.repository);
    const remote = new RemoteLedger(git, "origin");
    await remote.sync();
    calls();
    await remote.sync();
    assert.deepEqual(calls(), ["for-each-ref", "ls-remote"]);
    await a.ledger.append([stored()]);
    await remote.share();
    assert.deepEqual(calls(), ["for-each-ref", "rev-list", "push", "diff-tree", "update-ref"]);
  });

  it("works from packed refs, after a gc that prunes, and from a shallow clone", async () => {
    const { mates, bare, enlist } = makeTeam(2);
    const [a, b] = mates as [Teammate, Teammate];
    a.repository.commit({ "app.txt": "2" });
    a.repository.git("push", "-q", "origin", "HEAD");
    const shallow = new Teammate(bare.clone("shallow", "--depth=1"));
    const all = [a, b, shallow, enlist("late")];
    for (const mate of all) {
      await mate.ledger.append([stored()]);
      await mate.remote.share();
      for (const repository of [mate.repository, bare]) {
        repository.git("pack-refs", "--all");
        repository.git("gc", "-q", "--prune=now");
      }
    }
    for (const mate of all) await mate.remote.sync();
    await sameEverywhere(all, 4);
    assert.equal(shallow.repository.git("rev-list", "--count", "HEAD"), "1", "no deeper than it was");
  });

  it("brings back what was seen once, where the ref here was lost", async () => {
    const { mates } = makeTeam(1);
    const [a] = mates as [Teammate];
    await a.ledger.append([stored()]);
    await a.remote.sync();
    a.repository.git("update-ref", "-d", LEDGER_REF);
    assert.deepEqual(await a.remote.sync(), { ...QUIET, fetched: 1 });
    assert.equal((await a.ledger.read()).events.length, 1);
  });
});
