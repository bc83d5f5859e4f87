import { dropEventWords } from "./drop/dropWording.ts";
import type { LedgerEvent } from "./event/event.ts";
import type { Incident } from "./incident/incident.ts";
import type { Milestone } from "./incidentEvents.ts";
import { plainText } from "./text/plainText.ts";
import { MILESTONE_TITLES } from "./wording.ts";

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
    case "note":
      return said("text") ?? "Note";
    case "action":
      return with_("Action", said("text"));
    case "repolicied":
      return with_("Now judged by the policy of that day", said("why"));
    case "retracted": {
      const target = incident && typesOf(incident.events).get(data.event as string);
      return with_(`Retracted ${target ? `“${target}”` : said("event")}`, said("why"));
    }
    default:
      return (
        MILESTONE_TITLES[type as Milestone] ??
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
