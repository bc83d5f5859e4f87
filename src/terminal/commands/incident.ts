import { text as readAll } from "node:stream/consumers";
import { readDropStory } from "../../app/drop/dropNamed.ts";
import { incidentDetail, incidentReport } from "../../app/drop/report.ts";
import {
  addNote,
  changeSeverity,
  declareIncident,
  findIncident,
  markMilestone,
  ownIncident,
  reopenIncident,
  repolicyIncident,
  retractEvent,
  setPaused,
} from "../../app/incident/incidents.ts";
import type { Project } from "../../app/project/project.ts";
import { isLive, statusAt } from "../../domain/drop/status.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import { type Clock, clockWords } from "../../domain/incident/clock.ts";
import { INCIDENT_KINDS, isBackDated } from "../../domain/incident/incident.ts";
import { type IncidentStatus, incidentStatus } from "../../domain/incident/incidentStatus.ts";
import {
  CLOCKS,
  MILESTONE_NAMES,
  MILESTONES,
  type Milestone,
  SEVERITIES,
} from "../../domain/policy/terms.ts";
import { storyOf } from "../../domain/record/story.ts";
import { counted } from "../../domain/text/counted.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { shownName } from "../../domain/text/plainText.ts";
import { formatInstant, parseInstant } from "../../domain/time/instant.ts";
import { choose, optionalInstant } from "../call/arguments.ts";
import { type Answer, command } from "../call/command.ts";
import { incidentDetailText, incidentListText } from "../text/incidentText.ts";
import { LocalTime } from "../text/localTime.ts";

/** The commands that change how an incident's clocks run. Each wants its reason on record. */

const WHY = { why: { value: "W", required: true, help: "the reason, for the record" } } as const;

export const incidentSeverity = command({
  name: "incident severity",
  at: "happened",
  args: "ID S",
  summary: "changes the severity; the new targets count from each clock's own start",
  options: WHY,
  details: [`A severity is one of ${SEVERITIES.join(", ")}.`],
  async run({ args: [id = "", word = ""], values, project }) {
    const severity = choose("severity", word, SEVERITIES);
    const opened = await project();
    const events = await changeSeverity(opened, id, severity, values.why);
    return entered(opened, events, `Severity changed to ${severity}`);
  },
});

export const incidentPause = command({
  name: "incident pause",
  at: "happened",
  args: "ID",
  summary: "stops the time of its clocks",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await setPaused(opened, id, true, values.why), "Paused");
  },
});

export const incidentResume = command({
  name: "incident resume",
  at: "happened",
  args: "ID",
  summary: "lets its clocks go on",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await setPaused(opened, id, false, values.why), "Resumed");
  },
});

export const incidentReopen = command({
  name: "incident reopen",
  at: "happened",
  args: "ID",
  summary: "starts a new round; the verdicts of the one before stay on record",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await reopenIncident(opened, id, values.why), "Reopened");
  },
});

export const incidentRepolicy = command({
  name: "incident repolicy",
  at: "happened",
  args: "ID",
  summary: "judges it by the policy of today from now on",
  options: WHY,
  async run({ args: [id = ""], values, project }) {
    const opened = await project();
    return entered(opened, await repolicyIncident(opened, id, values.why), "Took over the policy of today");
  },
});

export const incidentOpen = command({
  name: "incident open",
  handsOver: true,
  ledger: "optional",
  at: "happened",
  summary: "declares an incident and prints its id",
  options: {
    title: { value: "T", required: true, help: "what people see, in a few words" },
    severity: { value: "S", help: `${SEVERITIES.join(", ")}; default: critical` },
    started: { value: "I", help: "when impact began; default: when its drop shipped, marked as assumed" },
    detected: { value: "I", help: "when it was seen; default: now" },
    drop: { value: "TAG", help: "the drop that caused it; default: the one that was current when it began" },
    "no-drop": { help: "no drop caused it" },
    kind: {
      value: "K",
      help: `${INCIDENT_KINDS.join(", ")}; default: real. The others never count in a scorecard`,
    },
  },
  details: ["An instant I is like 2026-11-23T10:04Z, 2026-11-23T10:04+01:00, now, or “15m ago”."],
  async run({ values, project, now }) {
    if (values["no-drop"] && values.drop !== undefined)
      throw new HumanError("usage", "--drop and --no-drop contradict each other; give one of them.");
    const severity =
      values.severity === undefined ? undefined : choose("severity", values.severity, SEVERITIES);
    const kind = values.kind === undefined ? undefined : choose("kind", values.kind, INCIDENT_KINDS);
    const started = optionalInstant("--started", values.started, now);
    const detected = optionalInstant("--detected", values.detected, now);
    const opened = await project();
    const drop = values["no-drop"] ? null : values.drop;
    const { id, events } = await declareIncident(opened, {
      title: values.title,
      ...(severity ? { severity } : {}),
      ...(kind ? { kind } : {}),
      ...(started === undefined ? {} : { started }),
      ...(detected === undefined ? {} : { detected }),
      ...(drop === undefined ? {} : { drop }),
    });
    const { report } = await incidentAfter(opened, id);
    return {
      json: { id, events: events.map((event) => event.id), incident: report },
      text: () => id,
    };
  },
});

