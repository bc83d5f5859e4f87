import { isPaused } from "../../domain/incident/entry.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incident/incidentStatus.ts";
import { isMilestone, MILESTONES, type Severity } from "../../domain/policy/terms.ts";
import {
  explainedFlags,
  flagsBesideText,
  ownerName,
  type TimelineEntry,
} from "../../domain/record/timeline.ts";
import { markdownText, plainText, shownName } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ColorId } from "../model/ids.ts";
import type { DropRef, IncidentRef } from "../model/refs.ts";
import { fullTime, inLocalTime, shortTime } from "../model/text.ts";
import { ClockRow, NextUpdateRow } from "./clockRow.ts";
import { PostmortemRow } from "./documentsRow.ts";
import { FactRow, GroupRow, type Looks, Row, type Scene, treeItem } from "./row.ts";

const SEVERITY_LOOKS: Record<Severity, { icon: string; color: ColorId }> = {
  critical: { icon: "flame", color: "dropclock.breached" },
  major: { icon: "flame", color: "dropclock.warned" },
  minor: { icon: "flame", color: "dropclock.running" },
};

/** An incident with its clocks, its post-mortem and its timeline below. */
export class IncidentRow extends Row {
  readonly #scene: Scene;
  readonly #status: IncidentStatus;

  constructor(id: string, scene: Scene, status: IncidentStatus) {
    super(id);
    this.#scene = scene;
    this.#status = status;
  }

  override get incident(): IncidentRef {
    return { root: this.#scene.project.project.root, id: this.#status.incident.id };
  }

  override get drop(): DropRef | null {
    const { drop } = this.#status.incident;
    return drop === null ? null : { root: this.incident.root, tag: drop };
  }

  item() {
    const { incident, state } = this.#status;
    const title = plainText(incident.title, 120);
    const description = this.#facts().join(" · ");
    const next = nextMilestones(incident.round)[0];
    return treeItem(this.id, {
      label: title,
      description,
      ...this.#look(),
      tooltip: { markdown: this.#tooltip() },
      context: [
        "incident",
        state,
        isPaused(incident) ? "paused" : "unpaused",
        incident.drop === null ? "dropless" : "dropped",
        `next-${next ?? "none"}`,
      ],
      state: state === "closed" ? "collapsed" : "expanded",
      spoken: `${state} ${incident.round.severity} incident, ${title}, ${description}`,
    });
  }

  protected override async build(): Promise<Row[]> {
    const { incident, clocks, nextUpdate, warnings } = this.#status;
    const next = nextUpdate && new NextUpdateRow(`${this.id}/nextUpdate`, this.#scene, incident, nextUpdate);
    const shown = clocks.filter((clock) => clock.state !== "none");
    return [
      ...shown.map((clock) => new ClockRow(`${this.id}/${clock.name}`, this.#scene, incident, clock)),
      ...(next ? [next] : []),
      ...warnings
        .map((text) => inLocalTime(text, this.#scene.now))
        .map(
          (text, i) =>
            new FactRow(`${this.id}/warning/${i}`, {
              label: plainText(text),
              icon: "warning",
              color: "list.warningForeground",
              tooltip: plainText(text, 600),
            }),
        ),
      new PostmortemRow(`${this.id}/document`, this.#scene, this.#status),
      await this.#timeline(),
    ];
  }

  async #timeline(): Promise<Row> {
    const { storyOf } = await import("../../domain/record/story.ts");
    const { incident } = this.#status;
    const id = `${this.id}/timeline`;
    const { project } = this.#scene;
    const { reading } = project;
    const drop = reading ? (await project.stories()).of(reading.release, incident) : null;
    const story = storyOf(incident, this.#scene.now, drop);
    const looks = {
      label: "Timeline",
      description: `${story.length} event${story.length === 1 ? "" : "s"}`,
      icon: "history",
    };
    return new GroupRow(id, looks, () =>
      story.map((entry) => new EventRow(`${id}/${entry.event}`, entry, this.#scene.now)),
    );
  }

  /** What is over shows its verdict, what is open its severity. */
  #look(): { icon: string; color: ColorId } {
    const { incident, state } = this.#status;
    if (state !== "closed" && state !== "resolved") return SEVERITY_LOOKS[incident.round.severity];
    return this.#late() > 0
      ? { icon: "circle-slash", color: "dropclock.breached" }
      : { icon: "pass", color: "dropclock.met" };
  }

  #late(): number {
    return this.#status.clocks.filter(({ state }) => state === "missed" || state === "breached").length;
  }

  #facts(): string[] {
    const { incident, state } = this.#status;
    const facts: string[] = [];
    if (incident.kind !== "real") facts.push(incident.kind);
    facts.push(incident.round.severity);
    if (state !== "open") facts.push(state);
    if (state === "closed" && this.#late() > 0) facts.push(`${this.#late()} missed`);
    if (isPaused(incident)) facts.push("paused");
    if (incident.round.number > 1) facts.push(`round ${incident.round.number}`);
    if (incident.drop) facts.push(plainText(incident.drop, 60));
    if (incident.owner) facts.push(`led by ${ownerName(incident.owner.who)}`);
    return facts;
  }

  #tooltip(): string {
    const { incident } = this.#status;
    return [
      `**${markdownText(incident.title, 200)}**`,
      markdownText(this.#facts().join(", ")),
      `Opened: ${fullTime(incident.openedAt)} by ${markdownText(incident.openedBy)}`,
      `Id: ${markdownText(incident.id)}`,
    ].join("\n\n");
  }
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
    const who = shownName(entry.by, 40);
    // What happened to the drop is no entry of the incident that could be retracted from it.
    const ownEntry = entry.subject.startsWith("incident/");
    const movable = isMilestone(entry.type) ? "milestone" : "other";
    return treeItem(this.id, {
      label: `${shortTime(entry.at, this.#now)} ${plainText(inLocalTime(entry.text, this.#now), 120)}`,
      description: [...flags, who].join(" · "),
      icon: eventIcon(entry),
      color: eventColor(entry),
      tooltip: { markdown: tooltip(entry, this.#now) },
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
