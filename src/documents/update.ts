import type { Incident } from "../domain/incident/incident.ts";
import { isPublicStatus, PUBLIC_STATUS_TITLES, type PublicStatus } from "../domain/public/publicStatus.ts";
import { plainText } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import { linesOf, readFrontMatter } from "./frontMatter.ts";
import { readPostmortem } from "./postmortemFile.ts";
import { type Finding, findingsIn } from "./postmortemFindings.ts";
import { renderTemplate, type Template } from "./template.ts";
import { isoOrNull } from "./variables.ts";

/** Everything that a customer update is made from: only what the public may know. */
interface UpdateFacts {
  now: Instant;
  service: string | null;
  incident: Incident;
  /** Null: the title must not become public. */
  title: string | null;
  impact: string | null;
  done: string | null;
  status: PublicStatus;
  /** Counts from 1. */
  number: number;
  /** How often customers get an update, milliseconds; null: never. */
  every: number | null;
}

/** A customer update, for a person to finish. */
export const renderUpdate = (template: Template, facts: UpdateFacts) =>
  renderTemplate(template, updateVariables(facts));

/** The variables of an update's template; media/templates/update.md lists them for people. */
function updateVariables(facts: UpdateFacts) {
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
    // An assumed start is a guess, and guesses are not for customers.
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

/** A customer update as it is written now. */
interface UpdateFile {
  incident: string | null;
  /** Null: the front matter names none. */
  status: PublicStatus | null;
  /** The text in place of a status, if it is not one. */
  badStatus: string | null;
  /** The line of the status, counted from 0; null if there is none. */
  statusLine: number | null;
  /** What is sent: Markdown, without front matter and comments. */
  message: string;
  /** Questions that nobody has answered, and empty sections. */
  findings: Finding[];
}

export function readUpdate(text: string): UpdateFile {
  const { fields, lines } = readFrontMatter(text);
  const all = linesOf(text);
  const status = fields.get("status") ?? null;
  const statusLine = all.slice(0, lines).findIndex((line) => /^status:/.test(line));
  return {
    incident: fields.get("incident") || null,
    status: isPublicStatus(status) ? status : null,
    badStatus: status === null || isPublicStatus(status) ? null : status,
    statusLine: statusLine < 0 ? null : statusLine,
    message: messageOf(all.slice(lines).join("\n")),
    findings: findingsIn(readPostmortem(text), "0000-00-00", []).filter(({ action }) => action === null),
  };
}

const messageOf = (body: string) =>
  body
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
