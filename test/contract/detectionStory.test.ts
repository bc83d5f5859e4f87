import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { type HistoryPart, shopHistory } from "../support/monitoring/shopHistory.ts";
import { startExporter } from "../support/monitoring/startExporter.ts";
import { type MonitoringServer, startPrometheus } from "../support/monitoring/startMonitoring.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const NORMAL = 0.005;
const FLAGS = JSON.stringify({
  flags: { "new-checkout": { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "on" } },
});

/** A shop whose two days before are known to a real Prometheus, and whose newest drop shipped so many minutes ago. */
class Shop {
  readonly repository: TemporaryRepository;
  readonly prometheus: MonitoringServer;
  readonly shippedAt: number;

  private constructor(repository: TemporaryRepository, prometheus: MonitoringServer, shippedAt: number) {
    this.repository = repository;
    this.prometheus = prometheus;
    this.shippedAt = shippedAt;
  }

  static async open(
    minutes: number,
    history: (shippedAt: number) => HistoryPart[],
    policy: (url: string) => string,
    targets: string[] = [],
  ): Promise<Shop> {
    const now = Date.now();
    const shippedAt = now - minutes * MINUTE;
    const prometheus = await startPrometheus({
      targets,
      history: shopHistory({ parts: history(shippedAt), to: now }),
    });
    const repository = TemporaryRepository.make({ name: "shop" });
    repository.commit(
      { "price.txt": "1\n", "flags.json": FLAGS, ".dropclock/policy.yaml": policy(prometheus.url) },
      { at: now - 7 * DAY, message: "feat: a shop" },
    );
    repository.tag("drop-1", { annotated: true, at: now - 7 * DAY });
    repository.commit({ "price.txt": "2\n" }, { at: shippedAt, message: "feat: new prices" });
    repository.tag("drop-2", { annotated: true, at: shippedAt });
    repository.bareRemote();
    repository.git("config", "user.name", "Ana Silva");
    repository.git("config", "user.email", "ana@example.com");
    return new Shop(repository, prometheus, shippedAt);
  }

  async run(environment: Record<string, string>, ...args: string[]) {
    const { dir, environment: own } = this.repository;
    const answer = await runCommandLine(dir, [...args, "--json"], { ...own, ...environment });
    assert.ok(answer.stdout !== "", answer.stderr);
    return { ...answer, json: JSON.parse(answer.stdout) };
  }
}

const COUNTERS = (url: string) =>
  `prometheus: { url: "${url}", bad: checkout_errors_total, all: checkout_requests_total }`;

