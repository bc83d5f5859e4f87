import { readDropRisks } from "../../app/drop/dropChecks.ts";
import { incidentReport, type Looks, statusReport } from "../../app/drop/report.ts";
import {
  readServicesStatus,
  type ServiceStatus,
  type ServicesStatus,
  serviceReport,
} from "../../app/drop/serviceStatus.ts";
import type { Project, Reading } from "../../app/project/project.ts";
import { assumedWords } from "../../domain/drop/dropWording.ts";
import { breachedClocks, type Status, statusAt } from "../../domain/drop/status.ts";
import { isBroken } from "../../domain/policy/policy.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isUnread } from "../../git/anchor.ts";
import { type Answer, type Call, EXIT, type ExitStatus } from "../call/command.ts";
import { notePosted, policyComplaints } from "../call/complaints.ts";
import { incidentBlock, nextCommand } from "../text/incidentText.ts";
import { LocalTime } from "../text/localTime.ts";
import type { Page } from "../text/page.ts";
import { type Fact, type Read, repositoryFacts, statusFacts } from "../text/statusFacts.ts";
import { table, wrap } from "../text/table.ts";

export async function runStatus({ project }: Call): Promise<Answer> {
  const opened = await project();
  if ((await opened.services()).length > 0) return servicesAnswer(opened);
  const first = await opened.read();
  const posted = await notePosted(opened, first);
  const reading = posted.noted > 0 ? await opened.read() : first;
  const now = statusAt(reading.release, opened.now());
  const looks = await look(opened, reading, now);
  return {
    json: statusReport(now, reading, looks),
    text: (page) => statusText(now, { ...reading, ...looks }, page),
    complaints: [...policyComplaints(now.policy), ...posted.complaints],
    exit: exitOf(now, reading),
  };
}

async function look(project: Project, reading: Reading, { drop }: Status): Promise<Looks> {
  const [risks, undo] = await Promise.all([
    readDropRisks(project, reading),
    drop && project.undo.of(reading.release, drop),
  ]);
  return { risks, undo };
}

function exitOf(status: Status, { anchor }: Reading): ExitStatus {
  // Without its branch no drop is known; the clocks go on all the same.
  if (isUnread(anchor)) return EXIT.failed;
  if (breachedClocks(status.open).length > 0) return EXIT.no;
  return isBroken(status.policy) ? EXIT.wrong : EXIT.fine;
}

/** Of several services: the one that was chosen, else all of them, the most urgent first. */
async function servicesAnswer(opened: Project): Promise<Answer> {
  const first = await readServicesStatus(opened);
  const posted = { noted: 0, complaints: [] as string[] };
  for (const { project, reading } of first.services) {
    const each = await notePosted(project, reading);
    posted.noted += each.noted;
    posted.complaints.push(...each.complaints);
  }
  const { whole, services } = posted.noted > 0 ? await readServicesStatus(opened) : first;
  const own = services.find(({ service }) => service === opened.service) ?? services[0]!;
  const reading = await own.project.counted(own.reading);
  const looks = await look(own.project, reading, own.status);
  const seen = opened.service === null ? whole : own;
  const report = statusReport(own.status, reading, looks);
  return {
    json: {
      ...report,
      incidents: seen.status.open.map(incidentReport),
      unlisted: seen.status.unlisted,
      service: own.service,
      services: services.map(serviceReport),
    },
    text: (page) =>
      opened.service === null
        ? servicesText({ whole, services }, page)
        : statusText(own.status, { ...reading, ...looks }, page),
    complaints: [...policyComplaints(whole.status.policy), ...posted.complaints],
    exit: exitOf(seen.status, whole.reading),
  };
}

const LABEL = 11;

/** Incidents shown with all their clocks; the others are a matter for the list. */
const MOST_BLOCKS = 20;

/** The release at a glance, for whoever is on call at three in the morning. */
export function statusText(status: Status, reading: Read, page: Page): string {
  const time = new LocalTime(status.at);
  const { service } = status.policy.policy;
  const heading = `${service ? `${plainText(service, 60)} · ` : ""}${time.full(status.at)}`;
  const lines = [page.paint.bold(heading)];
  lines.push(...factLines(statusFacts(status, reading, time), page), ...incidentLines(status, time, page));
  return lines.join("\n");
}

/** Every service on a line, and what is open in any of them. */
function servicesText({ whole, services }: ServicesStatus, page: Page): string {
  const { status, reading } = whole;
  const time = new LocalTime(status.at);
  return [
    page.paint.bold(`${services.length} services · ${time.full(status.at)}`),
    ...serviceRows(services, time, page),
    "",
    ...factLines(repositoryFacts(status, reading), page),
    ...incidentLines(status, time, page),
    "",
    `More of one: dropclock status --service ${plainText(services[0]!.service, 60)}`,
  ].join("\n");
}

function factLines(facts: readonly Fact[], page: Page): string[] {
  return facts.flatMap(({ name, words, grave }) => {
    const paint = grave === "error" ? page.paint.red : grave === "warning" ? page.paint.yellow : String;
    return wrap(words, page.width, name.padEnd(LABEL), " ".repeat(LABEL)).map((line) => paint(line));
  });
}

function incidentLines(status: Status, time: LocalTime, page: Page): string[] {
  const lines: string[] = [];
  for (const incident of status.open.slice(0, MOST_BLOCKS)) {
    lines.push("", ...incidentBlock(incident, time, page));
    const next = nextCommand(incident);
    if (next) lines.push(`  Next: ${next}`);
  }
  const more = status.open.length + status.unlisted - MOST_BLOCKS;
  if (more > 0) lines.push("", `… and ${more} more open, less urgent: dropclock incident list`);
  return lines;
}

/** Several services, a line each. */
function serviceRows(services: readonly ServiceStatus[], time: LocalTime, page: Page): string[] {
  const rows = services.map(({ service, status: { drop } }, i) => [
    plainText(service, 60),
    drop ? plainText(drop.tag, 60) : "no drop",
    drop ? `${time.time(drop.shippedAt)}${assumedWords(drop)}` : "",
    attention(services[i]!, time).join("; ") || page.paint.dim("calm"),
  ]);
  return table(rows).map((line, i) => {
    const { status } = services[i]!;
    if (breachedClocks(status.open).length > 0) return page.paint.red(line);
    return status.open.length > 0 || status.watch.state === "open" ? page.paint.yellow(line) : line;
  });
}

/** What somebody has to look at. */
function attention({ status }: ServiceStatus, time: LocalTime): string[] {
  const { open, watch, drills, newerTags } = status;
  const breached = breachedClocks(open).length;
  const clocks = breached === 0 ? "" : `, ${breached} ${breached === 1 ? "clock" : "clocks"} breached`;
  const until = watch.endsAt === null ? "" : ` until ${time.time(watch.endsAt)}`;
  return [
    ...(open.length > 0 ? [`${open.length} open${clocks}`] : []),
    ...(watch.state === "open" ? [`watch window open${until}`] : []),
    ...(newerTags.length > 0 ? [`${plainText(newerTags[0]!.tag, 60)} is on no release branch`] : []),
    ...(drills.overdue ? ["drill overdue"] : []),
  ];
}
