import assert from "node:assert/strict";
import { factsFrom } from "../../../src/domain/drop/watchPlan.ts";
import type { SignalSource } from "../../../src/domain/policy/signalTerms.ts";
import { evaluate } from "../../../src/domain/signal/signal.ts";
import { FetchHttp, type WatchContext } from "../../../src/signals/http.ts";
import { openSource } from "../../../src/signals/signalSource.ts";

const NEVER = new AbortController().signal;
const MINUTE = 60_000;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const SHIPPED = NOW - 30 * MINUTE;

interface Asked {
  url: URL;
  headers: Record<string, string>;
  body: unknown;
}

/** Answers as a vendor would for the stretch that is asked for; `regressed` since the drop. */
function vendor(answer: (from: number, to: number, asked: Asked) => unknown) {
  const asked: Asked[] = [];
  const fetchBy = (async (input: URL, init: RequestInit = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const one = { url: new URL(input), headers, body };
    asked.push(one);
    const [from, to] = stretchOf(one);
    return new Response(JSON.stringify(answer(from, to, one)));
  }) as typeof fetch;
  return { asked, fetchBy };
}

/** The stretch as each of the vendors is told it. */
function stretchOf({ url, body }: Asked): [number, number] {
  const text = `${decodeURIComponent(url.search)} ${JSON.stringify(body)}`;
  const numbers =
    /(?:from|since|SINCE|start)\D{0,3}([\dT:.Z-]+).*?(?:to|until|UNTIL|end)\D{0,3}([\dT:.Z-]+)/.exec(text);
  const [from, to] = (numbers?.slice(1) ?? []).map((each) => {
    if (/T/.test(each)) return Date.parse(each);
    return Number(each) > 1e11 ? Number(each) : Number(each) * 1000;
  });
  return [from ?? Number.NaN, to ?? Number.NaN];
}

/** A series in intervals of a minute or five: 100 events a minute, of which so many are bad. */
function counted(from: number, to: number, step: number): { at: number; bad: number; all: number }[] {
  const list = [];
  for (let at = Math.ceil(from / step) * step; at < to; at += step) {
    const all = (100 * step) / MINUTE;
    list.push({ at, bad: at >= SHIPPED ? all / 20 : all / 200, all });
  }
  return list;
}

const context = (now = NOW): WatchContext => ({
  ...factsFrom(now),
  shippedAt: SHIPPED,
  since: SHIPPED,
  now: () => now,
  readFile: async () => null,
});

const LAW = { breach: null, for: 0, every: 15_000, noData: "error", errors: 4 } as const;

async function read(source: SignalSource, fetchBy: typeof fetch, secret = "s3cret-of-the-vendor") {
  const http = new FetchHttp({ fetch: fetchBy, secrets: async (name) => `${secret}-${name}` });
  const answer = await openSource({ source }, http, context())(NEVER);
  assert.ok("detection" in answer, JSON.stringify(answer));
  return evaluate(LAW, null, { at: NOW, answer });
}

const compared = (events: object, url: string, auth: object): SignalSource =>
  ({ kind: "compare", url, auth, events, before: [DAY], worse: 1.5, falseAlarms: 0.001 }) as SignalSource;