export const incidentMark = command({
  name: "incident mark",
  at: "happened",
  args: "ID MILESTONE",
  summary: "records that a milestone was reached",
  options: {
    text: {
      value: "T",
      help: "how it was mitigated, what customers were told (becomes public), the post-mortem's path",
    },
  },
  details: [
    `A milestone is one of ${MILESTONE_NAMES.join(", ")}.`,
    "A post-mortem is recorded by itself when its file is complete and on the release branch; marking it by hand says what it lacks.",
    "An instant I is like 2026-11-23T10:04Z, 2026-11-23T10:04+01:00, now, or “15m ago”.",
  ],
  async run({ args: [id = "", word = ""], values, project }) {
    const milestone = choose("milestone", word, MILESTONE_NAMES);
    const opened = await project();
    const events = await markMilestone(opened, id, milestone, {
      ...(values.text === undefined ? {} : { text: values.text }),
    });
    const answer = await entered(opened, events, MILESTONES[milestone].title, milestone);
    if (milestone !== "postmortem") return answer;
    const { postmortemShortcomings } = await import("../../app/documents/postmortemUpkeep.ts");
    const lacking = await postmortemShortcomings(opened, events[0]!.subject.slice("incident/".length));
    const complaints = lacking === null ? [] : [`recorded because you say so: ${lacking}`];
    return { ...answer, complaints };
  },
});

export const incidentNote = command({
  name: "incident note",
  at: "happened",
  args: "ID TEXT…",
  summary: "adds a line to its timeline",
  async run({ args: [id = "", text = ""], project }) {
    const opened = await project();
    return entered(opened, await addNote(opened, id, text), "Noted");
  },
});

export const incidentOwn = command({
  name: "incident own",
  at: "happened",
  args: "ID [WHO]",
  summary: "says who leads it; handing over is an entry on its timeline",
  details: ["WHO is a name, or “Name <mail>”; left out: you."],
  async run({ args: [id = "", who], project }) {
    const opened = await project();
    const events = await ownIncident(opened, id, who);
    const owner = shownName(String(events[0]!.data.owner), 80);
    return entered(opened, events, `Led by ${owner}`);
  },
});

export const incidentRetract = command({
  name: "incident retract",
  at: "happened",
  args: "ID EVENT",
  summary: "takes a mistake back; it stays on the timeline, struck out",
  options: { why: { value: "W", required: true, help: "the reason, for the record" } },
  details: ["EVENT is its id, or the ending that incident show prints."],
  async run({ args: [id = "", event = ""], values, project }) {
    const opened = await project();
    return entered(opened, await retractEvent(opened, id, event, values.why), "Retracted");
  },
});

export const incidentPaste = command({
  name: "incident paste",
  at: "happened",
  args: "ID [TEXT…]",
  summary: "puts log or chat lines on its timeline, each at the time that it carries",
  options: {
    zone: { value: "Z", help: "for times without a zone: local, UTC or a name such as Europe/Oslo" },
  },
  details: [
    "Without TEXT it reads stdin. A line without a time belongs to the line before; the first lines happened at --at, or now.",
    "Read are ISO 8601, RFC 3339, web server logs, syslog, seconds since 1970, and times of day as in chats, whose day is the incident's.",
  ],
  async run({ args: [id = "", given], values, project }) {
    const text = given ?? (await piped());
    const { addPasted } = await import("../../app/incident/pastedText.ts");
    const opened = await project();
    const zone = values.zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : values.zone;
    const events = await addPasted(opened, id, text, zone ?? null);
    const count = `${counted(events.length, "entry", "entries")}, the last`;
    return entered(opened, events, `Noted ${count}`);
  },
});

async function piped(): Promise<string> {
  if (process.stdin.isTTY)
    throw new HumanError("usage", "incident paste needs a TEXT, or something on stdin.");
  return readAll(process.stdin);
}

