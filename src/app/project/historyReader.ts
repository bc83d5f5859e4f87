import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Risk } from "../../domain/change/riskLevel.ts";
import type { Tag } from "../../domain/drop/drop.ts";
import { type AncestryGraph, NO_COMMITS, type ReleaseBranch } from "../../domain/drop/dropHistory.ts";
import { type Candidate, type HistoryFacts, rangeOf } from "../../domain/drop/release.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { type Anchor, anchorAmong, type NoAnchor, noBranchAt } from "../../git/anchor.ts";
import { type CloneSettings, CloneSettingsReader, WhileUnchanged } from "../../git/cloneSettings.ts";
import type { DropSource } from "../../git/dropReader.ts";
import { listRefs, type Refs } from "../../git/refs.ts";
import { parseGraph, readAncestryLines, releaseBranchesOf } from "../../git/releaseHistory.ts";
import type { Repository } from "../../git/repository.ts";
import type { CommitRange } from "../../git/revision.ts";
import { releaseTags } from "../../git/tags.ts";
import type { AnswerMemory } from "./answerMemory.ts";
import { type EarlyAnswers, READ_REFS } from "./earlyAnswers.ts";

/** What git says of a repository, from which each service takes what is its own. */
export interface RepositoryHistory {
  of(policy: Pick<Policy, "drops">): HistoryFacts;
}

type ReleasedFrom = Pick<Policy, "drops" | "services">;

/** Reads what the places of drops depend on. The graph of commits is read again only where a branch has moved. */
export class HistoryReader {
  readonly #repository: Repository;
  readonly #answers: AnswerMemory | null;
  #earlyTags: Promise<Tag[]> | null;
  #known: { key: string; graph: Promise<AncestryGraph> } | null = null;

  /** @param answers Left out: git is asked anew at every start. */
  constructor(repository: Repository, early?: EarlyAnswers, answers: AnswerMemory | null = null) {
    this.#repository = repository;
    this.#earlyTags = early?.tags ?? null;
    this.#answers = answers;
  }

  /**
   * Tags and history, once for all that is released from this repository.
   * @param refs All branches.
   */
  async readAll(anchor: Anchor, policy: ReleasedFrom, refs: Refs): Promise<RepositoryHistory> {
    const find = ({ drops }: Pick<Policy, "drops">) => releaseBranchesOf(anchor, drops.branch, refs);
    const wanted = [policy, ...Object.values(policy.services ?? {})];
    const found = wanted.map(find).flatMap((branches) => ("missing" in branches ? [] : branches));
    const shared = found.length === 0 ? null : await this.of(found);
    return {
      of(service) {
        const branches = find(service);
        if ("missing" in branches || !shared) {
          const branchMissing = "missing" in branches ? branches.missing : null;
          return { branches: [], branchMissing, tags: [], graph: NO_COMMITS };
        }
        return { ...shared, branches };
      },
    };
  }

  /** The same for a policy of one service. */
  async read(anchor: Anchor, policy: ReleasedFrom, refs: Refs): Promise<HistoryFacts> {
    return (await this.readAll(anchor, policy, refs)).of(policy);
  }

  async of(branches: readonly ReleaseBranch[]): Promise<HistoryFacts> {
    const tips = [...new Set(branches.map(({ commit }) => commit))];
    const [tags, graph, cuts] = await Promise.all([
      this.#tags(tips),
      this.#graph(tips),
      this.#repository.shallowBoundary(),
    ]);
    // The ledger's history may be cut and these whole, or the other way round.
    const shallow = [...cuts].some((commit) => graph.indexOf(commit) >= 0);
    return { branches, branchMissing: null, tags, graph, shallow };
  }

