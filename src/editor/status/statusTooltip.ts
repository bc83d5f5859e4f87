import type { IncidentsDoubt } from "../../app/project/sharingWords.ts";
import { assumedWords, unheldWords } from "../../domain/drop/dropWording.ts";
import { countdownsOf, type Status } from "../../domain/drop/status.ts";
import { type Countdown, clockWords } from "../../domain/incident/clock.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { CLOCKS, COUNTDOWNS, isClock, MILESTONE_NAMES, MILESTONES } from "../../domain/policy/terms.ts";
import { markdownText } from "../../domain/text/plainText.ts";
import { roughly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type CommandName, commandId } from "../model/ids.ts";
import { markCommand } from "../model/milestones.ts";
import { hasPolicyFile, type ProjectFacts } from "../model/standing.ts";
import { shortTime, withoutCommandLine } from "../model/text.ts";

/** The commands that its links may run. */
export const TOOLTIP_COMMANDS: readonly CommandName[] = [
  ...MILESTONE_NAMES.map(markCommand),
  "declareIncident",
  "openPolicy",
  "openPostmortem",
  "showActions",
  "showIncident",
  "syncLedger",
];

const MOST_INCIDENTS = 4;

/** All clocks of all open incidents as small Markdown tables. Text from people and from git is inert. */
export function statusTooltip(projects: readonly ProjectFacts[], now: Instant): string {
  const telling = projects.length > 1 ? projects.filter(hasNews) : projects;
  const parts = telling.flatMap((project) => projectParts(project, telling.length > 1, now));
  return parts.join("\n\n---\n\n");
}

/** Of several repositories, those that have nothing to do with drops are left out. */
const hasNews = ({ status, error }: ProjectFacts) =>
  error !== null ||
  (status !== null && (status.drop !== null || status.open.length > 0 || hasPolicyFile(status.policy)));

function projectParts(
  { root, name, status, error, doubt }: ProjectFacts,
  named: boolean,
  now: Instant,
): string[] {
  const home = named ? `**${markdownText(name)}**\n\n` : "";
  const parts: string[] = [];
  if (error) parts.push(`${home}$(error) ${markdownText(error, 600)}`);
  if (!status) return parts;
  const policy = policyLine(status, root);
  if (policy) parts.push(`${home}${policy}`);
  for (const each of status.open.slice(0, MOST_INCIDENTS)) parts.push(home + incidentPart(each, root, now));
  const more = status.open.length + status.unlisted - MOST_INCIDENTS;
  if (more > 0) parts.push(`${home}… and ${more} more open incident${more === 1 ? "" : "s"}`);
  if (doubt) parts.push(home + doubtPart(doubt, root));
  if (status.open.length === 0) parts.push(home + calmPart(status, root, now, doubt));
  return parts;
}

function doubtPart({ kind, why }: IncidentsDoubt, root: string): string {
  if (kind === "looking") return `$(sync) Looking for the team’s incidents, ${markdownText(why)}`;
  const again = kind === "unread" ? ` ${link("$(refresh) Try Again", "syncLedger", { root })}` : "";
  return `$(warning) Incidents are not known: ${markdownText(why)}${again}`;
}

function policyLine({ policy }: Status, root: string): string | null {
  if (policy.problems.length === 0) return null;
  const [first] = policy.problems;
  const force = policy.source === "last-good" ? "the last good one is" : "the sample SLA is";
  const what = `line ${first!.place.line}: ${markdownText(first!.message)}`;
  return `$(warning) The policy has errors, so ${force} in force. ${link("Open it", "openPolicy", { root, ...first!.place })} · ${what}`;
}

function incidentPart(status: IncidentStatus, root: string, now: Instant): string {
  const { incident, state } = status;
  const { round, kind, drop, id } = incident;
  const facts = [kind === "real" ? round.severity : `${kind}, ${round.severity}`, state];
  if (drop) facts.push(`on ${markdownText(drop, 60)}`);
  const head = `**${markdownText(incident.title, 80)}**  \n${facts.join(" · ")}`;
  const rows = countdownsOf(status)
    .filter((clock) => clock.state !== "none")
    .map((clock) => clockRow(clock, now));
  const table = ["| | | |", "|---|---|---|", ...rows].join("\n");
  const ref = { root, id };
  const next = nextMilestones(round).slice(0, 2);
  const links = next.map((name) =>
    link(`$(${MILESTONES[name].icon}) ${MILESTONES[name].button}`, markCommand(name), ref),
  );
  links.push(link("$(ellipsis) More", "showActions", ref));
  return `${head}\n\n${table}\n\n${links.join(" &nbsp; ")}`;
}

function clockRow(clock: Countdown, now: Instant): string {
  const words = clock.state === "waiting" ? "waiting" : clockWords(clock);
  const strong = clock.state === "breached" || clock.state === "running" ? "**" : "";
  return `| ${COUNTDOWNS[clock.name].title} &nbsp; | ${strong}${words}${strong} &nbsp; | ${instantOf(clock, now)} |`;
}

function instantOf(clock: Countdown, now: Instant): string {
  if (clock.endedAt !== null) return `at ${shortTime(clock.endedAt, now)}`;
  if (clock.dueAt !== null) return `due ${shortTime(clock.dueAt, now)}`;
  if (isClock(clock.name) && clock.state === "waiting" && clock.targetMs !== null)
    return `${roughly(clock.targetMs)} once ${CLOCKS[clock.name].from}`;
  return "";
}

function calmPart(status: Status, root: string, now: Instant, doubt: IncidentsDoubt | null): string {
  const { drop, dropMissing, watch, watched } = status;
  const lines = [
    drop
      ? `$(rocket) **${markdownText(drop.tag, 60)}** shipped ${shortTime(drop.shippedAt, now)}${assumedWords(drop)}`
      : markdownText(dropMissing!),
  ];
  if (watch.state === "open" && watch.endsAt !== null) {
    lines.push(
      `$(eye) Watch it for ${roughly(watch.remainingMs)} more, until ${shortTime(watch.endsAt, now)}`,
    );
  }
  for (const other of watched.filter((each) => each.drop !== drop).slice(0, MOST_INCIDENTS))
    lines.push(
      `$(eye) Watch ${markdownText(other.drop.tag, 60)} for ${roughly(other.watch.remainingMs)} more`,
    );
  for (const words of unheldWords(status))
    lines.push(`$(warning) ${markdownText(withoutCommandLine(words), 600)}`);
  const declare = link("$(flame) Declare Incident…", "declareIncident", { root });
  lines.push(doubt ? declare : `No open incident. ${declare}`);
  return lines.join("\n\n");
}

function link(title: string, command: CommandName, argument: object): string {
  // A bracket in a path would end the link.
  const query = encodeURIComponent(JSON.stringify([argument])).replace(/[()]/g, (c) =>
    c === "(" ? "%28" : "%29",
  );
  return `[${title}](command:${commandId(command)}?${query})`;
}
