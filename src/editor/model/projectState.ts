import { EventEmitter, type LogOutputChannel } from "vscode";
import type { Governance } from "../../app/gate/governance.ts";
import type { Project, Reading } from "../../app/project/project.ts";
import type { Readiness } from "../../app/project/readiness.ts";
import type { WatchView } from "../../app/watch/watchNews.ts";
import type { Milestone } from "../../domain/policy/terms.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { coalesced } from "./schedule.ts";

/** What this window marked last on an incident: one press takes it back, until the next mark. */
export interface LastMark {
  /** The incident. */
  id: string;
  title: string;
  milestone: Milestone;
  at: Instant;
  /** The event that says so. */
  event: string;
  /** Where the milestone stood before it was moved; null: it was not marked before. */
  before: Instant | null;
}

/** An undo or a reapply that this window is carrying out, or rehearsing. */
export interface Running {
  tag: string;
  /** A rehearsal changes nothing. */
  rehearsed: boolean;
  /** What is being done, in a few words. */
  doing: string;
}

/**
 * Whether the current drop can be taken back, and what is being done about it. Looked at after what was read is on
 * view, so that no countdown waits for it; what has not changed is computed once.
 */
export class UndoState {
  readonly onDidChange;
  readonly #changed = new EventEmitter<void>();
  readonly #project: Project;
  readonly #log: LogOutputChannel;
  readonly #onView: Promise<void>;
  readonly #look: () => Promise<void>;
  #reading: Reading | null = null;
  #readiness: Readiness | null = null;
  #running: Running | null = null;

  /** @param onView Resolves when the first reading is on view. */
  constructor(project: Project, log: LogOutputChannel, onView: Promise<void>) {
    this.#project = project;
    this.#log = log;
    this.#onView = onView;
    this.onDidChange = this.#changed.event;
    this.#look = coalesced(() => this.#judge());
  }

  /** Of the current drop; null until it is known, and where there is no drop. */
  get readiness(): Readiness | null {
    const tag = this.#reading?.release.current?.tag;
    return this.#readiness?.tag === tag ? this.#readiness : null;
  }

  get running(): Running | null {
    return this.#running;
  }

  /** Takes over what was read. */
  async follow(reading: Reading): Promise<void> {
    this.#reading = reading;
    await this.#onView;
    // What is on view by then has been sent, and what asks for it again has its turn first.
    await new Promise(setImmediate);
    await this.#look();
  }

  set(running: Running | null): void {
    this.#running = running;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #judge(): Promise<void> {
    const release = this.#reading?.release;
    const drop = release?.current;
    const before = this.#readiness;
    try {
      this.#readiness = release && drop ? await this.#project.undo.of(release, drop) : null;
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
    if (differs(before, this.#readiness)) this.#changed.fire();
  }
}

// What was computed once is the same object, until more of it is asked for.
function differs(a: Readiness | null, b: Readiness | null): boolean {
  const keys = ["tag", "state", "why", "files", "rehearsedAt", "merged", "outlook"] as const;
  return keys.some((key) => a?.[key] !== b?.[key]);
}

/** What this window watches of a project, for whoever draws it. */
export class WatchState {
  /** True: a watch has begun or ended; false: what it has read reads differently. */
  readonly onDidChange;
  readonly #changed = new EventEmitter<boolean>();
  #view: WatchView | null = null;

  constructor() {
    this.onDidChange = this.#changed.event;
  }

  /** Null while nothing is watched. */
  get view(): WatchView | null {
    return this.#view;
  }

  set(view: WatchView | null): void {
    const before = this.#view;
    if (view === null && before === null) return;
    this.#view = view;
    this.#changed.fire((view === null) !== (before === null));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** What council and gate say of the next drop and the current one. Looked at after all else is on view. */
export class GovernanceState {
  readonly onDidChange;
  readonly #changed = new EventEmitter<void>();
  readonly #project: Project;
  readonly #log: LogOutputChannel;
  readonly #look: () => Promise<void>;
  #reading: Reading | null = null;
  #known: Governance | null = null;
  #trouble: string | null = null;
  #judged = "";

  constructor(project: Project, log: LogOutputChannel) {
    this.#project = project;
    this.#log = log;
    this.onDidChange = this.#changed.event;
    this.#look = coalesced(() => this.#judge());
  }

  /** Null until it is known, and where it cannot be. */
  get known(): Governance | null {
    return this.#known;
  }

  /** Why it cannot be known, as a sentence. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Takes over what was read. */
  async follow(reading: Reading): Promise<void> {
    this.#reading = reading;
    await this.#look();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #judge(): Promise<void> {
    const reading = this.#reading!;
    const { branches, tags, policy } = reading.facts;
    const key = JSON.stringify([branches, tags, policy.policy, reading.ledger.head]);
    // As long as nobody knows who entered what, an approval cannot be told from a forged one.
    if (key === this.#judged || reading.ledger.authors === "pending") return;
    this.#judged = key;
    try {
      const { readGovernance } = await import("../../app/gate/governance.ts");
      [this.#known, this.#trouble] = [await readGovernance(this.#project, reading), null];
    } catch (error) {
      [this.#known, this.#trouble] = [null, error instanceof HumanError ? error.message : String(error)];
      if (!(error instanceof HumanError)) this.#log.error(error instanceof Error ? error : String(error));
    }
    this.#changed.fire();
  }
}

/** A remote that has no tag is asked again no sooner than that. Milliseconds. */
const ASK_AGAIN_MS = 15_000;

/**
 * Whether the remote has the tag of the current drop: one that was never pushed looks shipped here, and is not. Asked
 * in the background after all else is on view; what was found there once is not asked for again.
 */
export class RemoteTagState {
  readonly onDidChange;
  readonly #changed = new EventEmitter<void>();
  readonly #project: Project;
  readonly #found = new Set<string>();
  readonly #look: () => Promise<void>;
  #reading: Reading | null = null;
  #missing: string | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(project: Project, log: LogOutputChannel) {
    this.#project = project;
    this.onDidChange = this.#changed.event;
    this.#look = coalesced(() => this.#ask().catch((error) => log.warn(String(error))));
  }

  /** Whether the remote is known to lack it. */
  lacks(tag: string): boolean {
    return this.#missing === tag;
  }

  async follow(reading: Reading): Promise<void> {
    this.#reading = reading;
    await this.#look();
  }

  /** Takes over that it was just pushed. */
  pushed(tag: string): void {
    this.#found.add(tag);
    this.#set(null);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #ask(): Promise<void> {
    const { release, anchor, standing } = this.#reading!;
    const { repository } = this.#project;
    const drop = release.current;
    const remote = anchor && "commit" in anchor ? anchor.remote : null;
    // A clone that shares nothing asks nobody.
    if (!repository || !drop || drop.deleted || remote === null || standing.state === "none")
      return this.#set(null);
    if (this.#found.has(drop.tag)) return this.#set(null);
    const now = this.#project.now();
    if (this.#missing === drop.tag && now - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = now;
    const { hasTag } = await import("../../git/push.ts");
    const has = await hasTag(repository, remote, drop.tag);
    if (has) this.#found.add(drop.tag);
    this.#set(has === false ? drop.tag : null);
  }

  #set(missing: string | null): void {
    if (missing === this.#missing) return;
    this.#missing = missing;
    this.#changed.fire();
  }
}
