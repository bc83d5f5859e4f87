import assert from "node:assert/strict";
import { statusAt } from "../../../../src/domain/drop/status.ts";
import type { IncidentStatus } from "../../../../src/domain/incident/incidentStatus.ts";
import { Standing } from "../../../../src/editor/model/standing.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { releaseOf } from "../statusOf.ts";

const verdicts = ({ incident, state, clocks }: IncidentStatus) => [
  incident.id,
  state,
  clocks.map((clock) => clock.state),
];

describe("a release that is asked again and again", () => {
  it("stands as if it were judged anew, at every instant", () => {
    const on = (id: string, events: ReturnType<typeof event>[]) =>
      events.map((each) => ({ ...each, subject: `incident/${id}` }));
    const release = releaseOf([
      ...on("a", [opened(at("10:00")), event("detected", at("10:00"))]),
      ...on("b", [
        opened(at("09:50"), { severity: "minor" }),
        event("mitigated", at("09:55")),
        event("resolved", at("09:56")),
      ]),
      ...on("c", [opened(at("10:05"), { severity: "major" }), event("paused", at("10:20"))]),
    ]);
    const standing = new Standing(release, at("10:30"));
    assert.equal(standing.at(at("10:30")).closed.length, 1);
    for (const time of ["10:30", "11:00", "12:00", "12:01", "20:00"]) {
      const { closed, ...rest } = standing.at(at(time));
      const { closed: judged, ...anew } = statusAt(release, at(time));
      assert.deepEqual(rest, anew);
      assert.deepEqual(closed.map(verdicts), judged.map(verdicts));
    }
  });
});
