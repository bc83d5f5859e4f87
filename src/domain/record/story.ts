import { dropEventWords } from "../drop/dropWording.ts";
import { dropNamed, type Release } from "../drop/release.ts";
import type { LedgerEvent } from "../event/event.ts";
import type { Incident } from "../incident/incident.ts";
import { isTimeZone } from "../policy/calendar.ts";
import { isMilestone } from "../policy/terms.ts";
import { plainText } from "../text/plainText.ts";
import { type Instant, parseInstant } from "../time/instant.ts";
import { loneEntry, type TimelineEntry, timelineOf } from "./timeline.ts";

/** The events of the drop of an incident. */
export interface DropStory {
  tag: string;
  /** By its tag if its shipping is not recorded; null: not known. */
  shippedAt: Instant | null;
  /** The tag has no date either: it is when the commit was made. */
  shippedAssumed: boolean;
  /** Its events, in the order of truth. */
  events: readonly LedgerEvent[];
  /** When the commit of an undo or a reapply reached the release branch, as git knows it. */
  merged: readonly { mode: "undo" | "reapply"; at: Instant; commit: string }[];
}

/** What only the record knows of a drop. */
export function dropOnRecord(release: Pick<Release, "drops" | "log">, tag: string): DropStory {
  const drop = dropNamed(release, tag);
  return {
    tag,
    shippedAt: drop?.shippedAt ?? null,
    shippedAssumed: drop?.shippedAssumed ?? false,
    events: release.log.of(`drop/${tag}`),
    merged: [],
  };
}

/**
 * An incident as a story: its events and those of its drop in the order of truth, one line for each thing
 * that happened. A customer update is one line, whatever the number of channels and entries, and so is a milestone
 * that was moved. `timelineOf` has every event as it was entered.
 */
export function storyOf(
  incident: Incident,
  instant: Instant,
  drop: DropStory | null = null,
): TimelineEntry[] {
  const own = withUpdates(withMoves(timelineOf(incident, instant), incident), incident);
  const all = [...(drop ? dropEntries(incident, drop, instant) : []), ...own];
  const starts = [...incident.earlier, incident.round].flatMap(({ reopenedAt }) => reopenedAt ?? []);
  return all
    .sort(
      (a, b) =>
        time(a) - time(b) || rank(a) - rank(b) || (a.event < b.event ? -1 : a.event > b.event ? 1 : 0),
    )
    .map((entry) =>
      entry.subject.startsWith("drop/") && starts.length > 0
        ? { ...entry, round: 1 + starts.filter((start) => start <= entry.at).length }
        : entry,
    );
}

// Git knows the second alone, and what is merged was made before.
const time = ({ at, type }: TimelineEntry) => (type.startsWith("merged-") ? at + 999 : at);

// The drop shipped before it had any effect, even if the impact is assumed to have begun at that instant.
const rank = ({ type, subject }: TimelineEntry) =>
  type === "shipped" && subject.startsWith("drop/") ? 0 : 1;

const MOVED = /^moved to (\S+)$/;

/** A moved milestone: its present mark says from where, and the two lines of the move are left out. */
function withMoves(entries: TimelineEntry[], { events, retracted }: Incident): TimelineEntry[] {
  const gone = new Set<string>();
  const from = new Map<string, string>();
  for (const move of events) {
    if (move.type !== "retracted" || retracted.has(move.id)) continue;
    const to = parseInstant(MOVED.exec(String(move.data.why))?.[1] ?? "");
    const old = events.find(({ id }) => id === move.data.event);
    if (to === null || !old || !isMilestone(old.type)) continue;
    const now = events.find(
      ({ id, type, at, recorded }) =>
        type === old.type && at === to && id !== old.id && recorded >= move.recorded,
    );
    if (!now) continue;
    gone.add(old.id).add(move.id);
    from.set(now.id, movedWords(old.at, to, move.data.zone));
  }
  if (from.size === 0) return entries;
  return entries
    .filter(({ event }) => !gone.has(event))
    .map((entry) => {
      const words = from.get(entry.event);
      return words === undefined ? entry : { ...entry, text: `${entry.text}; ${words}` };
    });
}

