import { resolve } from "node:path";
import { asksSinceWhen } from "../../domain/drop/drills.ts";
import { NO_COMMITS } from "../../domain/drop/dropHistory.ts";
import { shippedIn } from "../../domain/drop/dropRecord.ts";
import {
  foldRelease,
  type HistoryFacts,
  previousOf,
  type Release,
  type ReleaseFacts,
} from "../../domain/drop/release.ts";
import type { StoredEvent } from "../../domain/event/event.ts";
import type { Policy, PolicyInForce } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { type Anchor, isUnread, type NoAnchor } from "../../git/anchor.ts";
import { countCommits } from "../../git/history.ts";
import type { Refs } from "../../git/refs.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { GitLedger } from "../../ledger/gitLedger.ts";
import { type AppendOptions, contentOf, type Ledger, type LedgerContent } from "../../ledger/ledger.ts";
import { headsAmong, LEDGER_REF } from "../../ledger/ledgerHead.ts";
import type { SyncResult } from "../../ledger/remoteLedger.ts";
import type { AnswerMemory } from "./answerMemory.ts";
import type { EarlyAnswers } from "./earlyAnswers.ts";
import { AnchorReader, HistoryReader, RiskReader } from "./historyReader.ts";
import type { PolicyMemory } from "./policyMemory.ts";
import { PolicyReader } from "./policyReader.ts";
import { UndoReadiness } from "./readiness.ts";
import {
  markGivenClock,
  notLookedAt,
  notShared,
  Sharing,
  type SharingOptions,
  type Standing,
} from "./sharing.ts";

interface ProjectOptions {
  /** The machine's clock, or the one that stands for it in tests. */
  now: () => Instant;
  /** Whether it is such a one; what is written by it says so. */
  clockGiven?: boolean;
  /** The instant to look back to; then nothing is written. */
  lookBackTo?: Instant | null;
  /** When what is entered has happened; left out: now. */
  happenedAt?: Instant | null;
  /** Whether the remote may be asked, once, for its default branch where that is not known here. */
  askRemote?: boolean;
  /** Whether a reading is worth nothing without the release branch. */
  needsBranch?: boolean;
  /** In a folder that is not trusted no process is started and nothing is written. */
  trusted?: boolean;
  /** Left out: whoever writes waits until it is shared too. */
  sharing?: SharingOptions;
  /** The git program; left out: `git` of the PATH. */
  git?: string | undefined;
  /** What git was asked already, for the first reading. */
  early?: EarlyAnswers | undefined;
  /** What policies were found to say before. */
  policies?: PolicyMemory;
  /** What git was found to answer before; only for whoever looks, and decides nothing. */
  answers?: (repository: Repository) => AnswerMemory;
}

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
  /** Commits in the current drop; null where there is none, or where they were not counted. */
  commits: number | null;
}

interface ReadingOptions {
  /** False: does not wait until it is known who entered what. */
  authors?: boolean;
  /** Nothing but what the clocks depend on: commits are not counted, and nobody looks how the ledger stands. */
  clocksOnly?: boolean;
}

/** A folder with its policy, its git repository and its ledger: what every use case works on. */
export class Project {
  /** The top of the work tree; without git, the folder itself. */
  readonly root: string;
  readonly repository: Repository | null;
  readonly trusted: boolean;
  /** Null without git, as the next one. */
  readonly risks: RiskReader | null;
  readonly history: HistoryReader | null;
  /** Tells of drops whether they can be taken back; asked when somebody wants to know, never by reading. */
  readonly undo: UndoReadiness;
  /** What git answers, or answered before, where that follows from object names and may be kept. */
  readonly remember: AnswerMemory["of"];
  readonly #ledger: Ledger | null;
  readonly #sharing: Sharing | null;
  readonly #policies: PolicyReader;
  readonly #anchors: AnchorReader | null;
  readonly #options: ProjectOptions;
  #latest: Reading | null = null;
  #rewrittenFor: { key: string; tags: readonly string[] } | null = null;
  #counted: { key: string; commits: number } | null = null;

  private constructor(root: string, repository: Repository | null, options: ProjectOptions) {
    this.root = root;
    this.repository = repository;
    this.trusted = options.trusted ?? true;
    const answers = (repository && options.answers?.(repository)) ?? null;
    this.remember = async (key, ask) => answers?.of(key, ask) ?? ask();
    this.undo = new UndoReadiness(repository, answers);
    this.#options = options;
    this.#anchors = repository && new AnchorReader(repository, options.early, options.askRemote ?? false);
    this.#ledger =
      repository && new GitLedger(repository.git, { now: Date.now, commonDir: repository.commonDir });
    this.risks = repository && new RiskReader(repository, answers);
    this.history = repository && new HistoryReader(repository, options.early, answers);
    this.#sharing = repository && new Sharing(repository, options.sharing ?? { wait: true });
    this.#policies = new PolicyReader(root, repository, options.policies, answers);
  }

