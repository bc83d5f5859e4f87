import assert from "node:assert/strict";
import {
  refuseMark,
  refusePause,
  refuseReopen,
  refuseRetract,
} from "../../../../src/domain/incident/entry.ts";
import { parseInstant } from "../../../../src/domain/time/instant.ts";
import {
  editableTime,
  fullTime,
  inLocalTime,
  instantTrouble,
  labelText,
  messageText,
  shortTime,
  withoutCommandLine,
} from "../../../../src/editor/model/text.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { releaseOf } from "../statusOf.ts";

describe("local time", () => {
  const at = (...parts: [number, number, number, number, number, number?]) =>
    new Date(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5] ?? 0).getTime();

  const now = at(2026, 11, 23, 10, 0);

  it("is as short as the day allows", () => {
    assert.equal(shortTime(at(2026, 11, 23, 14, 5), now), "14:05");
    assert.equal(shortTime(at(2026, 11, 24, 0, 5), now), "Tue 00:05");
    assert.equal(shortTime(at(2026, 11, 17, 23, 0), now), "Tue 23:00");
    assert.equal(shortTime(at(2026, 12, 3, 9, 0), now), "3 Dec 09:00");
    assert.equal(shortTime(at(2027, 1, 3, 9, 0), now), "3 Jan 2027 09:00");
  });

  it("is whole in a tooltip, with its zone", () => {
    assert.match(fullTime(at(2026, 11, 23, 14, 5, 12)), /^Mon 23 Nov 2026 14:05:12 [+-]\d\d:\d\d$/);
  });

  it("takes the place of the instants in a sentence, whose zone nobody at a desk reads", () => {
    const iso = (...parts: Parameters<typeof at>) => new Date(at(...parts)).toISOString();
    const sentence = (first: string, second: string) =>
      `Mitigated at ${first} lies before “Detected” at ${second}.`;
    assert.equal(
      inLocalTime(sentence(iso(2026, 11, 23, 9, 2), iso(2026, 11, 24, 9, 2)), now),
      sentence("09:02", "Tue 09:02"),
    );
    assert.equal(
      inLocalTime(sentence(iso(2026, 11, 23, 9, 2, 5), iso(2026, 11, 23, 9, 2, 42)), now),
      sentence("09:02:05", "09:02:42"),
    );
    assert.equal(
      inLocalTime("A line of a log: 2026-11-23T10:04Z", now),
      "A line of a log: 2026-11-23T10:04Z",
    );
  });

  it("can be edited and read back", () => {
    assert.equal(parseInstant(editableTime(now)), now);
  });

  it("asks for the zone, and offers this machine's", () => {
    assert.equal(instantTrouble("2026-11-23T09:00Z", now), null);
    assert.match(instantTrouble("2026-11-23T09:00", now)!, /2026-11-23T09:00[+-]\d\d:\d\d$/);
    assert.match(instantTrouble("yesterday", now)!, /^Write it like 2026-11-23T10:00/);
  });
});

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
