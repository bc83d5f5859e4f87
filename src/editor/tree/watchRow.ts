import type { SignalView } from "../../app/watch/watchNews.ts";
import type { SignalState } from "../../domain/signal/signal.ts";
import { signalEntries } from "../../domain/signal/signalRecord.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { roughly } from "../../domain/time/duration.ts";
import { commandId } from "../model/ids.ts";
import { type NamedSecret, secretOf } from "../model/signalSecrets.ts";
import { fullTime, shortTime } from "../model/text.ts";
import { spoken } from "../status/statusFace.ts";
import { FactRow, Row, type Scene, treeItem } from "./row.ts";
import { type SignalFace, signalFace } from "./signalFace.ts";

const GRAVE: readonly SignalState[] = ["breached", "pending", "error"];

/** For how long somebody must be watching the current drop, and what the signals say meanwhile. */
export class WatchRow extends Row {
  #scene: Scene;
  /** How it read when it was drawn: what is watched is the same object before and after a reading. */
  #drawn: readonly string[];

  constructor(id: string, scene: Scene) {
    super(id);
    this.#scene = scene;
    this.#drawn = this.#reads();
  }

  item() {
    const { watch, policy } = this.#scene.status;
    const open = watch.state === "open";
    const target = policy.policy.targets.critical.detect;
    const within = target === null ? "" : ` within ${roughly(target)} of a drop`;
    const tooltip = `A critical regression must be detected${within}. Until then somebody watches.`;
    const live = this.#scene.project.watch.view !== null;
    return treeItem(this.id, {
      label: open ? "Watch window" : "Signals",
      description: this.#description(),
      icon: open || live ? "eye" : "eye-closed",
      color: open || live ? "dropclock.running" : "dropclock.idle",
      tooltip: watch.endsAt === null ? tooltip : `${tooltip}\nEnds: ${fullTime(watch.endsAt)}`,
      state: live ? "expanded" : "leaf",
      spoken: open
        ? `Watch window, ${spoken(watch.remainingMs)} left${this.#notCalm(", ")}`
        : `Signals, ${this.#description()}`,
    });
  }

  override tick(scene: Scene): boolean {
    const [description, watched] = this.#drawn;
    this.#scene = scene;
    this.#drawn = this.#reads();
    const others = watched !== this.#watched();
    if (others) this.forget();
    return others || description !== this.#description();
  }

  #reads(): readonly string[] {
    return [this.#description(), this.#watched()];
  }

  /** Names what is watched: other signals are other rows. */
  #watched(): string {
    const { view } = this.#scene.project.watch;
    return view ? JSON.stringify([view.drop.tag, view.signals.map(({ signal }) => signal.name)]) : "";
  }

  protected override build(): Row[] {
    const { view } = this.#scene.project.watch;
    if (!view) return [];
    const rows: Row[] = view.signals.map(
      (each) => new SignalRow(`${this.id}/${each.signal.name}`, this.#scene, each),
    );
    const { label, description } = this.#watchers();
    rows.push(new FactRow(`${this.id}/who`, { label, description, icon: "person" }));
    return rows;
  }

  /** This window, and whoever has put an answer of the signals on record. */
  #watchers(): { label: string; description: string } {
    const { drop } = this.#scene.project.watch.view!;
    const entries = signalEntries(this.#scene.project.reading!.release.log, drop.tag);
    const people = [...new Set(entries.map(({ by }) => plainText(by.replace(/\s*<.*>$/, ""), 40)))];
    const shown = people.slice(0, 4).join(", ");
    return {
      label: "Watching",
      description: shown === "" ? "this window" : `this window · on record: ${shown}`,
    };
  }

  #notCalm(separator: string): string {
    const { view } = this.#scene.project.watch;
    const grave = view?.signals.filter(({ found }) => found && GRAVE.includes(found.state)) ?? [];
    return grave.length > 0 ? `${separator}${grave.length} not calm` : "";
  }

  #description(): string {
    const { status, now, project } = this.#scene;
    const { state, endsAt, remainingMs } = status.watch;
    const signals = this.#notCalm(" · ");
    if (state === "open") return `${roughly(remainingMs)} left · until ${shortTime(endsAt!, now)}${signals}`;
    if (project.watch.view) return `watched during the incident${signals}`;
    if (remainingMs > 0) return status.open.length > 0 ? "closed, an incident is open" : "closed";
    return endsAt === null ? "closed" : `closed · ended ${shortTime(endsAt, now)}`;
  }
}

/** One signal while it is watched. */
export class SignalRow extends Row {
  readonly #name: string;
  #scene: Scene;
  #view: SignalView;

  constructor(id: string, scene: Scene, view: SignalView) {
    super(id);
    this.#name = view.signal.name;
    this.#scene = scene;
    this.#view = view;
  }

  /** The secret that it is read with. */
  get secret(): NamedSecret | null {
    return secretOf(this.#view.signal);
  }

  item() {
    const { icon, color, description, tooltip, spoken } = this.#face();
    const trouble = this.#view.found?.secret ?? null;
    const [root, secret] = [this.#scene.project.project.root, this.secret];
    return treeItem(this.id, {
      label: plainText(this.#name, 60),
      description,
      icon,
      color,
      tooltip: { markdown: tooltip },
      spoken,
      context: ["signal", secret === null ? "open" : trouble === null ? "secret" : "locked"],
      ...(trouble !== null && secret !== null
        ? {
            command: {
              title: "Set Signal Secret…",
              command: commandId("setSignalSecret"),
              arguments: [{ root, secret }],
            },
          }
        : {}),
    });
  }

  override tick(scene: Scene): boolean {
    const before = this.#face().description;
    const views = scene.project.watch.view?.signals ?? [];
    this.#scene = scene;
    this.#view = views.find(({ signal }) => signal.name === this.#name) ?? this.#view;
    return before !== this.#face().description;
  }

  #face(): SignalFace {
    return signalFace(this.#view, this.#scene.now);
  }
}
