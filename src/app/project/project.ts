import { resolve } from "node:path";
import { asksSinceWhen } from "../../domain/drop/drills.ts";
import { foldRelease, type Release, type ReleaseFacts } from "../../domain/drop/release.ts";
import type { EventLog, StoredEvent } from "../../domain/event/event.ts";
import type { Policy, PolicyInForce } from "../../domain/policy/policy.ts";
import { inForceFor, servicesOf } from "../../domain/policy/serviceViews.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import type { Anchor, NoAnchor } from "../../git/anchor.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import type { AppendOptions, LedgerContent } from "../../ledger/ledger.ts";
import type { SyncResult } from "../../ledger/remoteLedger.ts";
import type { AnswerMemory } from "./answerMemory.ts";
import type { HistoryReader, RiskReader } from "./historyReader.ts";
import {
  type ProjectOptions,
  ProjectSources,
  type ReadingOptions,
  remoteFor,
  type Taken,
} from "./projectSources.ts";
import type { UndoReadiness } from "./readiness.ts";
import { ReleaseCounts } from "./releaseCounts.ts";
import { markGivenClock, type Standing } from "./sharing.ts";

/** What a use case wants to put on record. */
export interface Draft {
  subject: string;
  type: string;
  /** When it happened; left out: now. */
  at?: Instant;
  data?: Record<string, unknown>;
}

/** All that was read of a project at one moment. */
export interface Reading {
  facts: ReleaseFacts;
  release: Release;
  /** Of one of several services, what is on record of it, also what does not count; left out: all that the ledger holds. */
  record?: EventLog;
  /** What everything goes by that judges, runs, sends or pushes; null where git is not asked. */
  anchor: Anchor | NoAnchor | null;
  /** All that is on record; what of it counts is in the facts. */
  ledger: LedgerContent;
  /** The ids of the entries that do not count, because the policy wants signatures. */
  uncounted: ReadonlySet<string>;
  /** Why none of them was verified, as a sentence; null where they were. */
  unverified: string | null;
  /** How the ledger stands to the team's. */
  standing: Standing;
  /** The drops that shipped in a ledger which the history of this one does not lead back to: it was rewritten. */
  rewritten: readonly string[];
  /** Of one of several services, the others as they were read with it; folded when somebody asks. Left out: there are none. */
  siblings?: () => { service: string; release: Release }[];
  /** Commits in the current drop; null where there is none, or where they were not counted. */
  commits: number | null;
}

/** One of several services at one moment. */
export interface ServiceReading {
  service: string;
  project: Project;
  /** Its commits are not counted. */
  reading: Reading;
}

/**
 * A folder with its policy, its git repository and its ledger: what every use case works on. Where the repository holds
 * several services, `of` gives the same folder as one of them: its policy, its drops, its part of the record.
 */
export class Project {
  /** Which of several services it is of; null: of all that is there. */
  readonly service: string | null;
  readonly #sources: ProjectSources;
  readonly #counts: ReleaseCounts;
  #latest: Reading | null = null;

  private constructor(sources: ProjectSources, service: string | null) {
    this.#sources = sources;
    this.service = service;
    this.#counts = new ReleaseCounts(sources);
  }

  /** @throws {HumanError} when git itself cannot be used; a folder without a repository is no error. */
  static async open(dir: string, options: ProjectOptions): Promise<Project> {
    const trusted = options.trusted ?? true;
    const repository = trusted
      ? await (options.early?.repository ?? openRepository(dir, { binary: options.git }))
      : null;
    return new Project(new ProjectSources(repository?.root ?? resolve(dir), repository, options), null);
  }

  /** The top of the work tree; without git, the folder itself. */
  get root(): string {
    return this.#sources.root;
  }

  get repository(): Repository | null {
    return this.#sources.repository;
  }

  get trusted(): boolean {
    return this.#sources.trusted;
  }

  /** Null without git. */
  get risks(): RiskReader | null {
    return this.#sources.risks;
  }

  /** Null without git. */
  get history(): HistoryReader | null {
    return this.#sources.history;
  }

  /** What git answers, or answered before, where that follows from object names and may be kept. */
  get remember(): AnswerMemory["of"] {
    return this.#sources.remember;
  }

  /** Tells of drops whether they can be rolled back; asked when somebody wants to know, never by reading. */
  get undo(): UndoReadiness {
    return this.#sources.undo;
  }

