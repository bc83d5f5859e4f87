import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { secretsOfSignal } from "../../../../src/domain/policy/signalTerms.ts";
import { checkProblems } from "../../../support/record/policyCases.ts";

const HOUR = 3_600_000;
const signalOf = (lines: string, more = "") => {
  const { policy, problems } = readPolicy(`version: 1\nsignals:\n  - name: s\n${lines}\n${more}`);
  assert.deepEqual(problems, []);
  return policy!.signals[0]!;
};
const signal = (text: string) => `version: 1\nflags: { file: f.json }\nsignals: [{ name: a, ${text} }]`;

const COUNTERS = "prometheus: { url: http://x, bad: errors_total, all: requests_total }";
const ASKED = "url: 'http://x/q?from={{ from.seconds }}'";
const JSON_EVENTS = `json: { ${ASKED}, bad: /bad, all: /all }`;

describe("signals that judge for themselves, in the policy", () => {
  it("are compared with one day and one week before, unless it says otherwise", () => {
    const plain = signalOf(`    compare: { ${COUNTERS} }\n    then: rollback`);
    assert.deepEqual(plain.source, {
      kind: "compare",
      url: "http://x",
      events: { kind: "counters", counted: "bad", events: "errors_total", all: "requests_total", by: null },
      before: [24 * HOUR, 7 * 24 * HOUR],
      worse: 1.5,
      falseAlarms: 0.001,
    });
    assert.deepEqual([plain.breach, plain.for, plain.every, plain.then], [null, 0, 15_000, "rollback"]);
    const { source } = signalOf(
      "    compare:\n      prometheus: { url: http://x, histogram: 'checkout_seconds{job=\"a\"}', slowerThan: 500ms, by: variant }\n      before: [2d]\n      worse: 2",
    );
    assert.ok(source.kind === "compare");
    assert.deepEqual(source.events, {
      kind: "latency",
      histogram: 'checkout_seconds{job="a"}',
      slowerThan: 500,
      by: "variant",
    });
    assert.deepEqual([source.before, source.worse], [[48 * HOUR], 2]);
  });

  it("burn a budget by an objective, or by a file", () => {
    const { source } = signalOf(`    burn: { ${COUNTERS}, objective: 99.9% }`);
    assert.ok(source.kind === "burn");
    assert.deepEqual([source.objective, source.slo, source.period], [0.999, null, 30 * 24 * HOUR]);
    const file = signalOf("    burn: { prometheus: { url: http://x }, slo: slo/checkout.yaml }").source;
    assert.ok(file.kind === "burn");
    assert.deepEqual([file.objective, file.slo, file.events], [null, "slo/checkout.yaml", null]);
  });

  it("probe an address as often as it says", () => {
    const { source, every } = signalOf(
      "    probe: { url: https://x/health, expect: [200, 204], within: 2s, every: 20s }",
    );
    assert.deepEqual(source, {
      kind: "probe",
      url: "https://x/health",
      expect: [200, 204],
      text: null,
      within: 2000,
      failures: 2,
    });
    assert.equal(every, 20_000);
  });

  it("name all the secrets that they are read with, each for its own server", () => {
    const auth = "auth: [{ header: DD-API-KEY, secret: dd }, { header: DD-APPLICATION-KEY, secret: dd-app }]";
    const { source } = signalOf(`    compare: { json: { ${ASKED}, bad: /bad, all: /all, ${auth} } }`);
    const also = { scheme: "header", header: "DD-APPLICATION-KEY", secret: "dd-app" };
    assert.deepEqual(source.auth, { scheme: "header", header: "DD-API-KEY", secret: "dd", also });
    const traffic = "prometheus: { url: http://y, query: t, auth: { bearer: y } }";
    const both = signalOf(
      `    alertmanager: { url: http://x:1, matchers: [a=b], auth: { basic: x } }\n    minimum: { events: 9, ${traffic} }`,
    );
    assert.equal(both.minimum?.events, 9);
    assert.deepEqual(secretsOfSignal(both), [
      { name: "x", origin: "http://x:1" },
      { name: "y", origin: "http://y" },
    ]);
  });

  it("switch one flag off", () => {
    const { then, flag } = signalOf(
      `    compare: { ${COUNTERS} }\n    then: flag\n    flag: new-checkout`,
      "flags: { file: flags.json }\n",
    );
    assert.deepEqual([then, flag], ["flag", "new-checkout"]);
  });

  const COUNTER =
    "must be a counter such as checkout_requests_total, without sum() and rate(): each series is read by itself.";
  checkProblems(
    [
      [
        "compare: { prometheus: { url: http://x, bad: «sum(errors_total)», all: requests_total } }",
        `\`compare.prometheus.bad\` ${COUNTER}`,
      ],
      [
        "compare: { prometheus: { url: http://x, bad: errors_total, all: «'requests_total[5m]'» } }",
        `\`compare.prometheus.all\` ${COUNTER}`,
      ],
      [
        "compare: { prometheus: «{ url: http://x, all: requests_total }» }",
        "`compare.prometheus` must have `all`, and either `bad` or `good`.",
      ],
      [
        "compare: { prometheus: «{ url: http://x, histogram: h }» }",
        "`compare.prometheus` must have both `histogram` and `slowerThan` for latency, and then no `bad`, `good` or `all`.",
      ],
      [
        "compare: «{ worse: 2 }»",
        "`compare` must have either `prometheus` or `json`, which says where events are counted.",
      ],
      [
        `compare: { ${COUNTERS}, before: [«12h»] }`,
        "An entry of `before` must be from 1d to 365d: normal is a whole day.",
      ],
      [
        `compare: { ${COUNTERS} }, «breach»: '> 1'`,
        "`breach` has no meaning beside `compare`, which says it by what was normal; remove it.",
      ],
      [
        `compare: { ${COUNTERS} }, «for»: 5m`,
        "`for` has no meaning beside `compare`, which weighs all that was seen since the drop; remove it.",
      ],
      [
        "compare: { json: { url: «http://x/q», bad: /bad, all: /all } }",
        "`compare.json.url` must say {{ from.seconds }}, or {{ from.iso }}, where the stretch begins.",
      ],
      [
        "compare: { json: { url: «'http://x/q?from={{ from.iso }}&api_key=abc'», bad: /bad, all: /all } }",
        "`compare.json.url` must not hold a secret; name one under `auth`, and it is sent in a header.",
      ],
      [
        "compare: { json: { url: «'http://{{ from.iso }}/q'», bad: /bad, all: /all } }",
        "`compare.json.url` must be an address such as http://localhost:9090.",
      ],
      [
        `compare: { ${JSON_EVENTS.replace("all: /all", "all: «all»")} }`,
        "`compare.json.all` must be a JSON pointer such as /series/0/pointlist, not `all`.",
      ],
      [`burn: «{ ${COUNTERS} }»`, "`burn` must have `objective` or `slo`."],
      [
        `burn: { ${COUNTERS}, objective: «100%» }`,
        "`burn.objective` must be an objective such as 99.9%, not `100%`.",
      ],
      [
        "burn: { prometheus: { url: http://x, «bad»: errors_total }, slo: a.yaml }",
        "`slo` says already what is counted; remove `bad`.",
      ],
      [
        "probe: { url: http://x, every: 10s }, «every»: 15s",
        "`probe.every` says it already; remove `every`.",
      ],
      [
        "probe: { url: http://x }, «minimum»: 5",
        "`minimum` has no meaning beside `probe`, which asks by itself; remove it.",
      ],
      [
        "prometheus: { url: http://x, query: up }, breach: '> 1', minimum: «5»",
        "`minimum` must be a map with `events` and `prometheus`, which counts them.",
      ],
      [
        `compare: { ${COUNTERS} }, then: «flag»`,
        "`then` needs `flag`, which names the flag to be switched off.",
      ],
      [`compare: { ${COUNTERS} }, «flag»: a`, "`flag` needs `then: flag`; add it, or remove `flag`."],
      [
        `compare: { ${COUNTERS}, «worce»: 2 }`,
        "There is no key `worce` in `compare` (did you mean `worse`?).",
        `compare: { ${COUNTERS}, worse: 2 }`,
      ],
    ],
    signal,
  );
});
