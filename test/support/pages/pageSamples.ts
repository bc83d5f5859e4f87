import type { PageContent } from "../../../src/documents/pageMessages.ts";
import { EXPORT_FORMATS } from "../../../src/documents/pageMessages.ts";
import { foldRelease, recordOf } from "../../../src/domain/drop/release.ts";
import type { LedgerEvent } from "../../../src/domain/event/event.ts";
import { incidentStatus } from "../../../src/domain/incident/incidentStatus.ts";
import { DEFAULT_POLICY } from "../../../src/domain/policy/policy.ts";
import { type IncidentView, incidentView } from "../../../src/domain/record/incidentView.ts";
import { adoptionOf, scorecardOf } from "../../../src/domain/record/scorecard.ts";
import { type ScorecardView, scorecardView } from "../../../src/domain/record/scorecardView.ts";
import { dropOnRecord, storyOf } from "../../../src/domain/record/story.ts";
import { linearHistory } from "../git/linearHistory.ts";
import { at, event, opened } from "../record/events.ts";

/** What the pages are given, made of real events by the real domain. */

export const NOW = at("12:00");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const sha = (n: number) => n.toString(16).padStart(40, "0");
const ANA = "Ana <ana@example.com>";
const BO = "Bo Lund <bo@example.com>";

/** Of `count` weekly drops, the last on the 23rd at 09:00. */
export function releaseWith(count: number, events: LedgerEvent[], days = 7) {
  const tags = Array.from({ length: count }, (_, i) => ({
    name: `drop-${i + 1}`,
    commit: sha(i + 1),
    date: at("09:00") - (count - 1 - i) * days * DAY,
  }));
  const policy = { policy: DEFAULT_POLICY, source: "branch" as const, path: "p", problems: [] };
  return foldRelease({ policy, ...linearHistory(tags), events });
}

type Marks = [type: string, time: string, data?: Record<string, unknown>, by?: string][];

const ID = "2026-11-23-checkout-5xx";
const TITLE = "Checkout answers 5xx for carts with a discount code";

const incident = (marks: Marks, data: object = {}): LedgerEvent[] => [
  opened(at("09:30"), { title: TITLE, drop: "drop-5", ...data }),
  event("started", at("09:20"), { recorded: at("09:31") }),
  event("detected", at("09:30")),
  ...marks.map(([type, time, more = {}, by = ANA]) => event(type, at(time), { data: more, by })),
];

const owned: Marks[number] = ["owned", "09:32", { owner: BO }, ANA];
const undoing = (type: string, time: string, data: object): LedgerEvent =>
  event(type, at(time), { subject: "drop/drop-5", by: BO, data: { run: "r", ...data } });

const over: Marks = [
  owned,
  ["mitigated", "10:40", { how: "drop-5 rolled back" }, BO],
  ["updated", "10:55", { text: "Checkout works again.", channel: "status page" }],
  ["resolved", "11:00"],
  ["postmortem", "11:40", { path: "docs/postmortems/2026-11-23.md" }, BO],
];

/** An incident in each of the states that people see. */
export const INCIDENTS = {
  running: [
    ...incident([
      owned,
      ["acknowledged", "09:33", {}, BO],
      ["note", "09:50", { text: "Only carts with WINTER26" }, BO],
    ]),
    undoing("rollback-started", "09:55", { branch: "dropclock/undo-drop-5", mode: "undo" }),
    undoing("rollback-step", "09:56", { step: "flags: new-checkout", outcome: "done" }),
    undoing("rollback-step", "09:57", { step: "revert", outcome: "done", commit: sha(99) }),
    undoing("rollback-failed", "10:00", {
      step: "run: ./deploy.sh",
      reason: "the deployment host did not answer",
    }),
  ],
  breached: incident([["note", "09:50", { text: "Nobody has the pager" }]], {}).map((each) => ({
    ...each,
    at: each.at - HOUR,
    recorded: each.recorded - HOUR,
  })),
  paused: incident([
    owned,
    ["paused", "10:00", { why: "waiting for the bank" }],
    ["resumed", "10:20", { why: "they answered" }],
    ["paused", "11:30", { why: "waiting again" }],
  ]),
  reopened: incident([
    ...over.slice(0, 4),
    ["reopened", "11:10", { why: "it came back" }],
    ["detected", "11:12"],
  ]),
  closed: incident(over),
} satisfies Record<string, LedgerEvent[]>;

