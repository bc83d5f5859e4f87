import { isDeepStrictEqual } from "node:util";
import type { Drop } from "../../domain/drop/drop.ts";
import type { Release } from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { type WatchPlan, watchFacts, watchPlan } from "../../domain/drop/watchPlan.ts";
import { isReleased, type PolicyInForce, type Signal } from "../../domain/policy/policy.ts";
import { secretsOfSignal } from "../../domain/policy/signalTerms.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import { isAnswer } from "../../domain/signal/signalRecord.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import { Ticker, type TimeSource } from "../project/ticker.ts";
import { WatchedSignal } from "./watchedSignal.ts";
import type { WatchNews, WatchView } from "./watchNews.ts";
import { recordAnswers, recordBreach, recordCalm, recordWatched, type WatchProject } from "./watchRecord.ts";

interface WatcherOptions {
  project: WatchProject;
  open: SourceOpener;
  time: TimeSource;
  /** Told of everything, one at a time; the next waits until it is done. */
  tell: (news: WatchNews) => void | Promise<void>;
  /** What goes wrong with the record: it is tried again at the next reading. */
  fail: (error: unknown) => void;
  /** Until when to watch in any case; left out: only in windows and incidents. */
  askedUntil?: Instant;
  /** Something that is on view may read differently. */
  changed?: () => void;
}

/** A signal that flaps is put on record once in so long. */
const FLAPPING_MS = 60_000;

/** What has been put on record of one signal. */
interface Recorded {
  state: "calm" | "breached";
  at: Instant | null;
  answered: boolean;
  failing: boolean;
  busy: boolean;
  /** How often its breach could not be recorded. */
  unrecorded: number;
}

interface Watch {
  key: string;
  plan: WatchPlan;
  since: Instant;
  signals: Map<WatchedSignal, Recorded>;
  stop: AbortController;
}