/** In the zone of whoever moved it; if that is unknown, in UTC, which is named. */
function movedWords(from: Instant, to: Instant, zone: unknown): string {
  const timeZone = typeof zone === "string" && isTimeZone(zone) ? zone : "UTC";
  const parts = [from, to].map((at) =>
    Object.fromEntries(
      new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...FULL })
        .formatToParts(at)
        .map(({ type, value }) => [type, value]),
    ),
  );
  const days = parts.map(({ year, month, day }) => `${year}-${month}-${day}`);
  const times = parts.map(({ hour, minute }) => `${hour}:${minute}`);
  const sameDay = days[0] === days[1];
  const [before, after] = sameDay ? times : times.map((time, i) => `${days[i]} ${time}`);
  return `moved from ${before} to ${after} (${timeZone})`;
}

const FULL = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
} as const;

const LONGEST_TOLD = 160;

/** One line for each update, with all its channels; that customers count as told needs no line of its own. */
function withUpdates(entries: TimelineEntry[], { events, retracted }: Incident): TimelineEntry[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const channels = new Map<string, string[]>();
  for (const { id, data } of events) {
    if (typeof data.update !== "string" || retracted.has(id)) continue;
    const all = channels.get(data.update) ?? [];
    if (typeof data.channel === "string" && !all.includes(data.channel)) all.push(data.channel);
    channels.set(data.update, all);
  }
  const numbers = [...channels.keys()];
  const told = new Set<string>();
  return entries.flatMap((entry) => {
    if (entry.type !== "sent" && entry.type !== "updated") return [entry];
    const { update, channel } = byId.get(entry.event)!.data;
    if (typeof update !== "string") return [{ ...entry, text: plainText(entry.text, LONGEST_TOLD) }];
    if (!entry.retracted) {
      if (told.has(update)) return [];
      told.add(update);
    }
    const number = /-([1-9]\d{0,5})\.md$/.exec(update)?.[1] ?? numbers.indexOf(update) + 1;
    const to = entry.retracted ? [String(channel)] : channels.get(update)!;
    const where = to.length === 0 ? "" : ` to ${to.map((each) => plainText(each, 60)).join(", ")}`;
    return [{ ...entry, text: `Update ${number} sent${where}`, document: update }];
  });
}

/** Care for a drop (signals, rehearsals) is listed until it is over; what happens to the drop itself always is. */
const UNTIL_RESOLVED = new Set(["signal", "watched", "rehearsed", "drill"]);

function dropEntries(incident: Incident, drop: DropStory, instant: Instant): TimelineEntry[] {
  const { events } = drop;
  const gone = new Set(events.flatMap(({ type, data }) => (type === "retracted" ? [data.event] : [])));
  const resolved = incident.round.marks.resolved?.at ?? Number.POSITIVE_INFINITY;
  const standing = events.filter(
    ({ id, type, at }) =>
      type !== "retracted" && !gone.has(id) && (at <= resolved || !UNTIL_RESOLVED.has(type)),
  );
  const words = new DropWords(incident, drop.tag, standing);
  const told = standing.flatMap((event) => {
    const text = words.of(event);
    return text === null ? [] : [{ ...loneEntry(event, instant), text }];
  });
  if (drop.shippedAt !== null && !standing.some(({ type }) => type === "shipped")) {
    const text = `${plainText(drop.tag, 80)} shipped, by its ${drop.shippedAssumed ? "commit" : "tag"}`;
    const entry = gitEntry(drop, "shipped", drop.shippedAt, text, instant);
    told.push({ ...entry, assumed: drop.shippedAssumed });
  }
  for (const { mode, at, commit } of drop.merged) {
    const what = mode === "undo" ? "Undo" : "Reapply";
    const text = `${what} of ${plainText(drop.tag, 80)} merged: ${commit.slice(0, 12)}`;
    const entry = gitEntry(drop, `merged-${mode}`, at, text, instant);
    told.push({ ...entry, event: `${entry.event}/${commit}` });
  }
  return told;
}

