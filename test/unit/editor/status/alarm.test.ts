import assert from "node:assert/strict";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  AlarmMarkers,
  alarmKey,
  alarmsOf,
  alarmsText,
  alarmText,
} from "../../../../src/editor/status/alarm.ts";
import { freshFolder } from "../../../support/folders/freshFolder.ts";
import { at, event, opened } from "../../../support/record/events.ts";
import { statusOf } from "../statusOf.ts";

const incident = (over = {}) => [
  opened(at("10:00"), over),
  event("started", at("09:50")),
  event("detected", at("10:00")),
];
const alarms = (events: ReturnType<typeof incident>, now: number) =>
  alarmsOf(statusOf(events, now).open, [0.8, 0.5]);

describe("alarms", () => {
  it("come at each share and at the breach, the most serious last", () => {
    assert.deepEqual(alarms(incident(), at("10:59")), []);
    assert.deepEqual(
      alarms(incident(), at("11:00"))[0]!.map(({ share }) => share),
      [0.5],
    );
    assert.deepEqual(
      alarms(incident(), at("12:00") + 1)[0]!.map(({ share }) => share),
      [0.5, 0.8, 1],
    );
  });

  it("do not come of a clock that is paused, waits or has ended", () => {
    assert.deepEqual(alarms([...incident(), event("paused", at("11:30"))], at("11:40")), []);
    const told = [...incident(), event("mitigated", at("11:50")), event("updated", at("11:51"))];
    assert.deepEqual(alarms(told, at("11:55")), []);
  });

  it("have one name for each share, and a new one where the promise is new", () => {
    const events = incident();
    const [half] = alarms(events, at("11:00"))[0]!;
    const [again, next] = alarms(events, at("11:40"))[0]!;
    assert.equal(alarmKey(half!), alarmKey(again!));
    assert.notEqual(alarmKey(half!), alarmKey(next!));
    const severer = [...events, event("severity", at("11:00"), { data: { to: "major" } })];
    assert.notEqual(alarmKey(alarms(severer, at("15:00"))[0]![0]!), alarmKey(half!));
    assert.match(alarmKey(half!), /^[0-9a-f]{40}$/);
  });

  it("come of the next update when it is due, once for each update", () => {
    const told = [...incident(), event("mitigated", at("10:10")), event("updated", at("10:15"))];
    const named = (events: ReturnType<typeof incident>, now: number) =>
      alarms(events, now).flatMap((each) => each.filter(({ clock }) => clock.name === "nextUpdate"));
    assert.deepEqual(named(told, at("11:15")), []);
    const [due] = named(told, at("11:20"));
    assert.equal(alarmText(due!), "Customers of “Checkout 5xx” wait for the next update: overdue by 5m.");
    const [again] = named([...told, event("updated", at("11:21"))], at("12:22"));
    assert.notEqual(alarmKey(again!), alarmKey(due!));
  });

  it("say what, of which incident, and how long", () => {
    const [half] = alarms(incident(), at("11:00"))[0]!;
    assert.equal(alarmText(half!), "Mitigate clock of “Checkout 5xx” has used 50 %: 1h left (target 2h).");
    const breached = alarms(incident({ kind: "drill" }), at("12:10"))[0]!.at(-1)!;
    assert.equal(
      alarmText(breached),
      "Mitigate clock of “Checkout 5xx” (drill) is breached, overdue by 10m (target 2h).",
    );
    const fresh = alarms(incident(), at("12:00") + 1)[0]!.at(-1)!;
    assert.equal(alarmText(fresh), "Mitigate clock of “Checkout 5xx” is breached (target 2h).");
    assert.equal(alarmsText([half!, breached]), "2 clocks need attention: 1 breached, 1 running out.");
  });

  it("make no link of a title", () => {
    const [half] = alarms(incident({ title: "[x](command:git.init)" }), at("11:00"))[0]!;
    assert.ok(!alarmText(half!).includes("]("));
  });
});

describe("alarm markers", () => {
  it("let one window tell, however many ask at once", async () => {
    const folder = freshFolder("alarms");
    const windows = Array.from({ length: 8 }, () => new AlarmMarkers(join(folder.path, "markers")));
    const told = await Promise.all(windows.map((each) => each.claim("key")));
    assert.equal(told.filter(Boolean).length, 1);
    assert.equal(await new AlarmMarkers(join(folder.path, "markers")).claim("key"), false);
    assert.ok(windows.every((each) => each.knows("key")));
  });

  it("are forgotten after 90 days", async () => {
    const { path } = freshFolder("alarms");
    await mkdir(path, { recursive: true });
    const old = new Date(Date.now() - 91 * 86_400_000);
    await writeFile(join(path, "old"), "");
    await utimes(join(path, "old"), old, old);
    const markers = new AlarmMarkers(path);
    await markers.claim("new");
    await markers.clean(Date.now());
    assert.deepEqual(await readdir(path), ["new"]);
    await new AlarmMarkers(join(path, "none")).clean(Date.now());
  });
});