/**
 * Reads the signals while there is somebody to read them for, and acts on what they decide. One timer; none, and no
 * request, outside watch windows and incidents.
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #ticker: Ticker;
  #release: Release | null = null;
  #watch: Watch | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#ticker = new Ticker(
      options.time,
      () => this.#nextAt(),
      () => this.#wake(),
    );
  }

  /** To be called whenever the project was read again. */
  follow(release: Release): void {
    this.#release = release;
    this.#turn();
    this.#ticker.schedule();
  }

  /** Reads at once what asks for a secret: it was set, or cleared. */
  secretsChanged(): void {
    const now = this.#options.time.now();
    for (const watched of this.#watch?.signals.keys() ?? [])
      if (secretsOfSignal(watched.signal).length > 0) watched.hurry(now);
    this.#ticker.schedule();
  }

  /** What is watched right now; null while nothing is. */
  view(): WatchView | null {
    if (!this.#watch) return null;
    const { plan, since, signals } = this.#watch;
    const views = [...signals.keys()].map(({ signal, evaluation, numbers }) => ({
      signal,
      found: evaluation,
      numbers: [...numbers],
    }));
    return { drop: plan.drop, reason: plan.reason, since, endsAt: plan.endsAt, signals: views };
  }

  /** Ends the watch before its time, and puts on record what was watched until now. */
  async finish(): Promise<void> {
    const now = this.#options.time.now();
    for (const { drop } of this.#watch?.plan.windows ?? []) this.#ended(this.#watch!, drop, now);
    this.#leave();
    this.#ticker.schedule();
    await this.settled();
  }

  /** Resolves when everything that was decided is on record and told. */
  async settled(): Promise<void> {
    for (let queue: Promise<void> | null = null; queue !== this.#queue; ) {
      queue = this.#queue;
      await queue;
    }
  }

  dispose(): void {
    this.#leave();
    this.#ticker.dispose();
  }

  #nextAt(): Instant | null {
    if (!this.#watch) return null;
    const { plan, signals } = this.#watch;
    const due = [...signals.keys()].map(({ dueAt }) => dueAt).filter((at) => at !== null);
    const ends = plan.windows.map(({ endsAt }) => endsAt).filter((at) => at !== null);
    const instants = [...due, ...ends];
    return instants.length === 0 ? null : Math.min(...instants);
  }

  #wake(): void {
    this.#turn();
    if (!this.#watch) return;
    const now = this.#options.time.now();
    for (const watched of this.#watch.signals.keys())
      if (watched.dueAt !== null && watched.dueAt <= now) void this.#read(this.#watch, watched);
  }

  /** Begins and ends as the plan says, and goes on where nothing has changed. */
  #turn(): void {
    const { project, open, time, changed, askedUntil = null } = this.#options;
    const now = time.now();
    const status = this.#release && statusAt(this.#release, now);
    const plan = status && watchPlan(status, askedUntil);
    const signals = status ? watchedSignals(status.policy) : [];
    const facts = plan && watchFacts(this.#release!, plan.drop, now);
    // What begins anew, such as a comparison once the drop is undone, is another watch.
    const key = plan ? JSON.stringify([plan.drop.tag, plan.drop.commit, signals, facts!.since]) : "";
    const current = this.#watch;
    if (current) this.#endWindows(current, plan, now, current.key === key);
    if (current && current.key === key && plan) {
      current.plan = plan;
      return;
    }
    this.#leave();
    if (plan && facts) {
      const watched = signals.map((signal) => new WatchedSignal(signal, open(signal, facts), project.now()));
      const known = current?.plan.drop.tag === plan.drop.tag ? [...current.signals] : [];
      const fresh = ({ signal }: WatchedSignal): Recorded => {
        // A breach that is on record stays there until it is on record that it is over.
        const [, last] = known.find(([each]) => isDeepStrictEqual(each.signal, signal)) ?? [];
        const { state = "calm", at = null } = last ?? {};
        return { state, at, answered: false, failing: false, busy: false, unrecorded: 0 };
      };
      this.#watch = {
        key,
        plan,
        since: now,
        signals: new Map(watched.map((each) => [each, fresh(each)])),
        stop: new AbortController(),
      };
    }
    if (current || plan) changed?.();
  }

  /** A window that has ended by itself goes on record, and what was seen so far of one that another watch goes on with. */
  #endWindows(current: Watch, plan: WatchPlan | null, now: Instant, goesOn: boolean): void {
    for (const { drop, endsAt } of current.plan.windows) {
      const isOver = endsAt !== null && now >= endsAt;
      const remains = plan?.windows.some((window) => window.drop.tag === drop.tag) ?? false;
      if (isOver ? !remains || !goesOn : remains && !goesOn)
        this.#ended(current, drop, isOver ? endsAt : now);
    }
  }

  #leave(): void {
    this.#watch?.stop.abort();
    this.#watch = null;
  }

  #ended(watch: Watch, drop: Drop, at: Instant): void {
    const { project, tell } = this.#options;
    this.#enqueue(async () => {
      const recorded = await recordWatched(project, drop, [...watch.signals.keys()], at);
      await tell({ kind: "ended", drop, at, recorded });
    });
  }

  async #read(watch: Watch, watched: WatchedSignal): Promise<void> {
    const found = await watched.read(this.#options.time.now, watch.stop.signal).catch((error) => {
      this.#options.fail(error);
      return null;
    });
    if (watch.stop.signal.aborted) return;
    if (found) this.#judge(watch, watched, found);
    this.#options.changed?.();
    this.#ticker.schedule();
  }

  #judge(watch: Watch, watched: WatchedSignal, found: Evaluation): void {
    const recorded = watch.signals.get(watched)!;
    const { drop } = watch.plan;
    const { signal } = watched;
    this.#enqueue(async () => this.#options.tell({ kind: "read", drop, signal, found }));
    const failing = found.state === "error";
    if (failing && !recorded.failing)
      this.#enqueue(async () => this.#options.tell({ kind: "error", drop, signal, found }));
    recorded.failing = failing;
    if (recorded.busy) return;
    const flaps = recorded.at !== null && found.at - recorded.at < FLAPPING_MS;
    if (found.state === "breached" && recorded.state === "calm" && !flaps)
      this.#record(recorded, () => this.#breached(drop, signal, found, recorded));
    else if (found.state === "calm" && recorded.state === "breached" && !flaps)
      this.#record(recorded, () => this.#calm(drop, signal, found, recorded));
    else if (isAnswer(found.state) && found.failures === 0 && !recorded.answered)
      this.#record(recorded, () => this.#answered(watch));
  }

  async #breached(drop: Drop, signal: Signal, found: Evaluation, recorded: Recorded): Promise<void> {
    const outcome = await recordBreach(this.#options.project, drop, signal, found).catch(async (error) => {
      const why = error instanceof Error ? error.message : String(error);
      const tries = ++recorded.unrecorded;
      await this.#options.tell({ kind: "unrecorded", drop, signal, found, why, tries });
      throw error;
    });
    Object.assign(recorded, { state: "breached", at: found.at, answered: true, unrecorded: 0 });
    await this.#options.tell({ kind: "breached", drop, signal, found, ...outcome });
  }

  async #calm(drop: Drop, signal: Signal, found: Evaluation, recorded: Recorded): Promise<void> {
    const incident = await recordCalm(this.#options.project, drop, signal, found);
    Object.assign(recorded, { state: "calm", at: found.at });
    if (incident) await this.#options.tell({ kind: "calm", drop, signal, found, incident });
  }

  /** All that have answered by now go on record together. */
  async #answered({ plan, signals }: Watch): Promise<void> {
    const news = [...signals].filter(
      ([{ evaluation }, { answered }]) => !answered && evaluation !== null && isAnswer(evaluation.state),
    );
    if (news.length === 0) return;
    const answers = news.map(([watched]) => watched);
    const others = plan.windows.map(({ drop }) => drop).filter(({ tag }) => tag !== plan.drop.tag);
    for (const drop of [plan.drop, ...others]) await recordAnswers(this.#options.project, drop, answers);
    for (const [, recorded] of news) recorded.answered = true;
  }

  #record(recorded: Recorded, work: () => Promise<void>): void {
    recorded.busy = true;
    this.#enqueue(() =>
      work().finally(() => {
        recorded.busy = false;
      }),
    );
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((error) => this.#options.fail(error));
  }
}

/** Until a policy is on the release branch, what it watches is told, and nothing acts. */
const watchedSignals = (policy: PolicyInForce): Signal[] =>
  isReleased(policy)
    ? policy.policy.signals
    : // biome-ignore lint/suspicious/noThenProperty: the key that the policy has; a word, never a function
      policy.policy.signals.map((signal) => ({ ...signal, then: "notify" }));
