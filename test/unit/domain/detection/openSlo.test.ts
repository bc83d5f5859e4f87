import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import {
  eventsOf,
  queryOver,
  readOpenSlo,
  type SloObjective,
} from "../../../../src/domain/detection/openSlo.ts";

const DAY = 86_400_000;
const parsed = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS());

function objectives(text: string): SloObjective[] {
  const reading = readOpenSlo(parsed(text));
  if ("fault" in reading) assert.fail(`${reading.fault.path} ${reading.fault.message}`);
  return reading.objectives;
}

function fault(text: string): string {
  const reading = readOpenSlo(parsed(text));
  if ("objectives" in reading) assert.fail("it was read");
  return `${reading.fault.path} ${reading.fault.message}`;
}

const ALPHA = `
apiVersion: openslo/v1alpha
kind: SLO
metadata: { name: availability, displayName: Availability }
spec:
  service: shop
  budgetingMethod: Occurrences
  objectives:
    - ratioMetrics:
        good: { source: prometheus, queryType: promql, query: 'sum(rate(http_total{code!~"5.."}[{{.window}}]))' }
        total: { source: prometheus, queryType: promql, query: "sum(rate(http_total[{{ .window }}]))" }
      target: 0.999
  timeWindows:
    - { count: 30, unit: Day }
`;

const V1 = `
apiVersion: openslo/v1
kind: SLI
metadata: { name: errors }
spec:
  ratioMetric:
    counter: true
    bad: { metricSource: { type: Prometheus, spec: { query: 'http_total{code=~"5.."}' } } }
    total: { metricSource: { type: Prometheus, spec: { query: http_total } } }
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: shop
  indicatorRef: errors
  budgetingMethod: Occurrences
  timeWindow: [{ duration: 4w, isRolling: true }]
  objectives: [{ targetPercent: 99.5 }, { target: 0.99 }]
`;

describe("an OpenSLO file", () => {
  it("gives objective, period and queries, in the form that Sloth reads", () => {
    const [slo, ...more] = objectives(ALPHA);
    assert.deepEqual(more, []);
    const { name, service, target, period, counted, events, total } = slo!;
    assert.deepEqual(
      [name, service, target, period, counted],
      ["availability", "shop", 0.999, 30 * DAY, "good"],
    );
    assert.equal(queryOver(events, 300_000), 'sum(rate(http_total{code!~"5.."}[300s]))');
    assert.equal(queryOver(total, 3_600_000), "sum(rate(http_total[3600s]))");
    assert.deepEqual(eventsOf(slo!, 97, 100), { bad: 3, all: 100 });
    assert.deepEqual(eventsOf(slo!, 101, 100), { bad: 0, all: 100 });
  });

  it("of version 1 gives each objective, by the indicator that it names", () => {
    const found = objectives(V1);
    assert.deepEqual(
      found.map(({ name, target, period, counted }) => [name, target, period, counted]),
      [
        ["availability 1", 0.995, 28 * DAY, "bad"],
        ["availability 2", 0.99, 28 * DAY, "bad"],
      ],
    );
    assert.deepEqual(eventsOf(found[0]!, 3, 100), { bad: 3, all: 100 });
    assert.equal(queryOver(found[0]!.events, 300_000), 'sum(increase(http_total{code=~"5.."}[300s]))');
  });

  it("takes a counter with a sum around it, and whatever stands in its matchers", () => {
    const queried = (query: string) => {
      const [slo] = objectives(V1.replace("query: http_total", `query: '${query}'`));
      return queryOver(slo!.total, 60_000);
    };
    assert.equal(queried("sum( http_total )"), "sum(increase(http_total[60s]))");
    assert.equal(queried("sum_total"), "sum(increase(sum_total[60s]))");
    const matchers = 'a{path=~"/v[0-9]{2}/\\"}.*", host="b"}';
    assert.equal(queried(`sum(${matchers})`), `sum(increase(${matchers}[60s]))`);
    for (const query of ["sum(http_total", "http_total)", "max(http_total)", "http_total[5m]", "a + b"]) {
      assert.match(
        fault(V1.replace("query: http_total", `query: '${query}'`)),
        /must have `\{\{\.window\}\}`/,
      );
    }
  });

  it("takes an indicator of its own, and thirty days where no window stands", () => {
    const inline = V1.split("---")[1]!
      .replace(
        "indicatorRef: errors",
        `indicator: ${JSON.stringify(parsed(V1)[0] as { spec: object } & object)}`,
      )
      .replace(/ {2}timeWindow.*\n/, "");
    assert.deepEqual(
      objectives(inline).map(({ period }) => period),
      [30 * DAY, 30 * DAY],
    );
  });

  it("names the place and what must stand there", () => {
    const cases: [string, string, string][] = [
      [ALPHA, "kind: SLO", "kind: Service"],
      [ALPHA, "openslo/v1alpha", "openslo/v9"],
      [ALPHA, "target: 0.999", "target: 99.9"],
      [V1, "targetPercent: 99.5", "targetPercent: 100"],
      [ALPHA, "Occurrences", "Timeslices"],
      [ALPHA, "[{{.window}}]", "[5m]"],
      [ALPHA, "source: prometheus, queryType: promql, query: 'sum", "source: datadog, query: 'sum"],
      [V1, "indicatorRef: errors", "indicatorRef: latency"],
      [V1, "duration: 4w", "duration: soon"],
      [V1, "query: http_total", "query: max(http_total)"],
      [V1, "    bad:", "    raw:"],
      [V1, "ratioMetric:", "thresholdMetric:"],
      [ALPHA, "unit: Day", "unit: Fortnight"],
    ];
    const changed = cases.map(([text, from, to]) => {
      assert.ok(text.includes(from), from);
      return fault(text.replace(from, to));
    });
    assert.deepEqual(changed, [
      "kind must be SLO in one of the documents",
      "apiVersion must be openslo/v1 or openslo/v1alpha",
      "spec.objectives.0.target must lie between 0 and 1",
      "spec.objectives.0.targetPercent must lie between 0 and 100",
      "spec.budgetingMethod must be Occurrences: a burn rate counts events, not slices of time",
      "spec.objectives.0.ratioMetrics.good.query must have `{{.window}}` where its range goes, such as `sum(rate(requests_total[{{.window}}]))`",
      "spec.objectives.0.ratioMetrics.good.source must be Prometheus",
      "spec.indicatorRef must name an SLI of the same file",
      "spec.timeWindow.0 must have a duration such as 30d, or a count and a unit",
      "spec.indicatorRef.spec.ratioMetric.total.metricSource.spec.query must have `{{.window}}` where its range goes, such as `sum(rate(requests_total[{{.window}}]))`",
      "spec.indicatorRef.spec.ratioMetric must have `total`, and `good` or `bad`: a ratio alone does not tell how many events it is of",
      "spec.indicatorRef must have a ratio metric: a threshold metric counts no events",
      "spec.timeWindows.0 must have a duration such as 30d, or a count and a unit",
    ]);
  });

  it("never throws, whatever the file holds", () => {
    const base = parsed(V1);
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("spec", "metadata", "kind", "apiVersion"), (value, key) => {
        readOpenSlo([value]);
        const changed = base.map((document) => ({ ...(document as object), [key]: value }));
        const reading = readOpenSlo(changed);
        assert.ok("fault" in reading || reading.objectives.length > 0);
      }),
    );
    assert.ok(
      "fault" in
        readOpenSlo([
          { kind: "SLO", apiVersion: "openslo/v1", spec: JSON.parse('{"__proto__":{"objectives":[{}]}}') },
        ]),
    );
  });
});