describe("the recipes of the guide, each against that vendor's documented answers", () => {
  it("Datadog: the timeseries of two queries, by two headers", async () => {
    const { asked, fetchBy } = vendor((from, to) => ({
      status: "ok",
      res_type: "time_series",
      from_date: from,
      to_date: to,
      // Ordered by the server: the first one of the answer is not the first one of the query.
      series: ["all", "bad"].map((what) => ({
        query_index: what === "bad" ? 0 : 1,
        metric: `shop.${what}`,
        interval: 300,
        pointlist: counted(from, to, 5 * MINUTE).map(({ at, bad, all }) => [at, what === "bad" ? bad : all]),
      })),
    }));
    const url =
      "https://api.datadoghq.com/api/v1/query?from={{ from.seconds }}&to={{ to.seconds }}&query=default_zero(sum:shop.errors{*}.as_count()),sum:shop.requests{*}.as_count()";
    const events = {
      kind: "json",
      bad: "/series/query_index=0/pointlist",
      all: "/series/query_index=1/pointlist",
      at: null,
      body: null,
    };
    const also = { scheme: "header", header: "DD-APPLICATION-KEY", secret: "app" };
    const found = await read(
      compared(events, url, { scheme: "header", header: "DD-API-KEY", secret: "api", also }),
      fetchBy,
    );
    assert.equal(found.state, "breached", found.why);
    const [{ headers }] = asked as [Asked];
    assert.match(headers["dd-api-key"]!, /-api$/);
    assert.match(headers["dd-application-key"]!, /-app$/);
  });

  it("New Relic: NRQL through NerdGraph, by POST", async () => {
    const { asked, fetchBy } = vendor((from, to) => ({
      data: {
        actor: {
          account: {
            nrql: {
              results: counted(from, to, 5 * MINUTE).map(({ at, bad, all }) => ({
                beginTimeSeconds: at / 1000,
                endTimeSeconds: at / 1000 + 300,
                bad,
                all,
              })),
            },
          },
        },
      },
    }));
    const body = `{ "query": "{ actor { account(id: 1) { nrql(query: \\"SELECT filter(count(*), WHERE error IS true) AS bad, count(*) AS all FROM Transaction SINCE {{ from.milliseconds }} UNTIL {{ to.milliseconds }} TIMESERIES 5 minutes\\") { results } } } }" }`;
    const results = "/data/actor/account/nrql/results";
    const events = {
      kind: "json",
      bad: `${results}/*/bad`,
      all: `${results}/*/all`,
      at: `${results}/*/beginTimeSeconds`,
      body,
    };
    const auth = { scheme: "header", header: "API-Key", secret: "newrelic" };
    const found = await read(compared(events, "https://api.newrelic.com/graphql", auth), fetchBy);
    assert.equal(found.state, "breached", found.why);
    assert.match(found.why, /^75 of 1500 bad \(5%\) since .*regressed$|bad \(5%\)/);
    assert.equal(asked[0]!.headers["content-type"], "application/json");
  });

  it("Sentry: the stats of events, by a bearer token", async () => {
    const series = (list: [number, number][]) => ({
      data: list.map(([at, count]) => [at / 1000, [{ count }]]),
    });
    const { asked, fetchBy } = vendor((from, to) => {
      const all = counted(from, to, 5 * MINUTE);
      return {
        "count()": series(all.map((each) => [each.at, each.all])),
        "failure_count()": series(all.map((each) => [each.at, each.bad])),
      };
    });
    const url =
      "https://sentry.io/api/0/organizations/acme/events-stats/?start={{ from.iso }}&end={{ to.iso }}&interval=5m&yAxis=count()&yAxis=failure_count()";
    const events = { kind: "json", bad: "/failure_count()/data", all: "/count()/data", at: null, body: null };
    const found = await read(compared(events, url, { scheme: "bearer", secret: "sentry" }), fetchBy);
    assert.equal(found.state, "breached", found.why);
    assert.match(asked[0]!.headers.authorization!, /^Bearer /);
  });

  it("Grafana: its Prometheus, through the proxy of its data sources", async () => {
    const { asked, fetchBy } = vendor((from, to, { url }) => {
      const step = Number(url.searchParams.get("step")) * 1000;
      const bad = url.searchParams.get("query") === "errors_total";
      let value = 0;
      const values: [number, string][] = [];
      for (let at = from; at <= to; at += step) {
        values.push([at / 1000, String(Math.round(value))]);
        value += ((100 * step) / MINUTE) * (bad ? (at >= SHIPPED ? 1 / 20 : 1 / 200) : 1);
      }
      return {
        status: "success",
        data: { resultType: "matrix", result: [{ metric: { job: "shop" }, values }] },
      };
    });
    const events = {
      kind: "counters",
      counted: "bad",
      events: "errors_total",
      all: "requests_total",
      by: null,
    };
    const url = "https://acme.grafana.net/api/datasources/proxy/uid/prom";
    const found = await read(compared(events, url, { scheme: "bearer", secret: "grafana" }), fetchBy);
    assert.equal(found.state, "breached", found.why);
    assert.equal(asked[0]!.url.pathname, "/api/datasources/proxy/uid/prom/api/v1/query_range");
  });
});

