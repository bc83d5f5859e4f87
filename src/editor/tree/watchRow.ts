import { roughly } from "../../domain/wording.ts";
import { spoken } from "../status/spoken.ts";
import { fullTime, shortTime } from "../time/localTime.ts";
import { Row, type Scene, treeItem } from "./row.ts";

/** For how long somebody must be watching the current drop. */
export class WatchRow extends Row {
  #scene: Scene;

  constructor(id: string, scene: Scene) {
    super(id);
    this.#scene = scene;
  }

  item() {
    const { watch, policy } = this.#scene.status;
    const open = watch.state === "open";
    const target = policy.policy.targets.critical.detect!;
    const tooltip = `A critical regression must be detected within ${roughly(target)} of a drop. Until then somebody watches.`;
    return treeItem(this.id, {
      label: "Watch window",
      description: this.#description(),
      icon: open ? "eye" : "eye-closed",
      color: open ? "dropclock.running" : "dropclock.idle",
      tooltip: watch.endsAt === null ? tooltip : `${tooltip}\nEnds: ${fullTime(watch.endsAt)}`,
      spoken: open
        ? `Watch window, ${spoken(watch.remainingMs)} left`
        : `Watch window, ${this.#description()}`,
    });
  }

  override tick(scene: Scene): boolean {
    const before = this.#description();
    this.#scene = scene;
    return before !== this.#description();
  }

  #description(): string {
    const { status, now } = this.#scene;
    const { state, endsAt, remainingMs } = status.watch;
    if (state === "open") return `${roughly(remainingMs)} left · until ${shortTime(endsAt!, now)}`;
    if (remainingMs > 0) return "closed, an incident is open";
    return endsAt === null ? "closed" : `closed · ended ${shortTime(endsAt, now)}`;
  }
}
