import assert from "node:assert/strict";
import { shortTime } from "../../../../src/editor/model/text.ts";
import { clockDescription, spoken, statusFace } from "../../../../src/editor/status/statusFace.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const SECOND = 1000;
const incident = () => [opened(at("10:00")), event("started", at("09:50")), event("detected", at("10:00"))];
const face = (events: Parameters<typeof statusOf>[0], now: number, seconds = true) =>
  statusFace([statusOf(events, now)], seconds)!;

describe("the status bar", () => {
  it("counts down the most urgent clock, to the second in the last hour", () => {
    assert.equal(face(incident(), at("10:48")).text, "$(clockface) mitigate 1h 12m");
    assert.equal(face(incident(), at("11:47") + 26 * SECOND).text, "$(warning) mitigate 12:34");
    assert.equal(face(incident(), at("11:47") + 26 * SECOND, false).text, "$(warning) mitigate 12m");
  });

  it("is a warning when a share is used up, and an error at the breach", () => {
    assert.equal(face(incident(), at("10:59")).background, "none");
    assert.equal(face(incident(), at("11:00")).background, "warning");
    assert.equal(face(incident(), at("12:00")).background, "warning");
    const breached = face(incident(), at("12:00") + 1);
    assert.deepEqual([breached.text, breached.background], ["$(error) BREACHED · mitigate overdue", "error"]);
    assert.equal(face(incident(), at("13:05")).text, "$(error) BREACHED · mitigate overdue 1h 5m");
  });

  it("says what is said aloud in words, and no second of it", () => {
    const label = "Dropclock: mitigate clock of “Checkout 5xx”, 12 minutes left";
    assert.equal(face(incident(), at("11:47") + 26 * SECOND).label, label);
    const odd = [opened(at("10:00"), { title: "$(flame) 5xx" }), ...incident().slice(1)];
    assert.match(face(odd, at("11:00")).label, /of “\$\(flame\) 5xx”/, "no backslash is read aloud");
  });

  it("shows a pause, and an incident whose clocks have all ended", () => {
    assert.equal(
      face([...incident(), event("paused", at("10:30"))], at("12:00")).text,
      "$(debug-pause) mitigate 1h 30m",
    );
    const minor = [opened(at("10:00"), { severity: "minor" }), event("mitigated", at("10:30"))];
    assert.equal(face(minor, at("12:00")).text, "$(flame) 1 open incident");
  });

  it("is quiet when all is calm", () => {
    assert.equal(face([], at("09:50")).text, "$(eye) drop-5 20m");
    assert.equal(face([], at("11:00")).text, "$(rocket) drop-5");
    const nothing = { ...statusOf([], at("11:00")), drop: null };
    assert.equal(statusFace([{ ...nothing, policy: { ...nothing.policy, source: "defaults" } }], true), null);
    assert.equal(statusFace([nothing], true)!.text, "$(rocket) no drop");
    assert.equal(statusFace([], true), null);
  });

  it("does not call a drop out that is undone", () => {
    const undone = event("rolled-back", at("09:45"), { subject: "drop/drop-5", data: { run: "r" } });
    const { text, label } = face([undone], at("09:50"));
    assert.equal(text, "$(discard) drop-5 undone");
    assert.match(label, /drop-5 is undone/);
  });

  it("is not quiet where the team's incidents are not known", () => {
    const calm = statusFace([statusOf([], at("11:00"))], true)!;
    assert.match(calm.label, /no open incident/);
    const { text, label } = statusFace([statusOf([], at("11:00"))], true, "incidents")!;
    assert.equal(text, "$(rocket) drop-5 $(warning)");
    assert.match(label, /Incidents are not known/);
    assert.doesNotMatch(label, /no open incident/);
    const none = { ...statusOf([], at("11:00")), drop: null };
    assert.equal(statusFace([none], true, "drops")!.text, "$(rocket) drops not known $(warning)");
  });

  it("tells of a broken policy", () => {
    const place = { line: 3, column: 1, endLine: 3, endColumn: 4 };
    const broken = { source: "last-good", problems: [{ message: "no", place }] } as const;
    const status = statusOf([], at("11:00"), {}, { ...broken, problems: [...broken.problems] });
    assert.equal(statusFace([status], true)!.text, "$(rocket) drop-5 $(warning)");
    assert.match(statusFace([status], true)!.label, /The policy has errors/);
    const open = statusOf(incident(), at("11:30"), {}, { ...broken, problems: [...broken.problems] });
    assert.equal(statusFace([open], true)!.text, "$(warning) mitigate 30:00 $(warning)");
    const minor = [opened(at("10:00"), { severity: "minor" }), event("mitigated", at("10:30"))];
    const ended = statusOf(minor, at("12:00"), {}, { ...broken, problems: [...broken.problems] });
    assert.equal(statusFace([ended], true)!.text, "$(flame) 1 open incident $(warning)");
    assert.match(statusFace([ended], true)!.label, /The policy has errors/);
  });

  it("draws no icon that a tag asks for", () => {
    const status = statusOf([], at("11:00"));
    status.drop!.tag = "drop-$(flame)";
    assert.equal(statusFace([status], true)!.text, "$(rocket) drop-\\$(flame)");
  });

  it("takes the most urgent of several repositories", () => {
    const calm = statusOf([], at("11:00"));
    const burning = statusOf(incident(), at("11:30"));
    assert.equal(statusFace([calm, burning], false)!.text, "$(warning) mitigate 30m");
  });
});

/** The four clocks of the incident as rows tell them, with local times for instants in UTC. */
function rows(events: Parameters<typeof statusOf>[0], now: number): string[] {
  return statusOf(events, now).open[0]!.clocks.map((clock) => clockDescription(clock, now));
}
const local = (time: string, now: number) => shortTime(at(time), now);

describe("the words of a clock's row", () => {
  it("begin with the time left, then tell when it is due and what it counts from", () => {
    const now = at("10:48");
    assert.deepEqual(rows(incident(), now), [
      `met in 10m · at ${local("10:00", now)}`,
      `1h 12m left · due ${local("12:00", now)} · from detected ${local("10:00", now)}`,
      "1h once mitigated",
      "3d once mitigated",
    ]);
  });

  it("tell how late it is, and when it was due", () => {
    const now = at("12:05");
    const due = `due ${local("12:00", now)} · from detected ${local("10:00", now)}`;
    assert.equal(rows(incident(), now)[1], `overdue by 5m · ${due}`);
    const late = [...incident(), event("mitigated", at("12:04"))];
    assert.equal(rows(late, now)[1], `missed by 4m · at ${local("12:04", now)}`);
  });

  it("give no due instant while it is paused, and none without a target", () => {
    const now = at("11:00");
    const paused = rows([...incident(), event("paused", at("10:30"))], now)[1];
    assert.equal(paused, `paused with 1h 30m left · from detected ${local("10:00", now)}`);
    const minor = [opened(at("10:00"), { severity: "minor" }), event("detected", at("10:00"))];
    assert.equal(rows(minor, now)[2], "no target");
  });
});

describe("a length of time said aloud", () => {
  it("has its two largest units, in words", () => {
    const MINUTE = 60_000;
    assert.equal(spoken(30_000), "less than a minute");
    assert.equal(spoken(MINUTE), "1 minute");
    assert.equal(spoken(-72 * MINUTE), "1 hour 12 minutes");
    assert.equal(spoken((2 * 1440 + 60 + 5) * MINUTE), "2 days 1 hour");
  });
});