describe("latency, as slower than a limit", () => {
  const events = { kind: "latency", histogram: 'checkout_seconds{job="a"}', slowerThan: 500, by: null };
  const source = compared(events, "http://p.example", { scheme: "bearer", secret: "x" });
  /** 100 requests a minute, of which one in 200 is slow, and one in 20 since the drop. */
  const counts = (at: number, from: number) => {
    const all = ((at - from) / MINUTE) * 100;
    const before = ((Math.min(at, SHIPPED) - from) / MINUTE) * 100;
    return { all, slow: Math.max(0, before) / 200 + (all - Math.max(0, before)) / 20 };
  };
  const matrix = (result: unknown[]) => ({ status: "success", data: { resultType: "matrix", result } });
  const grid = (from: number, to: number, step: number) =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

  it("reads classic histograms, by the smallest bucket at or above it", async () => {
    const { asked, fetchBy } = vendor((from, to, { url }) => {
      const step = Number(url.searchParams.get("step")) * 1000;
      const bucket = (le: string, share: (of: { all: number; slow: number }) => number) => ({
        metric: { __name__: "checkout_seconds_bucket", le, job: "a" },
        values: grid(from, to, step).map((at) => [at / 1000, String(share(counts(at, from)))]),
      });
      return matrix([
        bucket("0.1", ({ all }) => all / 2),
        bucket("0.5", ({ all, slow }) => all - slow),
        bucket("2", ({ all }) => all),
        bucket("+Inf", ({ all }) => all),
      ]);
    });
    assert.equal((await read(source, fetchBy)).state, "breached");
    assert.equal(asked[0]!.url.searchParams.get("query"), 'checkout_seconds_bucket{job="a"}');
  });

  it("reads native histograms where there are no buckets", async () => {
    const { fetchBy } = vendor((from, to, { url }) => {
      if (url.searchParams.get("query")!.includes("_bucket")) return matrix([]);
      const step = Number(url.searchParams.get("step")) * 1000;
      const histograms = grid(from, to, step).map((at) => {
        const { all, slow } = counts(at, from);
        const buckets = [
          [0, "0.25", "0.5", String(all - slow)],
          [0, "0.5", "1", String(slow)],
        ];
        return [at / 1000, { count: String(all), sum: "1", buckets }];
      });
      return matrix([{ metric: { __name__: "checkout_seconds", job: "a" }, histograms }]);
    });
    assert.equal((await read(source, fetchBy)).state, "breached");
  });

  it("says where no bucket is as high, and where there is no such histogram", async () => {
    const low = vendor((from) => matrix([{ metric: { le: "0.1" }, values: [[from / 1000, "1"]] }])).fetchBy;
    const http = (fetchBy: typeof fetch) => new FetchHttp({ fetch: fetchBy, secrets: async () => "token" });
    const answer = await openSource({ source }, http(low), context())(NEVER);
    assert.match("failed" in answer ? answer.failed : "", /has no bucket as high as 500 ms/);
    const none = await openSource({ source }, http(vendor(() => matrix([])).fetchBy), context())(NEVER);
    assert.deepEqual(none, { series: [] });
  });
});

