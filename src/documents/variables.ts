import type { Drop } from "../domain/drop/drop.ts";
import type { LedgerEvent } from "../domain/event/event.ts";
import { type Clock, clocksOf, clockWords, closingWords } from "../domain/incident/clock.ts";
import { isPaused } from "../domain/incident/entry.ts";
import { type Incident, isBackDated, type Mark, type Round } from "../domain/incident/incident.ts";
import type { IncidentStatus } from "../domain/incident/incidentStatus.ts";
import {
  type CalendarRule,
  CLOCK_NAMES,
  CLOCKS,
  COUNTDOWNS,
  MILESTONE_NAMES,
  MILESTONES,
  ruleFor,
} from "../domain/policy/terms.ts";
import { feltMs } from "../domain/record/scorecard.ts";
import { plainText, shownName } from "../domain/text/plainText.ts";
import { exactly } from "../domain/time/duration.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { minuteInUtc } from "./dateFormat.ts";

/** The incident itself. Instants are ISO 8601 in UTC, spans milliseconds, texts one line. */
export function incidentVariables({ incident, state, warnings }: IncidentStatus) {
  const { round } = incident;
  return {
    id: plainText(incident.id),
    title: plainText(incident.title),
    severity: round.severity,
    kind: incident.kind,
    state,
    drop: incident.drop === null ? null : plainText(incident.drop),
    openedAt: formatInstant(incident.openedAt),
    openedBy: shownName(incident.openedBy, 80),
    round: round.number,
    reopenedAt: isoOrNull(round.reopenedAt),
    paused: isPaused(incident),
    termsOnRecord: incident.termsOnRecord,
    warnings: warnings.map((warning) => plainText(warning, 500)),
  };
}

/** All seven milestones by name; `at` is null for one that has not been reached. */
function milestoneVariables({ marks }: Round) {
  return Object.fromEntries(
    MILESTONE_NAMES.map((name) => {
      const mark = marks[name];
      const known = mark && {
        at: formatInstant(mark.at),
        recorded: formatInstant(mark.recorded),
        by: shownName(mark.by, 80),
        note: noteOn(mark),
        assumed: mark.assumed,
      };
      const none = { at: null, recorded: null, by: null, note: null, assumed: false };
      return [name, { title: MILESTONES[name].title, ...(known ?? none) }];
    }),
  );
}

/** How long people were affected, over all rounds: from the start of the impact (or the reopening) until mitigation. */
export function impactVariables(incident: Incident, now: Instant) {
  const { started, mitigated } = incident.round.marks;
  return {
    from: isoOrNull(started?.at ?? null),
    to: isoOrNull(mitigated?.at ?? null),
    lasted: started ? feltMs([incident], now) : null,
    ongoing: mitigated === null,
  };
}

/** All rounds, the current one last; an earlier one as it was when the incident was reopened. */
export function roundVariables(incident: Incident, now: Instant) {
  return roundsOf(incident).map(({ round, endsAt }) => ({
    number: round.number,
    severity: round.severity,
    reopenedAt: isoOrNull(round.reopenedAt),
    endedAt: isoOrNull(endsAt),
    milestones: milestoneVariables(round),
    pauses: round.pauses.map(({ from, to }) => ({ from: formatInstant(from), to: isoOrNull(to) })),
    clocks: clocksOf(round, Math.min(endsAt ?? now, now)).map((clock) =>
      clockVariables(clock, round, endsAt !== null),
    ),
  }));
}

function roundsOf({ earlier, round }: Incident) {
  const all = [...earlier, round];
  return all.map((each, i) => ({ round: each, endsAt: all[i + 1]?.reopenedAt ?? null }));
}

function clockVariables(clock: Clock, round: Round, over: boolean) {
  const { from, to } = CLOCKS[clock.name];
  const start = clock.from === "reopened" ? null : round.marks[from];
  const end = clock.endedAt === null ? null : round.marks[to];
  return {
    name: clock.name,
    title: COUNTDOWNS[clock.name].title,
    state: clock.state,
    target: clock.targetMs,
    from: clock.from === "reopened" ? "Reopened" : MILESTONES[clock.from].title,
    fromAt: isoOrNull(clock.startedAt),
    fromNote: start && noteOn(start),
    due: isoOrNull(clock.dueAt),
    ended: isoOrNull(clock.endedAt),
    endedNote: end && noteOn(end),
    // A document may be read at any time: a running clock shows its due time, not the time left now.
    taken: clock.endedAt === null ? null : clock.elapsedMs,
    verdict: over ? closingWords(clock, exactly) : verdictOf(clock),
    calendar: calendarWords(round.terms.calendar, clock.name),
  };
}

const STILL_OPEN: Partial<Record<Clock["state"], string>> = {
  running: "open",
  paused: "paused",
  breached: "overdue",
};

const verdictOf = (clock: Clock) => STILL_OPEN[clock.state] ?? clockWords(clock, exactly);

