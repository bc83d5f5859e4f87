import { dropNamed } from "../../domain/drop/release.ts";
import { mostUrgent } from "../../domain/drop/status.ts";
import type { Countdown } from "../../domain/incident/clock.ts";
import { isPaused } from "../../domain/incident/entry.ts";
import type { IncidentStatus } from "../../domain/incident/incidentStatus.ts";
import { COUNTDOWNS, MILESTONES, type Severity } from "../../domain/policy/terms.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText, plainText, shownName } from "../../domain/text/plainText.ts";
import { roughly } from "../../domain/time/duration.ts";
import { type ColorId, commandId } from "../model/ids.ts";
import { levelOf } from "../model/milestones.ts";
import type { LastMark } from "../model/projectState.ts";
import type { DropRef, IncidentRef } from "../model/refs.ts";
import { fullTime, shortTime } from "../model/text.ts";
import { spoken } from "../status/statusFace.ts";
import { CLOCK_LOOKS, countdownRow } from "./clockRow.ts";
import { type NextStep, nextStepOf } from "./nextStep.ts";
import { FactRow, Row, type Scene, treeItem } from "./row.ts";
import { undoFace } from "./undoFace.ts";
import { factsOf } from "./undoRow.ts";

const SEVERITY_COLORS: Record<Severity, ColorId> = {
  critical: "dropclock.breached",
  major: "dropclock.warned",
  minor: "dropclock.running",
};

/** An incident: how much time is left stands in its own row; below it what runs, and what to do next. */
export class IncidentRow extends Row {
  readonly #unfolded: boolean;
  #scene: Scene;
  #status: IncidentStatus;

