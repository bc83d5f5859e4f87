import type { LedgerEvent } from "../event/event.ts";
import { clocksOf } from "../incident/clock.ts";
import type { Incident, Mark, Round } from "../incident/incident.ts";
import { CLOCK_NAMES, type ClockName, type Severity } from "../policy/terms.ts";
import { feltMs, isStartUnknown } from "../record/scorecard.ts";
import { plainText } from "../text/plainText.ts";
import { type Instant, latestOf } from "../time/instant.ts";
import { type FindNames, leaksIn, leakWords, withoutEscapes } from "./leaks.ts";
import { type PublicStatus, type PublicUpdate, publicStatus, publicUpdates } from "./publicStatus.ts";

/** What the public reads of an incident: these fields and no others, and only texts that were meant for it. */
export interface PublicIncident {
  /** The event that opened it: identifies it forever, even if its title changes. Not shown. */
  openedEvent: string;
  openedAt: Instant;
  /** Null: the title must not become public, so another one is shown. */
  title: string | null;
  status: PublicStatus;
  severity: Severity;
  /** In the order in which they happened. */
  moments: PublicMoment[];
  /** How long people were affected, milliseconds, over all rounds; null while it lasts. */
  lastedMs: number | null;
  /** Its start is assumed, so its length is an estimate too. */
  estimated: boolean;
  impact: string | null;
  done: string[];
  targets: PublicTarget[];
  /** The newest change that the public can see. */
  updatedAt: Instant;
}

const MOMENT_KINDS = ["began", "noticed", "told", "mitigated", "reopened", "resolved", "lessons"] as const;

export interface PublicMoment {
  kind: (typeof MOMENT_KINDS)[number];
  at: Instant;
  /** It is assumed. */
  estimated: boolean;
  /** For an update: the public status it gave. */
  status: PublicStatus | null;
  /** The same in the words of the update, as Markdown; null: of no update, or its text must not get out. */
  text: string | null;
}

/** `open`: it can still be met. `none`: there is no such target. */
export type Verdict = "kept" | "missed" | "open" | "none";

/** One target, over all rounds: the worst counts. */
export interface PublicTarget {
  name: ClockName;
  verdict: Verdict;
  targetMs: number | null;
  /** How long it took in the round that counts; null if it has not ended. */
  tookMs: number | null;
}

/** A text, and why it does not become public. */
export interface Withheld {
  what: string;
  text: string;
  /** `leak`: it was meant for the public, and contains what must not become public. `private`: it is for the team. */
  because: "leak" | "private";
  why: string;
}

/** What becomes public of an incident, and what does not. */
export interface PublicDraft {
  incident: Incident;
  /** Null: nothing of it becomes public yet; `heldBack` says why. */
  published: PublicIncident | null;
  heldBack: string | null;
  withheld: Withheld[];
}

/** What is recorded of the drop that caused it. */
export interface DropFate {
  undoneAt: Instant | null;
  reappliedAt: Instant | null;
}

/**
 * What the public may read of an incident at an instant. Nothing before customers have been told of it, or it is
 * over: the public record must not precede the message to customers.
 */
export function draftPublic(
  incident: Incident,
  drop: DropFate,
  findNames: FindNames,
  instant: Instant,
): PublicDraft {
  const withheld: Withheld[] = [];
  const summary = summaryOf(incident);
  const words = new Words(findNames, withheld);
  const title = words.pass("Title", summary.title ?? incident.title);
  const impact = summary.impact === null ? null : words.pass("Impact", summary.impact);
  const done = summary.done === null ? null : words.pass("What was done", summary.done);
  const told = publicUpdates(incident).map((update) => ({ ...update, text: words.passUpdate(update) }));
  for (const each of neverPublic(incident)) withheld.push(each);
  const heldBack = whyHeldBack(incident);
  if (heldBack !== null) return { incident, published: null, heldBack, withheld };
  const published: PublicIncident = {
    openedEvent: incident.openedEvent,
    openedAt: incident.openedAt,
    title,
    status: publicStatus(incident),
    severity: incident.round.severity,
    moments: momentsOf(incident, told),
    lastedMs: incident.round.marks.mitigated ? feltMs([incident]) : null,
    estimated: [...incident.earlier, incident.round][0]!.marks.started?.assumed === true,
    impact,
    done: [...(done === null ? [] : [done]), ...doneByRecord(drop)],
    targets: targetsOf(incident, instant),
    updatedAt: updatedAt(incident, drop),
  };
  return { incident, published, heldBack: null, withheld };
}