describe("an answer in JSON that is not what the policy says", () => {
  const events = { kind: "json", bad: "/bad", all: "/all", at: null, body: null };
  const source = compared(events, "https://x.example/q?from={{ from.seconds }}&to={{ to.seconds }}", {
    scheme: "bearer",
    secret: "x",
  });
  const failed = async (json: unknown) => {
    const { fetchBy } = vendor(() => json);
    const http = new FetchHttp({ fetch: fetchBy, secrets: async () => "token" });
    const answer = await openSource({ source }, http, context())(NEVER);
    return "failed" in answer ? answer.failed : assert.fail(JSON.stringify(answer));
  };

  it("is an error with its place, never calm", async () => {
    const pairs = [[SHIPPED / 1000, 5]];
    assert.match(await failed({ all: pairs }), /\/bad leads to no number/);
    assert.match(await failed({ bad: 3, all: 100 }), /leads to one number; ask for a series/);
    assert.match(await failed({ bad: [1, 2], all: [3, 4] }), /have no times; say where they are under `at`/);
    assert.match(await failed({ bad: [[1, -3]], all: pairs }), /leads to no number/);
    assert.match(
      await failed({
        bad: pairs,
        all: [
          [0, 1],
          [3600, 1],
          [7200, 1],
        ],
      }),
      /intervals of 60 minutes/,
    );
  });
});

describe("a probe", () => {
  const source: SignalSource = {
    kind: "probe",
    url: "https://shop.example.com/health",
    expect: [200],
    text: "ok",
    within: 2000,
    failures: 2,
  };
  const answers = async (list: (Response | Error)[]) => {
    let now = NOW;
    const http = new FetchHttp({
      fetch: (async () => {
        const next = list.shift()!;
        if (next instanceof Error) throw next;
        return next;
      }) as typeof fetch,
      secrets: async () => assert.fail("a probe sends no secret"),
    });
    const open = openSource({ source }, http, { ...context(), now: () => now });
    const found = [];
    let last = null;
    while (list.length > 0) {
      last = evaluate(LAW, last, { at: now, answer: await open(NEVER) });
      found.push(last);
      now += 15_000;
    }
    return found;
  };
  const fine = () => new Response("all ok");
  const refused = () =>
    Object.assign(new Error("no"), { cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) });
  const offline = () =>
    Object.assign(new Error("no"), { cause: Object.assign(new Error("no"), { code: "ENETUNREACH" }) });

  it("finds an outage at the second failure, and says since when", async () => {
    const found = await answers([fine(), refused(), new Response("", { status: 503 }), fine()]);
    assert.deepEqual(
      found.map(({ state }) => state),
      ["calm", "pending", "breached", "calm"],
    );
    assert.equal(found[2]!.breachingSince, NOW + 15_000);
    assert.match(found[2]!.why, /^status 503 instead of 200, 2 times in a row$/);
  });

  it("takes a wrong text for a failure, and a machine without a network for none", async () => {
    const found = await answers([new Response("sorry"), offline(), offline(), new Response("sorry")]);
    assert.deepEqual(
      found.map(({ state }) => state),
      ["pending", "pending", "pending", "breached"],
    );
    assert.equal(found[1]!.failures, 1);
  });
});

