import assert from "node:assert/strict";
import { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { type HistoryPart, shopHistory } from "../support/monitoring/shopHistory.ts";
import { type MonitoringServer, startPrometheus } from "../support/monitoring/startMonitoring.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const NORMAL = 0.005;

const policyOf = (url: string) => `version: 1
signals:
  - name: checkout failures
    compare: { prometheus: { url: "${url}", bad: checkout_errors_total, all: checkout_requests_total }, before: [1d] }
    then: rollback
  - name: budget
    burn: { prometheus: { url: "${url}", bad: checkout_errors_total, all: checkout_requests_total }, objective: 99% }
  - name: threshold
    prometheus:
      url: "${url}"
      query: "sum(increase(checkout_errors_total[5m])) / sum(increase(checkout_requests_total[5m]))"
    breach: "> 0.02"
  - name: pages
    alertmanager: { url: "${url}", matchers: ["service=shop"] }
`;

/** One every three hours; the one of this number failed ten times as often, until it was rolled back. */
const DROPS = 12;
const BROKEN = 9;
const APART = 3 * 60 * MINUTE;

describe("dropclock backtest, over what a real Prometheus knows", function () {
  this.timeout(300_000);
  let prometheus: MonitoringServer;
  let repository: TemporaryRepository;
  const last = Math.floor(Date.now() / APART) * APART - 60 * MINUTE;
  const shippedAt = (i: number) => last - (DROPS - i) * APART;

  before(async () => {
    const parts: HistoryPart[] = [
      { from: shippedAt(1) - DAY, perMinute: 60, share: NORMAL },
      { from: shippedAt(BROKEN), perMinute: 60, share: 10 * NORMAL },
      { from: shippedAt(BROKEN) + 40 * MINUTE, perMinute: 60, share: NORMAL },
    ];
    const history = shopHistory({ parts, to: last + 45 * MINUTE, every: MINUTE });
    prometheus = await startPrometheus({ history });
    repository = TemporaryRepository.make({ name: "shop" });
    const policy = { ".dropclock/policy.yaml": policyOf(prometheus.url) };
    for (let i = 0; i <= DROPS; i++) {
      repository.commit(
        { "price.txt": `${i}\n`, ...policy },
        { at: shippedAt(i), message: `feat: price ${i}` },
      );
      repository.tag(`drop-${i}`, { annotated: true, at: shippedAt(i) });
    }
    repository.bareRemote();
    repository.git("config", "user.name", "Ana Silva");
    repository.git("config", "user.email", "ana@example.com");
    const at = (ms: number) => new Date(ms).toISOString();
    const times = ["--started", at(shippedAt(BROKEN)), "--detected", at(shippedAt(BROKEN) + 35 * MINUTE)];
    const opened = await run(
      "incident",
      "open",
      "--title",
      "checkout fails",
      "--drop",
      `drop-${BROKEN}`,
      ...times,
    );
    const id = JSON.parse(opened.stdout).id ?? JSON.parse(opened.stdout).incident?.id;
    const end = at(shippedAt(BROKEN) + 40 * MINUTE);
    assert.equal((await run("incident", "mark", id, "mitigated", "--at-time", end)).code, 0);
  });
  after(() => prometheus?.stop());

  const run = (...args: string[]) =>
    runCommandLine(repository.dir, [...args, "--json"], repository.environment);

  it("finds the drop that failed, with its numbers, and raises no alarm on the others", async () => {
    const { code, stdout, stderr } = await run("backtest", "--drops", String(DROPS));
    // The burn rate misses it, and that is an answer of no.
    assert.equal(code, 1, stderr + stdout.slice(0, 2000));
    const { drops, signals, policy } = JSON.parse(stdout);
    assert.deepEqual([drops.length, policy], [DROPS, "in force"]);
    const [compared, budget, threshold, pages] = signals;
    assert.deepEqual(compared.failures, []);
    const { found, missed, falseAlarms, quiet, medianDelayMs } = compared.summary;
    assert.deepEqual(
      [found, missed, falseAlarms, quiet],
      [1, 0, 0, DROPS - 1],
      JSON.stringify(compared.summary),
    );
    assert.ok(medianDelayMs > 0 && medianDelayMs <= 15 * MINUTE, medianDelayMs);
    const row = compared.rows.find((each: { outcome: string }) => each.outcome === "found");
    assert.deepEqual([row.drop, row.numbers.state], [`drop-${BROKEN}`, "regressed"]);
    assert.ok(row.numbers.E >= row.numbers.needed && row.numbers.S > 0, JSON.stringify(row));
    assert.deepEqual([budget.replayable, budget.summary.missed, budget.summary.falseAlarms], [true, 1, 0]);
    assert.equal(threshold.summary.found, 1);
    assert.deepEqual([pages.replayable, pages.summary], [false, null]);
  });

  it("goes by the work tree's policy where that is asked for", async () => {
    repository.write(".dropclock/policy.yaml", policyOf(prometheus.url).split("  - name: budget")[0]!);
    const { code, stdout, stderr } = await run("backtest", "--drops", "2", "--work-tree");
    const { signals, policy, drops } = JSON.parse(stdout);
    assert.deepEqual(
      [code, signals.length, policy, drops],
      [0, 1, "work tree", ["drop-11", "drop-12"]],
      stderr,
    );
  });

  it("sends a secret only where the policy in force does, whatever the work tree's one says", async () => {
    const asking = policyOf(prometheus.url)
      .replaceAll("url: ", "auth: { bearer: prom }, url: ")
      .split("  - name: budget")[0]!;
    repository.write(".dropclock/policy.yaml", asking);
    const environment = { ...repository.environment, DROPCLOCK_SECRET_PROM: "hunter2hunter2" };
    const args = ["backtest", "--drops", "2", "--work-tree", "--json"];
    const { code, stdout, stderr } = await runCommandLine(repository.dir, args, environment);
    const [{ failures, summary }] = JSON.parse(stdout).signals;
    assert.deepEqual([code, summary.unseen, failures.length], [3, 2, 1], stderr);
    assert.match(
      failures[0],
      /^The secret “prom” is not read: the policy in force does not send it to this address/,
    );
    assert.doesNotMatch(stdout + stderr, /hunter2/);
  });
});
