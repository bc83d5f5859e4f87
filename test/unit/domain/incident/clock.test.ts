import assert from "node:assert/strict";
import fc from "fast-check";
import { inOrder, type LedgerEvent } from "../../../../src/domain/event/event.ts";
import { type Clock, clocksOf } from "../../../../src/domain/incident/clock.ts";
import { foldIncident, type Incident } from "../../../../src/domain/incident/incident.ts";
import { readSpan, weekdaysOf } from "../../../../src/domain/policy/calendar.ts";
import {
  CLOCK_NAMES,
  type ClockName,
  SAMPLE_TARGETS,
  type Severity,
  type Terms,
} from "../../../../src/domain/policy/terms.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function fold(events: LedgerEvent[], shippedAt: number | null = null): Incident {
  const incident = foldIncident("x", [...events].sort(inOrder), {
    terms: SAMPLE_TERMS,
    shippedAt: () => (shippedAt === null ? null : { at: shippedAt, assumed: false }),
  });
  assert.ok(incident);
  return incident;
}

const clock = (incident: Incident, name: ClockName, instant: number): Clock =>
  clocksOf(incident.round, instant).find((each) => each.name === name)!;

describe("clock", () => {
  const story = [
    opened(at("10:05")),
    event("started", at("10:00")),
    event("detected", at("10:04")),
    event("mitigated", at("11:20")),
  ];

  it("runs from milestone to milestone, with its due instant", () => {
    const incident = fold(story.slice(0, 3));
    const mitigate = clock(incident, "mitigate", at("11:00"));
    assert.deepEqual(mitigate, {
      name: "mitigate",
      state: "running",
      targetMs: 2 * HOUR,
      startedAt: at("10:04"),
      dueAt: at("12:04"),
      endedAt: null,
      elapsedMs: 56 * MINUTE,
      remainingMs: 64 * MINUTE,
      from: "detected",
      counting: true,
    });
    assert.equal(clock(incident, "detect", at("11:00")).state, "met");
    assert.equal(clock(incident, "update", at("11:00")).state, "waiting");
    assert.equal(clock(incident, "update", at("11:00")).dueAt, null);
  });

  it("is met exactly on the due instant, missed a millisecond later", () => {
    const start = [opened(at("10:05")), event("started", at("10:00")), event("detected", at("10:30"))];
    assert.equal(clock(fold(start), "detect", at("12:00")).state, "met");
    const late = [start[0]!, start[1]!, event("detected", at("10:30") + 1)];
    assert.equal(clock(fold(late), "detect", at("12:00")).state, "missed");
  });

  it("is breached once past due, not before", () => {
    const incident = fold(story.slice(0, 3));
    assert.equal(clock(incident, "mitigate", at("12:04")).state, "running");
    assert.equal(clock(incident, "mitigate", at("12:04") + 1).state, "breached");
    assert.equal(clock(incident, "mitigate", at("12:34")).remainingMs, -30 * MINUTE);
  });

  it("stops while paused, shows no due instant then, and moves it after", () => {
    const paused = [...story.slice(0, 3), event("paused", at("10:34"), { data: { why: "vendor" } })];
    const during = clock(fold(paused), "mitigate", at("11:00"));
    assert.deepEqual([during.state, during.dueAt, during.elapsedMs], ["paused", null, 30 * MINUTE]);
    const resumed = clock(fold([...paused, event("resumed", at("11:34"))]), "mitigate", at("12:04"));
    assert.deepEqual([resumed.state, resumed.dueAt, resumed.elapsedMs], ["running", at("13:04"), HOUR]);
  });

  it("stays breached when it was past due before the pause", () => {
    const incident = fold([...story.slice(0, 3), event("paused", at("13:00"))]);
    const mitigate = clock(incident, "mitigate", at("14:00"));
    assert.deepEqual([mitigate.state, mitigate.dueAt], ["breached", at("12:04")]);
  });

  it("takes the new target from its own start when the severity changes", () => {
    const incident = fold([
      ...story.slice(0, 3),
      event("severity", at("10:30"), { data: { to: "major", why: "few" } }),
    ]);
    assert.equal(clock(incident, "mitigate", at("11:00")).dueAt, at("18:04"));
    const minor = fold([
      ...story.slice(0, 3),
      event("severity", at("10:30"), { data: { to: "minor", why: "none" } }),
    ]);
    assert.equal(clock(minor, "update", at("11:00")).state, "none");
  });

  it("begins a new round when reopened, and keeps the verdicts of the one before", () => {
    const incident = fold([...story, event("reopened", at("13:00"), { data: { why: "back" } })]);
    const { marks } = incident.round;
    assert.equal(marks.started!.at, at("10:00"));
    assert.deepEqual([marks.detected, marks.mitigated], [null, null]);
    const detect = clock(incident, "detect", at("13:10"));
    assert.deepEqual([detect.state, detect.startedAt, detect.from], ["running", at("13:00"), "reopened"]);
    assert.equal(clock(incident, "mitigate", at("13:10")).state, "waiting");
    const [first] = incident.earlier;
    assert.equal(clocksOf(first!, at("13:00")).find(({ name }) => name === "mitigate")!.state, "met");
  });

  it("is judged by the terms on record, and by today's after `repolicied`", () => {
    const strict: Terms = {
      targets: { ...SAMPLE_TARGETS, critical: { ...SAMPLE_TARGETS.critical, mitigate: HOUR } },
      calendar: "always",
    };
    const own = [opened(at("10:05"), {}, strict), event("detected", at("10:04"))];
    assert.equal(clock(fold(own), "mitigate", at("10:30")).targetMs, HOUR);
    const policy = opened(at("10:05")).data.policy;
    const eased = [...own, event("repolicied", at("10:30"), { data: { policy, why: "agreed" } })];
    assert.equal(clock(fold(eased), "mitigate", at("10:30")).targetMs, 2 * HOUR);
  });

  it("counts a negative span and a span into the future as zero", () => {
    const negative = fold([...story.slice(0, 3), event("mitigated", at("10:01"))]);
    assert.deepEqual([clock(negative, "mitigate", at("12:00")).elapsedMs], [0]);
    const future = fold([...story.slice(0, 3), event("mitigated", at("15:00"), { recorded: at("10:30") })]);
    assert.deepEqual([clock(future, "mitigate", at("12:00")).elapsedMs], [0]);
  });

  // The law against an independent account of it: minute by minute, straight from the words of the design.
  const T0 = Date.parse("2026-10-24T00:00:00Z");
  const SPAN = 4 * 24 * 60;
  const zones = ["Europe/Oslo", "America/New_York", "Asia/Kathmandu"] as const;
  const termsArb: fc.Arbitrary<Terms> = fc.record({
    targets: fc.record({ critical: targetRow(), major: targetRow(), minor: targetRow() }),
    calendar: fc.oneof(
      fc.constant("always" as const),
      fc.record({
        timeZone: fc.constantFrom(...zones),
        hours: fc.constantFrom<Record<string, string[]>>(
          { "mon-fri": ["09:00-12:00", "12:30-17:00"] },
          { "sat-mon": ["00:30-02:30"], tue: ["02:15-24:00"] },
          { "mon-sun": ["00:00-24:00"] },
        ),
        holidays: fc.constantFrom([] as string[], ["2026-10-26"]),
        for: fc.constantFrom([...CLOCK_NAMES], ["update", "postmortem"] as ClockName[]),
      }),
    ),
  });
  function targetRow() {
    const target = fc.option(fc.integer({ min: 1, max: 3000 }).map((n) => n * MINUTE));
    return fc.record({ detect: target, mitigate: target, update: target, postmortem: target });
  }
  const when = fc.integer({ min: 0, max: SPAN });
  const types = [
    "started",
    "detected",
    "mitigated",
    "updated",
    "resolved",
    "postmortem",
    "paused",
    "resumed",
    "reopened",
  ];
  const happening = fc.oneof(
    fc.record({ type: fc.constantFrom(...types), minute: when }),
    fc.record({
      type: fc.constant("severity"),
      minute: when,
      to: fc.constantFrom("critical", "major", "minor"),
    }),
  );
  const stories = fc.record({
    terms: termsArb,
    openedAt: when,
    happenings: fc.array(happening, { maxLength: 12 }),
    retract: fc.array(fc.nat(11), { maxLength: 3 }),
    shipped: fc.option(when),
    now: fc.integer({ min: 0, max: SPAN + 600 }),
    shuffle: fc.infiniteStream(fc.nat()),
  });
  type Story = typeof stories extends fc.Arbitrary<infer S> ? S : never;

  function eventsOf(s: Story): LedgerEvent[] {
    const made = s.happenings.map((h) =>
      event(h.type, T0 + h.minute * MINUTE, "to" in h ? { data: { to: h.to, why: "w" } } : {}),
    );
    const open = opened(T0 + s.openedAt * MINUTE, { drop: s.shipped === null ? null : "drop-1" }, s.terms);
    const retractions = s.retract
      .filter((i) => i < made.length)
      .map((i) => event("retracted", T0 + SPAN * MINUTE, { data: { event: made[i]!.id, why: "mistake" } }));
    return [open, ...made, ...retractions];
  }

  it("equals an account of it minute by minute, in whatever order the events arrived (law)", function () {
    this.timeout(300_000);
    fc.assert(
      fc.property(stories, (s) => {
        const events = eventsOf(s);
        const shipped = s.shipped === null ? null : T0 + s.shipped * MINUTE;
        const now = T0 + Math.max(s.now, s.openedAt) * MINUTE;
        // A milestone more than two minutes ahead has its own rule, tested above.
        const known = events.filter(
          (each) => each.type === "retracted" || each.type === "opened" || each.at <= now,
        );
        const shuffled = known
          .map((each) => [s.shuffle.next().value, each] as const)
          .sort(([a], [b]) => a! - b!)
          .map(([, each]) => each);
        const incident = foldIncident("x", shuffled.sort(inOrder), {
          terms: s.terms,
          shippedAt: () => (shipped === null ? null : { at: shipped, assumed: false }),
        })!;
        for (const each of clocksOf(incident.round, now)) {
          const truth = account(known, s.terms, shipped, each.name, now);
          assert.equal(each.state, truth.state, `${each.name} state`);
          assert.equal(each.elapsedMs, truth.elapsed, `${each.name} elapsed`);
          if (each.targetMs !== null) assert.equal(each.elapsedMs + each.remainingMs!, each.targetMs);
        }
      }),
      { numRuns: 400, seed: 20261123 },
    );
  });

  it("shows no trace of a retracted event (law)", () => {
    fc.assert(
      fc.property(stories, happening, (s, extra) => {
        const events = eventsOf(s);
        const mistake = event(
          extra.type,
          T0 + extra.minute * MINUTE,
          "to" in extra ? { data: { to: extra.to } } : {},
        );
        const undo = event("retracted", T0 + SPAN * MINUTE, { data: { event: mistake.id, why: "mistake" } });
        const context = { terms: s.terms, shippedAt: () => null };
        const clean = foldIncident("x", [...events].sort(inOrder), context)!;
        const marked = foldIncident("x", [...events, mistake, undo].sort(inOrder), context)!;
        const now = T0 + s.now * MINUTE;
        assert.deepEqual(clocksOf(marked.round, now), clocksOf(clean.round, now));
        assert.deepEqual(marked.round, clean.round);
        assert.deepEqual(marked.earlier, clean.earlier);
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  it("comes due at the first instant past which it is breached (law)", () => {
    fc.assert(
      fc.property(stories, (s) => {
        const incident = fold(eventsOf(s), null);
        const now = T0 + s.now * MINUTE;
        for (const each of clocksOf(incident.round, now)) {
          if (
            each.endedAt !== null ||
            each.dueAt === null ||
            each.state === "waiting" ||
            each.state === "none"
          )
            continue;
          const name = each.name;
          assert.equal(clock(incident, name, each.dueAt).remainingMs, 0);
          if (each.dueAt - 1 >= each.startedAt!)
            assert.ok(clock(incident, name, each.dueAt - 1).remainingMs! > 0);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});

const wallClocks = new Map<string, Intl.DateTimeFormat>();
const ends: Record<ClockName, string> = {
  detect: "detected",
  mitigate: "mitigated",
  update: "updated",
  postmortem: "postmortem",
};

/** The clock of one name at `now`, from the words of the design alone. */
function account(events: LedgerEvent[], terms: Terms, shipped: number | null, name: ClockName, now: number) {
  const gone = new Set(events.filter(({ type }) => type === "retracted").map(({ data }) => data.event));
  const list = events.filter(({ id, type }) => !gone.has(id) && type !== "retracted").sort(inOrder);
  const open = list.find(({ type }) => type === "opened")!;
  const lastReopened = list.map(({ type }) => type).lastIndexOf("reopened");
  const current = list.slice(lastReopened + 1);
  const firstRound = list.slice(0, list.findIndex(({ type }) => type === "reopened") >>> 0);
  const reopened = lastReopened < 0 ? null : list[lastReopened]!.at;
  const first = (of: LedgerEvent[], type: string) => of.find((each) => each.type === type)?.at ?? null;

  const detected1 = first(firstRound, "detected") ?? open.at;
  const assumed = Math.min(open.data.drop === null ? detected1 : (shipped ?? detected1), detected1);
  // Said in this round, else in the latest round before that says it, else assumed.
  const saidStarts = list.filter(({ type }) => type === "started");
  const roundOf = (each: LedgerEvent) =>
    list.slice(0, list.indexOf(each)).filter(({ type }) => type === "reopened").length;
  const latest = Math.max(-1, ...saidStarts.map(roundOf));
  const started = saidStarts.find((each) => roundOf(each) === latest)?.at ?? assumed;

  const detected = reopened === null ? detected1 : first(current, "detected");
  const resolved = first(current, "resolved");
  const mitigated = first(current, "mitigated") ?? resolved;
  const updated =
    mitigated === null
      ? null
      : (current.find((each) => each.type === "updated" && each.at >= mitigated)?.at ?? null);
  const marks: Record<string, number | null> = {
    started,
    detected,
    mitigated,
    updated,
    postmortem: first(current, "postmortem"),
  };
  const startMark =
    marks[{ detect: "started", mitigate: "detected", update: "mitigated", postmortem: "mitigated" }[name]]!;
  const start = startMark === null ? null : Math.max(startMark, reopened ?? startMark);
  const end = start === null ? null : marks[ends[name]]!;

  let severity: Severity = open.data.severity as Severity;
  for (const each of list) if (each.type === "severity") severity = each.data.to as Severity;
  const target = terms.targets[severity][name];

  let elapsed = 0;
  let paused = false;
  const steps = current.filter(({ type }) => type === "paused" || type === "resumed");
  const pausedAt = (t: number) => {
    paused = false;
    for (const each of steps) if (each.at <= t) paused = each.type === "paused";
    return paused;
  };
  if (start !== null) {
    for (let t = start; t < (end ?? now); t += 60_000)
      if (!pausedAt(t) && works(terms, name, t)) elapsed += 60_000;
  }
  const state =
    target === null
      ? "none"
      : start === null
        ? "waiting"
        : end !== null
          ? elapsed > target
            ? "missed"
            : "met"
          : elapsed > target
            ? "breached"
            : pausedAt(now)
              ? "paused"
              : "running";
  return { state, elapsed };
}

function works({ calendar }: Terms, name: ClockName, t: number): boolean {
  if (calendar === "always" || !calendar.for!.includes(name)) return true;
  const { timeZone } = calendar;
  let wall = wallClocks.get(timeZone);
  if (!wall) {
    wall = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    wallClocks.set(timeZone, wall);
  }
  const [date, time] = wall.format(t).split(" ") as [string, string];
  if (calendar.holidays!.includes(date)) return false;
  const day = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][new Date(`${date}T00:00Z`).getUTCDay()]!;
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return Object.entries(calendar.hours).some(
    ([key, spans]) =>
      (weekdaysOf(key) as string[]).includes(day) &&
      spans.map((text) => readSpan(text)!).some((span) => minute >= span.from && minute < span.to),
  );
}
