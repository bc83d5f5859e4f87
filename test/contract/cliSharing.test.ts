import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { declareIncident } from "../../src/app/incident/incidents.ts";
import { Project } from "../../src/app/project/project.ts";
import { incidentsDoubt } from "../../src/app/project/sharingWords.ts";
import { makeTeam, plantHook, type Teammate } from "../support/people/team.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { LEDGER_REF } from "../support/record/ledgerHand.ts";

const QUIET = { state: "in-step", reason: null, fetched: 0, pushed: 0, united: false, rewound: false };

describe("a ledger that was never read here", () => {
  it("is told apart from an empty one, before anybody has asked and where nobody answers", async () => {
    const { mates, bare } = makeTeam(1);
    const { repository } = mates[0]!;
    const away = `${bare.dir}.away`;
    repository.git("remote", "set-url", "origin", away);
    let answered = () => {};
    const done = () => answered();
    const project = await Project.open(repository.dir, { now: Date.now, sharing: { wait: false, done } });
    const ended = () =>
      new Promise<void>((resolve) => {
        answered = resolve;
      });
    const first = ended();
    const doubt = async () => incidentsDoubt(await project.read());
    assert.equal(incidentsDoubt(await project.read({ clocksOnly: true }))?.kind, "looking");
    assert.equal((await doubt())?.kind, "looking");
    await first;
    assert.match((await doubt())?.why ?? "", /^origin cannot be reached: /);
    assert.equal((await doubt())?.kind, "unread");
    // What is entered here is on record, and what the team has is not known all the same.
    await declareIncident(project, { title: "Carts are empty" });
    assert.equal((await doubt())?.kind, "unread");
    repository.git("remote", "set-url", "origin", bare.dir);
    await project.sync();
    assert.equal(await doubt(), null);
  });

  it("is not known either where the release branch is not", async () => {
    const { enlist } = makeTeam(1);
    const { repository } = enlist("fresh");
    repository.git("remote", "set-head", "origin", "--delete");
    const project = await Project.open(repository.dir, { now: Date.now, sharing: { wait: false } });
    assert.equal(incidentsDoubt(await project.read())?.kind, "branch");
  });

  it("is in step with a remote that answers, and has none", async () => {
    const { mates } = makeTeam(1);
    const project = await Project.open(mates[0]!.repository.dir, { now: Date.now });
    assert.equal(incidentsDoubt(await project.read()), null);
  });
});