export const incidentShow = command({
  name: "incident show",
  args: "ID",
  summary: "its clocks and its timeline",
  async run({ args: [id = ""], project }) {
    const opened = await project();
    const { release } = await opened.read();
    const at = opened.now();
    const { every } = release.policy.policy.updates;
    const incident = findIncident(release, id);
    const status = incidentStatus(incident, at, every);
    const story = storyOf(incident, at, await readDropStory(opened.repository, release, incident));
    return {
      json: incidentDetail(status, story, at),
      text: (page) => incidentDetailText(status, story, at, page),
    };
  },
});

export const incidentList = command({
  name: "incident list",
  services: "all",
  summary: "the incidents that are not closed, the most urgent first",
  options: { all: { help: "the closed ones too" } },
  async run({ values, project }) {
    const opened = await project();
    const { release } = await opened.read();
    const { at, open, closed, unlisted } = statusAt(release, opened.now());
    const list = values.all ? [...open, ...closed] : open;
    const none =
      closed.length > 0 && !values.all
        ? "None open; the closed ones: dropclock incident list --all"
        : "None.";
    return {
      json: { at: formatInstant(at), incidents: list.map(incidentReport), unlisted },
      text: (page) => (list.length > 0 ? incidentListText(list, unlisted, page) : none),
    };
  },
});

export const incidentSummary = command({
  name: "incident summary",
  args: "ID",
  at: "happened",
  summary: "what the public may read of it, in place of its title and beside its times",
  options: {
    title: { value: "T", help: "in place of the incident's title" },
    impact: { value: "I", help: "who was affected, and how" },
    done: { value: "D", help: "what was done about it" },
  },
  details: [
    "The newest text of each field counts; an empty one takes it back. See what becomes public: dropclock publish --dry-run",
    "A text with a name, an address, a link, a command or a token is refused.",
  ],
  async run({ args: [id = ""], values, project }) {
    const { writePublicSummary } = await import("../../app/documents/publicRecord.ts");
    const opened = await project();
    const { title, impact, done } = values;
    const wish = Object.fromEntries(
      Object.entries({ title, impact, done }).filter(([, text]) => text !== undefined),
    );
    return entered(opened, await writePublicSummary(opened, id, wish), "Public summary written");
  },
});

/** How an incident stands once something was entered. Null: its opening was taken back, and it is no more. */
async function incidentAfter(project: Project, id: string) {
  const { release } = await project.read();
  const incident = release.incident(id);
  const { every } = release.policy.policy.updates;
  const status = incident ? incidentStatus(incident, project.now(), every) : null;
  return { status, report: status && incidentReport(status) };
}

/**
 * The answer to an entry: one sentence on what is now on record and what the clocks say.
 * @param done What was done, to go before the instant: “Mitigated”.
 */
async function entered(
  project: Project,
  events: readonly StoredEvent[],
  done: string,
  milestone?: Milestone,
): Promise<Answer> {
  const event = events.at(-1)!;
  const id = event.subject.slice("incident/".length);
  const { status, report } = await incidentAfter(project, id);
  return {
    json: { id, event: event.id, incident: report },
    text: () => `${sentence(event, done, project.now())}${outcome(status, project.now(), milestone)}`,
  };
}

function sentence(event: StoredEvent, done: string, now: number): string {
  const at = parseInstant(event.at)!;
  const late = isBackDated({ at, recorded: parseInstant(event.recorded)! }) ? " (back-dated)" : "";
  return `${done} at ${new LocalTime(now).time(at)}${late}`;
}

function outcome(status: IncidentStatus | null, now: number, milestone?: Milestone): string {
  if (!status) return ": nothing opens this incident any more, so it is off the record of incidents.";
  const closed = status.state === "closed" ? " The incident is closed." : "";
  return `: ${clocksAfter(status.clocks, new LocalTime(now), milestone)}.${closed}`;
}

/** What the clocks say after a milestone: first those that it stops or starts; where it touches none, those that run. */
function clocksAfter(clocks: readonly Clock[], time: LocalTime, milestone?: Milestone): string {
  const touched = milestone
    ? clocks.filter(({ name }) => CLOCKS[name].to === milestone || CLOCKS[name].from === milestone)
    : [];
  const told = (touched.length > 0 ? touched : clocks.filter(isLive)).filter(({ state }) => state !== "none");
  return told.map((clock) => clockPhrase(clock, time)).join("; ") || "no clock is running";
}

/** `mitigate met in 1h 16m`, `update 59m left, due 12:20 UTC`. */
function clockPhrase(clock: Clock, time: LocalTime): string {
  const words = `${clock.name} ${clockWords(clock)}`;
  if (clock.endedAt !== null || clock.dueAt === null) return words;
  return clock.state === "breached"
    ? `${words}, was due ${time.time(clock.dueAt)}`
    : `${words}, due ${time.time(clock.dueAt)}`;
}
