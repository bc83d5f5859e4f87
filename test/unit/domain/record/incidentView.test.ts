import assert from "node:assert/strict";
import { withoutTime } from "../../../../src/domain/record/incidentView.ts";
import {
  INCIDENTS,
  incidentOf,
  NOW,
  nowOf,
  type SampleIncident,
} from "../../../support/pages/pageSamples.ts";
import { at, event } from "../../../support/record/events.ts";

const view = (name: SampleIncident) => incidentOf(INCIDENTS[name], nowOf(name));
const clock = (name: SampleIncident, which: string) => view(name).clocks.find((each) => each.name === which)!;
const kinds = (name: SampleIncident) =>
  view(name).next.map((step) => (step.kind === "mark" ? step.milestone : step.kind));

describe("the view of an incident", () => {
  it("has each clock with its warnings, where they are reached", () => {
    const { state, startedAt, dueAt, marks, remainingMs } = clock("running", "mitigate");
    assert.deepEqual([state, startedAt, dueAt], ["running", at("09:30"), at("11:30")]);
    assert.equal(remainingMs, 66 * 60_000);
    assert.deepEqual(
      marks.map(({ share, at: when }) => [share, when]),
      [
        [0.5, at("10:30")],
        [0.8, at("11:06")],
      ],
    );
  });

  it("shows pauses, and while one lasts nothing is due: only how much is left", () => {
    const { state, dueAt, pauses, marks, remainingMs } = clock("paused", "mitigate");
    assert.deepEqual([state, dueAt, remainingMs], ["paused", null, 20 * 60_000]);
    assert.deepEqual(pauses, [
      { from: at("10:00"), to: at("10:20") },
      { from: at("11:30"), to: null },
    ]);
    assert.deepEqual(
      marks.map(({ at: when, leftMs }) => [when, leftMs / 60_000]),
      [
        [at("10:50"), -40],
        [at("11:26"), -4],
      ],
    );
    assert.deepEqual(clock("paused", "detect").pauses, [], "what came after its end is none of its business");
  });

  it("says who leads it first, and counts what each did; what was retracted is nobody's", () => {
    const { owner, people } = view("running");
    assert.deepEqual(owner, { name: "Bo Lund", since: at("09:32") });
    assert.deepEqual(
      people.map(({ name, leads, watched }) => [name, leads, watched]),
      [
        ["Bo Lund", true, false],
        ["Ana", false, true],
      ],
    );
    const slip = event("note", at("09:50"), { data: { text: "x" }, by: "Cy <cy@example.com>" });
    const gone = event("retracted", at("09:51"), { data: { event: slip.id, why: "y" } });
    const others = incidentOf([...INCIDENTS.running, slip, gone], NOW).people;
    assert.ok(!others.some(({ name }) => name === "Cy"));
  });

  it("follows the undo step by step, those to come included", () => {
    const { state, steps, why } = view("running").undo!;
    assert.deepEqual([state, why], ["stopped", "the deployment host did not answer"]);
    assert.deepEqual(
      steps.map(({ outcome }) => outcome),
      ["done", "done", "waiting", "waiting"],
    );
  });

  it("offers what is most useful first, and nothing where nothing may be written", () => {
    assert.deepEqual(kinds("breached").slice(0, 3), ["undo", "mitigated", "own"]);
    assert.equal(kinds("running")[0], "continueUndo");
    assert.equal(kinds("paused")[0], "resume");
    assert.deepEqual(kinds("closed"), ["reopen", "postmortem"]);
    assert.ok(kinds("reopened").includes("own"));
    assert.deepEqual(incidentOf(INCIDENTS.breached, NOW, false).next, []);
  });

  it("keeps the verdicts of the rounds before", () => {
    const { round, earlier } = view("reopened");
    assert.equal(round, 2);
    assert.deepEqual(
      earlier.map(({ until, clocks }) => [until, clocks.map(({ name, state }) => `${name} ${state}`)]),
      [[at("11:10"), ["detect met", "mitigate met", "update met", "postmortem running"]]],
    );
  });

  it("puts each entry into a lane", () => {
    const lanes = Object.fromEntries(
      view("closed").entries.map(({ text, lane }) => [text.split(/[ :]/)[0], lane]),
    );
    assert.deepEqual(
      [lanes.Detected, lanes.Mitigated, lanes.Customers, lanes["Post-mortem"]],
      ["detection", "response", "communication", "learning"],
    );
  });

  it("is the same a second later, but for the time", () => {
    const of = (now: number) => JSON.stringify(withoutTime(incidentOf(INCIDENTS.running, now)));
    assert.equal(of(at("10:24:00")), of(at("10:24:01")));
    assert.notEqual(of(at("10:24:00")), of(at("11:31:00")), "overdue is news");
  });

  it("holds nothing that steers a terminal or turns the reading direction", () => {
    const note = event("note", at("09:50"), {
      data: { text: "\u202egood\u001b[31m" },
      by: "\u202eEve <e@x>",
    });
    const told = JSON.stringify(incidentOf([...INCIDENTS.breached, note]));
    assert.doesNotMatch(told, /\\u001b|\u202e/);
  });
});