  /** @throws {HumanError} when git itself cannot be used; a folder without a repository is no error. */
  static async open(dir: string, options: ProjectOptions): Promise<Project> {
    const trusted = options.trusted ?? true;
    const repository = trusted
      ? await (options.early?.repository ?? openRepository(dir, { binary: options.git }))
      : null;
    return new Project(repository?.root ?? resolve(dir), repository, options);
  }

  /** The instant that everything is judged at. */
  now(): Instant {
    return this.lookBackTo ?? this.#options.now();
  }

  get lookBackTo(): Instant | null {
    return this.#options.lookBackTo ?? null;
  }

  get happenedAt(): Instant {
    return this.happenedAtGiven ?? this.now();
  }

  /** The same, where somebody has said so. */
  get happenedAtGiven(): Instant | null {
    return this.#options.happenedAt ?? null;
  }

  get clockGiven(): boolean {
    return this.#options.clockGiven ?? false;
  }

  /** The policy in force. No process where neither the branch that it is on has moved nor the clone was set up anew. */
  async policy(): Promise<PolicyInForce> {
    return this.#policyBy(this.#anchors?.recall() ?? (await this.anchor()));
  }

  /** What a text says that was once the policy; null: it was broken. */
  policyIn(text: string): Promise<Policy | null> {
    return this.#policies.policyIn(text);
  }

  /** The policy in the work tree, in force or not. */
  policyAtHand(): Promise<PolicyInForce> {
    return this.#policies.atHand();
  }

  /** What everything goes by that judges, runs, sends or pushes; null where git is not asked. */
  async anchor(): Promise<Anchor | NoAnchor | null> {
    return this.#anchors?.among(this.#anchors.listRefs()) ?? null;
  }

