import { statusAt } from "../../domain/drop/status.ts";
import { watchPlan } from "../../domain/drop/watchPlan.ts";
import type { Signal } from "../../domain/policy/policy.ts";
import { detectionData } from "../../domain/signal/judgement.ts";
import { isAnswer } from "../../domain/signal/signalRecord.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import type { TimeSource } from "../project/ticker.ts";
import type { UndoResult } from "../undo/carryOut.ts";
import { Watcher } from "./watcher.ts";
import type { SignalView, WatchNews, WatchView } from "./watchNews.ts";
import type { WatchProject } from "./watchRecord.ts";

export type Breach = Extract<WatchNews, { kind: "breached" }>;

interface WatchUntilOptions {
  project: WatchProject;
  open: SourceOpener;
  time: TimeSource;
  /** How long to watch, in milliseconds; null: until the watch window ends, or what goes on is over. */
  length: number | null;
  /** Ends it before its time. */
  stop: AbortSignal;
  tell: (news: WatchNews) => void;
  /** Does what the policy says; awaited. True: that was all there was to wait for. */
  act: (breach: Breach) => Promise<boolean>;
  fail: (error: unknown) => void;
}

export interface WatchOutcome {
  /** Null: there was nothing to watch. */
  view: WatchView | null;
  from: Instant;
  to: Instant;
  breaches: Breach[];
  /** The names of all signals that breached, recorded or not. */
  breached: string[];
  /** Breaches that could not be recorded, with the reason of the last try. */
  unrecorded: Unrecorded[];
  /** Whether any signal could be read. */
  answered: boolean;
  /** Whether it is on record that all stayed calm. */
  recorded: boolean;
  ended: "nothing" | "time" | "acted" | "unrecorded" | "stopped";
}

interface Unrecorded {
  signal: Signal;
  why: string;
}

type End = Exclude<WatchOutcome["ended"], "nothing">;

/** A pipeline must not wait for the end of the window to be told of a breach that cannot be recorded. */
const TRIES = 3;

/** How often to look what others have put on record meanwhile. */
const LOOK_MS = 15_000;

/**
 * Watches for a pipeline: until the window ends, for the time given, or until it has acted on a breach.
 * @throws {HumanError} where there is no drop or no signal to watch.
 */
export async function watchUntil(options: WatchUntilOptions): Promise<WatchOutcome> {
  const { project, time, length, stop } = options;
  const from = time.now();
  await project.sync().catch(() => {});
  const { release } = await project.read();
  const status = statusAt(release, from);
  refuseNothing(status);
  const askedUntil = length === null ? null : from + length;
  if (!watchPlan(status, askedUntil)) return nothing(from);
  return new Watch(options, from, askedUntil).run(release, stop);
}

class Watch {
  readonly #options: WatchUntilOptions;
  readonly #from: Instant;
  readonly #askedUntil: Instant | null;
  readonly #breaches: Breach[] = [];
  readonly #breached = new Set<string>();
  readonly #unrecorded = new Map<string, Unrecorded>();
  readonly #watcher: Watcher;
  #answered = false;
  #recorded = false;
  #view: WatchView | null = null;
  #end: (why: End) => void = () => {};

