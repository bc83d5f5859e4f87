import { NO_COMMITS } from "../../domain/drop/dropHistory.ts";
import type { PolicyInForce } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type Anchor, isUnread, type NoAnchor } from "../../git/anchor.ts";
import type { Refs } from "../../git/refs.ts";
import type { Repository } from "../../git/repository.ts";
import { GitLedger } from "../../ledger/gitLedger.ts";
import { contentOf, type Ledger, type LedgerContent } from "../../ledger/ledger.ts";
import { headsAmong, LEDGER_REF } from "../../ledger/ledgerHead.ts";
import type { AnswerMemory } from "./answerMemory.ts";
import type { EarlyAnswers } from "./earlyAnswers.ts";
import { AnchorReader, HistoryReader, type RepositoryHistory, RiskReader } from "./historyReader.ts";
import type { PolicyMemory } from "./policyMemory.ts";
import { PolicyReader } from "./policyReader.ts";
import { UndoReadiness } from "./readiness.ts";
import { notLookedAt, notShared, Sharing, type SharingOptions, type Standing } from "./sharing.ts";

export interface ProjectOptions {
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

/** What is read once, however many services go by it. */
export interface Taken {
  anchor: Anchor | NoAnchor | null;
  inForce: PolicyInForce;
  held: LedgerContent;
  standing: Standing;
  history: RepositoryHistory;
}

export interface ReadingOptions {
  /** False: does not wait until it is known who entered what. */
  authors?: boolean;
  /** Nothing but what the clocks depend on: commits are not counted, and nobody looks how the ledger stands. */
  clocksOnly?: boolean;
}

/** What a folder is read from and written to. Services of one repository share it, and so what was read of it. */
export class ProjectSources {
  readonly root: string;
  readonly repository: Repository | null;
  readonly trusted: boolean;
  readonly options: ProjectOptions;
  readonly undo: UndoReadiness;
  /** What git answers, or answered before, where that follows from object names and may be kept. */
  readonly remember: AnswerMemory["of"];
  /** These are null without git. */
  readonly risks: RiskReader | null;
  readonly history: HistoryReader | null;
  readonly anchors: AnchorReader | null;
  readonly ledger: Ledger | null;
  readonly sharing: Sharing | null;
  readonly policies: PolicyReader;

  constructor(root: string, repository: Repository | null, options: ProjectOptions) {
    this.root = root;
    this.repository = repository;
    this.trusted = options.trusted ?? true;
    this.options = options;
    const answers = (repository && options.answers?.(repository)) ?? null;
    this.remember = async (key, ask) => answers?.of(key, ask) ?? ask();
    this.undo = new UndoReadiness(repository, answers);
    this.anchors = repository && new AnchorReader(repository, options.early, options.askRemote ?? false);
    this.ledger = repository
      ? new GitLedger(repository.git, { now: Date.now, commonDir: repository.commonDir })
      : null;
    this.risks = repository && new RiskReader(repository, answers);
    this.history = repository && new HistoryReader(repository, options.early, answers);
    this.sharing = repository && new Sharing(repository, options.sharing ?? { wait: true });
    this.policies = new PolicyReader(root, repository, options.policies, answers);
  }

  /** @throws {HumanError} `service` where the release branch is needed and not known. */
  async take(options: ReadingOptions): Promise<Taken> {
    const anchors = this.anchors;
    let refs = anchors?.listRefs() ?? null;
    const anchor = anchors && refs && (await anchors.among(refs));
    if (this.options.needsBranch && isUnread(anchor)) throw new HumanError("service", anchor.missing);
    // The remote was asked, and what it said is kept as refs.
    if (anchor && "commit" in anchor && anchors?.asked) refs = anchors.listRefs();
    const known = this.policies.read(anchor);
    const remote = known.then((policy) => remoteFor(anchor, policy));
    const [inForce, held, standing, history] = await Promise.all([
      known,
      this.#readLedger(refs, options),
      remote.then((name) => this.#standing(name, options.clocksOnly ? null : refs)),
      known.then((policy) => this.#history(policy, anchor, refs)),
    ]);
    if (!options.clocksOnly && (await this.#cameFromRemote(await remote, held))) return this.take(options);
    if (!options.clocksOnly && held.head === null) this.sharing?.refuseUnread(await remote);
    return { anchor, inForce, held, standing, history };
  }

  async #readLedger(refs: Promise<Refs> | null, { authors = true }: ReadingOptions): Promise<LedgerContent> {
    if (!this.ledger || !refs) return contentOf([]);
    const head = refs.then((all) => headsAmong(all, [LEDGER_REF]).get(LEDGER_REF) ?? null);
    return this.ledger.read({ authors, head });
  }

  async #standing(remote: string | null, refs: Promise<Refs> | null): Promise<Standing> {
    if (!this.sharing) return notShared(remote);
    return refs ? this.sharing.standing(remote, refs) : notLookedAt(remote);
  }

  /**
   * Whether a ledger was fetched because there is none here. Looking back needs it as well: without a record every
   * answer would be that nothing had happened.
   */
  async #cameFromRemote(remote: string | null, { head }: LedgerContent): Promise<boolean> {
    if (!this.sharing || head !== null) return false;
    return this.sharing.firstLook(remote);
  }

  async #history(
    { policy }: PolicyInForce,
    anchor: Anchor | NoAnchor | null,
    refs: Promise<Refs> | null,
  ): Promise<RepositoryHistory> {
    const none = (branchMissing: string): RepositoryHistory => ({
      of: () => ({ branches: [], tags: [], graph: NO_COMMITS, branchMissing }),
    });
    if (!this.trusted) return none("This folder is not trusted, so git is not asked.");
    if (!this.history || !refs || !anchor) return none("This folder is not a git repository; run: git init.");
    if ("missing" in anchor) return none(anchor.missing);
    return this.history.readAll(anchor, policy, await refs);
  }
}

/** Where the ledger goes: the anchor's remote, unless the policy never shares it. */
export function remoteFor(anchor: Anchor | NoAnchor | null, { policy }: PolicyInForce): string | null {
  const { share, remote } = policy.ledger;
  if (!share || !anchor || "missing" in anchor) return null;
  return remote === null || remote === anchor.remote ? anchor.remote : null;
}