  /**
   * Reads everything. What has not changed since the last call is not read again.
   * @throws {HumanError} `service` where the release branch is needed and not known.
   */
  async read(options: ReadingOptions = {}): Promise<Reading> {
    const anchors = this.#anchors;
    let refs = anchors?.listRefs() ?? null;
    const anchor = anchors && refs && (await anchors.among(refs));
    if (this.#options.needsBranch && isUnread(anchor)) throw new HumanError("service", anchor.missing);
    // The remote was asked, and what it said is kept as refs.
    if (anchor && "commit" in anchor && anchors?.asked) refs = anchors.listRefs();
    const inForce = this.#policyBy(anchor);
    const remote = inForce.then((policy) => remoteFor(anchor, policy));
    const [policy, held, standing, history] = await Promise.all([
      inForce,
      this.#readLedger(refs, options),
      remote.then((name) => this.#standing(name, options.clocksOnly ? null : refs)),
      inForce.then((known) => this.#history(known, anchor, refs)),
    ]);
    if (!options.clocksOnly && (await this.#cameFromRemote(await remote, held))) return this.read(options);
    if (!options.clocksOnly && held.head === null) this.#sharing?.refuseUnread(await remote);
    const { content: ledger, log, uncounted, unverified } = await this.#countedOf(policy, anchor, held);
    const facts: ReleaseFacts = { policy, ...history, events: log };
    const release = foldRelease(facts, this.lookBackTo);
    // Looked up only where it matters: nobody has held a drill for as long as the policy allows.
    const asks = asksSinceWhen(release, policy.policy.drills.every, this.now());
    const landed = asks && anchor && "commit" in anchor ? anchor.commit : null;
    const [commits, rewritten, landedAt] = options.clocksOnly
      ? [null, []]
      : await Promise.all([
          this.#countCommits(release),
          this.#rewritten(release, ledger),
          landed === null ? undefined : this.#policies.landedAt(landed),
        ]);
    if (landedAt !== undefined) release.policy = { ...policy, landedAt };
    this.#latest = { facts, release, anchor, ledger, uncounted, unverified, standing, rewritten, commits };
    return this.#latest;
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
    const [repository, ledger, sharing] = [this.repository, this.#ledger, this.#sharing];
    if (repository && ledger && sharing) return { repository, ledger, sharing };
    const why = `${this.root} is not a git repository, and the ledger lives in git; run: git init.`;
    throw new HumanError("service", why);
  }

  async #remote(): Promise<string | null> {
    const anchor = await this.anchor();
    return remoteFor(anchor, await this.#policyBy(anchor));
  }

  #policyBy(anchor: Anchor | NoAnchor | null): Promise<PolicyInForce> {
    return this.#policies.read(anchor);
  }

  #stored(draft: Draft, { id, now, by }: { id: string; now: Instant; by: string }): StoredEvent {
    const data = { ...draft.data, ...(this.clockGiven ? { clock: "given" } : {}) };
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

  async #readLedger(refs: Promise<Refs> | null, { authors = true }: ReadingOptions): Promise<LedgerContent> {
    if (!this.#ledger || !refs) return contentOf([]);
    const head = refs.then((all) => headsAmong(all, [LEDGER_REF]).get(LEDGER_REF) ?? null);
    return this.#ledger.read({ authors, head });
  }

  /**
   * Whose signatures count is known to whoever knows who entered what: where the council signs, every reading waits
   * for that.
   */
  async #countedOf({ policy }: PolicyInForce, anchor: Anchor | NoAnchor | null, held: LedgerContent) {
    const everything = { content: held, log: held.log, uncounted: new Set<string>(), unverified: null };
    const { repository } = this;
    if (!policy.council?.signed || !repository || !this.#ledger || !anchor || "missing" in anchor)
      return everything;
    const head = Promise.resolve(held.head);
    const content = held.authors === "checked" ? held : await this.#ledger.read({ head });
    const { WitnessReader } = await import("./witnesses.ts");
    return { content, ...(await WitnessReader.of(repository).counted(content, anchor.commit)) };
  }

  async #standing(remote: string | null, refs: Promise<Refs> | null): Promise<Standing> {
    if (!this.#sharing) return notShared(remote);
    return refs ? this.#sharing.standing(remote, refs) : notLookedAt(remote);
  }

  /**
   * Whether a ledger was fetched because there is none here. Looking back needs it as well: without a record every
   * answer would be that nothing had happened.
   */
  async #cameFromRemote(remote: string | null, { head }: LedgerContent): Promise<boolean> {
    return this.#sharing !== null && head === null && this.#sharing.firstLook(remote);
  }

  async #history(
    { policy }: PolicyInForce,
    anchor: Anchor | NoAnchor | null,
    refs: Promise<Refs> | null,
  ): Promise<HistoryFacts> {
    const none = { branches: [], tags: [], graph: NO_COMMITS };
    if (!this.trusted) return { ...none, branchMissing: "This folder is not trusted, so git is not asked." };
    if (!this.history || !refs || !anchor)
      return { ...none, branchMissing: "This folder is not a git repository; run: git init." };
    if ("missing" in anchor) return { ...none, branchMissing: anchor.missing };
    return this.history.read(anchor, policy, await refs);
  }

  async #rewritten({ log }: Release, { head, cut }: LedgerContent): Promise<readonly string[]> {
    // Where the history is cut that is said, and nobody can tell this from it.
    if (cut) return [];
    const shipped = shippedIn(log);
    const key = JSON.stringify([head, ...shipped]);
    if (this.#rewrittenFor?.key !== key) {
      const missing = (await this.#ledger?.missingHeads(shipped.map(([, ledger]) => ledger))) ?? [];
      const tags = shipped.filter(([, ledger]) => missing.includes(ledger)).map(([tag]) => tag);
      this.#rewrittenFor = { key, tags: [...new Set(tags)] };
    }
    return this.#rewrittenFor.tags;
  }

  async #countCommits(release: Release): Promise<number | null> {
    const { current: drop } = release;
    if (!drop || !this.repository) return null;
    const previous = previousOf(release, drop);
    const key = `${previous?.commit ?? ""}..${drop.commit}`;
    if (this.#counted?.key === key) return this.#counted.commits;
    const range = { from: previous?.commit ?? null, to: drop.commit };
    const counting = this.remember(["commits", key], () => countCommits(this.repository!, range));
    // A commit on record may be gone, or never was one; that must not take the clocks away.
    const commits = await counting.catch(() => null);
    this.#counted = commits === null ? null : { key, commits };
    return commits;
  }
}

/** Where the ledger goes: the anchor's remote, unless the policy never shares it. */
function remoteFor(anchor: Anchor | NoAnchor | null, { policy }: PolicyInForce): string | null {
  const { share, remote } = policy.ledger;
  if (!share || !anchor || "missing" in anchor) return null;
  return remote === null || remote === anchor.remote ? anchor.remote : null;
}
