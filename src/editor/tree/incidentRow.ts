import { isPaused } from "../../domain/entry.ts";
import { type IncidentStatus, nextMilestones } from "../../domain/incidentStatus.ts";
import { markdownText, plainText } from "../../domain/plainText.ts";
import type { Severity } from "../../domain/terms.ts";
import type { ColorId } from "../ids.ts";
import type { IncidentRef } from "../incidentRef.ts";
import { fullTime, inLocalTime } from "../time/localTime.ts";
import type { DropRef } from "../undo/dropRef.ts";
import { ClockRow } from "./clockRow.ts";
import { EventRow } from "./eventRow.ts";
import { FactRow } from "./factRow.ts";
import { GroupRow } from "./groupRow.ts";
import { NextUpdateRow } from "./nextUpdateRow.ts";
import { PostmortemRow } from "./postmortemRow.ts";
import { Row, type Scene, treeItem } from "./row.ts";

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
    const { storyOf } = await import("../../domain/story.ts");
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
