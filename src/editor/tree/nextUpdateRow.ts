import type { Countdown } from "../../domain/clock.ts";
import type { Incident } from "../../domain/incident.ts";
import { clockWords, countdownTitle, roughly } from "../../domain/wording.ts";
import { spoken } from "../status/spoken.ts";
import { type Level, levelOf } from "../time/level.ts";
import { fullTime, shortTime } from "../time/localTime.ts";
import { clockDescription } from "./clockDescription.ts";
import { CLOCK_LOOKS } from "./clockRow.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** When customers must hear again. */
export class NextUpdateRow extends Row {
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
      label: countdownTitle("nextUpdate"),
      description: this.#description(),
      ...CLOCK_LOOKS[this.#level()],
      tooltip: {
        markdown: `**${countdownTitle("nextUpdate")}** — ${clockWords(this.#due)}\n\nEvery ${roughly(targetMs!)} while the incident is open, by the policy of today\n\nLast: ${last}\n\n${due}`,
      },
      context: ["update", state],
      spoken: `${countdownTitle("nextUpdate")}, ${time}`,
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
