import assert from "node:assert/strict";
import { factsFrom } from "../../src/domain/drop/watchPlan.ts";
import type { Signal } from "../../src/domain/policy/policy.ts";
import { type Answer, type Evaluation, evaluate } from "../../src/domain/signal/signal.ts";
import { FetchHttp } from "../../src/signals/http.ts";
import { openSource } from "../../src/signals/signalSource.ts";
import { eventually } from "../support/eventually.ts";
import { startExporter } from "../support/monitoring/startExporter.ts";
import {
  type MonitoringServer,
  startAlertmanager,
  startPrometheus,
} from "../support/monitoring/startMonitoring.ts";

const NEVER = new AbortController().signal;
const LAW = {
  breach: { operator: ">", value: 0.02 },
  for: 0,
  every: 1000,
  noData: "error",
  errors: 2,
} as const;

/** Reads as the product does. */
function reader(source: Signal["source"], secret: string | null = null, timeLimit = 5_000) {
  const http = new FetchHttp({ fetch, secrets: async () => secret, timeLimit });
  const context = { ...factsFrom(Date.now()), now: Date.now, readFile: async () => null };
  return openSource({ source }, http, context);
}
const read = (source: Signal["source"], secret: string | null = null, timeLimit?: number) =>
  reader(source, secret, timeLimit)(NEVER);

const failure = (answer: Answer) =>
  "failed" in answer ? answer.failed : assert.fail(JSON.stringify(answer));
const series = (answer: Answer) => ("series" in answer ? answer.series : assert.fail(JSON.stringify(answer)));

