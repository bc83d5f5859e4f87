import type { IncidentState, IncidentStatus } from "../domain/incidentStatus.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { markdownText } from "../domain/plainText.ts";

/** What the public is told of a state; the words that status pages have in common. */
const PUBLIC_STATUS: Record<IncidentState, string> = {
  open: "Investigating",
  mitigated: "Monitoring",
  resolved: "Resolved",
  closed: "Resolved",
};

/**
 * A customer update to be finished by a person. Only title, public status and times go in, so that no name, no link
 * and no command line can leak from the record.
 */
export function updateDraft({ incident, state }: IncidentStatus, service: string | null): string {
  const { started, detected, acknowledged, mitigated, resolved } = incident.round.marks;
  const status = state === "open" && acknowledged ? "Identified" : PUBLIC_STATUS[state];
  const line = (what: string, at: Instant | undefined) =>
    at === undefined ? [] : [`- ${what}: ${minute(at)} UTC`];
  return [
    `# ${service ? `${markdownText(service, 120)}: ` : ""}${markdownText(incident.title, 200)}`,
    "",
    `**Status: ${status}**`,
    "",
    ...line("Began", started?.assumed ? undefined : started?.at),
    ...line("Noticed", detected?.at),
    ...line("Mitigated", mitigated?.at),
    ...line("Resolved", resolved?.at),
    "",
    "## Who is affected, and how?",
    "",
    "",
    "## What has been done?",
    "",
    "",
    "## What comes next, and when is the next update?",
    "",
    "",
  ].join("\n");
}

const minute = (at: Instant) => formatInstant(at).slice(0, 16).replace("T", " ");
