import { type Clock, type Countdown, clockWords } from "../../domain/incident/clock.ts";
import { type Incident, isBackDated } from "../../domain/incident/incident.ts";
import { CLOCKS, COUNTDOWNS, MILESTONES, ruleFor } from "../../domain/policy/terms.ts";
import { markdownText } from "../../domain/text/plainText.ts";
import { exactly, roughly } from "../../domain/time/duration.ts";
import { type ColorId, commandId } from "../model/ids.ts";
import { type Level, levelOf } from "../model/milestones.ts";
import { fullTime, shortTime } from "../model/text.ts";
import { clockDescription, spoken } from "../status/statusFace.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** The row of whatever runs out. */
export function countdownRow(id: string, scene: Scene, incident: Incident, clock: Countdown): Row {
  const { name } = clock;
  return name === "nextUpdate"
    ? new NextUpdateRow(`${id}/${name}`, scene, incident, clock)
    : new ClockRow(`${id}/${name}`, scene, incident, { ...clock, name });
}

/** When customers must hear again. */
class NextUpdateRow extends Row {
  readonly #incident: Incident;
  #scene: Scene;
  #due: Countdown;

  constructor(id: string, scene: Scene, incident: Incident, due: Countdown) {
    super(id);
    this.#incident = incident;
    this.#scene = scene;
    this.#due = due;
  }

