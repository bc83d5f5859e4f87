import assert from "node:assert/strict";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { type LocalServer, startServer } from "../support/monitoring/startExporter.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

/** What a Prometheus answers to an instant query. */
const vector = (...values: string[]) => ({
  status: "success",
  data: {
    resultType: "vector",
    result: values.map((value, i) => ({ metric: { pod: `p${i}` }, value: [0, value] })),
  },
});

describe("dropclock watch", function () {
  this.timeout(300_000);
  let server: LocalServer;
  let answer: unknown = vector("0");
  const asked: (string | undefined)[] = [];
  before(async () => {
    server = await startServer(({ headers }, response) => {
      asked.push(headers.authorization);
      response.end(JSON.stringify(answer));
    });
  });
  after(() => server?.stop());

  /** A repository whose newest drop shipped so many minutes ago. */
  function shop(does: string, { minutes = 1, url = server.url, more = "" } = {}): TemporaryRepository {
    const repository = TemporaryRepository.make();
    const policy = [
      "version: 1",
      "signals:",
      `  - { name: errors, prometheus: { url: "${url}", query: errors${more} }, breach: "> 0.02", for: 0s, every: 1s, then: ${does} }`,
      "",
    ];
    repository.commit({ "a.txt": "1" });
    repository.tag("drop-1");
    repository.commit({ ".dropclock/policy.yaml": policy.join("\n") });
    repository.tag("drop-2", { annotated: true, at: Date.now() - minutes * 60_000 });
    return repository;
  }
  const run = (repository: TemporaryRepository, args: string[], environment: NodeJS.ProcessEnv = {}) =>
    runCommandLine(repository.dir, args, { http_proxy: "", HTTP_PROXY: "", ...environment });

  it("has nothing to do where the policy has no signal, and refuses to look back", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "a.txt": "1" });
    repository.tag("drop-1");
    const none = await run(repository, ["watch"]);
    assert.deepEqual([none.code, none.stdout], [2, ""]);
    assert.match(none.stderr, /There is nothing to read: add signals to \.dropclock\/policy\.yaml/);
    assert.match((await run(repository, ["watch", "--at", "2026-11-23T10:00Z"])).stderr, /leave out --at/);
    assert.match(
      (await run(repository, ["watch", "--for", "soon"])).stderr,
      /--for “soon” is no length of time/,
    );
  });

  it("asks nobody where no window is open", async () => {
    const { requests } = server;
    const { code, stdout } = await run(shop("open", { minutes: 120 }), ["watch"]);
    assert.equal(code, 0);
    assert.match(stdout, /^Nothing to watch/);
    assert.equal(server.requests, requests);
  });

  it("is fine where all stays calm, and puts that on record", async () => {
    answer = vector("0.01", "NaN");
    const repository = shop("open");
    const { code, stdout, stderr } = await run(repository, ["watch", "--for", "3s", "--json"]);
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual(
      [report.drop, report.ended, report.watched, report.incident],
      ["drop-2", "time", true, null],
    );
    const [signal] = report.signals;
    assert.deepEqual(
      [signal.name, signal.state, signal.value, signal.series, signal.breach],
      ["errors", "calm", 0.01, '{pod="p0"}', "> 0.02"],
    );
    const status = JSON.parse((await run(repository, ["status", "--json"])).stdout);
    assert.equal(status.watch.watched.length, 1);
    assert.equal(status.watch.signals[0].state, "calm");
    const list = JSON.parse((await run(repository, ["checklist", "--json"])).stdout);
    const rows = Object.fromEntries(
      list.rows.map((row: { id: string; verdict: string }) => [row.id, row.verdict]),
    );
    assert.deepEqual(rows, {
      flags: "noData",
      signal: "pass",
      rollback: "fail",
      trust: "fail",
      drill: "pass",
      undo: "noData",
    });
  });

  it("opens one incident, however often it is run, and names the worst series", async () => {
    answer = vector("0.01", "0.5");
    const repository = shop("open");
    const first = await run(repository, ["watch", "--json"]);
    assert.equal(first.code, 1, first.stderr);
    const report = JSON.parse(first.stdout);
    assert.deepEqual(
      [report.ended, report.breached, report.signals[0].series],
      ["acted", ["errors"], '{pod="p1"}'],
    );
    const second = await run(repository, ["watch", "--for", "2s", "--json"]);
    assert.equal(second.code, 1);
    assert.equal(JSON.parse(second.stdout).incident, report.incident);
    const { incidents } = JSON.parse((await run(repository, ["incident", "list", "--json"])).stdout);
    assert.equal(incidents.length, 1);
    assert.deepEqual([incidents[0].title, incidents[0].drop], ["errors breached on drop-2", "drop-2"]);
  });

  it("tells the way out where the policy wants the undo to be proposed", async () => {
    answer = vector("1");
    const { code, stderr, stdout } = await run(shop("propose"), ["watch"]);
    assert.equal(code, 1);
    assert.match(stderr, /^dropclock: to take it back: dropclock undo drop-2$/m);
    assert.match(stdout, /^Breached: errors\. Opened \S+-drop-2-regression\.$/m);
  });

  it("takes nothing back by itself where only the work tree's policy says so", async () => {
    answer = vector("1");
    const repository = shop("propose");
    const text = repository
      .git("show", "HEAD:.dropclock/policy.yaml")
      .replace("then: propose", "then: rollback");
    repository.write(".dropclock/policy.yaml", `${text}\n`);
    const { code, stderr, stdout } = await run(repository, ["watch", "--json"]);
    assert.equal(code, 1);
    const report = JSON.parse(stdout);
    assert.equal(report.undo, null);
    assert.equal(report.notUndone, undefined);
    assert.match(stderr, /to take it back: dropclock undo drop-2/);
    assert.equal(repository.git("branch", "--list", "dropclock/*"), "");
  });

  it("fails where nothing could be read, and says why", async () => {
    const dead = await startServer(() => {});
    await dead.stop();
    const { code, stderr, stdout } = await run(shop("open", { url: dead.url }), ["watch", "--for", "2s"]);
    assert.equal(code, 3);
    assert.match(stderr, /errors: no data, 127\.0\.0\.1:\d+ refused the connection/);
    assert.match(stdout, /No signal could be read/);
  });

  it("exits 1 on a breach that it cannot record, says what and why, and does not wait for the window's end", async () => {
    answer = vector("1");
    const repository = shop("rollback");
    const nobody = {
      GIT_AUTHOR_NAME: "",
      GIT_AUTHOR_EMAIL: "",
      GIT_COMMITTER_NAME: "",
      GIT_COMMITTER_EMAIL: "",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.useConfigOnly",
      GIT_CONFIG_VALUE_0: "true",
    };
    const { code, stdout, stderr } = await run(repository, ["watch", "--json"], nobody);
    assert.equal(code, 1, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual(
      [report.ended, report.breached, report.incident, report.undo],
      ["unrecorded", ["errors"], null, null],
    );
    assert.deepEqual(
      report.unrecorded.map(({ signal }: { signal: string }) => signal),
      ["errors"],
    );
    assert.equal(report.notUndone, "The breach could not be recorded.");
    const lines = stderr.split("\n").filter((line) => /git does not know who you are/.test(line));
    assert.equal(lines.length, 1, stderr);
    assert.match(
      lines[0]!,
      /^dropclock: errors: the breach could not be recorded: .*git config --global user\.name/,
    );
    assert.match(stderr, /^dropclock: to roll back: dropclock undo drop-2$/m);
    const text = await run(repository, ["watch", "--for", "1s"], nobody);
    assert.equal(text.code, 1);
    assert.match(text.stdout, /^Breached: errors\. It could not be recorded: git does not know who you are/m);
    assert.doesNotMatch(text.stdout, /Not breached/);
  });

  it("exits 1 on a breach where the ledger cannot be written", async () => {
    answer = vector("1");
    const repository = shop("open");
    // What git needs a folder for is a file: nobody can write there, root neither.
    repository.write(".git/refs/dropclock", "");
    const { code, stdout, stderr } = await run(repository, ["watch", "--for", "2s"]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^dropclock: errors: the breach could not be recorded: /m);
    assert.match(stdout, /^Breached: errors\. It could not be recorded: /m);
  });

  it("takes the secret that the policy names from the environment, and shows it nowhere", async () => {
    answer = vector("0");
    const repository = shop("open", { more: ", auth: { bearer: team-prom }" });
    asked.length = 0;
    const without = await run(repository, ["watch", "--for", "1s"]);
    assert.equal(without.code, 3);
    assert.match(without.stderr, /There is no secret “team-prom”.*DROPCLOCK_SECRET_TEAM_PROM/);
    assert.deepEqual(asked, []);
    const given = await run(repository, ["watch", "--for", "1s"], { DROPCLOCK_SECRET_TEAM_PROM: "hunter2" });
    assert.equal(given.code, 0, given.stderr);
    assert.equal(asked[0], "Bearer hunter2");
    assert.doesNotMatch(
      given.stdout + given.stderr + (await run(repository, ["log", "--json"])).stdout,
      /hunter2/,
    );
  });
});