describe("a real Prometheus", function () {
  this.timeout(300_000);
  let exporter: Awaited<ReturnType<typeof startExporter>>;
  let prometheus: MonitoringServer;
  const query = (text: string, timeLimit?: number) =>
    read({ kind: "prometheus", url: prometheus.url, query: text }, null, timeLimit);
  /** Once what was exported has been scraped. */
  const scraped = async (text: string, value: number) => {
    await eventually(async () => {
      assert.equal(series(await query(text))[0]?.value, value);
    }, 30_000);
  };

  before(async () => {
    exporter = await startExporter();
    exporter.metrics.checkout_errors = 0.01;
    prometheus = await startPrometheus({ targets: [exporter.host] });
    await scraped("checkout_errors", 0.01);
  });
  after(async () => {
    await prometheus?.stop();
    await exporter?.stop();
  });

  it("is calm, breaches, and is calm again; what did not hold long enough is no breach", async () => {
    const law = { ...LAW, for: 60_000, every: 15_000 };
    let state: Evaluation | null = null;
    const states: string[] = [];
    // The answers are Prometheus' own; the time between them is not waited for.
    const readAt = async (at: number, value: number) => {
      exporter.metrics.checkout_errors = value;
      await scraped("checkout_errors", value);
      state = evaluate(law, state, { at, answer: await query("checkout_errors") });
      states.push(state.state);
    };
    await readAt(0, 0.01);
    await readAt(15_000, 0.2);
    await readAt(45_000, 0.3);
    await readAt(60_000, 0);
    await readAt(75_000, 0.4);
    assert.deepEqual(states, ["calm", "pending", "pending", "calm", "pending"]);
    await readAt(100_000, 0.41);
    await readAt(135_000, 0.42);
    assert.equal(states.at(-1), "breached");
    assert.equal(state!.breachingSince, 75_000);
    assert.match(state!.why, /^0\.42 of checkout_errors\{.*job="checkout".*\} is > 0\.02, held for 1m$/);
  });

  it("gives scalars, and vectors with one series or several, of which the worst is named", async () => {
    assert.deepEqual(await query("scalar(vector(3))"), { series: [{ name: null, value: 3 }] });
    assert.deepEqual(await query("sum(vector(3))"), { series: [{ name: null, value: 3 }] });
    exporter.metrics['checkout_pod_errors{pod="a"}'] = 0.1;
    exporter.metrics['checkout_pod_errors{pod="b"}'] = 0.4;
    const several = "max by (pod) (checkout_pod_errors)";
    await scraped(`${several} > 0.3`, 0.4);
    const answer = await query(several);
    assert.equal(series(answer).length, 2);
    const { series: worst, value } = evaluate(LAW, null, { at: 0, answer });
    assert.deepEqual([worst, value], ['{pod="b"}', 0.4]);
    const below = { ...LAW, breach: { operator: "<", value: 0.2 } as const };
    assert.equal(evaluate(below, null, { at: 0, answer }).series, '{pod="a"}');
  });

  it("tells no data from zero, and takes NaN and infinities for what they are", async () => {
    assert.deepEqual(await query("no_such_metric"), { series: [] });
    const zeroByZero = await query("vector(0) / vector(0)");
    assert.ok(Number.isNaN(series(zeroByZero)[0]!.value));
    assert.equal(evaluate(LAW, null, { at: 0, answer: zeroByZero }).state, "noData");
    assert.equal(series(await query("vector(1) / vector(0)"))[0]!.value, Number.POSITIVE_INFINITY);
    assert.equal(series(await query("-vector(1) / vector(0)"))[0]!.value, Number.NEGATIVE_INFINITY);
    exporter.metrics.checkout_ratio = Number.NaN;
    await eventually(
      async () => assert.ok(Number.isNaN(series(await query("checkout_ratio"))[0]!.value)),
      20_000,
    );
  });

  it("says what is wrong with a query", async () => {
    assert.match(failure(await query("sum(")), /^Prometheus refuses the query: .*parse error/);
    assert.match(failure(await query("checkout_errors[5m]")), /gives a range of values/);
    assert.match(failure(await query('"text"')), /gives no number/);
  });

  it("is not waited for longer than the limit when it is slow, nor after being told to stop", async () => {
    await prometheus.freeze();
    try {
      assert.match(failure(await query("up", 300)), /^127\.0\.0\.1:\d+ did not answer within 0\.3 s\.$/);
      const stop = new AbortController();
      const answer = reader({ kind: "prometheus", url: prometheus.url, query: "up" })(stop.signal);
      stop.abort();
      failure(await answer);
    } finally {
      prometheus.thaw();
    }
    await scraped("vector(1)", 1);
  });

  it("asks for a user and a password, and does not say which were given", async () => {
    const guarded = await startPrometheus({ auth: true });
    const source: Signal["source"] = { kind: "prometheus", url: guarded.url, query: "vector(1)" };
    const auth = { scheme: "basic", secret: "prom" } as const;
    try {
      assert.match(failure(await read(source)), /wants to know who asks \(401\); name a secret under `auth`/);
      assert.match(
        failure(await read({ ...source, auth })),
        /There is no secret “prom” for .*DROPCLOCK_SECRET_PROM/,
      );
      const refused = failure(await read({ ...source, auth }, "test:hunter2"));
      assert.match(refused, /does not accept the secret “prom” \(401\)/);
      assert.doesNotMatch(refused, /hunter2/);
      const troubles = [await read(source), await read({ ...source, auth })];
      for (const secret of ["test:hunter2", "no-colon"])
        troubles.push(await read({ ...source, auth }, secret));
      // Of the first no secret can be set: the policy names none.
      assert.deepEqual(
        troubles.map((answer) => ("failed" in answer ? answer.secret : answer)),
        [undefined, "unset", "refused", "refused"],
      );
      assert.deepEqual(await read({ ...source, auth }, "test:test"), { series: [{ name: null, value: 1 }] });
    } finally {
      await guarded.stop();
    }
  });

  it("is in error, and not calm, once it is dead", async () => {
    const dead = await startPrometheus();
    const source: Signal["source"] = { kind: "prometheus", url: dead.url, query: "vector(0)" };
    let state = evaluate(LAW, null, { at: 0, answer: await read(source) });
    assert.equal(state.state, "calm");
    await dead.stop();
    state = evaluate(LAW, state, { at: 1, answer: await read(source) });
    assert.equal(state.state, "calm");
    state = evaluate(LAW, state, { at: 2, answer: await read(source) });
    assert.equal(state.state, "error");
    assert.match(state.why, /refused the connection; is it running\? \(2 times in a row\)/);
  });
});

