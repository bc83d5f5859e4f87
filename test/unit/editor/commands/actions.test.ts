import assert from "node:assert/strict";
import { calmActions, incidentActions } from "../../../../src/editor/commands/actions.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const incident = () => [opened(at("10:00")), event("detected", at("10:00"))];
const commands = (events: Parameters<typeof statusOf>[0]) =>
  incidentActions(statusOf(events, at("10:48")).open[0]!, true).map(({ actions }) =>
    actions.map(({ command }) => command),
  );

describe("the menu of the status bar", () => {
  it("begins with what stops the clock, and says how long it has", () => {
    const [next] = incidentActions(statusOf(incident(), at("10:48")).open[0]!, true);
    assert.deepEqual(next!.actions[0], {
      label: "$(shield) Mark Mitigated",
      description: "1h 12m left",
      command: "markMitigated",
      milestone: "mitigated",
    });
  });

  it("offers what the state allows", () => {
    assert.ok(!commands(incident())[2]!.includes("reopenIncident"));
    assert.ok(commands(incident())[2]!.includes("pauseClocks"));
    const paused = [...incident(), event("paused", at("10:30"))];
    assert.ok(commands(paused)[2]!.includes("resumeClocks"));
    const mitigated = [...incident(), event("mitigated", at("10:30"))];
    assert.ok(commands(mitigated)[2]!.includes("reopenIncident"));
    assert.ok(!commands(mitigated)[0]!.includes("markMitigated"));
  });

  it("offers no undo of a drop that is undone", () => {
    const [status] = statusOf(
      [opened(at("10:00"), { drop: "drop-5" }), event("detected", at("10:00"))],
      at("10:48"),
    ).open;
    const offered = (canUndo: boolean) =>
      incidentActions(status!, canUndo)[0]!.actions.some(({ command }) => command === "undoDrop");
    assert.deepEqual([offered(true), offered(false)], [true, false]);
  });

  it("declares first when all is calm", () => {
    assert.equal(calmActions("drop-1", true)[0]!.actions[0]!.command, "declareIncident");
    assert.deepEqual(
      calmActions(null, false)[1]!.actions.map(({ command }) => command),
      ["createPolicy"],
    );
  });
});
