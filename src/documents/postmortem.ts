import type { LedgerEvent } from "../domain/event.ts";
import { HumanError } from "../domain/humanError.ts";
import type { IncidentStatus } from "../domain/incidentStatus.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import { plainText } from "../domain/plainText.ts";
import { type DropStory, storyOf } from "../domain/story.ts";
import type { TimelineEntry } from "../domain/timeline.ts";
import type { ActionItem } from "./actionItem.ts";
import { type DropFacts, dropVariables } from "./dropVariables.ts";
import { differingParts, isField, renderedParts } from "./generatedParts.ts";
import { calendarsOf, impactVariables, incidentVariables, roundVariables } from "./incidentVariables.ts";
import { Markdown } from "./markdown.ts";
import { nameOf } from "./marks.ts";
import { renderTemplate, type Template } from "./template.ts";
import { flagWords, timelineTable } from "./timelineTable.ts";

export interface PostmortemFacts {
  now: Instant;
  service: string | null;
  status: IncidentStatus;
  /** Null where the incident names no drop, or one that is not known here. */
  drop: DropFacts | null;
  /** What happened to it; null or left out: not known. */
  happened?: DropStory | null;
  /** Where the document lies, relative to the root, for its links; left out: it has none. */
  path?: string;
}

/** The post-mortem of an incident, for people to finish. */
export function renderPostmortem(template: Template, facts: PostmortemFacts): string {
  return renderTemplate(template, postmortemVariables(facts));
}

/** Its generated parts that are not the same a day later though nothing has happened. */
export function tickingParts(template: Template, facts: PostmortemFacts): string[] {
  const variables = postmortemVariables(facts);
  const later = { ...variables, now: formatInstant(facts.now + 86_400_000) };
  const [one, other] = [variables, later].map((each) => renderedParts(renderTemplate(template, each)));
  return differingParts(one!, other!);
}

/**
 * @throws {HumanError} for a template whose generated parts differ from one look to the next: no document that was made
 *   from it could ever agree with the record. A field of the front matter may: it tells when the file was written.
 */
export function refuseTicking(template: Template, facts: PostmortemFacts): void {
  const name = tickingParts(template, facts).find((each) => !isField(each));
  if (name === undefined) return;
  throw new HumanError(
    "usage",
    `${template.path}: the part “${name}” names “now”, so that it would never agree with the record; move that out of the part.`,
  );
}

/** All that a post-mortem's template can name; media/templates/postmortem.md lists it for people. */
export function postmortemVariables({ now, service, status, drop, happened, path }: PostmortemFacts) {
  const { incident } = status;
  const timeline = storyOf(incident, now, happened ?? null);
  const rounds = roundVariables(incident, now);
  const { milestones, clocks, pauses } = rounds.at(-1)!;
  return {
    now: formatInstant(now),
    service: service === null ? null : plainText(service, 120),
    incident: incidentVariables(status),
    impact: impactVariables(incident, now),
    rounds,
    milestones,
    clocks,
    pauses,
    calendars: calendarsOf(incident.round),
    timeline: timeline.map(entryVariables),
    timelineTable: new Markdown(timelineTable(timeline, path ?? null)),
    updates: effective(status, "updated").map((event) => ({
      at: formatInstant(event.at),
      by: nameOf(event.by),
      text: textOf(event, "text") ?? "",
    })),
    drop: drop && dropVariables(drop),
    actions: effective(status, "action").map(actionOf),
  };
}

function entryVariables(entry: TimelineEntry) {
  const { type, text, round, retracted, document } = entry;
  return {
    at: formatInstant(entry.at),
    recorded: formatInstant(entry.recorded),
    type: plainText(type, 40),
    text,
    by: nameOf(entry.by),
    round,
    flags: flagWords(entry),
    retracted,
    document: document === null ? null : plainText(document),
  };
}

const effective = ({ incident }: IncidentStatus, type: string) =>
  incident.events.filter((event) => event.type === type && !incident.retracted.has(event.id));

function actionOf(event: LedgerEvent): ActionItem {
  const due = textOf(event, "due");
  return {
    text: textOf(event, "text") ?? "",
    owner: textOf(event, "owner"),
    // A day is enough for a task; an instant of one is cut to it.
    due: due && /^\d{4}-\d{2}-\d{2}/.test(due) ? due.slice(0, 10) : null,
    done: event.data.done === true,
  };
}

function textOf({ data }: LedgerEvent, key: string): string | null {
  const value = data[key];
  return typeof value === "string" && value.trim() !== "" ? plainText(value, 1000) : null;
}
