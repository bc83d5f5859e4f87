import assert from "node:assert/strict";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { foldIncident } from "../../../../src/domain/incident/incident.ts";
import { publicStatus, publicUpdates } from "../../../../src/domain/public/publicStatus.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const fold = (events: LedgerEvent[]) =>
  foldIncident("x", [opened(at("10:05")), ...events].sort(inOrder), {
    terms: SAMPLE_TERMS,
    shippedAt: () => null,
  })!;
const told = (when: string, status: unknown) => event("updated", at(when), { data: { text: "…", status } });

describe("public status", () => {
  it("follows the milestones", () => {
    const mitigated = event("mitigated", at("11:00"));
    assert.equal(publicStatus(fold([event("acknowledged", at("10:06"))])), "investigating");
    assert.equal(publicStatus(fold([mitigated])), "monitoring");
    assert.equal(publicStatus(fold([mitigated, event("resolved", at("12:00"))])), "resolved");
  });

  it("is not a step behind what customers were told last", () => {
    assert.equal(publicStatus(fold([told("10:20", "identified")])), "identified");
    assert.equal(
      publicStatus(fold([told("10:20", "identified"), event("mitigated", at("11:00"))])),
      "monitoring",
    );
    assert.equal(
      publicStatus(fold([told("10:20", "identified"), told("10:30", "investigating")])),
      "investigating",
    );
  });

  it("starts again when the incident is reopened", () => {
    const before = [event("resolved", at("11:00")), told("11:05", "resolved")];
    assert.equal(publicStatus(fold([...before, event("reopened", at("12:00"))])), "investigating");
  });

  it("passes over a retracted update and a status that is none", () => {
    const slip = told("10:20", "resolved");
    const taken = event("retracted", at("10:21"), { data: { event: slip.id, why: "wrong incident" } });
    const incident = fold([slip, taken, told("10:30", "all fine"), told("10:31", 7)]);
    assert.equal(publicStatus(incident), "investigating");
    assert.deepEqual(
      publicUpdates(incident).map(({ status, round }) => [status, round]),
      [
        [null, 1],
        [null, 1],
      ],
    );
  });

  it("counts an update once that two machines put on record", () => {
    const twice = ["10:20", "10:21"].map((when) =>
      event("updated", at(when), {
        data: { text: "…", status: "identified", update: "docs/updates/x-1.md" },
      }),
    );
    assert.deepEqual(
      publicUpdates(fold(twice)).map((update) => update.at),
      [at("10:20")],
    );
    assert.equal(publicUpdates(fold([told("10:20", "identified"), told("10:21", "identified")])).length, 2);
  });
});
