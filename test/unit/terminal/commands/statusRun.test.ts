import assert from "node:assert/strict";
import type { Reading } from "../../../../src/app/project/project.ts";
import type { Readiness } from "../../../../src/app/project/readiness.ts";
import { notShared } from "../../../../src/app/project/sharing.ts";
import type { Risk } from "../../../../src/domain/change/riskLevel.ts";
import { candidateOf, foldRelease, type ReleaseFacts } from "../../../../src/domain/drop/release.ts";
import { statusAt } from "../../../../src/domain/drop/status.ts";
import type { LedgerEvent } from "../../../../src/domain/event/event.ts";
import type { IncidentStatus } from "../../../../src/domain/incident/incidentStatus.ts";
import { DEFAULT_POLICY, type PolicyInForce } from "../../../../src/domain/policy/policy.ts";
import { storyOf } from "../../../../src/domain/record/story.ts";
import { contentOf } from "../../../../src/ledger/ledger.ts";
import { statusText } from "../../../../src/terminal/commands/statusRun.ts";
import { incidentDetailText, incidentListText } from "../../../../src/terminal/text/incidentText.ts";
import { type Page, PLAIN, paintFor } from "../../../../src/terminal/text/page.ts";
import type { Read } from "../../../../src/terminal/text/statusFacts.ts";
import { visibleWidth } from "../../../../src/terminal/text/table.ts";
import { linearHistory } from "../../../support/git/linearHistory.ts";
import { at, event, opened, SAMPLE_TERMS } from "../../../support/record/events.ts";

const PAGE: Page = { width: 80, terminal: false, paint: PLAIN };
const IN_FORCE: PolicyInForce = {
  policy: DEFAULT_POLICY,
  source: "branch",
  path: ".dropclock/policy.yaml",
  problems: [],
};
const RISKY: Risk = {
  level: "high",
  reasons: [
    {
      level: "high",
      because: "schema change",
      condition: "paths",
      evidence: "1 file matches migrations/**",
      items: ["migrations/1.sql"],
    },
  ],
  rules: 2,
};
const DROPS = [
  { name: "drop-42", commit: "b".repeat(40), date: at("09:40") },
  { name: "drop-41", commit: "a".repeat(40), date: at("2026-11-16T09:40:00Z") },
];
const MAIN = { name: "main", ref: "refs/heads/main", commit: "b".repeat(40) };
const READY: Readiness = {
  tag: "drop-42",
  state: "ready",
  why: null,
  conflicts: [],
  files: 3,
  rehearsedAt: null,
  merged: null,
  outlook: null,
};
const INCIDENT = [
  opened(at("10:04"), { drop: "drop-42" }),
  event("started", at("09:40"), { data: { assumed: true } }),
  event("detected", at("10:04"), { recorded: at("10:31") }),
];

function look(events: LedgerEvent[], now: number, over: Partial<ReleaseFacts> = {}) {
  const facts: ReleaseFacts = {
    policy: IN_FORCE,
    ...linearHistory(DROPS, MAIN),
    events,
    ...over,
  };
  const release = foldRelease(facts);
  const ledger: Reading["ledger"] = contentOf(events);
  const status = statusAt(release, now);
  const commits = release.drops.length > 0 ? 7 : null;
  const read: Reading = {
    facts,
    release,
    anchor: null,
    ledger,
    standing: notShared(null),
    rewritten: [],
    uncounted: new Set(),
    unverified: null,
    commits,
  };
  const { current: drop } = release;
  const candidate = drop && candidateOf(release, drop);
  const current = candidate ? { candidate, commits, risk: RISKY, missing: null } : null;
  const reading: Read = { ...read, risks: { current, next: null }, undo: drop ? READY : null };
  return { status, reading };
}

function told(events: LedgerEvent[], now: number, over: Partial<ReleaseFacts> = {}, page = PAGE) {
  const { status, reading } = look(events, now, over);
  return statusText(status, reading, page);
}

/** Each row of the table as its words. */
const clockRows = (text: string) =>
  text
    .split("\n")
    .filter((line) => /^ {2}(?:detect|mitigate|update|postmortem) /.test(line))
    .map((line) => line.trim().split(/\s{2,}/));

