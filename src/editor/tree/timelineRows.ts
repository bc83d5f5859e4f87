import { mostUrgent } from "../../domain/drop/status.ts";
import type { Countdown } from "../../domain/incident/clock.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { isMilestone, MILESTONES } from "../../domain/policy/terms.ts";
import { storyOf } from "../../domain/record/story.ts";
import { explainedFlags, flagsBesideText, type TimelineEntry } from "../../domain/record/timeline.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText, plainText, shownName } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { commandId } from "../model/ids.ts";
import { fullTime, inLocalTime, shortTime } from "../model/text.ts";
import { countdownRow } from "./clockRow.ts";
import { PostmortemRow } from "./documentsRow.ts";
import { FactRow, GroupRow, type Looks, Row, type Scene, treeItem } from "./row.ts";

/** The other clocks, what is doubtful, post-mortem and timeline. */
export async function detailRows(id: string, scene: Scene, status: IncidentStatus): Promise<Row[]> {
  const { incident, clocks, nextUpdate, doubts, state } = status;
  const urgent = state === "closed" ? null : mostUrgent([status])?.clock;
  const all: Countdown[] = [...clocks, ...(nextUpdate ? [nextUpdate] : [])];
  const others = all.filter((clock) => clock.name !== urgent?.name && clock.state !== "none");
  return [
    ...(state === "closed" ? [] : others.map((clock) => countdownRow(id, scene, incident, clock))),
    ...doubts
      .map((text) => inLocalTime(text, scene.now))
      .map(
        (text, i) =>
          new FactRow(`${id}/warning/${i}`, {
            label: plainText(text),
            icon: "warning",
            color: "list.warningForeground",
            tooltip: plainText(text, 600),
          }),
      ),
    new PostmortemRow(`${id}/document`, scene, status),
    await timelineRow(`${id}/timeline`, scene, status),
  ];
}

async function timelineRow(id: string, scene: Scene, { incident }: IncidentStatus): Promise<Row> {
  const { project } = scene;
  const { reading } = project;
  const drop = reading ? (await project.stories()).of(reading.release, incident) : null;
  const story = storyOf(incident, scene.now, drop);
  const looks = {
    label: "Timeline",
    description: counted(story.length, "event"),
    icon: "history",
  };
  return new GroupRow(id, looks, () =>
    story.map((entry) => new EventRow(`${id}/${entry.event}`, entry, scene.now)),
  );
}

const ICONS: Record<string, string> = {
  opened: "flame",
  reopened: "debug-restart",
  severity: "arrow-swap",
  owned: "person-add",
  paused: "debug-pause",
  resumed: "play",
  note: "note",
  action: "tasklist",
  repolicied: "law",
  retracted: "discard",
};

/** One event of an incident's timeline. */
export class EventRow extends Row {
  readonly entry: TimelineEntry;
  readonly #now: Instant;

  constructor(id: string, entry: TimelineEntry, now: Instant) {
    super(id);
    this.entry = entry;
    this.#now = now;
  }

  item() {
    const { entry } = this;
    const flags = flagsBesideText(entry);
    const who = entry.by === "" ? "" : shownName(entry.by, 40);
    // What happened to the drop is no entry of the incident that could be retracted from it.
    const ownEntry = entry.subject.startsWith("incident/");
    const movable = isMilestone(entry.type) ? "milestone" : "other";
    return treeItem(this.id, {
      label: `${shortTime(entry.at, this.#now)} ${plainText(inLocalTime(entry.text, this.#now), 120)}`,
      description: [...flags, who].filter(Boolean).join(" · "),
      icon: eventIcon(entry),
      color: eventColor(entry),
      tooltip: { markdown: tooltip(entry, this.#now) },
      ...(ownEntry && !entry.retracted && movable === "milestone"
        ? { command: { title: "Back-date", command: commandId("backdateMilestone"), arguments: [this] } }
        : {}),
      context: ["event", ownEntry ? (entry.retracted ? "retracted" : "standing") : "elsewhere", movable],
    });
  }
}

export function eventIcon({ type, retracted }: TimelineEntry): string {
  if (retracted) return "circle-slash";
  return (isMilestone(type) ? MILESTONES[type].icon : ICONS[type]) ?? "circle-outline";
}

/** A doubtful author must not be passed over. */
function eventColor({ retracted, authorDoubt }: TimelineEntry): Looks["color"] {
  if (retracted) return "disabledForeground";
  return authorDoubt ? "list.warningForeground" : undefined;
}

function tooltip(entry: TimelineEntry, now: Instant): string {
  const entered = `Entered: ${fullTime(entry.recorded)} by ${markdownText(entry.by)}`;
  const lines = [
    `**${markdownText(inLocalTime(entry.text, now), 600)}**`,
    `Happened: ${fullTime(entry.at)}`,
    entry.by === "" ? "Known from git" : entered,
  ];
  const flags = explainedFlags(entry, fullTime);
  if (flags.length > 0) lines.push(`_${flags.map((flag) => markdownText(flag)).join(", ")}_`);
  return lines.join("\n\n");
}
