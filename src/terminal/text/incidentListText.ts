import { mostUrgent } from "../../domain/drop/status.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { clockWords, countdownName } from "../../domain/wording.ts";
import type { Page } from "./page.ts";
import { cut, table } from "./table.ts";

/** A row for each incident, with its most urgent clock. Cut to the width of a terminal, whole in a pipe. */
export function incidentListText(list: readonly IncidentStatus[], unlisted: number, page: Page): string {
  const rows = list.map((status) => {
    const { incident, state } = status;
    const urgent = mostUrgent([status]);
    const kind = incident.kind === "real" ? "" : ` (${incident.kind})`;
    return [
      incident.id,
      `${incident.round.severity}${kind}`,
      state,
      urgent ? `${countdownName(urgent.clock.name)} ${clockWords(urgent.clock)}` : "",
      plainText(incident.title),
    ];
  });
  const lines = table(rows);
  if (unlisted > 0) lines.push(`… and ${unlisted} more open, less urgent: too many to list`);
  return (page.terminal ? lines.map((line) => cut(line, page.width)) : lines).join("\n");
}
