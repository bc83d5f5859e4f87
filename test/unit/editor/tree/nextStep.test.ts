import assert from "node:assert/strict";
import { nextStepOf } from "../../../../src/editor/tree/nextStep.ts";
import type { UndoFace } from "../../../../src/editor/tree/undoFace.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const face = (over: Partial<UndoFace>): UndoFace => ({
  state: "ready",
  progress: null,
  leadsTo: null,
  words: "ready: 4 commits, 6 files",
  icon: "discard",
  color: undefined,
  ...over,
});

const step = (undo: UndoFace | null, ...more: Parameters<typeof statusOf>[0]) => {
  const events = [opened(at("10:00"), { drop: "drop-5" }), event("detected", at("10:00")), ...more];
  const found = nextStepOf(statusOf(events, at("10:48")).open[0]!, undo);
  return found && [found.command, found.title];
};

describe("the next step of an incident", () => {
  it("is the undo while it burns, as far as that has come", () => {
    assert.deepEqual(step(face({})), ["undoDrop", "Undo drop-5…"]);
    assert.deepEqual(step(face({ state: "conflicts" })), ["undoDrop", "Undo drop-5…"]);
    assert.deepEqual(step(face({ state: "running" })), [null, "Undo drop-5"]);
    assert.deepEqual(step(face({ state: "stopped" })), ["continueUndo", "Continue Undo"]);
    const undone = (leadsTo: UndoFace["leadsTo"]) => step(face({ state: "undone", leadsTo }));
    assert.deepEqual(undone("createPullRequest"), ["createPullRequest", "Create Pull Request"]);
    assert.deepEqual(undone("openPullRequest"), ["openPullRequest", "Open Pull Request"]);
    assert.deepEqual(undone("openUndoBranch"), ["openUndoBranch", "Open Branch"]);
    assert.deepEqual(undone("markMitigated"), ["markMitigated", "Mark Mitigated"]);
  });

  it("is to mark it mitigated where nothing can be undone", () => {
    assert.deepEqual(step(null), ["markMitigated", "Mark Mitigated"]);
    assert.deepEqual(step(face({ state: "nothing" })), ["markMitigated", "Mark Mitigated"]);
    assert.deepEqual(step(face({ state: "unknown" })), ["markMitigated", "Mark Mitigated"]);
  });

  it("goes on with customers, the end and what is learned, whatever the undo says", () => {
    const mitigated = event("mitigated", at("10:20"));
    assert.deepEqual(step(face({}), mitigated), ["draftUpdate", "Write Customer Update"]);
    const updated = event("updated", at("10:25"));
    assert.deepEqual(step(null, mitigated, updated), ["markResolved", "Mark Resolved…"]);
    const resolved = event("resolved", at("10:30"));
    assert.deepEqual(step(null, mitigated, updated, resolved), ["openPostmortem", "Open Post-mortem"]);
  });
});