describe("a burn rate", () => {
  const source: SignalSource = {
    kind: "burn",
    url: "http://prometheus.example",
    events: { kind: "counters", counted: "bad", events: "errors_total", all: "requests_total", by: null },
    slo: null,
    objective: 0.99,
    period: 30 * DAY,
  };
  /** A counter that grows evenly, and ten times as fast since the drop. */
  const prometheus = (share: number) =>
    vendor((from, to, { url }) => {
      const step = Number(url.searchParams.get("step")) * 1000;
      const bad = url.searchParams.get("query") === "errors_total";
      let value = 0;
      const values: [number, string][] = [];
      for (let at = from; at <= to; at += step) {
        values.push([at / 1000, String(value)]);
        value += ((1000 * step) / MINUTE) * (bad ? share : 1);
      }
      return { status: "success", data: { resultType: "matrix", result: [{ metric: {}, values }] } };
    });

  it("pages when the budget burns as fast as the workbook says, and not below", async () => {
    const fast = await read(source, prometheus(0.2).fetchBy);
    assert.equal(fast.state, "breached", fast.why);
    assert.match(fast.why, /^the budget of 99% burns 20 times over 1h and 5m, limit 14$/);
    assert.equal((await read(source, prometheus(0.005).fetchBy)).state, "calm");
  });

  it("is not enough traffic where the policy asks for more", async () => {
    const http = new FetchHttp({ fetch: prometheus(0.2).fetchBy, secrets: async () => null });
    const minimum = { events: 1_000_000, traffic: null };
    const answer = await openSource({ source, minimum }, http, context())(NEVER);
    const found = evaluate({ ...LAW, minimum }, null, { at: NOW, answer });
    assert.equal(found.state, "notEnoughTraffic", found.why);
  });

  it("goes by an OpenSLO file, and says where that is wrong", async () => {
    const slo = (target: number) => `apiVersion: openslo/v1
kind: SLO
metadata: { name: checkout }
spec:
  service: shop
  budgetingMethod: Occurrences
  timeWindow: [{ duration: 30d, isRolling: true }]
  objectives: [{ target: ${target} }]
  indicator:
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: errors_total } } }
        total: { metricSource: { type: Prometheus, spec: { query: requests_total } } }
`;
    const fetchBy = (async (input: URL) => {
      const query = new URL(input).searchParams.get("query") ?? "";
      const value = query.includes("errors_total") ? "200" : "1000";
      return new Response(
        JSON.stringify({
          status: "success",
          data: { resultType: "vector", result: [{ metric: {}, value: [0, value] }] },
        }),
      );
    }) as typeof fetch;
    const http = new FetchHttp({ fetch: fetchBy, secrets: async () => null });
    const file: SignalSource = { ...source, events: null, slo: "slo/checkout.yaml", objective: null };
    const at = (target: number) =>
      openSource({ source: file }, http, { ...context(), readFile: async () => slo(target) })(NEVER);
    assert.equal(evaluate(LAW, null, { at: NOW, answer: await at(0.99) }).state, "breached");
    const wrong = await at(2);
    assert.match(
      "failed" in wrong ? wrong.failed : "",
      /^slo\/checkout\.yaml: `spec\.objectives\.0\.target` must lie/,
    );
    const missing = await openSource({ source: file }, http, context())(NEVER);
    assert.match("failed" in missing ? missing.failed : "", /is not on the release branch/);
  });
});

describe("minimum traffic beside a threshold", () => {
  it("says that there is not enough of it, whatever the number", async () => {
    const source: SignalSource = { kind: "prometheus", url: "http://p.example", query: "rate" };
    const traffic = { kind: "prometheus", url: "http://p.example", query: "traffic" } as const;
    let events = "4";
    const fetchBy = (async (input: URL) => {
      const value = new URL(input).searchParams.get("query") === "rate" ? "0.5" : events;
      return new Response(
        JSON.stringify({
          status: "success",
          data: { resultType: "vector", result: [{ metric: {}, value: [0, value] }] },
        }),
      );
    }) as typeof fetch;
    const http = new FetchHttp({ fetch: fetchBy, secrets: async () => null });
    const law = { ...LAW, breach: { operator: ">", value: 0.02 } as const, minimum: { events: 50, traffic } };
    const open = openSource({ source, minimum: law.minimum }, http, context());
    const few = evaluate(law, null, { at: NOW, answer: await open(NEVER) });
    assert.deepEqual(
      [few.state, few.why],
      ["notEnoughTraffic", "4 events, and the policy asks for 50: not enough traffic"],
    );
    events = "50";
    assert.equal(evaluate(law, few, { at: NOW + 15_000, answer: await open(NEVER) }).state, "breached");
  });
});