describe("statusText", () => {
  const zone = process.env.TZ;
  before(() => {
    process.env.TZ = "UTC";
  });
  after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it("tells whether the drop can be taken back, and how", () => {
    const undo = (over: Partial<Readiness>, conflicts: string[] = []) => {
      const { status, reading } = look([], at("10:00"));
      const named = conflicts.map((path) => ({ path, kind: "contents" }));
      const text = statusText(status, { ...reading, undo: { ...READY, conflicts: named, ...over } }, PAGE);
      return /^Undo +(.*?)(?=^[A-Z])/ms.exec(text)![1]!.replace(/\s+/g, " ").trim();
    };
    assert.equal(
      undo({}),
      "ready: 7 commits, 3 files; never rehearsed; take it back with: dropclock undo drop-42",
    );
    assert.match(undo({ rehearsedAt: at("09:50") }), /; rehearsed 09:50 UTC; /);
    assert.equal(
      undo({ state: "conflicts" }, ["a.ts", "b\u001b[2J.ts", "c", "d", "e"]),
      "conflicts in a.ts, b [2J.ts, c and 2 more files; go by the runbook: dropclock runbook drop-42",
    );
    assert.equal(undo({ state: "unknown", why: "It is the first." }), "unknown. It is the first.");
    assert.match(undo({ state: "undone", merged: false }), /not merged yet/);
  });

  it("tells each clock with its state, time, target, due instant and what it counts from", () => {
    const text = told(INCIDENT, at("10:30"));
    assert.deepEqual(clockRows(text), [
      ["detect", "met", "in 24m", "30m", "started 09:40"],
      ["mitigate", "running", "1h 34m left", "2h", "12:04 UTC", "detected 10:04"],
      ["update", "waiting", "1h", "mitigated"],
      ["postmortem", "waiting", "72h", "mitigated"],
    ]);
    assert.match(text, /Drop +drop-42, shipped 09:40 UTC on main, 7 commits since drop-41/);
    assert.match(text, /Incidents +1 open\n/);
    assert.match(text, /started 09:40 UTC \(assumed\) · detected 10:04 UTC \(back-dated\)/);
    assert.match(text, /Next: dropclock incident mark 2026-11-23-checkout-5xx mitigated/);
  });

  it("says what is breached, what was missed, and by how much", () => {
    const late = event("mitigated", at("12:34"));
    const rows = clockRows(told([...INCIDENT, late], at("14:00")));
    assert.deepEqual(rows[1], ["mitigate", "missed", "late by 30m", "2h", "detected 10:04"]);
    assert.deepEqual(rows[2], ["update", "breached", "26m over", "1h", "13:34 UTC", "mitigated 12:34"]);
    assert.match(told([...INCIDENT, late], at("14:00")), /1 open, 1 clock breached/);
  });

  it("shows no due instant while paused, and how to go on", () => {
    const text = told([...INCIDENT, event("paused", at("10:10"))], at("10:30"));
    assert.deepEqual(clockRows(text)[1], [
      "mitigate",
      "paused",
      "1h 54m left",
      "2h",
      "not while paused",
      "detected 10:04",
    ]);
    assert.match(text, /· paused/);
    assert.match(text, /Next: dropclock incident resume 2026-11-23-checkout-5xx --why/);
  });

  it("shows a severity without targets as such", () => {
    const minor = event("severity", at("10:05"), { data: { to: "minor" } });
    assert.deepEqual(clockRows(told([...INCIDENT, minor], at("10:30")))[2], [
      "update",
      "-",
      "none",
      "mitigated",
    ]);
  });

  const empty: [string, Partial<ReleaseFacts>, RegExp[]][] = [
    [
      "no git",
      { ...linearHistory([]), branchMissing: "This folder is not a git repository; run: git init." },
      [/Drop +none\. This folder is not a git repository; run: git init\n/, /Watch +nothing to watch yet/],
    ],
    [
      "no drops",
      { ...linearHistory([], MAIN) },
      [/No tag on main matches “drop-\*”; tag a release to start:\s+git tag drop-1\n/],
    ],
    [
      "no policy",
      { policy: { ...IN_FORCE, source: "defaults" } },
      [/Policy +none yet, so the sample SLA is in force; write one with:\s+dropclock init/],
    ],
    [
      "no incident",
      {},
      [/Incidents +none open; declare one with: dropclock incident open --title/, /no events yet/],
    ],
  ];
  for (const [what, facts, wanted] of empty) {
    it(`says what to do where there is ${what}`, () => {
      for (const pattern of wanted) assert.match(told([], at("12:00"), facts), pattern);
    });
  }

  it("says that a broken policy is, where, and what is in force instead", () => {
    const place = { line: 3, column: 5, endLine: 3, endColumn: 9 };
    const problems = [{ message: "Unknown key.", place }];
    const text = told([], at("12:00"), { policy: { ...IN_FORCE, source: "last-good", problems } });
    assert.match(
      text,
      /the last good version on the release branch is in force;\s+.dropclock\/policy.yaml has errors\s+at 3:5/,
    );
  });

  it("counts what could not be read", () => {
    const { status, reading } = look([], at("12:00"));
    const skipped = [{ path: "incident/ab/x/y.json", reason: "not JSON" }];
    assert.match(
      statusText(status, { ...reading, ledger: { ...reading.ledger, skipped } }, PAGE),
      /no events yet; 1 entry could not be read; see:\s+dropclock log/,
    );
  });

  it("tells the watch window while it is open, and a tag that was moved", () => {
    assert.match(
      told([], at("09:50")),
      /Watch +open: somebody must be watching until 10:10 UTC \(20m left\)/,
    );
    assert.match(told(INCIDENT, at("10:05")), /Watch +closed: an incident is open on this drop/);
    const shipped = event("shipped", at("09:41"), {
      subject: "drop/drop-42",
      data: { commit: "c".repeat(40) },
    });
    assert.match(told([shipped], at("12:00")), /its tag\s+was moved to bbbbbbbbbb; cccccccccc/);
  });

  it("tells the risk of the current drop, and of the next one before it has a tag", () => {
    const { status, reading } = look([], at("12:00"));
    const text = statusText(status, reading, PAGE);
    assert.match(text, /^Risk +high: schema change$/m);
    assert.doesNotMatch(text, /^Next/m);
    const calm: Risk = { level: "low", reasons: [], rules: 0 };
    const { candidate } = reading.risks.current!;
    const next = {
      candidate: { ...candidate, tag: null, previous: null },
      commits: 1,
      risk: calm,
      missing: null,
    };
    reading.risks = { current: { ...reading.risks.current!, risk: null, missing: "It is gone." }, next };
    const other = statusText(status, reading, PAGE);
    assert.match(other, /^Risk +unknown: It is gone\.$/m);
    assert.match(other, /^Next +1 commit; risk low: the policy has no rules that could raise it$/m);
  });

  it("fits into 80 columns, whatever happened when", () => {
    const more = [
      ...INCIDENT,
      event("acknowledged", at("10:06")),
      event("mitigated", at("2026-11-25T11:11:00Z"), { recorded: at("2026-11-29T11:11:00Z") }),
    ];
    for (const now of ["10:30", "2026-11-25T12:00:00Z", "2026-11-30T12:00:00Z", "2027-02-01T12:00:00Z"]) {
      for (const zone of ["UTC", "Asia/Kathmandu"]) {
        process.env.TZ = zone;
        const page = { ...PAGE, paint: paintFor(true, { FORCE_COLOR: "1" }) };
        const { status, reading } = look(more, at(now));
        for (const line of statusText(status, reading, page).split("\n"))
          assert.ok(visibleWidth(line) <= 80, `${visibleWidth(line)}: ${line}`);
      }
    }
    process.env.TZ = "UTC";
  });

  it("says the same with colours as without", () => {
    const painted = told(INCIDENT, at("14:00"), {}, { ...PAGE, paint: paintFor(true, {}) });
    assert.ok(painted.includes("\u001b[31m"));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the colours that are looked for
    assert.equal(painted.replace(/\u001b\[\d+m/g, ""), told(INCIDENT, at("14:00")));
  });

  it("leaves nothing from elsewhere that a terminal would obey", () => {
    const evil = "drop-\u001b[2Jx\u009b31m\u202e\nPolicy     gone";
    const text = told([opened(at("10:04"), { title: evil, drop: evil })], at("10:30"), {
      ...linearHistory([{ name: evil, commit: "b".repeat(40), date: at("09:40") }], { ...MAIN, name: evil }),
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that must be gone
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.doesNotMatch(text, /^Policy {5}gone/m);
  });
});

describe("statusText of a flood", () => {
  it("shows the most urgent with their clocks, and says where the others are", () => {
    const events = Array.from({ length: 700 }, (_, i) =>
      [opened(at("09:00") + i), event("detected", at("09:00") + i)].map((each) => ({
        ...each,
        subject: `incident/i${i}`,
      })),
    ).flat();
    const text = told(events, at("12:00"));
    assert.match(text, /Incidents +700 open, at least 500 clocks breached/);
    assert.match(text, /… and 680 more open, less urgent: dropclock incident list$/);
    assert.ok(text.length < 50_000);
    const { open, unlisted } = look(events, at("12:00")).status;
    assert.match(
      incidentListText(open, unlisted, PAGE),
      /… and 200 more open, less urgent: too many to list$/,
    );
  });
});

describe("incidentDetailText", () => {
  const detail = (status: IncidentStatus) =>
    incidentDetailText(status, storyOf(status.incident, at("12:30")), at("12:30"), PAGE);

  it("says of a clock that is not due within twenty years that it is not, and not that it is paused", () => {
    const calendar = { timeZone: "UTC", hours: { mon: ["09:00-09:01"] } };
    const targets = {
      ...SAMPLE_TERMS.targets,
      critical: { ...SAMPLE_TERMS.targets.critical, mitigate: 364 * 86_400_000 },
    };
    const events = [opened(at("10:04"), {}, { targets, calendar }), event("detected", at("10:04"))];
    const text = (...more: LedgerEvent[]) => detail(look([...events, ...more], at("12:30")).status.open[0]!);
    assert.match(text(), /mitigate +running +364d left +364d +not in 20 years/);
    assert.match(text(event("paused", at("12:00"))), /mitigate +paused +364d left +364d +not while paused/);
  });

  it("tells rounds before, the timeline with its flags, and how to name an event", () => {
    const events = [
      ...INCIDENT,
      event("mitigated", at("11:20"), { data: { how: "cache off" } }),
      event("reopened", at("12:00"), { data: { why: "back again" } }),
      event("note", at("12:10"), { data: { text: "wrong", clock: "given" } }),
    ];
    const note = events.at(-1)!;
    events.push(event("retracted", at("12:20"), { data: { event: note.id, why: "mistake" } }));
    const { status } = look(events, at("12:30"));
    const text = detail(status.open[0]!);
    assert.match(text, /Round 1, until reopened 12:00 UTC: detect met in 24m; mitigate met in 1h 16m/);
    assert.match(
      text.replace(/\s+/g, " "),
      /update not reached before it was reopened; postmortem not reached before/,
    );
    assert.match(text, /detected\s/);
    assert.match(text, /Detected \(back-dated: entered 10:31/);
    assert.match(
      text,
      new RegExp(`${note.id.slice(-6)} {2}12:10 UTC {2}Ana {2}wrong \\(retracted, clock given\\)`),
    );
    assert.match(text, /Retracted “note”: mistake/);
  });
});

describe("incidentListText", () => {
  it("is cut on a terminal and whole in a pipe", () => {
    const title = "a very long title ".repeat(8).trim();
    const { status } = look([opened(at("10:04"), { title })], at("10:30"));
    assert.ok(incidentListText(status.open, 0, PAGE).includes(title));
    assert.ok(visibleWidth(incidentListText(status.open, 0, { ...PAGE, terminal: true })) <= 80);
  });
});
