import { dropEventWords } from "../drop/dropWording.ts";
import type { LedgerEvent, Touch } from "../event/event.ts";
import { type Incident, isBackDated } from "../incident/incident.ts";
import { isMilestone, MILESTONES } from "../policy/terms.ts";
import { plainText, shownName } from "../text/plainText.ts";
import { CLOCK_TOLERANCE_MS, type Instant } from "../time/instant.ts";

/** One event of an incident, ready to be shown. */
export interface TimelineEntry {
  event: string;
  /** Its subject: `incident/<id>`, `drop/<tag>` or `commit/<sha>`. */
  subject: string;
  type: string;
  at: Instant;
  recorded: Instant;
  by: string;
  /** One inert line. */
  text: string;
  /** The file that it names, relative to the root; null: none. */
  document: string | null;
  round: number;
  retracted: boolean;
  /** Entered more than five minutes after it happened. */
  backDated: boolean;
  /** Dated later than now. */
  future: boolean;
  /** Recorded by a machine whose clock is ahead of ours. */
  ahead: boolean;
  assumed: boolean;
  /** Entered with an instant in place of the machine's clock (`--at`). */
  clockGiven: boolean;
  /** What is wrong with its author: the ledger's commits name another one, or do not show who it was. */
  authorDoubt: "differs" | "unknown" | null;
  /** What was done to its entry since; what it first said still counts. */
  touched: Touch | null;
  /** Who entered it by the ledger's commits, if that is not its author. */
  enteredBy: string | null;
}

/** The events of an incident in the order of truth. */
export function timelineOf(incident: Incident, instant: Instant): TimelineEntry[] {
  let round = 1;
  return incident.events.map((event) => {
    const retracted = incident.retracted.has(event.id);
    if (event.type === "reopened" && !retracted) round++;
    return { ...loneEntry(event, instant), text: eventWords(event, incident), round, retracted };
  });
}

/** An event on its own: one of a drop, of the council, or of a retracted incident. */
export function loneEntry(event: LedgerEvent, instant: Instant): TimelineEntry {
  const assumed = event.data.assumed === true;
  return {
    event: event.id,
    subject: event.subject,
    type: event.type,
    at: event.at,
    recorded: event.recorded,
    by: event.by,
    text: eventWords(event),
    document: null,
    round: 1,
    retracted: false,
    backDated: isBackDated(event) && !assumed,
    future: event.at > instant + CLOCK_TOLERANCE_MS,
    ahead: event.recorded > instant + CLOCK_TOLERANCE_MS,
    assumed,
    clockGiven: event.data.clock === "given",
    authorDoubt: authorDoubt(event),
    touched: event.touched ?? null,
    enteredBy: event.enteredBy ?? null,
  };
}

const TOUCH_WORDS: Readonly<Record<Touch, string>> = {
  removed: "removed later",
  changed: "changed later",
  doubled: "claimed twice",
};

/** The flags of an entry as words; none for an ordinary one. */
export function entryFlags(entry: TimelineEntry): string[] {
  const flags: string[] = [];
  if (entry.retracted) flags.push("retracted");
  if (entry.assumed) flags.push("assumed");
  if (entry.backDated) flags.push("back-dated");
  if (entry.future) flags.push("in the future");
  if (entry.ahead) flags.push("from a clock that is ahead");
  if (entry.clockGiven) flags.push("clock given");
  if (entry.authorDoubt) flags.push(`author ${entry.authorDoubt}`);
  if (entry.touched) flags.push(TOUCH_WORDS[entry.touched]);
  return flags;
}

/** The flags that are not part of its text: why a start is assumed is. */
export const flagsBesideText = (entry: TimelineEntry): string[] =>
  entryFlags(entry).filter((flag) => flag !== "assumed" || entry.type !== "started");

/** The same with details that people need at once. */
export function explainedFlags(entry: TimelineEntry, time: (instant: Instant) => string): string[] {
  return flagsBesideText(entry).map((flag) => {
    if (flag === "back-dated") return `back-dated: entered ${time(entry.recorded)}`;
    if (flag === "author differs")
      return `author differs: entered by ${plainText(entry.enteredBy ?? "", 100)}`;
    return flag;
  });
}

function authorDoubt({ enteredBy }: LedgerEvent): TimelineEntry["authorDoubt"] {
  if (enteredBy === undefined) return null;
  return enteredBy === null ? "unknown" : "differs";
}

/** What an event says, as one inert line. */
export function eventWords(event: LedgerEvent, incident?: Pick<Incident, "events" | "drop">): string {
  const { data, type } = event;
  const said = (key: string) =>
    typeof data[key] === "string" && data[key] !== "" ? plainText(data[key]) : null;
  const with_ = (title: string, detail: string | null) => (detail ? `${title}: ${detail}` : title);
  switch (type) {
    case "opened":
      return `Opened as ${said("severity")}${said("drop") ? ` on ${said("drop")}` : ""}: ${said("title")}`;
    case "mitigated":
      return with_("Mitigated", said("how"));
    case "updated":
      return with_(said("channel") ? `Customers told (${said("channel")})` : "Customers told", said("text"));
    case "sent":
      return `Update sent to ${said("channel")}`;
    case "postmortem":
      return with_("Post-mortem published", said("path"));
    case "started":
      return data.assumed === true ? `Impact started (${assumption(incident)})` : "Impact started";
    case "severity":
      return with_(`Severity is now ${said("to")}`, said("why"));
    case "reopened":
    case "paused":
    case "resumed":
      return with_(`${type[0]!.toUpperCase()}${type.slice(1)}`, said("why"));
    case "summary":
      return with_(
        "Public summary",
        [said("title"), said("impact"), said("done")].filter(Boolean).join(" · "),
      );
    case "owned":
      return `Led by ${shownName(String(data.owner), 80)}`;
    case "note":
      return said("text") ?? "Note";
    case "action":
      return with_("Action", said("text"));
    case "handover":
      return `${data.state === "sent" ? "Handed over" : "Handing over"} (${said("on")})`;
    case "repolicied":
      return with_("Now judged by the policy of that day", said("why"));
    case "retracted": {
      const target = incident && typesOf(incident.events).get(data.event as string);
      return with_(`Retracted ${target ? `“${target}”` : said("event")}`, said("why"));
    }
    default:
      return (
        (isMilestone(type) ? MILESTONES[type].title : null) ??
        dropEventWords(event) ??
        `${plainText(type)} (from a newer version)`
      );
  }
}

// An incident may have thousands of retractions, each of which names another event.
const known = new WeakMap<readonly LedgerEvent[], ReadonlyMap<string, string>>();

/** The types of an incident's events by their ids. */
function typesOf(events: readonly LedgerEvent[]): ReadonlyMap<string, string> {
  let types = known.get(events);
  if (!types) {
    types = new Map(events.map(({ id, type }) => [id, type]));
    known.set(events, types);
  }
  return types;
}

function assumption(incident: Pick<Incident, "drop"> | undefined): string {
  if (!incident) return "assumed";
  return incident.drop === null ? "assumed: it was detected" : "assumed: the drop shipped";
}
