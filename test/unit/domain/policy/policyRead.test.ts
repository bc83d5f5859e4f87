import assert from "node:assert/strict";
import { minimatch } from "minimatch";
import { DEFAULT_POLICY, type Policy } from "../../../../src/domain/policy/policy.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { FULL_POLICY } from "../../../support/record/policyText.ts";

const HOUR = 3_600_000;

function good(text: string): Policy {
  const { policy, problems } = readPolicy(text);
  assert.deepEqual(problems, []);
  assert.ok(policy);
  return policy;
}

describe("a policy that is in order", () => {
  for (const text of [
    "",
    "\n\n",
    "# nothing but a comment\n",
    "---\n",
    "version: 1",
    "\ufeffversion: 1\n",
    "version: 1\r\n",
    "{ version: 1 }",
    "---\nversion: 1\n...\n",
  ]) {
    it(`means the defaults: ${JSON.stringify(text)}`, () => assert.deepEqual(good(text), DEFAULT_POLICY));
  }

  it("is read with every kind of risk rule", () => {
    const rules = [
      '{ flags: ["checkout-*"], level: low, because: a }',
      "{ untested: { paths: [src/**] }, level: low, because: b }",
      "{ untested: { paths: [src/**], tests: [spec/**], within: 30d }, level: low, because: c }",
      "{ dependencies: true, level: low, because: d }",
    ];
    const { risk } = good(
      `version: 1\nflags: { file: f.json }\nrisk:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`,
    );
    const DAY = 24 * HOUR;
    const defaultTests = risk[1]!.untested!.tests;
    assert.ok(
      ["test/a.ts", "src/a.test.ts", "pkg/a_test.go"].every((path) =>
        defaultTests.some((glob) => minimatch(path, glob)),
      ),
    );
    assert.deepEqual(risk, [
      { flags: ["checkout-*"], level: "low", because: "a" },
      { untested: { paths: ["src/**"], tests: defaultTests, within: 14 * DAY }, level: "low", because: "b" },
      { untested: { paths: ["src/**"], tests: ["spec/**"], within: 30 * DAY }, level: "low", because: "c" },
      { dependencies: true, level: "low", because: "d" },
    ]);
  });

  it("is read in full", () => {
    assert.deepEqual(good(FULL_POLICY), {
      ...DEFAULT_POLICY,
      service: "Checkout",
      drops: { tags: ["drop-*"], branch: "main", adoption: 4 },
      publish: { url: "https://status.example.com/incidents/" },
      changelog: { skip: ["^chore\\(deps\\)", "^release:"], authors: false, sections: {} },
      ledger: { share: true, remote: "origin", sync: 15_000 },
      council: {
        members: ["ana@example.com", "bo@example.com", "cy@example.com"],
        quorum: 2,
        from: "high",
        signed: false,
      },
      risk: [
        { paths: ["migrations/**"], level: "high", because: "schema change" },
        { lines: 800, level: "medium", because: "large drop" },
      ],
      stages: [
        { name: "testbed", soak: HOUR / 2 },
        { name: "broad", soak: 0 },
      ],
      signals: [
        {
          name: "checkout errors",
          impact: "user",
          source: {
            kind: "prometheus",
            url: "http://localhost:9090",
            query: "sum(rate(checkout_errors_total[5m])) / sum(rate(checkout_requests_total[5m]))",
          },
          breach: { operator: ">", value: 0.02 },
          for: HOUR / 12,
          every: 15_000,
          noData: "error",
          errors: 4,
          // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
          then: "propose",
          severity: "critical",
        },
        {
          name: "pages",
          impact: "user",
          source: { kind: "alertmanager", url: "http://localhost:9093", matchers: ['service="checkout"'] },
          breach: null,
          for: 0,
          every: 15_000,
          noData: "calm",
          errors: 4,
          // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
          then: "open",
          severity: "critical",
        },
      ],
      flags: { file: "flags.flagd.json", metrics: { "new-checkout": "checkout_conversion" } },
      rollback: {
        steps: [
          { flags: ["new-checkout"] },
          { revert: { push: true, pullRequest: true } },
          { run: "./deploy.sh {{ previous.tag }}" },
          { verify: ["checkout errors"] },
        ],
        checks: ["npm test"],
        keep: [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"],
      },
    } satisfies Policy);
  });

  it("keeps the clocks that it does not name, and takes null for none", () => {
    const { targets } = good("version: 1\ntargets: { critical: { mitigate: 1h, update: null }, minor: {} }");
    assert.deepEqual(targets, {
      ...DEFAULT_POLICY.targets,
      critical: { ...DEFAULT_POLICY.targets.critical, mitigate: HOUR, update: null },
    });
  });

  it("takes null for never, and for nobody", () => {
    const policy = good(
      "version: 1\nupdates: { every: null }\ndrills: { every: ~ }\nledger: { remote: null }",
    );
    assert.equal(policy.updates.every, null);
    assert.equal(policy.drills.every, null);
    assert.deepEqual(policy.ledger, { share: false, remote: null, sync: 15_000 });
  });

  it("may warn nobody", () => assert.deepEqual(good("version: 1\nwarnAt: []").warnAt, []));

  it("reads working hours as they are written", () => {
    const text = `version: 1
calendar:
  timeZone: Europe/Oslo
  hours: { mon-thu: ["09:00-12:00", "12:30-17:00"], fri-sat: ["00:00-24:00"] }
  holidays: [2028-02-29]
  for: [update, postmortem]`;
    assert.deepEqual(good(text).calendar, {
      timeZone: "Europe/Oslo",
      hours: { "mon-thu": ["09:00-12:00", "12:30-17:00"], "fri-sat": ["00:00-24:00"] },
      holidays: ["2028-02-29"],
      for: ["update", "postmortem"],
    });
    const weekend = good(
      'version: 1\ncalendar: { timeZone: UTC, hours: { fri-mon: ["09:00-12:00", "12:00-13:00"] } }',
    );
    assert.deepEqual(weekend.calendar, {
      timeZone: "UTC",
      hours: { "fri-mon": ["09:00-12:00", "12:00-13:00"] },
    });
  });

  it("reads anchors and aliases", () => {
    const { targets } = good(
      "version: 1\ntargets:\n  critical: &strict { detect: 10m, mitigate: &long 1h }\n  major: *strict\n  minor: { detect: *long }",
    );
    assert.deepEqual(targets.major, { ...DEFAULT_POLICY.targets.major, detect: HOUR / 6, mitigate: HOUR });
    assert.equal(targets.minor.detect, HOUR);
  });

  it("fills in what the entries of lists leave out", () => {
    const one = good("version: 1\ncouncil: { members: [ana@example.com] }").council;
    assert.deepEqual(one, { members: ["ana@example.com"], quorum: 1, from: "high", signed: false });
    const three = good("version: 1\ncouncil: { members: [a@x.io, b@x.io, c@x.io] }").council;
    assert.equal(three?.quorum, 2);
    const [signal] = good(
      'version: 1\nsignals: [{ name: a, prometheus: { url: "https://x/prom", query: up }, breach: "<1" }]',
    ).signals;
    assert.deepEqual(
      { ...signal, source: null },
      {
        name: "a",
        source: null,
        impact: "user",
        breach: { operator: "<", value: 1 },
        for: 300_000,
        every: 15_000,
        noData: "error",
        errors: 4,
        // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
        then: "notify",
        severity: "critical",
      },
    );
  });

  it("reads each comparison", () => {
    const breachOf = (breach: string) =>
      good(
        `version: 1\nsignals: [{ name: a, prometheus: { url: "http://x", query: up }, breach: "${breach}" }]`,
      ).signals[0]!.breach;
    assert.deepEqual(breachOf("> 0.02"), { operator: ">", value: 0.02 });
    assert.deepEqual(breachOf(">=1"), { operator: ">=", value: 1 });
    assert.deepEqual(breachOf("< -1.5e3"), { operator: "<", value: -1500 });
    assert.deepEqual(breachOf("<= .5"), { operator: "<=", value: 0.5 });
    assert.deepEqual(breachOf("== 0"), { operator: "==", value: 0 });
    assert.deepEqual(breachOf("!= 1"), { operator: "!=", value: 1 });
  });

  it("shares a revert unless told otherwise", () => {
    const stepsOf = (revert: string) =>
      good(`version: 1\nrollback: { steps: [{ revert: ${revert} }] }`).rollback.steps;
    assert.deepEqual(stepsOf("{}"), [{ revert: { push: true, pullRequest: true } }]);
    assert.deepEqual(stepsOf("{ pullRequest: false }"), [{ revert: { push: true, pullRequest: false } }]);
    assert.deepEqual(stepsOf("{ push: false }"), [{ revert: { push: false, pullRequest: false } }]);
  });

  it("knows the variables of a step", () => {
    const run =
      "a {{previous.tag}} {{ previous.commit }} {{ drop.tag }} {{ drop.commit }} {{ branch }} $HOME {y}";
    assert.deepEqual(good(`version: 1\nrollback: { steps: [{ run: "${run}" }] }`).rollback.steps, [{ run }]);
  });

  it("keeps documents that were moved out of the way of an undo", () => {
    const { rollback, documents } = good(
      'version: 1\ndocuments: { postmortems: ./team//pm/, changelog: "NEWS [1].md" }',
    );
    assert.equal(documents.postmortems, "team/pm");
    assert.deepEqual(rollback.keep, [...DEFAULT_POLICY.rollback.keep, "team/pm/**", "NEWS \\[1\\].md"]);
    assert.ok(minimatch("NEWS [1].md", rollback.keep.at(-1)!, { dot: true, noext: true }));
    assert.deepEqual(
      good("version: 1\nrollback: { keep: [] }\ndocuments: { runbooks: rb }").rollback.keep,
      [],
    );
  });

  it("is a new object each time, so that nobody can change the defaults", () => {
    assert.notEqual(good("").targets, DEFAULT_POLICY.targets);
    assert.notEqual(good("version: 1").warnAt, DEFAULT_POLICY.warnAt);
    assert.notEqual(good("version: 1").rollback.keep, DEFAULT_POLICY.rollback.keep);
    assert.notEqual(good("version: 1").rollback.checks, DEFAULT_POLICY.rollback.checks);
  });
});
