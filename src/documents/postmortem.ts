import { posix } from "node:path";
import type { LedgerEvent } from "../domain/event/event.ts";
import type { IncidentStatus } from "../domain/incident/incidentStatus.ts";
import { type DropStory, storyOf } from "../domain/record/story.ts";
import { explainedFlags, type TimelineEntry } from "../domain/record/timeline.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText, shownName } from "../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../domain/time/instant.ts";
import type { ActionItem } from "./actionItem.ts";
import { minuteInUtc } from "./dateFormat.ts";
import { differingParts, isField, renderedParts } from "./generatedParts.ts";
import { escapeMarkdown, linkTarget, Markdown } from "./markdown.ts";
import { renderTemplate, type Template } from "./template.ts";
import {
  calendarsOf,
  type DropFacts,
  dropVariables,
  impactVariables,
  incidentVariables,
  roundVariables,
  serviceVariable,
} from "./variables.ts";

export interface PostmortemFacts {
  now: Instant;
  service: string | null;
  /** Patterns of its files, where it is one of several services. */
  paths?: readonly string[];
  status: IncidentStatus;
  /** Null if the incident names no drop, or an unknown one. */
  drop: DropFacts | null;
  /** What happened to it; null or left out: not known. */
  happened?: DropStory | null;
  /** The document's path, relative to the root, for its links; left out: it has none. */
  path?: string;
}

/** The post-mortem of an incident, for people to finish. */
export function renderPostmortem(template: Template, facts: PostmortemFacts): string {
  return renderTemplate(template, postmortemVariables(facts));
}

/** Its generated parts that differ a day later although nothing has happened. */
export function tickingParts(template: Template, facts: PostmortemFacts): string[] {
  const variables = postmortemVariables(facts);
  const later = { ...variables, now: formatInstant(facts.now + 86_400_000) };
  const [one, other] = [variables, later].map((each) => renderedParts(renderTemplate(template, each)));
  return differingParts(one!, other!);
}

/**
 * @throws {HumanError} for a template whose generated parts change over time: no document that was made
 *   from it could ever agree with the record. A field of the front matter may: it says when the file was written.
 */
export function refuseTicking(template: Template, facts: PostmortemFacts): void {
  const name = tickingParts(template, facts).find((each) => !isField(each));
  if (name === undefined) return;
  throw new HumanError(
    "usage",
    `${template.path}: the part “${name}” names “now”, so that it would never agree with the record; move that out of the part.`,
  );
}

/** The variables of a post-mortem's template; media/templates/postmortem.md lists them for people. */
export function postmortemVariables({ now, service, paths, status, drop, happened, path }: PostmortemFacts) {
  const { incident } = status;
  const timeline = storyOf(incident, now, happened ?? null);
  const rounds = roundVariables(incident, now);
  const { milestones, clocks, pauses } = rounds.at(-1)!;
  return {
    now: formatInstant(now),
    service: serviceVariable(service, paths),
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
      by: shownName(event.by, 80),
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
    by: shownName(entry.by, 80),
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
    // A day is enough for a task; a longer instant is cut to it.
    due: due && /^\d{4}-\d{2}-\d{2}/.test(due) ? due.slice(0, 10) : null,
    done: event.data.done === true,
  };
}

function textOf({ data }: LedgerEvent, key: string): string | null {
  const value = data[key];
  return typeof value === "string" && value.trim() !== "" ? plainText(value, 1000) : null;
}

/** A longer timeline is cut in the document; the ledger has it all. */
const LONGEST = 300;

const HEAD = ["| When | What | Who |", "| --- | --- | --- |"] as const;

/**
 * The timeline as a Markdown table: what happened, when, by whom, and what is in doubt.
 * @param path The path of the document it is in, relative to the root; null: without links.
 */
export function timelineTable(timeline: readonly TimelineEntry[], path: string | null = null): string {
  const rows = timeline.slice(0, LONGEST).map((entry) => row(entry, path));
  const more = timeline.length - rows.length;
  const rest = more > 0 ? [`|  | … and ${more} more: \`dropclock incident show\` |  |`] : [];
  return [...HEAD, ...rows, ...rest].join("\n");
}

/** The flags of an entry as words; a back-dated one says when it was entered. */
const flagWords = (entry: TimelineEntry): string[] => explainedFlags(entry, minuteInUtc);

function row(entry: TimelineEntry, path: string | null): string {
  const text = linked(entry, path);
  const said = entry.retracted ? `~~${text}~~` : text;
  const flags = flagWords(entry);
  const what = flags.length > 0 ? `${said} *(${flags.map(escapeMarkdown).join("; ")})*` : said;
  return `| ${minuteInUtc(entry.at)} | ${what} | ${escapeMarkdown(shownName(entry.by, 80))} |`;
}

/** The words with a link to the file that they name, if it is in the repository. */
function linked({ text, document }: TimelineEntry, path: string | null): string {
  const inert = escapeMarkdown(text);
  const [, name, rest] = /^(Update \d+)(.*)$/s.exec(text) ?? [];
  if (path === null || document === null || name === undefined) return inert;
  const file = posix.normalize(document.replaceAll("\\", "/"));
  if (posix.isAbsolute(file) || file.split("/").includes("..")) return inert;
  const target = posix.relative(posix.dirname(path), file);
  return `[${name}](${linkTarget(target)})${escapeMarkdown(rest!)}`;
}