  constructor(options: WatchUntilOptions, from: Instant, askedUntil: Instant | null) {
    const { project, open, time, fail } = options;
    this.#options = options;
    this.#from = from;
    this.#askedUntil = askedUntil;
    this.#watcher = new Watcher({
      project,
      open,
      time,
      fail,
      tell: (news) => this.#tell(news),
      ...(askedUntil === null ? {} : { askedUntil }),
    });
  }

  async run(release: Parameters<Watcher["follow"]>[0], stop: AbortSignal): Promise<WatchOutcome> {
    const { time } = this.#options;
    const over = new Promise<End>((resolve) => {
      this.#end = resolve;
    });
    const stopped = () => this.#end("stopped");
    stop.addEventListener("abort", stopped);
    if (stop.aborted) stopped();
    this.#watcher.follow(release);
    this.#view = this.#watcher.view();
    const looks = { timer: null as unknown };
    this.#look(looks);
    const ended = await over;
    time.clearTimeout(looks.timer);
    stop.removeEventListener("abort", stopped);
    this.#view = this.#watcher.view() ?? this.#view;
    await this.#watcher.finish();
    this.#watcher.dispose();
    return {
      view: this.#view,
      from: this.#from,
      to: time.now(),
      breaches: this.#breaches,
      breached: [...this.#breached],
      unrecorded: [...this.#unrecorded.values()],
      answered: this.#answered,
      recorded: this.#recorded,
      ended,
    };
  }

  async #tell(news: WatchNews): Promise<void> {
    if (news.kind === "read" && isAnswer(news.found.state) && news.found.failures === 0)
      this.#answered = true;
    if (news.kind === "read" && news.found.state === "breached") this.#breached.add(news.signal.name);
    if (news.kind === "ended") this.#recorded = news.recorded;
    this.#view = this.#watcher.view() ?? this.#view;
    this.#options.tell(news);
    // Another drop may still be in its window.
    if (news.kind === "ended" && this.#watcher.view() === null) this.#end("time");
    if (news.kind === "unrecorded") {
      this.#unrecorded.set(news.signal.name, { signal: news.signal, why: news.why });
      if (news.tries >= TRIES) this.#end("unrecorded");
    }
    if (news.kind !== "breached") return;
    this.#unrecorded.delete(news.signal.name);
    this.#breaches.push(news);
    if (await this.#options.act(news)) this.#end("acted");
  }

  /** Time, and what others have entered, may have ended what it was for. */
  #look(looks: { timer: unknown }): void {
    const { project, time, fail } = this.#options;
    const left = this.#askedUntil === null ? LOOK_MS : this.#askedUntil - time.now();
    looks.timer = time.setTimeout(
      async () => {
        try {
          const { release } = await project.read();
          this.#watcher.follow(release);
          this.#view = this.#watcher.view() ?? this.#view;
        } catch (error) {
          fail(error);
        }
        const timeIsUp = this.#askedUntil !== null && time.now() >= this.#askedUntil;
        if (timeIsUp || this.#watcher.view() === null) this.#end("time");
        else this.#look(looks);
      },
      Math.max(1, Math.min(LOOK_MS, left)),
    );
  }
}

function refuseNothing({ drop, dropMissing, policy }: ReturnType<typeof statusAt>): void {
  if (!drop) throw new HumanError("usage", `There is no drop to watch. ${dropMissing}`);
  if (policy.policy.signals.length === 0)
    throw new HumanError("usage", `There is nothing to read: add signals to ${policy.path}.`);
}

const nothing = (from: Instant): WatchOutcome => ({
  view: null,
  from,
  to: from,
  breaches: [],
  breached: [],
  unrecorded: [],
  answered: false,
  recorded: false,
  ended: "nothing",
});

/** The JSON of a watch, for pipelines: instants are ISO 8601 in UTC. */
export function watchReport(outcome: WatchOutcome, undo: UndoResult | null, notUndone: string | null) {
  const { view, from, to, breaches, breached, unrecorded, recorded, ended } = outcome;
  return {
    drop: view?.drop.tag ?? null,
    from: formatInstant(from),
    to: formatInstant(to),
    ended,
    signals: view?.signals.map(signalReport) ?? [],
    breached,
    unrecorded: unrecorded.map(({ signal, why }) => ({ signal: signal.name, why })),
    incident: breaches.find(({ incident }) => incident !== null)?.incident?.id ?? null,
    watched: recorded,
    undo: undo && { state: undo.state, commit: undo.commit, url: undo.url, mitigated: undo.mitigated },
    ...(notUndone === null ? {} : { notUndone }),
  };
}

function signalReport({ signal, found, numbers }: SignalView) {
  return {
    name: signal.name,
    impact: signal.impact,
    // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
    then: signal.then,
    state: found?.state ?? "noData",
    value: jsonNumber(found?.value ?? null),
    series: found?.series ?? null,
    breach: signal.breach && `${signal.breach.operator} ${signal.breach.value}`,
    since: found && formatInstant(found.since),
    ...(found?.detection ? { detection: detectionData(found.detection) } : {}),
    why: found?.why ?? null,
    values: numbers.map(jsonNumber),
  };
}

/** JSON has no infinities: as a text, as Prometheus writes it. */
function jsonNumber(value: number | null): number | string | null {
  if (value === null || Number.isNaN(value)) return null;
  return Number.isFinite(value) ? value : value > 0 ? "+Inf" : "-Inf";
}