export type SampleIncident = keyof typeof INCIDENTS;

export function incidentOf(events: LedgerEvent[], now = NOW, canWrite = true): IncidentView {
  const release = releaseWith(5, events);
  const [found] = release.incidents;
  const drop = found!.drop!;
  return incidentView(
    {
      status: incidentStatus(found!, now, HOUR),
      story: storyOf(found!, now, dropOnRecord(release, drop)),
      warnAt: [0.5, 0.8],
      record: recordOf(release, drop),
      steps: ["flags: new-checkout", "revert", "run: ./deploy.sh", "verify: checkout errors"],
      readiness: { state: "ready", files: 4, why: null },
      running: false,
      watchers: [ANA],
      documents: [
        { kind: "postmortem", path: `docs/postmortems/${ID}.md`, written: false },
        { kind: "runbook", path: "docs/runbooks/drop-5.md", written: true },
      ],
      canWrite,
    },
    now,
  );
}

export const incidentPage = (name: SampleIncident): PageContent => ({
  page: "incident",
  view: incidentOf(INCIDENTS[name], nowOf(name)),
});

/** One is looked at while its clock still runs. */
export const nowOf = (name: SampleIncident) => (name === "running" ? at("10:24") : NOW);

/** Every third drop causes an incident; one of them is late, and one drop is overridden. */
export function scorecardOfDrops(count: number): ScorecardView {
  const late = (n: number) => (n % 2 === 0 ? 3 : 1);
  const events = Array.from({ length: count }, (_, i) => i + 1)
    .filter((n) => n % 3 === 1)
    .flatMap((n) => {
      const shipped = at("09:00") - (count - n) * 7 * DAY;
      const marks: [string, number][] = [
        ["started", shipped + 5 * 60_000],
        ["detected", shipped + (20 + n) * 60_000],
        ["mitigated", shipped + late(n) * HOUR],
        ["updated", shipped + late(n) * HOUR + 40 * 60_000],
      ];
      const subject = `incident/i${n}`;
      return [
        {
          ...opened(shipped + (20 + n) * 60_000, {
            title: `Checkout fails after drop-${n}`,
            drop: `drop-${n}`,
          }),
          subject,
        },
        ...marks.map(([type, when]) => event(type, when, { subject })),
      ];
    });
  const override = event("override", at("08:50"), {
    subject: `commit/${sha(count)}`,
    data: { why: "the fix cannot wait" },
    by: BO,
  });
  const release = releaseWith(count, [...events, override]);
  const scorecard = scorecardOf(release, release.drops.slice(0, count), NOW);
  return scorecardView({ scorecard, adoption: adoptionOf(release, at("09:00") - 30 * DAY, NOW) }, "Checkout");
}

export const scorecardPage = (count: number): PageContent => ({
  page: "scorecard",
  view: scorecardOfDrops(count),
  formats: EXPORT_FORMATS,
});

/** A request that whoever works here may not approve. */
export const requestPage: PageContent = {
  page: "request",
  view: {
    approve: { code: "main-author", others: ["ana@example.com", "cy@example.com"] },
    reject: null,
    facts: {
      title: "Approval of the next drop",
      facts: [
        ["Commit", `${sha(7)}, 2 commits since drop-5`],
        ["Mostly by", "Bo Lund"],
        ["Risk", "high: schema change"],
      ],
      gate: {
        open: false,
        verdict: "Shut: The next drop (2 commits) may not ship.",
        reasons: ["Needs 1 council approval (0 so far)."],
      },
      risk: [{ reason: "schema change", level: "high", items: ["migrations/001.sql"] }],
      council: {
        standing: "0 of 1 approval",
        votes: [],
        disregarded: ["Bo Lund's own drop: most of its commits are theirs"],
      },
      checklist: [{ title: "Alert on user impact", verdict: "met", why: "checkout errors", fix: null }],
      commits: [{ sha: sha(7), author: "Bo Lund", subject: "feat: keep <b>orders</b>" }],
      moreCommits: 0,
      files: [{ path: "migrations/001.sql", status: "A", change: "+1 −0" }],
      patch: {
        lines: ["@@ -0,0 +1 @@", "+create table orders (id int);", "-<img src=x onerror=alert(1)>"],
        cut: false,
        command: "git diff",
      },
    },
  },
};
