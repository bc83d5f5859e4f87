import assert from "node:assert/strict";
import { type ChecklistFacts, checklist } from "../../../../src/domain/gate/checklist.ts";
import { SAMPLE_SIGNAL, signalThat } from "../../../support/editor/watchedProject.ts";
import { aDrop } from "../../../support/git/linearHistory.ts";
import { at } from "../../../support/record/events.ts";

const DROP = aDrop("drop-42", {
  commit: "b".repeat(40),
  shippedAt: at("09:40"),
  previous: "drop-41",
});

const TRAFFIC = {
  kind: "prometheus",
  url: "http://p:9090",
  query: "sum(increase(requests_total[5m]))",
} as const;
const COMPARED = signalThat("rollback", {
  breach: null,
  source: {
    kind: "compare",
    url: "http://p:9090",
    events: { kind: "counters", counted: "bad", events: "errors_total", all: "requests_total", by: null },
    before: [86_400_000],
    worse: 1.5,
    falseAlarms: 0.001,
  },
});
const ALERTS = signalThat("rollback", {
  breach: null,
  source: { kind: "alertmanager", url: "http://a:9093", matchers: ["a=b"] },
});
const signals = (...all: ChecklistFacts["policy"]["signals"]) => ({ policy: { flags: null, signals: all } });

function facts(over: Partial<ChecklistFacts> = {}): ChecklistFacts {
  return {
    drop: DROP,
    policy: {
      flags: { file: "f.json", metrics: { a: "m" } },
      signals: [signalThat("propose", { minimum: { events: 100, traffic: TRAFFIC } })],
    },
    flags: [{ key: "a", what: "added" }],
    entries: [entry("calm", "09:45")],
    watched: [],
    windowEndsAt: at("10:10"),
    drills: { last: at("09:00"), dueAt: at("2026-12-23T09:00Z"), overdue: false },
    undo: { state: "ready", words: "ready: 3 files" },
    now: at("12:00"),
    ...over,
  };
}

const entry = (state: string, time: string, signal = "checkout errors") => ({
  event: "1",
  at: at(time),
  by: "Ana <ana@example.com>",
  signal,
  state,
  incident: null,
  why: null,
  detection: null,
});

const row = (id: string, over: Partial<ChecklistFacts>) =>
  checklist(facts(over)).find((each) => each.id === id)!;

describe("the observability checklist", () => {
  it("passes on evidence, with nothing left to do", () => {
    for (const { verdict, fix, why } of checklist(facts())) {
      assert.equal(verdict, "pass", why);
      assert.equal(fix, null);
    }
  });

  const wanted: [string, Partial<ChecklistFacts>, "pass" | "fail" | "noData", RegExp][] = [
    ["trust", signals(COMPARED), "pass", /“checkout errors”: compared with what was normal/],
    ["trust", signals(signalThat("rollback")), "fail", /a threshold without a minimum of traffic/],
    ["trust", signals(ALERTS), "fail", /judged elsewhere/],
    ["trust", signals({ ...COMPARED, impact: "infrastructure" }), "fail", /no signal of user impact/],
    ["rollback", signals(COMPARED), "pass", /may\./],
    ["flags", { flags: [] }, "pass", /adds and changes no flag/],
    ["flags", { flags: [{ key: "b", what: "added" }] }, "fail", /Without a metric: “b”/],
    ["flags", { flags: [{ key: "toString", what: "added" }] }, "fail", /“toString”/],
    ["flags", { flags: [{ key: "b", what: "removed" }] }, "pass", /no flag/],
    ["flags", { flags: null }, "noData", /f\.json cannot be read/],
    ["flags", { policy: { flags: null, signals: [] } }, "noData", /names no flags/],
    ["signal", { entries: [entry("breached", "10:10:30")] }, "pass", /answered at 2026-11-23T10:10:30/],
    ["signal", { entries: [entry("calm", "10:12")] }, "noData", /None has answered within the window/],
    ["signal", { entries: [entry("calm", "09:30")] }, "noData", /None/],
    ["signal", { entries: [entry("error", "09:50")] }, "noData", /None/],
    ["signal", { entries: [entry("calm", "09:50", "other")] }, "noData", /None/],
    ["signal", { entries: [], now: at("09:50") }, "noData", /and the window is open/],
    [
      "signal",
      {
        entries: [],
        watched: [
          { from: at("09:41"), to: at("10:10"), by: "Bo <bo@example.com>", signals: ["checkout errors"] },
        ],
      },
      "pass",
      /Watched from .* by Bo <bo@example\.com>/,
    ],
    [
      "signal",
      { policy: { flags: null, signals: [{ ...SAMPLE_SIGNAL, impact: "infrastructure" }] } },
      "fail",
      /no signal of user impact/,
    ],
    ["rollback", { policy: { flags: null, signals: [SAMPLE_SIGNAL] } }, "fail", /leads to no undo/],
    ["rollback", { policy: { flags: null, signals: [] } }, "fail", /has no signal/],
    [
      "drill",
      { drills: { last: null, dueAt: at("09:00"), overdue: true } },
      "fail",
      /None is on record; due since/,
    ],
    ["drill", { drills: { last: null, dueAt: null, overdue: false } }, "pass", /asks for no drills/],
    ["undo", { undo: { state: "conflicts", words: "conflicts in a.ts" } }, "fail", /^Conflicts in a\.ts\.$/],
    ["undo", { undo: { state: "unknown", words: "unknown. It is shallow." } }, "noData", /shallow\.$/],
    ["undo", { undo: { state: "undone", words: "undone" } }, "pass", /Undone/],
  ];
  for (const [id, over, verdict, why] of wanted) {
    it(`says ${verdict} of ${id} where ${why.source}`, () => {
      const found = row(id, over);
      assert.equal(found.verdict, verdict);
      assert.match(found.why, why);
      assert.equal(found.fix === null, verdict === "pass");
    });
  }
});