/** The calendars of the clocks, as one phrase. */
export function calendarsOf({ terms: { calendar } }: Round): string {
  const words = CLOCK_NAMES.map((name) => calendarWords(calendar, name));
  if (new Set(words).size === 1) return words[0]!;
  return CLOCK_NAMES.map((name, i) => `${COUNTDOWNS[name].title.toLowerCase()} ${words[i]}`).join(", ");
}

/** The calendar of a clock, in words. */
export function calendarWords(rule: CalendarRule, clock?: Clock["name"]): string {
  const bound = clock ? ruleFor(rule, clock) : rule;
  return bound === "always" ? "around the clock" : `in working hours (${plainText(bound.timeZone, 60)})`;
}

/** What git says about the content of a drop. */
interface DropContent {
  /** Newest first; there may be more than were read. */
  commits: readonly {
    sha: string;
    author: { name: string; mail: string };
    date: Instant;
    subject: string;
    merge: boolean;
  }[];
  /** All of them. */
  count: number;
  /** What differs between the previous drop and this one; lines are null for a binary file. */
  files: readonly {
    path: string;
    status: string;
    from: string | null;
    additions: number | null;
    deletions: number | null;
  }[];
  /** The history is cut inside the drop (a shallow clone). */
  cut: boolean;
}

/** A drop and everything a document says about it. */
export interface DropFacts {
  drop: Drop;
  previous: Drop | null;
  /** Null: not known, for the reason in `missing`. */
  content: DropContent | null;
  missing: string | null;
  /** The council's overrides of this commit. */
  overrides: readonly LedgerEvent[];
}

/** A document is for reading: for more than this there is git. */
const SHOWN = { commits: 50, files: 50, authors: 20 } as const;

const NOTHING: DropContent = { commits: [], count: 0, files: [], cut: false };

export function dropVariables({ drop, previous, content, missing, overrides }: DropFacts) {
  const { commits, count, files, cut } = content ?? NOTHING;
  const shown = commits.slice(0, SHOWN.commits);
  return {
    tag: plainText(drop.tag),
    commit: drop.commit,
    previous: previous && plainText(previous.tag),
    previousCommit: previous?.commit ?? null,
    shippedAt: formatInstant(drop.shippedAt),
    shippedAssumed: drop.shippedAssumed,
    moved: drop.moved?.now ?? null,
    missing: missing === null ? null : plainText(missing, 500),
    cut,
    authors: authorsOf(commits).slice(0, SHOWN.authors),
    commits: shown.map(commitVariables),
    commitCount: count,
    moreCommits: Math.max(0, count - shown.length),
    files: filesOf(files).slice(0, SHOWN.files),
    fileCount: files.length,
    moreFiles: Math.max(0, files.length - SHOWN.files),
    additions: sum(files, "additions"),
    deletions: sum(files, "deletions"),
    overrides: overrides.map((event) => ({
      at: formatInstant(event.at),
      by: shownName(event.by, 80),
      why: plainText(typeof event.data.why === "string" ? event.data.why : "no reason given", 500),
    })),
  };
}

function commitVariables({ sha, author, date, subject, merge }: DropContent["commits"][number]) {
  return {
    sha,
    short: sha.slice(0, 8),
    author: plainText(author.name, 80),
    date: formatInstant(date),
    subject: plainText(subject, 200),
    merge,
  };
}

/** Who to ask: by number of commits, then by name. */
function authorsOf(commits: DropContent["commits"]) {
  const authors = new Map<string, { name: string; mail: string; commits: number }>();
  for (const { author, merge } of commits) {
    // Whoever merged knows less about it than its author.
    if (merge) continue;
    const name = plainText(author.name, 80);
    const mail = plainText(author.mail, 120);
    const known = authors.get(mail) ?? { name, mail, commits: 0 };
    known.commits++;
    authors.set(mail, known);
  }
  return [...authors.values()].sort((a, b) => b.commits - a.commits || (a.name < b.name ? -1 : 1));
}

/** The most changed first. */
function filesOf(files: DropContent["files"]) {
  return files
    .map(({ path, status, from, additions, deletions }) => ({
      path: plainText(path, 400),
      change: status,
      from: from === null ? null : plainText(from, 400),
      additions: additions ?? 0,
      deletions: deletions ?? 0,
      binary: additions === null,
    }))
    .sort((a, b) => b.additions + b.deletions - a.additions - a.deletions || (a.path < b.path ? -1 : 1));
}

const sum = <K extends string>(list: readonly Record<K, number | null>[], key: K) =>
  list.reduce((total, item) => total + (item[key] ?? 0), 0);

/** How a milestone is known, where that matters; null for one that was entered as it happened. */
function noteOn(mark: Mark): string | null {
  if (mark.assumed) return "assumed";
  if (mark.event !== null && isBackDated(mark)) {
    return `back-dated: entered ${minuteInUtc(mark.recorded)} by ${shownName(mark.by, 80)}`;
  }
  return null;
}

export const isoOrNull = (at: Instant | null) => (at === null ? null : formatInstant(at));
