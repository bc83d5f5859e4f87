import assert from "node:assert/strict";
import { statusAt } from "../../../../src/domain/drop/status.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import type { Chosen } from "../../../../src/editor/commands/choose.ts";
import { consequencesOf } from "../../../../src/editor/commands/consequences.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { releaseOf } from "../statusOf.ts";

const now = at("10:30");

const lines = (events: LedgerEvent[], supposed: Parameters<typeof consequencesOf>[1]) => {
  const release = releaseOf(events);
  const [status] = statusAt(release, now).open;
  const chosen = { project: { reading: { release } }, status: status! } as unknown as Chosen;
  return consequencesOf(chosen, supposed, now).map((line) => line.replace(/due [^,→]*/g, "due T"));
};

describe("what an entry would change", () => {
  const begun = () => [opened(at("10:00")), event("started", at("09:50")), event("detected", at("10:00"))];

  it("is told of each clock that another severity moves", () => {
    const told = lines(begun(), { type: "severity", data: { to: "major" } });
    assert.ok(told.includes("Mitigate: 1h 30m left, due T→ 7h 30m left, due T"), told.join("\n"));
  });

  it("is told of a retraction: the clock that it stopped runs again", () => {
    const mitigated = event("mitigated", at("10:20"));
    const told = lines([...begun(), mitigated], { type: "retracted", data: { event: mitigated.id } });
    assert.equal(told[0], "mitigated → open");
    assert.ok(
      told.some((line) => /^Mitigate: met in 20m → 1h 30m left/.test(line)),
      told.join("\n"),
    );
    const opening = begun();
    assert.deepEqual(lines(opening, { type: "retracted", data: { event: opening[0]!.id } }), [
      "The whole incident is taken back: it is no longer listed, and its clocks stop.",
    ]);
  });

  it("is told of the end, and nothing is told where nothing changes", () => {
    const told = lines([...begun(), event("mitigated", at("10:20"))], { type: "resolved" });
    assert.equal(told[0], "mitigated → resolved");
    assert.deepEqual(lines(begun(), { type: "note", data: { text: "x" } }), []);
  });
});