  constructor(id: string, scene: Scene, status: IncidentStatus, unfolded: boolean) {
    super(id);
    this.#scene = scene;
    this.#status = status;
    this.#unfolded = unfolded;
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
    const step = stepFor(this.#scene, this.#status);
    return treeItem(this.id, {
      label: state === "closed" ? title : `${this.#time()} · ${this.#standing()} · ${title}`,
      description,
      ...this.#look(),
      tooltip: { markdown: this.#tooltip() },
      context: [
        "incident",
        state,
        isPaused(incident) ? "paused" : "unpaused",
        this.#scene.project.canUndo(incident.drop) ? "dropped" : "dropless",
        `next-${step?.command ?? "none"}`,
      ],
      state: this.#unfolded ? "expanded" : "collapsed",
      spoken: `${state} ${incident.round.severity} incident, ${title}, ${[this.#spokenTime(), description].filter(Boolean).join(", ")}`,
    });
  }

  override tick(scene: Scene): boolean {
    const [before, clock] = [this.#reads(), this.#urgent()?.name];
    this.#scene = scene;
    const { id } = this.#status.incident;
    this.#status = scene.status.open.find(({ incident }) => incident.id === id) ?? this.#status;
    const others = this.#urgent()?.name !== clock;
    if (others) this.forget();
    return others || before !== this.#reads();
  }

  protected override build(): Row[] {
    const { incident, clocks, state } = this.#status;
    const rows: Row[] = [];
    if (state !== "closed") {
      const urgent = mostUrgent([this.#status])?.clock;
      if (urgent) rows.push(countdownRow(this.id, this.#scene, incident, urgent));
      rows.push(new NextStepRow(`${this.id}/next`, this.#scene, this.#status));
      const mark = this.#scene.project.lastMark;
      if (mark?.id === incident.id) rows.push(lastMarkRow(`${this.id}/mark`, this.#scene, mark, ""));
    } else
      for (const clock of clocks.filter((each) => each.state !== "none"))
        rows.push(countdownRow(this.id, this.#scene, incident, clock));
    rows.push(new DetailsRow(`${this.id}/details`, this.#scene, this.#status));
    return rows;
  }

  #reads(): string {
    const { command, words } = stepFor(this.#scene, this.#status) ?? {};
    return [this.#time(), this.#look().icon, command, words].join(" ");
  }

  #urgent(): Countdown | null {
    return mostUrgent([this.#status])?.clock ?? null;
  }

  /** `1h 53m`, `5m overdue`: short, and the first that is read. */
  #time(): string {
    const clock = this.#urgent();
    if (!clock) return "no clock";
    const length = roughly(clock.remainingMs!);
    if (clock.state === "breached") return `overdue ${length}`;
    return clock.state === "paused" ? `paused ${length}` : length;
  }

  #spokenTime(): string {
    const clock = this.#urgent();
    if (!clock) return "";
    const length = spoken(clock.remainingMs!);
    const name = COUNTDOWNS[clock.name].title;
    return clock.state === "breached" ? `${name} overdue by ${length}` : `${name} ${length} left`;
  }

  /** What burns tells how badly, what does not how far it is. */
  #standing(): string {
    const { incident, state } = this.#status;
    return state === "open" ? incident.round.severity : state;
  }

  /** What is over shows its verdict, what is open how its clock stands. */
  #look(): { icon: string; color: ColorId } {
    const { incident, state } = this.#status;
    const clock = this.#urgent();
    const level = clock ? levelOf(clock, this.#scene.status.policy.policy.warnAt) : null;
    if (level === "breached" || level === "warned" || level === "paused") return CLOCK_LOOKS[level];
    if (state === "open") return { icon: "flame", color: SEVERITY_COLORS[incident.round.severity] };
    if (state === "mitigated") return { icon: "shield", color: "dropclock.running" };
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
    if (state !== "open") facts.push(incident.round.severity);
    if (state === "closed") facts.push(state);
    if (state === "closed" && this.#late() > 0) facts.push(`${this.#late()} missed`);
    if (state === "closed" && isPaused(incident)) facts.push("paused");
    if (incident.round.number > 1) facts.push(`round ${incident.round.number}`);
    if (incident.drop) facts.push(plainText(incident.drop, 60));
    if (incident.owner) facts.push(`led by ${shownName(incident.owner.who, 80)}`);
    return facts;
  }

  #tooltip(): string {
    const { incident, state } = this.#status;
    return [
      `**${markdownText(incident.title, 200)}**`,
      markdownText([incident.round.severity, state, ...this.#facts()].join(", ")),
      `Opened: ${fullTime(incident.openedAt)} by ${markdownText(incident.openedBy)}`,
      `Id: ${markdownText(incident.id)}`,
    ].join("\n\n");
  }
}

/** The next step of an incident, by what is known of the undo of its drop. */
function stepFor(scene: Scene, status: IncidentStatus): NextStep | null {
  const { drop: tag } = status.incident;
  const release = scene.project.reading?.release;
  const drop = release && tag !== null ? dropNamed(release, tag) : null;
  return nextStepOf(status, drop && undoFace(factsOf(scene, drop), scene.now));
}

/** What to do next, as a row that does it. */
class NextStepRow extends Row {
  #scene: Scene;
  #status: IncidentStatus;

  constructor(id: string, scene: Scene, status: IncidentStatus) {
    super(id);
    this.#scene = scene;
    this.#status = status;
  }

  item() {
    const step = stepFor(this.#scene, this.#status);
    if (!step)
      return treeItem(this.id, { label: "Nothing left to do", icon: "pass", color: "dropclock.met" });
    const { command, title, words, icon } = step;
    const { incident, drop } = this;
    const ref = { ...incident, ...(drop === null ? {} : { tag: drop.tag }) };
    return treeItem(this.id, {
      label: title,
      description: words,
      icon,
      tooltip: words === "" ? `The next step: ${title}` : `The next step: ${title}\n${words}`,
      spoken: `Next step: ${[title, words].filter(Boolean).join(", ")}`,
      ...(command ? { command: { title, command: commandId(command), arguments: [ref] } } : {}),
    });
  }

  override tick(scene: Scene): boolean {
    const before = JSON.stringify(stepFor(this.#scene, this.#status));
    this.#scene = scene;
    const { id } = this.#status.incident;
    this.#status = scene.status.open.find(({ incident }) => incident.id === id) ?? this.#status;
    return before !== JSON.stringify(stepFor(this.#scene, this.#status));
  }
}

/** What this window marked last: taken back by one press, until the next mark. */
export function lastMarkRow(
  id: string,
  { project, now }: Scene,
  mark: LastMark,
  description = plainText(mark.title, 80),
): Row {
  const { root } = project.project;
  const said = `${MILESTONES[mark.milestone].title} ${shortTime(mark.at, now)}`;
  return new FactRow(id, {
    label: `Undo “${said}”`,
    description,
    icon: "discard",
    tooltip: `Takes the mark back. Its time can be changed as well.`,
    context: ["mark"],
    command: { title: "Undo Mark", command: commandId("undoMark"), arguments: [{ root, id: mark.id }] },
  });
}

/** The rest of an incident, made when it is opened: the other clocks, what is doubtful, post-mortem and timeline. */
class DetailsRow extends Row {
  readonly #scene: Scene;
  readonly #status: IncidentStatus;

  constructor(id: string, scene: Scene, status: IncidentStatus) {
    super(id);
    this.#scene = scene;
    this.#status = status;
  }

  item() {
    const { incident, doubts } = this.#status;
    const words = [
      counted(incident.events.length, "event"),
      doubts.length > 0 ? counted(doubts.length, "warning") : "",
    ];
    return treeItem(this.id, {
      label: "Timeline and documents",
      description: words.filter(Boolean).join(" · "),
      icon: "list-tree",
      color: doubts.length > 0 ? "list.warningForeground" : undefined,
      state: "collapsed",
    });
  }

  protected override async build(): Promise<Row[]> {
    const { detailRows } = await import("./timelineRows.ts");
    return detailRows(this.id, this.#scene, this.#status);
  }
}
