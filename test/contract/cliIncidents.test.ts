import assert from "node:assert/strict";
import { dropRepository } from "../support/git/dropRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const DAY = "2026-11-23";
const MINUTE = 60_000;

/** One repository, and its command line at an instant of 23 November 2026. */
function workplace() {
  const repository = dropRepository();
  const run = (time: string, ...args: string[]) =>
    runCommandLine(repository.dir, [
      `DROPCLOCK_CLOCK=${time.includes("T") ? time : `${DAY}T${time}Z`}`,
      ...args,
    ]);
  const fine = async (time: string, ...args: string[]) => {
    const { code, stdout, stderr } = await run(time, ...args);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const json = async (time: string, ...args: string[]) =>
    JSON.parse((await run(time, "--json", ...args)).stdout);
  return { repository, run, fine, json };
}

// biome-ignore lint/suspicious/noExplicitAny: the answers are read as a pipeline reads them
type Json = any;

const clock = (incident: Json, name: string) => incident.clocks.find((each: Json) => each.name === name);

describe("an incident on the command line", () => {
  let place: ReturnType<typeof workplace>;
  let id = "";
  before(async () => {
    place = workplace();
    id = (await place.fine("10:04", "incident", "open", "--title", "Checkout answers 5xx")).trim();
  });

  it("is opened with an id that says when and what", () => {
    assert.equal(id, "2026-11-23-checkout-answers-5xx");
  });

  it("counts from assumptions until somebody knows better", async () => {
    const { incidents } = await place.json("10:30", "status");
    assert.equal(incidents.length, 1);
    const [incident] = incidents;
    assert.equal(incident.severity, "critical");
    assert.equal(incident.drop, "drop-2");
    assert.equal(incident.milestones.started, "2026-11-23T09:00:00.000Z");
    assert.deepEqual(incident.assumed, ["started"]);
    assert.equal(clock(incident, "detect").state, "missed");
    assert.deepEqual(
      { ...clock(incident, "mitigate"), counting: undefined },
      {
        name: "mitigate",
        state: "running",
        targetMs: 120 * MINUTE,
        startedAt: "2026-11-23T10:04:00.000Z",
        dueAt: "2026-11-23T12:04:00.000Z",
        endedAt: null,
        elapsedMs: 26 * MINUTE,
        remainingMs: 94 * MINUTE,
        from: "detected",
        counting: undefined,
      },
    );
  });

  it("has every key that pipelines build on", async () => {
    const status = await place.json("10:30", "status");
    const keys = (value: object) => Object.keys(value);
    const has = (value: object, ...wanted: string[]) =>
      assert.deepEqual(
        wanted.filter((key) => !keys(value).includes(key)),
        [],
      );
    has(status, "at", "policy", "drop", "watch", "incidents", "drills", "ledger");
    assert.equal(status.at, "2026-11-23T10:30:00.000Z");
    assert.deepEqual(status.policy, {
      ...{ path: ".dropclock/policy.yaml", source: "defaults", errors: [] },
      ...{ branch: "main", commit: place.repository.git("rev-parse", "main") },
    });
    has(status.drop, "tag", "commit", "shippedAt", "previous", "commits", "risk", "undo");
    has(status.drop.undo, "state", "conflicts", "rehearsedAt");
    assert.equal(status.drop.commit, place.repository.git("rev-parse", "drop-2^{commit}"));
    assert.equal(status.drop.previous, "drop-1");
    assert.equal(status.drop.commits, 1);
    assert.deepEqual(status.watch, {
      state: "closed",
      endsAt: "2026-11-23T09:30:00.000Z",
      remainingMs: 0,
      signals: [],
      watched: [],
    });
    const [incident] = status.incidents;
    has(incident, "id", "title", "severity", "status", "drop", "milestones", "clocks", "warnings");
    const milestones = [
      "started",
      "detected",
      "acknowledged",
      "mitigated",
      "updated",
      "resolved",
      "postmortem",
    ];
    assert.deepEqual(keys(incident.milestones), milestones);
    assert.deepEqual(
      incident.clocks.map(({ name }: Json) => name),
      ["detect", "mitigate", "update", "postmortem"],
    );
    for (const each of incident.clocks) {
      has(each, "name", "state", "targetMs", "startedAt", "dueAt", "endedAt", "elapsedMs", "remainingMs");
    }
    const dueAt = "2027-02-14T09:00:00.000Z";
    assert.deepEqual(status.drills, { last: null, dueAt, overdue: false, recent: [] });
    assert.match(status.ledger.head, /^[0-9a-f]{40}$/);
    const { head: _, ...ledger } = status.ledger;
    assert.deepEqual(ledger, { events: 3, skipped: 0, doubted: 0, remote: "none", toShare: 0 });
  });

  it("is on the drop that was current when it began, and counts from no drop that shipped later", async () => {
    const own = workplace();
    const open = async (...args: string[]) =>
      (await own.json("10:04", "incident", "open", "--title", "x", ...args)).incident;
    const early = await open("--detected", "2026-11-23T08:00Z");
    assert.equal(early.drop, "drop-1");
    assert.equal(early.milestones.started, "2026-11-16T09:00:00.000Z");
    assert.equal(clock(early, "detect").state, "missed");
    assert.equal((await open("--started", "2026-11-23T08:59Z")).drop, "drop-2");
    assert.equal((await open("--started", "2026-11-23T08:00Z")).drop, "drop-1");
    assert.equal((await open("--detected", "2026-11-01T08:00Z")).drop, null);
    const detected = ["--detected", "2026-11-23T08:00Z", "--drop", "drop-2"];
    const refused = await own.run("10:04", "incident", "open", "--title", "x", ...detected);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /^dropclock: drop-2 shipped \(.*\) after this was detected .*; say it, or name/,
    );
    const said = await open(...detected, "--started", "2026-11-23T07:50Z");
    assert.deepEqual([said.drop, said.assumed], ["drop-2", []]);
  });

  it("is in colour only where that is wanted", async () => {
    const at = ["--at", `${DAY}T10:30Z`, "status"];
    const plain = await runCommandLine(place.repository.dir, at);
    const forced = await runCommandLine(place.repository.dir, at, { FORCE_COLOR: "1" });
    assert.ok(!plain.stdout.includes("\u001b"));
    assert.ok(forced.stdout.includes("\u001b[33mrunning"));
    const json = await runCommandLine(place.repository.dir, [...at, "--json"], { FORCE_COLOR: "1" });
    assert.ok(!json.stdout.includes("\u001b"));
  });

  it("tells times in the zone of the machine", async () => {
    const at = ["--at", `${DAY}T10:30Z`, "status"];
    const { stdout } = await runCommandLine(place.repository.dir, at, { TZ: "Europe/Oslo" });
    assert.match(stdout, /mitigate +running +1h 34m left +2h +13:04 CET +detected 11:04/);
  });

  it("takes back-dated milestones, and says that they are", async () => {
    const text = await place.fine(
      "10:20",
      "incident",
      "mark",
      id,
      "started",
      "--at-time",
      "2026-11-23T09:50Z",
    );
    assert.equal(text, "Impact started at 09:50 UTC (back-dated): detect met in 14m.\n");
    const acknowledged = await place.fine(
      "10:20",
      "incident",
      "mark",
      id,
      "acknowledged",
      "--at-time",
      "10m ago",
    );
    assert.match(
      acknowledged,
      /^Acknowledged at 10:10 UTC \(back-dated\): mitigate 1h 44m left, due 12:04 UTC\.\n$/,
    );
    const { incidents } = await place.json("10:30", "status");
    assert.deepEqual(incidents[0].backDated, ["started", "acknowledged"]);
    assert.deepEqual(incidents[0].assumed, []);
    assert.equal(incidents[0].warnings.length, 2);
  });

  it("stops the time of its clocks while paused", async () => {
    assert.match(
      await place.fine("10:30", "incident", "pause", id, "--why", "vendor"),
      /^Paused at 10:30 UTC: mitigate paused with 1h 34m left\.\n$/,
    );
    const paused = (await place.json("11:00", "incident", "show", id)) as Json;
    assert.equal(paused.paused, true);
    assert.equal(clock(paused, "mitigate").state, "paused");
    assert.equal(clock(paused, "mitigate").dueAt, null);
    assert.equal((await place.run("10:40", "incident", "pause", id, "--why", "again")).code, 2);
    assert.match(
      await place.fine("11:00", "incident", "resume", id, "--why", "back"),
      /^Resumed at 11:00 UTC: mitigate 1h 34m left, due 12:34 UTC\.\n$/,
    );
  });

  it("changes its severity, and takes that back", async () => {
    assert.match(
      await place.fine("11:05", "incident", "severity", id, "major", "--why", "few people"),
      /^Severity changed to major at 11:05 UTC: mitigate 7h 29m left/,
    );
    const { event, incident } = await place.json("11:06", "incident", "note", id, "still", "looking");
    assert.equal(incident.severity, "major");
    const { timeline } = await place.json("11:06", "incident", "show", id);
    const change = timeline.find(({ type }: Json) => type === "severity");
    assert.equal(timeline.find((entry: Json) => entry.event === event).text, "still looking");
    assert.match(
      await place.fine("11:07", "incident", "retract", id, change.event.slice(-6), "--why", "wrong"),
      /^Retracted at 11:07 UTC: mitigate 1h 27m left/,
    );
    const shown = await place.json("11:08", "incident", "show", id);
    assert.equal(shown.severity, "critical");
    assert.equal(shown.timeline.find(({ type }: Json) => type === "severity").retracted, true);
    assert.match(
      (await place.run("11:08", "incident", "severity", id, "critical", "--why", "x")).stderr,
      /is critical already/,
    );
  });

  it("is mitigated, told of and resolved, each with what the clocks say", async () => {
    assert.equal(
      await place.fine("11:50", "incident", "mark", id, "mitigated", "--text", "cache off"),
      "Mitigated at 11:50 UTC: mitigate met in 1h 16m; update 1h left, due 12:50 UTC; postmortem 3d left, due 26 Nov 11:50 UTC.\n",
    );
    assert.match(
      (await place.run("11:55", "incident", "mark", id, "mitigated")).stderr,
      /marked at .* already; if that is wrong, retract it first/,
    );
    assert.equal(
      await place.fine("12:00", "incident", "mark", id, "updated", "--text", "We are back"),
      "Customers told at 12:00 UTC: update met in 10m.\n",
    );
    assert.equal(
      await place.fine("12:10", "incident", "mark", id, "resolved"),
      "Resolved at 12:10 UTC: postmortem 2d 23h left, due 26 Nov 11:50 UTC.\n",
    );
    const shown = await place.json("12:10", "incident", "show", id);
    assert.equal(shown.status, "resolved");
    assert.equal(shown.timeline.find(({ type }: Json) => type === "mitigated").text, "Mitigated: cache off");
  });

  it("is reopened: a new round, and the verdicts of the first stand", async () => {
    assert.match(
      await place.fine("13:00", "incident", "reopen", id, "--why", "back again"),
      /^Reopened at 13:00 UTC: detect 29m left|^Reopened at 13:00 UTC: detect 30m left/,
    );
    const shown = await place.json("13:05", "incident", "show", id);
    assert.equal(shown.round, 2);
    assert.equal(shown.milestones.mitigated, null);
    assert.equal(clock(shown.rounds[0], "mitigate").state, "met");
    const text = await place.fine("13:05", "incident", "show", id);
    assert.match(text, /Round 1, until reopened 13:00 UTC: detect met in 14m; mitigate met in 1h 16m/);
  });

  it("breaches: exit 1 until it is over, and a look back says what was true then", async () => {
    const late = await place.run("14:00", "status");
    assert.equal(late.code, 1, late.stderr);
    assert.match(late.stdout, /detect +breached +30m over +30m +13:30 UTC +reopened 13:00/);
    assert.equal((await place.run("14:00", "--json", "status")).code, 1);
    assert.equal((await place.run("12:20", "status")).code, 0);
    const back = (to: string) => place.json("14:00", "status", "--at", to);
    assert.equal((await back(`${DAY}T11:55Z`)).incidents[0].status, "mitigated");
    assert.equal((await back(`${DAY}T09:30Z`)).incidents.length, 0);
    assert.equal((await back("2026-11-20T09:30Z")).drop.tag, "drop-1");
  });

  it("takes over the policy of today only when told to", async () => {
    place.repository.write(".dropclock/policy.yaml", "version: 1\ntargets:\n  critical: { detect: 3h }\n");
    assert.equal((await place.run("14:00", "status")).code, 1);
    assert.match(
      await place.fine("14:01", "incident", "repolicy", id, "--why", "new terms"),
      /^Took over the policy of today at 14:01 UTC: detect 1h 59m left/,
    );
    assert.equal((await place.run("14:02", "status")).code, 0);
  });

  it("closes once all is settled, and is listed on demand", async () => {
    for (const milestone of ["detected", "mitigated", "updated", "resolved"])
      await place.fine("15:00", "incident", "mark", id, milestone);
    assert.match(
      await place.fine("15:01", "incident", "mark", id, "postmortem", "--text", "docs/postmortems/x.md"),
      /^Post-mortem published at 15:01 UTC: postmortem met in 1m 0?s?.*The incident is closed\.\n$|^Post-mortem published at 15:01 UTC: postmortem met in 1m\. The incident is closed\.\n$/,
    );
    assert.match(
      await place.fine("15:02", "incident", "list"),
      /None open; the closed ones: dropclock incident list --all/,
    );
    assert.match(
      await place.fine("15:02", "incident", "list", "--all"),
      new RegExp(`^${id}  critical  closed  Checkout answers 5xx\n$`),
    );
    assert.equal((await place.json("15:02", "incident", "list", "--all")).incidents[0].status, "closed");
  });

  it("is gone once its opening is retracted, and stays in the log", async () => {
    const { id: other } = await place.json("16:00", "incident", "open", "--title", "By mistake", "--no-drop");
    const { timeline } = await place.json("16:00", "incident", "show", other);
    const opening = timeline.find(({ type }: Json) => type === "opened").event;
    const answer = await place.json("16:01", "incident", "retract", other, opening, "--why", "not ours");
    assert.equal(answer.incident, null);
    assert.equal((await place.run("16:02", "incident", "show", other)).code, 2);
    const { events } = await place.json("16:02", "log");
    assert.equal(events[0].type, "retracted");
    assert.ok(events.some(({ id }: Json) => id === opening));
  });

  it("is in the log, newest first, in the form that is stored", async () => {
    const { events, skipped } = await place.json("17:00", "log");
    assert.deepEqual(skipped, []);
    const order = events.map(({ at, id }: Json) => `${at} ${id}`);
    assert.deepEqual(order, [...order].sort().reverse());
    const started = events.find(
      ({ type, flags }: Json) => type === "started" && flags.includes("back-dated"),
    );
    assert.deepEqual(Object.keys(started), [
      "v",
      "id",
      "subject",
      "type",
      "at",
      "recorded",
      "by",
      "data",
      "flags",
      "enteredBy",
      "commit",
    ]);
    assert.equal(started.subject, `incident/${id}`);
    assert.equal(started.at, "2026-11-23T09:50:00.000Z");
    assert.equal(started.recorded, "2026-11-23T10:20:00.000Z");
    assert.equal(started.by, "Ana <ana@example.com>");
    assert.deepEqual(started.data, { clock: "given" });
    assert.deepEqual(started.flags, ["back-dated", "clock given"]);
    assert.match(
      await place.fine("17:00", "log"),
      /09:50 UTC {2}Ana {2}incident\/2026-11-23-checkout-answers-5xx {2}Impact started \(back-dated: entered 10:20 UTC, clock given\)/,
    );
  });

  it("says in JSON what an entry changed", async () => {
    const opened = await place.json(
      "18:00",
      "incident",
      "open",
      "--title",
      "Drill",
      "--kind",
      "drill",
      "--severity",
      "minor",
      "--started",
      "-1h",
      "--detected",
      "now",
    );
    assert.deepEqual(Object.keys(opened), ["id", "events", "incident"]);
    assert.equal(opened.events.length, 3);
    assert.equal(opened.incident.kind, "drill");
    assert.equal(opened.incident.milestones.started, "2026-11-23T17:00:00.000Z");
    const marked = await place.json("18:10", "incident", "mark", opened.id, "mitigated");
    assert.deepEqual(Object.keys(marked), ["id", "event", "incident"]);
    assert.equal(marked.id, opened.id);
    assert.equal(marked.incident.milestones.mitigated, "2026-11-23T18:10:00.000Z");
  });

  it("is led by somebody, and handed over", async () => {
    const { id: drill } = await place.json("19:00", "incident", "open", "--title", "Led", "--kind", "drill");
    const owner = async (time: string) => (await place.json(time, "incident", "show", drill)).owner;
    assert.equal(await owner("19:01"), null);
    assert.match(await place.fine("19:02", "incident", "own", drill), /^Led by Ana at 19:02/);
    assert.equal((await place.run("19:03", "incident", "own", drill)).code, 2);
    await place.fine("19:05", "incident", "own", drill, "Bo <bo@example.com>");
    assert.deepEqual(await owner("19:06"), {
      who: "Bo <bo@example.com>",
      since: "2026-11-23T19:05:00.000Z",
      by: "Ana <ana@example.com>",
    });
    const { incidents } = await place.json("19:06", "status");
    const [told] = incidents.filter(({ id: each }: Json) => each === drill);
    assert.equal(told.owner.who, "Bo <bo@example.com>");
    const shown = await place.fine("19:06", "incident", "show", drill);
    assert.match(shown, /led by Bo[\s\S]*19:02 UTC {2}Ana {2}Led by Ana[\s\S]*Led by Bo/);
  });

  it("leaves the work tree, the index and the branch alone", () => {
    assert.equal(place.repository.git("status", "--porcelain"), "?? .dropclock/");
    assert.equal(place.repository.git("rev-parse", "--abbrev-ref", "HEAD"), "main");
  });
});