/** What a person wrote for the public, field by field the newest; null: nothing. */
export interface Summary {
  title: string | null;
  impact: string | null;
  done: string | null;
}

export function summaryOf({ events, retracted }: Pick<Incident, "events" | "retracted">): Summary {
  const summary: Summary = { title: null, impact: null, done: null };
  for (const { id, type, data } of events) {
    if (type !== "summary" || retracted.has(id)) continue;
    for (const field of ["title", "impact", "done"] as const) {
      const text = data[field];
      if (typeof text === "string") summary[field] = plainText(text, LONGEST_SUMMARY) || null;
    }
  }
  return summary;
}

export const LONGEST_SUMMARY = 600;

/** Lets a text through, or withholds all of it: a gap in a sentence would give a hint. */
class Words {
  readonly #findNames: FindNames;
  readonly #withheld: Withheld[];

  constructor(findNames: FindNames, withheld: Withheld[]) {
    this.#findNames = findNames;
    this.#withheld = withheld;
  }

  pass(what: string, text: string): string | null {
    const plain = plainText(text, LONGEST_SUMMARY);
    const leaks = leaksIn(text, this.#findNames);
    if (leaks.length === 0) return plain === "" ? null : plain;
    const found = leaks.map((leak) => `“${plainText(leak.found, 80)}”`).join(", ");
    this.#withheld.push({
      what,
      text: plain,
      because: "leak",
      why: `it holds ${leakWords(leaks)}: ${found}`,
    });
    return null;
  }

  /** What was sent is public already, as it was sent. A note about a call or a meeting was read by nobody outside. */
  passUpdate({ text, sent }: PublicUpdate): string | null {
    if (text === null || sent) return text;
    const readings = [...new Set([text, withoutEscapes(text)])];
    return readings.every((each) => this.pass("Update to customers", each) !== null) ? text : null;
  }
}

/** What people wrote for the team. It never becomes public, whatever it says. */
function neverPublic({ events, retracted, openedBy, drop }: Incident): Withheld[] {
  const forTheTeam = (what: string, text: string, why: string): Withheld => ({
    what,
    text,
    because: "private",
    why,
  });
  const standing = events.filter(({ id, type }) => !retracted.has(id) && type !== "retracted");
  const texts = standing.flatMap((event) =>
    FREE_TEXTS.flatMap(([type, key, what]) => {
      const text = event.type === type ? event.data[key] : undefined;
      return typeof text === "string" && text.trim() !== ""
        ? [forTheTeam(what, plainText(text, 300), "it is for the team")]
        : [];
    }),
  );
  const people = [...new Set([openedBy, ...events.map(({ by }) => by)].map((by) => plainText(by, 120)))];
  return [
    ...(drop === null ? [] : [forTheTeam("Drop", plainText(drop, 120), "it means nothing outside")]),
    forTheTeam("People", people.join(", "), "nobody is named"),
    ...texts,
  ];
}

const FREE_TEXTS: readonly [string, string, string][] = [
  ["mitigated", "how", "How it was mitigated"],
  ["updated", "channel", "Channel of an update"],
  ["note", "text", "Note"],
  ["action", "text", "Action"],
  ["action", "owner", "Owner of an action"],
  ["severity", "why", "Reason of the severity"],
  ["paused", "why", "Reason of a pause"],
  ["resumed", "why", "Reason of going on"],
  ["reopened", "why", "Reason of the reopening"],
  ["repolicied", "why", "Reason of the new policy"],
  ["postmortem", "path", "Post-mortem"],
];