  item() {
    const { startedAt, targetMs, dueAt, state, remainingMs } = this.#due;
    const last = fullTime(startedAt!);
    const due = dueAt === null ? "Its clocks are paused." : `Due: ${fullTime(dueAt)}`;
    const time = `${spoken(remainingMs!)} ${state === "breached" ? "overdue" : "left"}`;
    return treeItem(this.id, {
      label: COUNTDOWNS.nextUpdate.title,
      description: this.#description(),
      ...CLOCK_LOOKS[this.#level()],
      tooltip: {
        markdown: `**${COUNTDOWNS.nextUpdate.title}** — ${clockWords(this.#due)}\n\nEvery ${roughly(targetMs!)} while the incident is open, by the policy of today\n\nLast: ${last}\n\n${due}`,
      },
      context: ["update", state],
      command: {
        title: "Write Customer Update",
        command: commandId("draftUpdate"),
        arguments: [{ root: this.#scene.project.project.root, id: this.#incident.id }],
      },
      spoken: `${COUNTDOWNS.nextUpdate.title}, ${time}`,
    });
  }

  override tick(scene: Scene): boolean {
    const before = `${this.#description()} ${this.#level()}`;
    const status = scene.status.open.find(({ incident }) => incident.id === this.#incident.id);
    this.#scene = scene;
    this.#due = status?.nextUpdate ?? this.#due;
    return before !== `${this.#description()} ${this.#level()}`;
  }

  #level(): Level {
    return levelOf(this.#due, this.#scene.status.policy.policy.warnAt);
  }

  #description(): string {
    const { startedAt } = this.#due;
    const words = clockDescription(this.#due, this.#scene.now);
    return words.replace(/ · from .*$/, ` · last ${shortTime(startedAt!, this.#scene.now)}`);
  }
}

/** How a clock looks, everywhere. */
export const CLOCK_LOOKS: Record<Level, { icon: string; color: ColorId }> = {
  waiting: { icon: "circle-large-outline", color: "dropclock.idle" },
  running: { icon: "clockface", color: "dropclock.running" },
  warned: { icon: "warning", color: "dropclock.warned" },
  breached: { icon: "error", color: "dropclock.breached" },
  paused: { icon: "debug-pause", color: "dropclock.idle" },
  met: { icon: "pass", color: "dropclock.met" },
  missed: { icon: "circle-slash", color: "dropclock.breached" },
  unknown: { icon: "question", color: "dropclock.idle" },
  none: { icon: "dash", color: "dropclock.idle" },
};

/** One clock of an incident: how much time is left, when it is due, and what it counts from. */
export class ClockRow extends Row {
  readonly clock: Clock["name"];
  readonly #incident: Incident;
  #scene: Scene;
  #clock: Clock;

  constructor(id: string, scene: Scene, incident: Incident, clock: Clock) {
    super(id);
    this.clock = clock.name;
    this.#scene = scene;
    this.#incident = incident;
    this.#clock = clock;
  }

  item() {
    const { icon, color } = CLOCK_LOOKS[this.#level()];
    return treeItem(this.id, {
      label: COUNTDOWNS[this.clock].title,
      description: this.#description(),
      icon,
      color,
      tooltip: { markdown: this.#tooltip() },
      context: ["clock", this.clock, this.#clock.state],
      command: {
        title: "Show Actions",
        command: commandId("showActions"),
        arguments: [{ root: this.#scene.project.project.root, id: this.#incident.id }],
      },
      spoken: this.#spoken(),
    });
  }

  override tick(scene: Scene): boolean {
    const before = `${this.#description()} ${this.#level()}`;
    const status = scene.status.open.find(({ incident }) => incident.id === this.#incident.id);
    this.#scene = scene;
    this.#clock = status?.clocks.find(({ name }) => name === this.clock) ?? this.#clock;
    return before !== `${this.#description()} ${this.#level()}`;
  }

  #level(): Level {
    return levelOf(this.#clock, this.#scene.status.policy.policy.warnAt);
  }

  #description(): string {
    const words = clockDescription(this.#clock, this.#scene.now);
    return this.#isBackDated() ? `${words} · back-dated` : words;
  }

  /** Whether what it counts from, or what ended it, was entered late. */
  #isBackDated(): boolean {
    const { marks } = this.#incident.round;
    const { from, to } = CLOCKS[this.clock];
    return [marks[from], this.#clock.endedAt === null ? null : marks[to]].some(
      (mark) => mark?.event != null && !mark.assumed && isBackDated(mark),
    );
  }

  #tooltip(): string {
    const clock = this.#clock;
    const lines = [`**${COUNTDOWNS[this.clock].title}** — ${clockWords(clock)}`];
    if (clock.targetMs !== null) {
      const { from, to } = CLOCKS[this.clock];
      lines.push(
        `Target: ${roughly(clock.targetMs)} from “${MILESTONES[from].title}” to “${MILESTONES[to].title}”`,
      );
    }
    if (clock.startedAt !== null)
      lines.push(
        `Counts from: ${fullTime(clock.startedAt)} (${clock.from}${clock.onAssumedShipping ? ", assumed" : ""})`,
      );
    if (clock.startedAt !== null && clock.targetMs !== null) lines.push(`Used: ${exactly(clock.elapsedMs)}`);
    if (clock.dueAt !== null) lines.push(`Due: ${fullTime(clock.dueAt)}`);
    if (clock.endedAt !== null) lines.push(`Ended: ${fullTime(clock.endedAt)}`);
    lines.push(this.#judgedBy());
    return lines.join("\n\n");
  }

  /** Each number says by what it is judged. */
  #judgedBy(): string {
    const { terms, severity } = this.#incident.round;
    const rule = ruleFor(terms.calendar, this.clock);
    const hours = rule === "always" ? "around the clock" : `in working hours, ${markdownText(rule.timeZone)}`;
    return `Judged as ${severity}, ${hours}, by the policy on record`;
  }

  #spoken(): string {
    const { state, remainingMs, dueAt } = this.#clock;
    const title = `${COUNTDOWNS[this.clock].title} clock`;
    const due = dueAt === null ? "" : `, due ${shortTime(dueAt, this.#scene.now)}`;
    if (state === "running") return `${title}, ${spoken(remainingMs!)} left${due}`;
    if (state === "breached") return `${title}, breached, overdue by ${spoken(remainingMs!)}`;
    if (state === "waiting") return `${title}, waiting, ${this.#description()}`;
    return `${title}, ${clockWords(this.#clock)}`;
  }
}
