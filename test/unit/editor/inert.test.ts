import assert from "node:assert/strict";
import { refuseMark, refusePause, refuseReopen, refuseRetract } from "../../../src/domain/incident/entry.ts";
import { labelText, messageText, withoutCommandLine } from "../../../src/editor/inert.ts";
import { at, event, opened } from "../../support/events.ts";
import { releaseOf } from "./statusOf.ts";

describe("inert text", () => {
  it("draws no icon in a label", () => {
    assert.equal(labelText("a $(flame) b $(sync~spin) $(not"), "a \\$(flame) b \\$(sync~spin) $(not");
    assert.equal(labelText("two\nlines"), "two lines");
  });

  it("makes no link in a message", () => {
    assert.equal(messageText("[press](command:git.init)"), "[press] (command:git.init)");
  });

  it("leaves the command line to the terminal", () => {
    const paused = event("paused", at("10:30"));
    const { incidents } = releaseOf([opened(at("10:00")), event("detected", at("10:00")), paused]);
    const incident = incidents[0]!;
    const refusals = [
      refuseMark(incident, "detected", at("10:30"), at("11:00")),
      refuseMark(incident, "postmortem", at("10:30"), at("11:00")),
      refusePause(incident, true, "open"),
      refuseReopen(incident, "open"),
      refuseRetract(incident, "nothing"),
    ];
    for (const refusal of refusals) {
      const said = withoutCommandLine(refusal!);
      assert.doesNotMatch(said, /dropclock|: *\.$/);
      assert.match(said, /[.]$/);
    }
    assert.equal(withoutCommandLine(refusals[2]!), "Its clocks are paused already.");
    assert.equal(withoutCommandLine(refusals[1]!), "The incident is not mitigated yet; mark that first.");
  });
});
