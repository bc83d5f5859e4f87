import assert from "node:assert/strict";
import fc from "fast-check";
import { incidentLink, incidentOfLink, readAsk, readPageRef } from "../../../src/documents/pageMessages.ts";

describe("what a page posts", () => {
  it("is read where it is exactly an ask, and nothing beside comes along", () => {
    for (const ask of [
      { kind: "ready" },
      { kind: "step", name: "undo" },
      { kind: "document", name: "runbook" },
      { kind: "incident", id: "2026-11-23-checkout" },
      { kind: "export", format: "svg" },
      { kind: "vote", vote: "reject" },
    ])
      assert.deepEqual(readAsk({ ...ask, command: "workbench.action.terminal.new" }), ask);
  });

  it("is nothing where it is anything else", () => {
    for (const message of [
      null,
      "ready",
      [],
      { kind: "run", command: "workbench.action.quit" },
      { kind: "step" },
      { kind: "step", name: 0 },
      { kind: "step", name: ["undo"] },
      { kind: "document", name: "x".repeat(1001) },
      { kind: "incident", id: "" },
      { kind: "incident", id: "x".repeat(1001) },
      { kind: "incident", id: ["x"] },
      { kind: "export", format: "exe" },
      { kind: "vote", vote: "override" },
      { kind: "constructor" },
    ])
      assert.equal(readAsk(message), null, JSON.stringify(message));
    fc.assert(fc.property(fc.anything(), (message) => void readAsk(message)));
  });
});

describe("what is kept with a page", () => {
  it("tells what it is about, and null where somebody has changed it into something else", () => {
    const root = "/checkout";
    for (const ref of [
      { page: "incident", root, id: "x" },
      { page: "scorecard", root },
      { page: "request", root, tag: null },
      { page: "request", root, tag: "drop-1" },
    ])
      assert.deepEqual(readPageRef({ ref: { ...ref, more: 1 }, top: 3 }), ref);
    for (const ref of [
      undefined,
      { page: "incident", root },
      { page: "scorecard" },
      { page: "request", root, tag: 1 },
      { page: "settings", root },
    ])
      assert.equal(readPageRef({ ref }), null);
    fc.assert(fc.property(fc.anything(), (state) => void readPageRef(state)));
  });
});

describe("a link to an incident", () => {
  const openedEvent = "01J0000000000000000000000A";

  it("names the event that opened it, and nothing of what happened", () => {
    assert.equal(incidentLink({ openedEvent }), `vscode://dropclock.dropclock/incident/${openedEvent}`);
    assert.equal(incidentOfLink(new URL(incidentLink({ openedEvent })).pathname), openedEvent);
  });

  it("is nothing else", () => {
    for (const path of [
      "",
      "/",
      "/incident/",
      `/incident/${openedEvent}/undo`,
      "/undo/drop-1",
      `/incident/${openedEvent}?x`,
    ])
      assert.equal(incidentOfLink(path), null, path);
  });
});
