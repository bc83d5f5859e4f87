import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { startServer } from "../support/monitoring/startExporter.ts";
import { plantHook } from "../support/people/team.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { LEDGER_REF } from "../support/record/ledgerHand.ts";

const POLICY = "version: 1\nservice: Checkout\n";

/** A developer, the team's remote, and an incident that customers may read of. */
async function team(policy = POLICY) {
  const dev = TemporaryRepository.make({ name: "dev" });
  dev.commit({ ".dropclock/policy.yaml": policy, "a.txt": "1\n" });
  dev.tag("drop-1");
  dev.commit({ "a.txt": "2\n" });
  dev.tag("drop-2");
  dev.commit({ "a.txt": "3\n" });
  const bare = dev.bareRemote();
  dev.git("push", "-q", "origin", "main", "--tags");
  dev.git("remote", "set-head", "origin", "main");
  const run = (repository: TemporaryRepository, ...args: string[]) => runCommandLine(repository.dir, args);
  const must = async (repository: TemporaryRepository, ...args: string[]) => {
    const { code, stdout, stderr } = await run(repository, ...args);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  const incident = async (title: string) => {
    const times = ["--started", "3h ago", "--detected", "2h ago"];
    const id = await must(dev, "incident", "open", "--title", title, "--severity", "critical", ...times);
    for (const [milestone, at] of [
      ["mitigated", "1h ago"],
      ["updated", "50m ago"],
    ] as const)
      await must(dev, "incident", "mark", id, milestone, "--at", at);
    return id;
  };
  return { dev, bare, run, must, incident };
}

/** Every file below a folder with its bytes. */
const files = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

const UNREAD =
  /^dropclock: The ledger could not be fetched from origin \(.+\), and it was never fetched before, .*dropclock sync$/;

describe("a pipeline without a ledger that could be read", () => {
  it("is told so by every command that depends on it, and nothing is emptied", async () => {
    const { bare, run, must, incident } = await team();
    await incident("Payments slow");
    const first = bare.clone("first");
    const site = join(first.dir, "_site");
    await must(first, "publish", "--out", site);
    const before = files(site);
    assert.equal(Object.keys(before).filter((name) => name.endsWith(".html")).length, 2);

    const fresh = bare.clone("fresh");
    renameSync(bare.dir, `${bare.dir}.gone`);
    for (const args of [
      ["publish", "--out", site],
      ["publish", "--out", site, "--dry-run"],
      ["publish", "--out", site, "--at", new Date().toISOString()],
      ["scorecard"],
      ["scorecard", "--at", new Date().toISOString()],
      ["status"],
      ["incident", "list"],
      ["incident", "show", "some"],
      ["changelog"],
      ["changelog", "--write"],
      ["log"],
      ["drop", "list"],
      ["checklist"],
    ]) {
      const { code, stdout, stderr } = await run(fresh, ...args);
      assert.deepEqual([code, stdout], [3, ""], args.join(" "));
      assert.match(stderr.trimEnd(), UNREAD, args.join(" "));
    }
    assert.deepEqual(files(site), before);
    assert.equal(existsSync(join(fresh.dir, "CHANGELOG.md")), false);

    // What is entered meanwhile is kept; it is not what the team has, so it is not published as that.
    const opened = await run(fresh, "incident", "open", "--title", "Alone");
    assert.equal(opened.code, 0, opened.stderr);
    const list = await run(fresh, "incident", "list");
    assert.match(list.stdout, /Alone/);
    assert.equal((await run(fresh, "publish", "--out", site)).code, 3);
    assert.deepEqual(files(site), before);
    renameSync(`${bare.dir}.gone`, bare.dir);
    await must(fresh, "publish", "--out", site);
    assert.deepEqual(Object.keys(files(site)), Object.keys(before));
  });

  it("is told that access is missing where the checkout kept no credentials", async () => {
    const { bare, run, must } = await team();
    const server = await startServer((_, response) => {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    });
    try {
      const fresh = bare.clone("fresh");
      fresh.git("remote", "set-url", "origin", `${server.url}/team.git`);
      for (const command of ["gate", "watch", "publish", "status"]) {
        const { code, stdout, stderr } = await run(fresh, command);
        assert.deepEqual([code, stdout], [3, ""], command);
        assert.match(stderr, /^dropclock: .*could not read Username.*\n$/, command);
        assert.match(stderr, /access to origin/, command);
      }
      fresh.git("remote", "set-url", "origin", bare.dir);
      await must(fresh, "gate");
    } finally {
      await server.stop();
    }
  });

  it("has a first day where the remote has none yet, or where there is no remote", async () => {
    const { bare, must } = await team();
    const fresh = bare.clone("fresh");
    assert.match(await must(fresh, "publish", "--out", join(fresh.dir, "_site")), /0 incidents/);
    await must(fresh, "scorecard");
    fresh.git("remote", "remove", "origin");
    for (const ref of ["main", "HEAD"]) fresh.tryGit(["update-ref", "-d", `refs/remotes/origin/${ref}`]);
    await must(fresh, "publish", "--out", join(fresh.dir, "_site"));
  });
});

describe("a workspace that is used again", () => {
  it("publishes and counts what the team has now, and says where it cannot know", async () => {
    const { dev, bare, run, must, incident } = await team();
    const id = await incident("Payments slow");
    const again = bare.clone("again");
    const site = join(again.dir, "_site");
    await must(again, "publish", "--out", site);
    const page = Object.keys(files(site)).find((name) => /^\d.*\.html$/.test(name))!;
    assert.doesNotMatch(files(site)[page]!, /Resolved/);
    await must(dev, "incident", "mark", id, "resolved");
    assert.match(await must(again, "publish", "--out", site), /3 changed|4 changed/);
    assert.match(files(site)[page]!, /Resolved/);

    await must(dev, "incident", "note", id, "told by phone");
    const behind = JSON.parse(await must(again, "log", "--json")).events.length;
    const { stdout } = await runCommandLine(again.dir, ["log", "--json"], { CI: "true" });
    assert.equal(JSON.parse(stdout).events.length, behind + 1);

    const before = files(site);
    renameSync(bare.dir, `${bare.dir}.gone`);
    const offline = await run(again, "publish", "--out", site);
    assert.equal(offline.code, 0);
    assert.match(offline.stderr, /^dropclock: origin cannot be reached \(.*\)/);
    assert.deepEqual(files(site), before);
  });

  it("is united with the team's ledger where both went on", async () => {
    const { dev, bare, run, must, incident } = await team();
    const id = await incident("Payments slow");
    const again = bare.clone("again");
    await must(again, "scorecard");
    plantHook(bare, "pre-receive", "echo read only; exit 1");
    assert.equal((await run(again, "incident", "note", id, "by the pipeline")).code, 0);
    plantHook(bare, "pre-receive", "exit 0");
    await must(dev, "incident", "note", id, "by hand");
    plantHook(bare, "pre-receive", "echo read only; exit 1");
    // A token that may only read: nothing can be shared, and all can be judged.
    for (const args of [["scorecard"], ["gate"]]) {
      const { code, stderr } = await run(again, ...args);
      assert.deepEqual([code, stderr], [0, ""], args.join(" "));
    }
    const shown = await must(again, "incident", "show", id);
    assert.match(shown, /by the pipeline/);
    assert.match(shown, /by hand/);
    assert.notEqual(again.git("rev-parse", LEDGER_REF), bare.git("rev-parse", LEDGER_REF));
  });
});

describe("a shallow clone", () => {
  const REASON =
    /^dropclock: This clone is shallow, so its drops cannot be judged; fetch the rest: git fetch --unshallow --tags$/;

  it("gives the reason and the way out where drops are judged, and the clocks all the same", async () => {
    const { bare, run, must, incident } = await team();
    await incident("Payments slow");
    const shallow = bare.clone("shallow", "--depth", "1");
    for (const command of [
      "scorecard",
      "changelog",
      "publish",
      "gate",
      "watch",
      "checklist",
      "undo",
      "drop list",
      "drop show",
      "drop ship --yes",
      "council approve",
      "runbook",
    ]) {
      const { code, stdout, stderr } = await run(shallow, ...command.split(" "));
      assert.deepEqual([code, stdout], [3, ""], command);
      assert.match(stderr.trimEnd(), REASON, command);
    }
    assert.match(await must(shallow, "incident", "list"), /Payments slow/);
    assert.match(
      (await run(shallow, "status")).stdout.replace(/\s+/g, " "),
      /This clone is shallow, .* git fetch --unshallow --tags/,
    );
    shallow.git("fetch", "-q", "--unshallow", "--tags");
    assert.match(await must(shallow, "drop", "list"), /drop-2/);
    await must(shallow, "scorecard");
  });

  it("is told of its cut beside the answer where the drop itself is there", async () => {
    const { bare, run } = await team();
    const shallow = bare.clone("shallow", "--depth", "2");
    const { code, stdout, stderr } = await run(shallow, "drop", "list");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /drop-2/);
    assert.match(
      stderr,
      /^dropclock: This clone is shallow, so what came before its oldest commit is not known; /,
    );
  });
});
