import type { Incident } from "../domain/incident/incident.ts";
import { PUBLIC_STATUS_TITLES, type PublicStatus } from "../domain/public/publicStatus.ts";
import { plainText } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { isoOrNull } from "./marks.ts";
import { renderTemplate, type Template } from "./template.ts";

/** All that a customer update is made from: what the public may know, and nothing else. */
export interface UpdateFacts {
  now: Instant;
  service: string | null;
  incident: Incident;
  /** Null: the title must not get out. */
  title: string | null;
  impact: string | null;
  done: string | null;
  status: PublicStatus;
  /** Counts from 1. */
  number: number;
  /** How often customers hear, milliseconds; null: no promise. */
  every: number | null;
}

/** A customer update, for a person to finish. */
export const renderUpdate = (template: Template, facts: UpdateFacts) =>
  renderTemplate(template, updateVariables(facts));

/** All that an update's template can name; media/templates/update.md lists it for people. */
export function updateVariables(facts: UpdateFacts) {
  const { now, service, incident, title, impact, done, status, number, every } = facts;
  const { started, detected, mitigated, resolved } = incident.round.marks;
  const over = status === "resolved";
  return {
    now: formatInstant(now),
    service: service === null ? null : plainText(service, 120),
    incident: incident.id,
    title: title === null ? null : plainText(title),
    status,
    statusTitle: PUBLIC_STATUS_TITLES[status],
    number,
    // An assumed start is a guess, and a guess is nothing to tell customers.
    began: started?.assumed ? null : isoOrNull(started?.at ?? null),
    noticed: isoOrNull(detected?.at ?? null),
    mitigated: mitigated?.event ? formatInstant(mitigated.at) : null,
    resolved: isoOrNull(resolved?.at ?? null),
    impact,
    done,
    every: over ? null : every,
    nextBy: over || every === null ? null : formatInstant(now + every),
  };
}
