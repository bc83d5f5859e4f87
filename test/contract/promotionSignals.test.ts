import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { startExporter } from "../support/monitoring/startExporter.ts";
import { type MonitoringServer, startPrometheus } from "../support/monitoring/startMonitoring.ts";
import { COUNCIL_POLICY, councilTeam } from "../support/people/councilTeam.ts";

const QUERY = "checkout_errors";

/** Patience with a real server that scrapes twice a second. Milliseconds. */
const LONG = 60_000;

describe("a promotion against a live Prometheus", function () {
  this.timeout(300_000);
  let exporter: Awaited<ReturnType<typeof startExporter>>;
  let prometheus: MonitoringServer;

  before(async () => {
    exporter = await startExporter();
    exporter.metrics[QUERY] = 0;
    prometheus = await startPrometheus({ targets: [exporter.host] });
  });
  after(async () => {
    await prometheus?.stop();
    await exporter?.stop();
  });

  /** Waits until a query answers so. */
  const answers = (value: string | null) =>
    eventually(async () => {
      const response = await fetch(`${prometheus.url}/api/v1/query?query=${QUERY}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      assert.equal(data.result[0]?.value[1] ?? null, value);
    }, LONG);

  const policy = () =>
    COUNCIL_POLICY.replace("soak: 30m", "soak: 0s").concat(
      "signals:\n",
      `  - { name: checkout errors, prometheus: { url: "${prometheus.url}", query: ${QUERY} }, breach: "> 0.02", for: 0s, every: 1s, then: notify }\n`,
    );

  /** The drop on testbed, with nothing against it but what the signal says. */
  const team = () => councilTeam(policy()).di;

  it("waits for the signal to be calm, and goes on once it is", async () => {
    const di = team();
    exporter.metrics[QUERY] = 0.5;
    await answers("0.5");
    const shut = await di.run("drop", "promote", "broad");
    assert.equal(shut.code, 1, shut.stderr);
    assert.match(shut.stdout.replace(/\s+/g, " "), /The signal “checkout errors” is not calm: .*0\.5/);
    const { reasons } = await di.json("gate", "--to", "broad");
    assert.deepEqual(
      reasons.map(({ code }: { code: string }) => code),
      ["signal-breach"],
    );
    assert.equal((await di.json("gate", "--to", "broad")).stage.name, "testbed", "it has gone nowhere");
    exporter.metrics[QUERY] = 0.01;
    await answers("0.01");
    const promoted = await di.run("drop", "promote", "broad");
    assert.equal(promoted.code, 0, promoted.stdout + promoted.stderr);
    assert.match(promoted.stdout, /drop-1 is in broad now; it was in testbed\./);
  });

  it("takes a series that is gone for no calm", async () => {
    const di = team();
    delete exporter.metrics[QUERY];
    await answers(null);
    const shut = await di.run("drop", "promote", "broad");
    assert.equal(shut.code, 1, shut.stderr);
    assert.match(shut.stdout, /“checkout errors” is not calm/);
  });

  it("takes a server that does not answer for no calm, and goes on by an override that names the stage", async () => {
    exporter.metrics[QUERY] = 0;
    await answers("0");
    const di = team();
    await prometheus.freeze();
    try {
      const shut = await di.run("drop", "promote", "broad");
      assert.equal(shut.code, 1, shut.stderr);
      assert.match(shut.stdout, /“checkout errors” is not calm/);
      const why = ["--why", "the server is down, the till works"];
      assert.equal((await di.run("council", "override", "drop-1", "--stage", "broad", ...why)).code, 0);
      const promoted = await di.run("drop", "promote", "broad");
      assert.equal(promoted.code, 0, promoted.stdout + promoted.stderr);
    } finally {
      prometheus.thaw();
    }
  });
});