describe("a real Alertmanager", function () {
  this.timeout(300_000);
  let alertmanager: MonitoringServer;
  before(async () => {
    alertmanager = await startAlertmanager();
  });
  after(() => alertmanager?.stop());

  const alerts = (...matchers: string[]) => read({ kind: "alertmanager", url: alertmanager.url, matchers });
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${alertmanager.url}/api/v2/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response;
  };
  const fire = (labels: Record<string, string>) => post("alerts", [{ labels }]);
  const names = (answer: Answer) => series(answer).map(({ name }) => name);
  const law = { ...LAW, breach: null, noData: "calm" } as const;
  const state = (answer: Answer) => evaluate(law, null, { at: 0, answer }).state;

  it("is calm while nothing fires, and breached by what fits all matchers", async () => {
    assert.equal(state(await alerts('service="checkout"')), "calm");
    await fire({ alertname: "Errors", service: "checkout", severity: "page", pod: "a" });
    await fire({ alertname: "Errors", service: "search", severity: "page" });
    const answer = await eventually(async () => {
      const fired = await alerts('service="checkout"', "severity=~page|ticket");
      assert.equal(series(fired).length, 1);
      return fired;
    });
    assert.deepEqual(names(answer), ['Errors{pod="a",service="checkout",severity="page"}']);
    const { why } = evaluate(law, null, { at: 0, answer });
    assert.match(why, /^Errors\{.*\} is firing, held for 0s$/);
    assert.equal(state(await alerts('service="checkout"', "severity!=page")), "calm");
  });

  it("honours a silence, and sees the alert again when it is lifted", async () => {
    await fire({ alertname: "Slow", service: "basket" });
    await eventually(async () => assert.equal(state(await alerts("service=basket")), "breached"));
    const now = Date.now();
    const silence = {
      matchers: [{ name: "service", value: "basket", isRegex: false }],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 3_600_000).toISOString(),
      createdBy: "Ana",
      comment: "known",
    };
    const { silenceID } = (await (await post("silences", silence)).json()) as { silenceID: string };
    await eventually(async () => assert.equal(state(await alerts("service=basket")), "calm"));
    await fetch(`${alertmanager.url}/api/v2/silence/${silenceID}`, { method: "DELETE" });
    await eventually(async () => assert.equal(state(await alerts("service=basket")), "breached"));
  });

  it("honours inhibition", async () => {
    await fire({ alertname: "Ticket", service: "pay", severity: "ticket" });
    await eventually(async () =>
      assert.equal(state(await alerts("service=pay", "severity=ticket")), "breached"),
    );
    await fire({ alertname: "Page", service: "pay", severity: "page" });
    await eventually(async () =>
      assert.deepEqual(names(await alerts("service=pay")), ['Page{service="pay",severity="page"}']),
    );
    assert.equal(state(await alerts("service=pay", "severity=ticket")), "calm");
  });

  it("forgets an alert that is over", async () => {
    const labels = { alertname: "Short", service: "mail" };
    await fire(labels);
    await eventually(async () => assert.equal(state(await alerts("service=mail")), "breached"));
    await post("alerts", [{ labels, endsAt: new Date(Date.now() - 1000).toISOString() }]);
    await eventually(async () => assert.equal(state(await alerts("service=mail")), "calm"));
  });

  it("says what is wrong with a matcher, and with an address that is no Alertmanager's", async () => {
    assert.match(failure(await alerts("a b=c")), /^Alertmanager refuses the matchers: .*bad matcher/);
    const url = `${alertmanager.url}/elsewhere`;
    const wrong: Signal["source"] = { kind: "alertmanager", url, matchers: ["a=b"] };
    assert.match(failure(await read(wrong)), /has no such page \(404\)/);
  });
});
