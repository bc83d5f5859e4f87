import { type LedgerEvent, retractedEvents } from "../event/event.ts";
import { all, type Check, none, oneOf, optionalText, text } from "../event/eventChecks.ts";
import { readTerms } from "../policy/notation.ts";
import { isMilestone, type Milestone, SEVERITIES, type Severity, type Terms } from "../policy/terms.ts";
import { BACK_DATED_AFTER_MS, type Instant } from "../time/instant.ts";

/** When a milestone was reached, and how it is known. */
export interface Mark {
  at: Instant;
  /** When it was entered; equal to `at` if it was not entered by a person. */
  recorded: Instant;
  by: string;
  /** The event that it comes from; null if it follows from others. */
  event: string | null;
  /** It is assumed: it counts until someone enters the real time. */
  assumed: boolean;
  /** It is the drop's shipping time, which is assumed as well: it may have shipped, and begun, at any later time. */
  onAssumedShipping?: true;
}

export type Marks = Record<Milestone, Mark | null>;

/** From opening (or reopening) to the next reopening. */
export interface Round {
  /** Counts from 1. */
  number: number;
  /** When the incident was reopened; null for the first round. */
  reopenedAt: Instant | null;
  marks: Marks;
  /** Half-open, in order; null: still paused. */
  pauses: { from: Instant; to: Instant | null }[];
  /** Every customer update, also those sent before mitigation. */
  updates: Mark[];
  severity: Severity;
  terms: Terms;
}

/** Who leads an incident, since when, and who said so. */
interface Owner {
  /** `Name <mail>`, or whatever the person is called. */
  who: string;
  since: Instant;
  by: string;
}

/** One regression and what is known of it: the fold of its events. */
export interface Incident {
  id: string;
  title: string;
  kind: IncidentKind;
  drop: string | null;
  openedAt: Instant;
  openedBy: string;
  /** The event that opened it; identifies it across machines. */
  openedEvent: string;
  /** Who leads it now; null: nobody has said. It goes over from round to round. */
  owner: Owner | null;
  /** The current round. */
  round: Round;
  /** The earlier rounds, oldest first; they keep their verdicts. */
  earlier: Round[];
  /** Whether the first round's terms are recorded; else the current ones are used. */
  termsOnRecord: boolean;
  /** All its events in the order of truth, retracted ones included. */
  events: readonly LedgerEvent[];
  retracted: ReadonlySet<string>;
}

/** What the replay needs besides the events. */
interface FoldContext {
  /** The current terms, for an incident without recorded ones. */
  terms: Terms;
  /** When a drop shipped, for an incident whose start nobody entered. */
  shippedAt: (tag: string) => Shipping | null;
}

/** When a drop shipped, and whether that is only assumed. */
interface Shipping {
  at: Instant;
  assumed: boolean;
}

/** The words for an assumed start whose drop has no recorded shipping time either. */
export const ASSUMED_SHIPPING = { assumed: true, shipping: "assumed" } as const;

/**
 * Replays the events of one subject, which must be in the order of truth.
 * Null when nothing opens it: never opened, or retracted.
 */
export function foldIncident(
  id: string,
  events: readonly LedgerEvent[],
  context: FoldContext,
): Incident | null {
  const retracted = retractedEvents(events);
  const effective = retracted.size === 0 ? events : events.filter((event) => !retracted.has(event.id));
  const opened = effective.find((event) => event.type === "opened");
  if (!opened) return null;

  const onRecord = readTerms(opened.data.policy);
  const first = newRound(1, null, opened.data.severity as Severity, onRecord ?? context.terms);
  const rounds = [first];
  let round = first;
  for (const event of effective) {
    if (event.type === "reopened") {
      endPause(round, event.at);
      round = newRound(rounds.length + 1, event.at, round.severity, round.terms);
      rounds.push(round);
    } else apply(round, event);
  }

  const drop = typeof opened.data.drop === "string" ? opened.data.drop : null;
  first.marks.detected ??= assumedMark(opened.at, opened.by);
  assumeStart(first, drop === null ? null : context.shippedAt(drop));
  for (let i = 1; i < rounds.length; i++) rounds[i]!.marks.started ??= rounds[i - 1]!.marks.started;
  for (const each of rounds) settle(each);

  return {
    id,
    title: opened.data.title as string,
    kind: (opened.data.kind as IncidentKind | undefined) ?? "real",
    drop,
    openedAt: opened.at,
    openedBy: opened.by,
    openedEvent: opened.id,
    owner: ownerOf(effective),
    round,
    earlier: rounds.slice(0, -1),
    termsOnRecord: onRecord !== null,
    events,
    retracted,
  };
}

/** Whether a mark was entered so late that it is shown as back-dated. */
export function isBackDated(entry: { at: Instant; recorded: Instant }): boolean {
  return entry.recorded - entry.at > BACK_DATED_AFTER_MS;
}