describe("a service with 20 requests a minute, watched by comparison", function () {
  this.timeout(300_000);
  let shop: Shop;
  afterEach(() => shop?.prometheus.stop());

  it("is rolled back by itself when it fails ten times as often; the clocks tell the true story", async () => {
    const exporter = await startExporter();
    const deployment = temporaryFolder("dropclock-deployment");
    const policy = (url: string) => `version: 1
signals:
  - name: checkout failures
    compare: { ${COUNTERS(url)}, before: [1d] }
    every: 1s
    then: rollback
rollback:
  steps:
    - revert: { push: true, pullRequest: false }
    - run: "touch $DEPLOY/deployed"
    - verify: [checkout failures]
`;
    shop = await Shop.open(
      24,
      (shipped) => [
        { from: shipped - 2 * DAY, perMinute: 20, share: NORMAL },
        { from: shipped, perMinute: 20, share: 10 * NORMAL },
      ],
      policy,
      [exporter.host],
    );
    // Once the drop before is deployed again customers come at a pace that a test can wait for.
    exporter.metrics.checkout_requests_total = 0;
    exporter.metrics.checkout_errors_total = 0;
    const customers = setInterval(() => {
      if (!existsSync(join(deployment, "deployed"))) return;
      exporter.metrics.checkout_requests_total! += 5;
      if (exporter.metrics.checkout_requests_total! % 200 === 0) exporter.metrics.checkout_errors_total! += 1;
    }, 100);
    try {
      const { code, json, stderr } = await shop.run({ DEPLOY: deployment }, "watch");
      assert.equal(code, 1, stderr);
      assert.deepEqual(json.breached, ["checkout failures"], stderr);
      assert.deepEqual([json.undo.state, json.undo.mitigated], ["done", true], stderr);
      const { detection } = json.signals[0];
      assert.deepEqual([detection.kind, detection.state], ["compare", "regressed"]);
      assert.ok(detection.mostE >= detection.needed, JSON.stringify(detection));

      const status = (await shop.run({}, "status")).json;
      const [incident] = status.incidents;
      const { started, detected, mitigated } = incident.milestones;
      const [from, seen, over] = [started, detected, mitigated].map(Date.parse) as [number, number, number];
      assert.ok(from >= shop.shippedAt - 1000 && from <= shop.shippedAt + 5 * MINUTE, started);
      assert.ok(from < seen && seen + 10_000 <= over, JSON.stringify(incident.milestones));
      const clocks = incident.clocks.map(({ name, state }: { name: string; state: string }) => [name, state]);
      assert.deepEqual(Object.fromEntries(clocks), {
        detect: "met",
        mitigate: "met",
        update: "running",
        postmortem: "running",
      });
      const [told] = status.watch.signals;
      const { E, needed, S, n, q } = told.detection;
      assert.ok(E >= needed && S > q * n, JSON.stringify(told));
      assert.deepEqual(
        [told.name, told.state, told.detection.state],
        ["checkout failures", "breached", "regressed"],
      );
    } finally {
      clearInterval(customers);
      await exporter.stop();
    }
  });

  it("is left alone in bursts, for an hour", async () => {
    const policy = (url: string) => `version: 1
targets: { critical: { detect: 2h } }
signals:
  - { name: checkout failures, compare: { ${COUNTERS(url)}, before: [1d] }, every: 1s, then: rollback }
`;
    shop = await Shop.open(
      60,
      (shipped) => [{ from: shipped - 2 * DAY, perMinute: 20, share: NORMAL, bursty: true }],
      policy,
    );
    const { code, json, stderr } = await shop.run({}, "watch", "--for", "3s");
    const [signal] = json.signals;
    assert.ok(["calm", "notEnoughTraffic"].includes(signal.state), `${signal.why}\n${stderr}`);
    assert.deepEqual([json.breached, json.undo], [[], null]);
    assert.ok(signal.detection.n > 1000, signal.why);
    assert.equal(code, signal.state === "calm" ? 0 : 3, stderr);
    assert.equal(shop.repository.git("ls-remote", "origin", "refs/heads/dropclock/*"), "");
  });

  it("names the worst variant, and switches its flag off", async () => {
    const policy = (url: string) => `version: 1
signals:
  - name: checkout failures
    compare:
      prometheus: { url: "${url}", bad: checkout_errors_total, all: checkout_requests_total, by: variant }
      before: [1d]
    every: 1s
    then: flag
    flag: new-checkout
flags: { file: flags.json }
`;
    shop = await Shop.open(
      20,
      (shipped) => [
        { from: shipped - 2 * DAY, perMinute: 60, share: NORMAL, labels: 'variant="old"' },
        { from: shipped, perMinute: 30, share: 10 * NORMAL, labels: 'variant="new"' },
      ],
      policy,
    );
    const { code, json, stderr } = await shop.run({}, "watch");
    assert.equal(code, 1, stderr);
    assert.deepEqual(
      [json.signals[0].detection.variant, json.signals[0].detection.variants],
      ["new", 2],
      stderr,
    );
    const branch = "dropclock/flag-new-checkout-drop-2";
    assert.deepEqual([json.flag.flag, json.flag.branch, json.undo], ["new-checkout", branch, null], stderr);
    const { repository } = shop;
    assert.match(
      repository.git("ls-remote", "origin"),
      new RegExp(`${json.flag.commit}\\s+refs/heads/${branch}`),
    );
    const { flags } = JSON.parse(repository.git("show", `${branch}:flags.json`));
    assert.deepEqual(
      [flags["new-checkout"].state, repository.git("diff", "--name-only", "main", branch)],
      ["DISABLED", "flags.json"],
    );
    assert.equal(repository.git("status", "--porcelain"), "");
    // The drop itself stays in force: it is less than an undo.
    const status = (await shop.run({}, "status")).json;
    assert.notEqual(status.drop.undo.state, "undone");
    assert.equal(status.incidents[0].drop, "drop-2");
  });
});