  /** The same folder as one of its services, by its key. What was read of one is known to the others. */
  of(service: string): Project {
    return new Project(this.#sources, service);
  }

  /** The instant that everything is judged at. */
  now(): Instant {
    return this.lookBackTo ?? this.#sources.options.now();
  }

  get lookBackTo(): Instant | null {
    return this.#sources.options.lookBackTo ?? null;
  }

  get happenedAt(): Instant {
    return this.happenedAtGiven ?? this.now();
  }

  /** The same, where somebody has said so. */
  get happenedAtGiven(): Instant | null {
    return this.#sources.options.happenedAt ?? null;
  }

  get clockGiven(): boolean {
    return this.#sources.options.clockGiven ?? false;
  }

  /** The policy in force. No process where neither the branch that it is on has moved nor the clone was set up anew. */
  async policy(): Promise<PolicyInForce> {
    return this.#policyBy(this.#sources.anchors?.recall() ?? (await this.anchor()));
  }

  /** What a text says that was once the policy; null: it was broken. */
  async policyIn(text: string): Promise<Policy | null> {
    const policy = await this.#sources.policies.policyIn(text);
    // Before there were several services, the policy was that of each.
    return (this.service === null ? null : policy?.services?.[this.service]) ?? policy;
  }

  /** The policy in the work tree, in force or not. */
  policyAtHand(): Promise<PolicyInForce> {
    return this.#sources.policies.atHand();
  }

  /** What everything goes by that judges, runs, sends or pushes; null where git is not asked. */
  async anchor(): Promise<Anchor | NoAnchor | null> {
    return this.#sources.anchors?.among(this.#sources.anchors.listRefs()) ?? null;
  }

  /**
   * Reads everything. What has not changed since the last call is not read again.
   * @throws {HumanError} `service` where the release branch is needed and not known.
   */
  async read(options: ReadingOptions = {}): Promise<Reading> {
    const reading = await this.#readingOf(await this.#sources.take(options), options);
    return options.clocksOnly ? reading : this.counted(reading);
  }

  /**
   * Reads every service of the policy in force: tags, history and ledger once for all of them.
   * @returns All of the record as that of one, and each service in the policy's order.
   */
  async readServices(options: ReadingOptions = {}): Promise<{ whole: Reading; services: ServiceReading[] }> {
    const taken = await this.#sources.take(options);
    const services = servicesOf(taken.inForce.policy).map(async (service) => {
      const project = this.of(service);
      return { service, project, reading: await project.#readingOf(taken, options) };
    });
    const whole = new Project(this.#sources, null).#readingOf(taken, options);
    return { whole: await whole, services: await Promise.all(services) };
  }

  /** The keys of the services of the policy in force; empty where the repository is one service. */
  async services(): Promise<string[]> {
    const anchor = this.#sources.anchors?.recall() ?? (await this.anchor());
    return servicesOf((await this.#sources.policies.read(anchor)).policy);
  }

  /** A reading with the commits of its current drop counted. */
  async counted(reading: Reading): Promise<Reading> {
    return { ...reading, commits: await this.#counts.commits(reading.release) };
  }

  async #readingOf(
    { anchor, inForce, held, standing, history }: Taken,
    options: ReadingOptions,
  ): Promise<Reading> {
    const policy = this.#select(inForce);
    const { content: ledger, log, uncounted, unverified } = await this.#countedOf(policy, anchor, held);
    const taken = { anchor, inForce, held, standing, history };
    const part =
      this.service === null
        ? null
        : (await import("./serviceReading.ts")).partOf(taken, this.service, this.lookBackTo);
    // Of several services each has drops of its own, and their repository none.
    const tags = this.service === null && inForce.policy.services ? { tags: [] } : {};
    const facts: ReleaseFacts = {
      policy,
      ...history.of(policy.policy),
      ...tags,
      events: part?.own(log) ?? log,
    };
    const release = foldRelease(facts, this.lookBackTo);
    // Looked up only where it matters: nobody has held a drill for as long as the policy allows.
    const asks = asksSinceWhen(release, policy.policy.drills.every, this.now());
    const landed = asks && anchor && "commit" in anchor ? anchor.commit : null;
    const [rewritten, landedAt] = options.clocksOnly
      ? [[]]
      : await Promise.all([
          this.#counts.rewritten(this.service === null ? release : { log }, ledger),
          landed === null ? undefined : this.#sources.policies.landedAt(landed),
        ]);
    if (landedAt !== undefined) release.policy = { ...policy, landedAt };
    const counts = { uncounted, unverified, standing, rewritten, commits: null };
    const known = { facts, release, anchor, ledger, ...counts };
    this.#latest = part
      ? { ...known, record: part.own(ledger.log), siblings: () => part.siblings(log) }
      : known;
    return this.#latest;
  }

  /** @throws {HumanError} where the policy in force has no such service any more. */
  #select(inForce: PolicyInForce): PolicyInForce {
    if (this.service === null) return inForce;
    const view = inForceFor(inForce, this.service);
    if (view) return view;
    throw new HumanError(
      "usage",
      `The policy in force has no service ${plainText(this.service, 60)} any more.`,
    );
  }

  /** What was read last; null before that. */
  get latest(): Reading | null {
    return this.#latest;
  }

  /**
   * Puts events on record, all or none, and shares them. That they cannot be shared is no error: they are on record.
   * @throws {HumanError} without a repository, without an identity, or when the ledger cannot be written.
   */
  async append(drafts: readonly Draft[], options: AppendOptions = {}): Promise<StoredEvent[]> {
    const { ledger, sharing } = this.#writable();
    // Only whoever writes needs it.
    const { newEventId } = await import("../../ledger/eventId.ts");
    const by = await this.author();
    const now = this.now();
    if (this.clockGiven && drafts.length > 0)
      await markGivenClock(this.#writable().repository, await this.#remote());
    const events = drafts.map((draft) => this.#stored(draft, { id: newEventId(now), now, by }));
    await ledger.append(events, options);
    if (events.length > 0) await sharing.afterWriting(await this.#remote());
    return events;
  }

  /**
   * Who writes: `Name <mail>`.
   * @throws {HumanError} without a repository, and without an identity.
   */
  async author(): Promise<string> {
    // Not remembered: whoever works here may have told git another name since.
    return this.#writable().repository.identity();
  }

  /**
   * Brings the ledger into step with the team's.
   * @throws {HumanError} without a repository.
   */
  async sync(): Promise<SyncResult> {
    return this.#writable().sharing.sync(await this.#remote());
  }

  /**
   * The same, and puts back what its history holds and somebody took out. Not for whoever only looks: a gate has to see
   * that something was taken out.
   */
  async restoreAndSync(): Promise<SyncResult & { restored: number }> {
    const { ledger } = this.#writable();
    const first = await this.sync();
    const restored = await ledger.putBack();
    if (restored === 0) return { ...first, restored };
    const second = await this.sync();
    const [fetched, pushed] = [first.fetched + second.fetched, first.pushed + second.pushed];
    const [united, rewound] = [first.united || second.united, first.rewound || second.rewound];
    return { ...second, fetched, pushed, united, rewound, restored };
  }

  #writable() {
    if (this.lookBackTo !== null)
      throw new HumanError("usage", "--at looks back, so nothing is written; leave it out.");
    if (!this.trusted)
      throw new HumanError("refused", "This folder is not trusted, so nothing is written; trust it first.");
    const [repository, ledger, sharing] = [this.repository, this.#sources.ledger, this.#sources.sharing];
    if (repository && ledger && sharing) return { repository, ledger, sharing };
    const why = `${this.root} is not a git repository, and the ledger lives in git; run: git init.`;
    throw new HumanError("service", why);
  }

  async #remote(): Promise<string | null> {
    const anchor = await this.anchor();
    return remoteFor(anchor, await this.#policyBy(anchor));
  }

  async #policyBy(anchor: Anchor | NoAnchor | null): Promise<PolicyInForce> {
    return this.#select(await this.#sources.policies.read(anchor));
  }

  #stored(draft: Draft, { id, now, by }: { id: string; now: Instant; by: string }): StoredEvent {
    const data = {
      ...draft.data,
      ...(this.service === null ? {} : { service: this.service }),
      ...(this.clockGiven ? { clock: "given" } : {}),
    };
    return {
      v: 1,
      id,
      subject: draft.subject,
      type: draft.type,
      at: formatInstant(draft.at ?? this.happenedAt),
      recorded: formatInstant(now),
      by,
      data,
    };
  }

  /**
   * Whose signatures count is known to whoever knows who entered what: where the council signs, every reading waits
   * for that.
   */
  async #countedOf({ policy }: PolicyInForce, anchor: Anchor | NoAnchor | null, held: LedgerContent) {
    const everything = { content: held, log: held.log, uncounted: new Set<string>(), unverified: null };
    const { repository } = this;
    if (!policy.council?.signed || !repository || !this.#sources.ledger || !anchor || "missing" in anchor)
      return everything;
    const head = Promise.resolve(held.head);
    const content = held.authors === "checked" ? held : await this.#sources.ledger.read({ head });
    const { ProvenanceReader } = await import("./provenances.ts");
    return { content, ...(await ProvenanceReader.of(repository).counted(content, anchor.commit)) };
  }
}