describe("the shared ledger on the command line", () => {
  const run = ({ repository }: Teammate, ...args: string[]) => runCommandLine(repository.dir, args);
  const json = async (mate: Teammate, ...args: string[]) => {
    const { stdout, stderr } = await run(mate, "--json", ...args);
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout);
  };
  const open = (mate: Teammate, title: string) => run(mate, "incident", "open", "--title", title);

  it("shares at once what is entered, and a fresh clone shows it without any setting up", async () => {
    const { mates, enlist } = makeTeam(1);
    const [a] = mates as [Teammate];
    assert.deepEqual((await json(a, "status")).ledger.remote, "in-step");
    const opened = await open(a, "Checkout answers 5xx");
    assert.deepEqual({ code: opened.code, stderr: opened.stderr }, { code: 0, stderr: "" });
    const id = opened.stdout.trim();
    const b = enlist("fresh");
    const config = b.repository.git("config", "--local", "--list");
    const looked = await json(b, "status");
    assert.deepEqual(
      looked.incidents.map((incident: { id: string }) => incident.id),
      [id],
    );
    assert.equal(looked.ledger.remote, "in-step");
    assert.equal(b.repository.git("config", "--local", "--list"), config);
    assert.match((await run(b, "status")).stdout, /Ledger +3 events; in step with origin/);

    assert.equal((await run(b, "incident", "mark", id, "acknowledged")).code, 0);
    assert.deepEqual(await json(a, "sync"), { ...QUIET, fetched: 1, head: b.head });
    assert.match(
      (await run(a, "sync")).stdout,
      /^In step with origin; nothing was new \(4 events in all\)\n$/,
    );
  });

  it("looks back on the team's record in a fresh clone, and asks nobody where one is here", async () => {
    const { mates, enlist } = makeTeam(1);
    const [a] = mates as [Teammate];
    const id = (await open(a, "Checkout answers 5xx")).stdout.trim();
    const later = new Date(Date.now() + 24 * 3_600_000).toISOString();
    const b = enlist("fresh");
    const looked = await json(b, "status", "--at", later);
    assert.deepEqual(
      looked.incidents.map((incident: { id: string }) => incident.id),
      [id],
    );
    assert.equal(b.head, a.head);
    await run(a, "incident", "note", id, "told by phone");
    const { ledger } = await json(b, "status", "--at", later);
    assert.equal(ledger.events, 3);
    assert.notEqual(b.head, a.head);
  });

  it("records what cannot be shared, says so, and shares it with the next sync", async () => {
    const { mates, bare } = makeTeam(2);
    const [a, b] = mates as [Teammate, Teammate];
    plantHook(bare, "pre-receive", "echo closed on Sundays; exit 1");
    const opened = await open(a, "Checkout answers 5xx");
    assert.equal(opened.code, 0);
    assert.equal(
      opened.stderr,
      "dropclock: recorded here, but not shared: pre-receive hook declined: closed on Sundays; it is shared with the next sync.\n",
    );
    const { code, stdout } = await run(a, "sync");
    assert.equal(code, 3);
    assert.match(stdout, /^Unreachable: pre-receive hook declined: closed on Sundays\./);
    const { ledger } = await json(a, "status");
    assert.equal(ledger.remote, "ahead");
    assert.equal(ledger.toShare, 3);
    assert.match((await run(a, "status")).stdout, /3 events to share with\s+origin/);
    plantHook(bare, "pre-receive", "exit 0");
    assert.deepEqual(await json(a, "sync"), { ...QUIET, pushed: 3, head: a.head });
    assert.deepEqual(await json(b, "sync"), { ...QUIET, fetched: 3, head: a.head });
  });

  it("goes on without a remote, with one that is gone, and where the policy wants none", async () => {
    const { mates, bare } = makeTeam(3);
    const [a, b, c] = mates as [Teammate, Teammate, Teammate];
    b.repository.git("remote", "remove", "origin");
    c.repository.write(".dropclock/policy.yaml", "version: 1\nledger: { remote: null }\n");
    rmSync(bare.dir, { recursive: true });
    // Nothing was ever read, so nothing is known.
    const unread = await run(a, "status", "--json");
    assert.deepEqual([unread.code, unread.stdout], [3, ""]);
    assert.match(unread.stderr, /does not (appear to be a git repository|exist)/);
    const { code, stderr } = await open(a, "Checkout answers 5xx");
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^dropclock: recorded here, but not shared: .*; it is shared with the next sync\.\n$/,
    );
    assert.equal((await json(a, "status")).incidents.length, 1);
    // What was entered here hides nothing: the team's was never read, and every answer says so.
    for (const args of [["status", "--json"], ["incident", "list"], ["log"]]) {
      const said = /^dropclock: The ledger of origin was never read here, so more may be on record; .*sync$/m;
      assert.match((await run(a, ...args)).stderr, said, args.join(" "));
    }
    // Nor is anything written by it that would announce what was rolled back.
    a.repository.tag("drop-1");
    const written = await run(a, "changelog", "--write");
    assert.deepEqual([written.code, written.stdout], [3, ""]);
    assert.match(written.stderr, /was never fetched before, so nothing is known of incidents/);
    for (const mate of [b, c]) {
      assert.deepEqual((await open(mate, "Checkout answers 5xx")).stderr, "");
      const result = await json(mate, "sync");
      assert.deepEqual(result, { ...QUIET, state: "none", head: mate.head });
      assert.equal((await json(mate, "status")).ledger.remote, "none");
    }
    assert.match((await run(b, "sync")).stdout, /git remote add origin URL/);
    assert.match((await run(c, "sync")).stdout, /ledger\.remote to null/);
  });

  it("tells when the remote had lost something", async () => {
    const { mates, bare } = makeTeam(1);
    const [a] = mates as [Teammate];
    await open(a, "Checkout answers 5xx");
    bare.git("update-ref", "-d", LEDGER_REF);
    const { code, stderr, stdout } = await run(a, "sync");
    assert.equal(code, 0);
    assert.match(stderr, /had lost events.*put back/);
    assert.match(stdout, /3 pushed/);
  });
});