/** Whether its post-mortem is still to be published. */
export const waitsForPostmortem = ({ round: { marks } }: Pick<Incident, "round">) =>
  marks.mitigated !== null && marks.postmortem === null;

function ownerOf(effective: readonly LedgerEvent[]): Owner | null {
  const last = effective.findLast(({ type }) => type === "owned");
  return last ? { who: last.data.owner as string, since: last.at, by: last.by } : null;
}

function newRound(number: number, reopenedAt: Instant | null, severity: Severity, terms: Terms): Round {
  const marks: Marks = {
    started: null,
    detected: null,
    acknowledged: null,
    mitigated: null,
    updated: null,
    resolved: null,
    postmortem: null,
  };
  return { number, reopenedAt, marks, pauses: [], updates: [], severity, terms };
}

function apply(round: Round, event: LedgerEvent): void {
  switch (event.type) {
    case "severity":
      round.severity = event.data.to as Severity;
      return;
    case "repolicied":
      round.terms = readTerms(event.data.policy) ?? round.terms;
      return;
    case "paused":
      if (round.pauses.at(-1)?.to !== null) round.pauses.push({ from: event.at, to: null });
      return;
    case "resumed":
      endPause(round, event.at);
      return;
    case "started":
      // An assumed start yields to one that was entered.
      if (round.marks.started === null || (round.marks.started.assumed && event.data.assumed !== true)) {
        round.marks.started = markOf(event);
      }
      return;
    case "updated":
      round.updates.push(markOf(event));
      return;
    default:
      if (isMilestone(event.type)) round.marks[event.type] ??= markOf(event);
  }
}

function endPause(round: Round, at: Instant): void {
  const last = round.pauses.at(-1);
  if (last && last.to === null) last.to = at;
}

function assumeStart(round: Round, shipping: Shipping | null): void {
  const { started, detected } = round.marks;
  if (started && !started.assumed) return;
  // Nothing starts after it was detected; a tag may well be set after its deployment.
  const latest = detected!.at;
  const shippedAt = Math.min(shipping?.at ?? latest, latest);
  const rested = started?.onAssumedShipping === true;
  // A shipping time that is known by now is better than one that was assumed.
  const at = started && !(rested && shipping?.assumed === false) ? Math.min(started.at, latest) : shippedAt;
  const rests = shipping ? shipping.assumed && (rested || at === shippedAt) : rested;
  const { onAssumedShipping: _, ...mark } = started ?? assumedMark(at, detected!.by);
  round.marks.started = { ...mark, at, ...(rests ? { onAssumedShipping: true } : {}) };
}

/** What follows from the marks: a resolved incident is mitigated, and only an update since then counts. */
function settle({ marks, updates }: Round): void {
  if (!marks.mitigated && marks.resolved) marks.mitigated = { ...marks.resolved, event: null, assumed: true };
  const since = marks.mitigated?.at;
  marks.updated = since === undefined ? null : (updates.find((update) => update.at >= since) ?? null);
}

function markOf(event: LedgerEvent): Mark {
  const assumed = event.data.assumed === true;
  const mark = { at: event.at, recorded: event.recorded, by: event.by, event: event.id, assumed };
  return assumed && event.data.shipping === ASSUMED_SHIPPING.shipping
    ? { ...mark, onAssumedShipping: true }
    : mark;
}

function assumedMark(at: Instant, by: string): Mark {
  return { at, recorded: at, by, event: null, assumed: true };
}

/** A test or a drill has clocks like any incident, but never counts in a scorecard. */
export const INCIDENT_KINDS = ["real", "test", "drill"] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const LONGEST_TITLE = 200;

/** What the data of the events of `incident/<id>` must hold. */
export const INCIDENT_CHECKS: Readonly<Record<string, Check>> = {
  opened: all(text("title"), severity("severity"), optionalText("drop"), (data) =>
    data.kind === undefined ? null : oneOf("kind", INCIDENT_KINDS)(data),
  ),
  started: none,
  detected: none,
  acknowledged: none,
  mitigated: optionalText("how"),
  updated: all(optionalText("text"), optionalText("channel"), optionalText("status"), optionalText("update")),
  sent: all(text("channel"), text("text"), optionalText("update"), optionalText("key")),
  resolved: none,
  postmortem: all(optionalText("path"), optionalText("commit")),
  reopened: optionalText("why"),
  // What the public may read: the newest value of each field; an empty one removes it.
  summary: all(optionalText("title"), optionalText("impact"), optionalText("done")),
  severity: all(severity("to"), optionalText("why")),
  paused: optionalText("why"),
  resumed: optionalText("why"),
  note: text("text"),
  owned: text("owner"),
  action: all(text("text"), optionalText("owner"), optionalText("due")),
  retracted: all(text("event"), optionalText("why")),
  repolicied: (data) =>
    data.policy && typeof data.policy === "object" ? null : "needs the terms in data.policy",
};

function severity(key: string): Check {
  return (data) => (SEVERITIES.includes(data[key] as Severity) ? null : `data.${key} is not a severity`);
}