  async #graph(tips: readonly string[]): Promise<AncestryGraph> {
    // A fetch may have deepened a history that was cut.
    const cut = [...(await this.#repository.shallowBoundary())];
    const key = JSON.stringify([tips, cut]);
    if (this.#known?.key !== key) this.#known = { key, graph: this.#readGraph(tips) };
    const { graph } = this.#known;
    graph.catch(() => {
      if (this.#known?.graph === graph) this.#known = null;
    });
    return graph;
  }

  async #readGraph(tips: readonly string[]): Promise<AncestryGraph> {
    if (tips.length === 0) return NO_COMMITS;
    if (!this.#answers) return parseGraph(await readAncestryLines(this.#repository, tips));
    const lines = await this.#answers.of(["ancestry", ...tips], async () =>
      (await readAncestryLines(this.#repository, tips)).toString("latin1"),
    );
    return parseGraph(Buffer.from(lines, "latin1"));
  }

  async #tags(tips: readonly string[]): Promise<Tag[]> {
    const early = this.#earlyTags;
    this.#earlyTags = null;
    // What an object that is not here made fail is asked again, for less.
    return (await early?.catch(() => null)) ?? releaseTags(this.#repository, tips);
  }
}

/** Finds what everything goes by. What git was asked before the program was loaded is used once. */
export class AnchorReader {
  readonly #repository: Repository;
  readonly #settings: CloneSettingsReader;
  readonly #mayAsk: boolean;
  readonly #last = new WhileUnchanged<Anchor>();
  #earlyRefs: Promise<Refs> | null;
  #earlySettings: Promise<CloneSettings> | null;
  #asked = false;
  /** Why the remote's answer did not help; empty: it did, or was not asked for. */
  #refusal: Partial<Pick<NoAnchor, "missing" | "code">> = {};

  /** @param mayAsk Whether the remote may be asked, once, for its default branch where that is not known here. */
  constructor(repository: Repository, early: EarlyAnswers | undefined, mayAsk: boolean) {
    this.#repository = repository;
    this.#settings = new CloneSettingsReader(repository);
    this.#mayAsk = mayAsk;
    this.#earlyRefs = early?.refs ?? null;
    this.#earlySettings = early?.settings ?? null;
  }

  /** Whether the remote was asked; what it said is kept as refs. */
  get asked(): boolean {
    return this.#asked;
  }

  listRefs(): Promise<Refs> {
    const early = this.#earlyRefs;
    this.#earlyRefs = null;
    return early ?? listRefs(this.#repository.git, READ_REFS);
  }

  /** What was found last, where neither git's configuration nor the branch has changed since; no process. */
  recall(): Anchor | null {
    return this.#last.recall();
  }

  /** @param refs As `listRefs` gives them, now. */
  async among(refs: Promise<Refs>): Promise<Anchor | NoAnchor> {
    const askedAt = Date.now();
    const early = this.#earlySettings;
    this.#earlySettings = null;
    const [{ settings, files }, all] = await Promise.all([
      early ? early.then((known) => ({ settings: known, files: null })) : this.#settings.read(),
      refs,
    ]);
    const found = anchorAmong(settings, all);
    if ("commit" in found && files) this.#keep(found, files, askedAt);
    const isUnknown = "missing" in found && (found.code === "default-branch" || found.code === "branch");
    if (!isUnknown || found.remote === null || !this.#mayAsk) return found;
    if (this.#asked) return { ...found, ...this.#refusal };
    this.#asked = true;
    const { askRemote } = await import("../../git/push.ts");
    const { git } = this.#repository;
    const asked = await askRemote(git, found.remote, found.branch);
    if (asked === "found") return anchorAmong(settings, await listRefs(git, READ_REFS));
    this.#refusal = asked === "empty" ? noBranchAt(found.remote, all) : asked;
    return { ...found, ...this.#refusal };
  }

  // A branch of this clone that stands in for another one depends on which others there are.
  #keep(anchor: Anchor, settings: readonly string[], askedAt: number): void {
    if (anchor.remote === null || !anchor.published) return;
    const { commonDir } = this.#repository;
    const refs = [anchor.ref, `refs/remotes/${anchor.remote}/HEAD`, "packed-refs", "reftable/tables.list"];
    this.#last.keep(anchor, [...settings, ...refs.map((ref) => join(commonDir, ref))], askedAt);
  }
}

/** Answers that are remembered; older ones are forgotten. */
const REMEMBERED = 500;

/** Judges the risk of drops, each only once for the same commits and rules. */
export class RiskReader {
  readonly #repository: Repository;
  readonly #answers: AnswerMemory | null;
  readonly #known = new Map<string, Promise<Risk>>();

  constructor(repository: Repository, answers: AnswerMemory | null = null) {
    this.#repository = repository;
    this.#answers = answers;
  }

  /**
   * @param source Left out: a few processes for this drop alone.
   * @throws {HumanError} when the commits of the drop are not all here.
   */
  read(policy: Pick<Policy, "risk" | "flags">, candidate: Candidate, source?: DropSource): Promise<Risk> {
    const range = rangeOf(candidate);
    const key = JSON.stringify([range, policy.risk, policy.flags?.file]);
    const known = this.#known.get(key);
    if (known) return known;
    const assess = () => this.#assess(policy, range, source);
    const reading = this.#answers?.of(["risk", key, this.#attributes()], assess) ?? assess();
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, reading);
    // What failed may work the next time: a commit may have been fetched.
    reading.catch(() => this.#known.delete(key));
    return reading;
  }

  /** Whether a file is binary to git is said in the work tree, not in the commits. */
  #attributes(): (string | null)[] {
    const { root, commonDir } = this.#repository;
    const files = [
      ...(root === null ? [] : [join(root, ".gitattributes")]),
      join(commonDir, "info/attributes"),
    ];
    return files.map((file) => {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return null;
      }
    });
  }

  // Nobody waits for the rules before the first countdown is on view.
  async #assess(
    policy: Pick<Policy, "risk" | "flags">,
    range: CommitRange,
    source?: DropSource,
  ): Promise<Risk> {
    const [{ readDropContent }, { assessRisk }] = await Promise.all([
      import("../drop/dropContent.ts"),
      import("../../domain/change/risk.ts"),
    ]);
    return assessRisk(policy.risk, await readDropContent(this.#repository, policy, range, source));
  }
}