function whyHeldBack(incident: Incident): string | null {
  if (incident.kind !== "real") return `It is a ${incident.kind}.`;
  if (publicUpdates(incident).length > 0 || incident.round.marks.resolved) return null;
  if (incident.earlier.some(({ marks }) => marks.resolved)) return null;
  return "Customers have not been told of it yet, and it is not over.";
}

function momentsOf(incident: Incident, told: readonly PublicUpdate[]): PublicMoment[] {
  const moments: PublicMoment[] = [];
  const none = { status: null, text: null };
  const add = (kind: PublicMoment["kind"], mark: Mark | null) => {
    if (mark) moments.push({ kind, at: mark.at, estimated: mark.assumed, ...none });
  };
  const [first] = [...incident.earlier, incident.round];
  // An unrecorded shipping time does not show when people were first affected.
  if (!isStartUnknown(incident)) add("began", first!.marks.started);
  for (const { marks, reopenedAt, number } of [...incident.earlier, incident.round]) {
    if (reopenedAt !== null) moments.push({ kind: "reopened", at: reopenedAt, estimated: false, ...none });
    // A later round starts anew; what it inherits is listed already.
    if (number > 1 && marks.started && marks.started.at > reopenedAt!) add("began", marks.started);
    add("noticed", marks.detected);
    // Mitigated only because it was resolved: it was not observed earlier.
    if (marks.mitigated?.event) add("mitigated", marks.mitigated);
    add("resolved", marks.resolved);
    add("lessons", marks.postmortem);
  }
  for (const { at, status, text } of told) moments.push({ kind: "told", at, estimated: false, status, text });
  return moments.sort((a, b) => a.at - b.at || MOMENT_KINDS.indexOf(a.kind) - MOMENT_KINDS.indexOf(b.kind));
}

function targetsOf(incident: Incident, instant: Instant): PublicTarget[] {
  const rounds = [...incident.earlier, incident.round];
  return CLOCK_NAMES.map((name, i) => {
    const all = rounds.map((round, n) => targetOf(round, i, rounds[n + 1]?.reopenedAt ?? null, instant));
    return {
      name,
      ...all.sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))[0]!,
    };
  });
}

const WORST_FIRST: readonly Verdict[] = ["missed", "open", "kept", "none"];

function targetOf(
  round: Round,
  i: number,
  endsAt: Instant | null,
  instant: Instant,
): Omit<PublicTarget, "name"> {
  const { state, targetMs, elapsedMs, endedAt } = clocksOf(round, Math.min(endsAt ?? instant, instant))[i]!;
  const tookMs = endedAt === null ? null : elapsedMs;
  if (state === "none") return { verdict: "none", targetMs, tookMs };
  if (state === "met") return { verdict: "kept", targetMs, tookMs };
  if (state === "missed" || state === "breached") return { verdict: "missed", targetMs, tookMs };
  if (state === "unknown") return { verdict: "none", targetMs, tookMs: null };
  // What was open when the incident was reopened can be neither met nor missed any more.
  return { verdict: endsAt === null ? "open" : "none", targetMs, tookMs };
}

function doneByRecord({ undoneAt, reappliedAt }: DropFate): string[] {
  if (undoneAt !== null) return ["The release that caused it was taken back."];
  return reappliedAt !== null ? ["The release that caused it was taken back, and released again later."] : [];
}

/** The types of event that change what the public reads. */
const SEEN = new Set([
  "opened",
  "started",
  "detected",
  "mitigated",
  "updated",
  "resolved",
  "reopened",
  "postmortem",
  "severity",
  "summary",
]);

/** By when it was entered too: readers of a feed must see that something was added late or retracted. */
function updatedAt({ events, openedAt }: Incident, drop: DropFate): Instant {
  const ids = new Set(events.filter(({ type }) => SEEN.has(type)).map(({ id }) => id));
  const seen = ({ id, type, data }: LedgerEvent) =>
    ids.has(id) || (type === "retracted" && ids.has(data.event as string));
  const times = events.filter(seen).flatMap(({ at, recorded }) => [at, recorded]);
  return latestOf(times, Math.max(openedAt, drop.undoneAt ?? 0, drop.reappliedAt ?? 0));
}