/** Something that git knows and that is not recorded. */
function gitEntry(
  { tag }: DropStory,
  type: string,
  at: Instant,
  text: string,
  instant: Instant,
): TimelineEntry {
  const event = { id: `${type}/${tag}`, subject: `drop/${tag}`, type, at, recorded: at, by: "", data: {} };
  return { ...loneEntry(event, instant), text };
}

class DropWords {
  readonly #tag: string;
  readonly #notes: readonly LedgerEvent[];
  readonly #incident: string;
  readonly #stopped: ReadonlySet<string>;
  #branch = "";
  #undoing = false;

  constructor({ id, events }: Incident, tag: string, standing: readonly LedgerEvent[]) {
    this.#incident = id;
    this.#tag = plainText(tag, 80);
    this.#notes = events.filter(({ type }) => type === "note");
    this.#stopped = new Set(
      standing.flatMap(({ type, data }) => (type === "rollback-failed" ? [`${data.run}\n${data.step}`] : [])),
    );
  }

  /** One line; null if another line covers it. */
  of(event: LedgerEvent): string | null {
    const { type, data } = event;
    switch (type) {
      case "shipped":
        return `${this.#tag} shipped`;
      case "rollback-started":
        return this.#started(data);
      case "rollback-step":
        return this.#step(data);
      case "rolled-back":
        this.#undoing = false;
        return `${this.#tag} rolled back`;
      case "reapplied":
        this.#undoing = false;
        return `${this.#tag} reapplied`;
      case "rehearsed":
      case "drill":
        return dropEventWords(event)!.replace(/^(?:Drill|Rehearsal)/, (word) => `${word} of ${this.#tag}`);
      case "signal":
        return this.#signal(event);
      case "stage":
        return `${this.#tag}: ${dropEventWords(event)}`;
      default:
        return dropEventWords(event);
    }
  }

  #started({ mode, branch }: LedgerEvent["data"]): string {
    const what = mode === "reapply" ? "Reapply" : "Undo";
    this.#branch = plainText(String(branch ?? ""), 120);
    const again = this.#undoing;
    this.#undoing = true;
    return `${what} of ${this.#tag} ${again ? "continued" : "begun"}`;
  }

  #step({ run, step, outcome, url, pushed, reason }: LedgerEvent["data"]): string | null {
    const name = plainText(String(step), 200);
    if (outcome === "begun" || (outcome === "failed" && this.#stopped.has(`${run}\n${step}`))) return null;
    if (outcome !== "done")
      return `Step ${plainText(String(outcome), 20)}: ${name}${typeof reason === "string" ? `: ${plainText(reason)}` : ""}`;
    const [, kind, what] = /^(flags|run|verify): (.*)$/.exec(name) ?? [];
    if (kind === "flags") return `Switched off: ${what}`;
    if (kind === "run") return `Ran: ${what}`;
    if (kind === "verify") return `Calm: ${what}`;
    const link = typeof url === "string" && /^https?:\/\//.test(url) ? url : null;
    const to =
      typeof pushed === "string" ? ` pushed to ${plainText(pushed, 60)}` : link ? " pushed" : " made";
    return `Branch ${this.#branch}${to}${link ? `: ${plainText(link)}` : ""}`;
  }

  /** A breach and its end are notes of the incident as well. */
  #signal(event: LedgerEvent): string | null {
    const { signal, state, incident } = event.data;
    const mine = incident === this.#incident;
    if (!mine && state !== "breached") return null;
    const start = `Signal “${plainText(String(signal))}”`;
    const noted = this.#notes.some(
      ({ data, at }) => at === event.at && typeof data.text === "string" && data.text.startsWith(start),
    );
    return noted ? null : dropEventWords(event);
  }
}
