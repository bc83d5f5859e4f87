import {
  ALL_CHANGES,
  authorsOf,
  type Change,
  type ChangeRules,
  CommitGraph,
  changeOf,
  type LoggedCommit,
} from "./change.ts";
import { readMergeMessage, titleOf, withoutPull, withPull } from "./commitMessage.ts";
import { CommitNames, type MessageReversals, type Reversal, readReversals } from "./reversal.ts";

/** What a commit does to work, its own included: by the commit that did the work first, whether it is in afterwards. */
type Effect = ReadonlyMap<string, boolean>;

/** A commit and what it does. */
export interface KnownCommit {
  commit: LoggedCommit;
  effect: Effect;
  /** The change it describes; null: none that users notice, or the merge that brought it describes it. */
  change: Change | null;
  /** Reverts or reapplies others by its subject, of which some may not be known here; null: it is work of its own. */
  reversal: Reversal["kind"] | null;
  /**
   * Reverts or reapplies something unknown: it lies `before` everything that was read, or its subject names
   * `nothing` that the history contains. Null: neither.
   */
  unresolved: "before" | "nothing" | null;
  /**
   * What a revert with a type of its own says (`fix: revert "refactor: copy"`). It is listed if what it reverts was
   * not.
   */
  ownWords: Change | null;
}

/** A drop's place in history. */
export interface DropCommit {
  tag: string;
  commit: string;
  /** The tag of the drop before it; null: it is the first. */
  previous: string | null;
}

/** The commits of a release branch, and what each does. */
export class CommitHistory {
  readonly graph: CommitGraph;
  readonly #drops: ReadonlyMap<string, DropCommit>;
  readonly #rules: ChangeRules;
  readonly #names: CommitNames;
  readonly #bySha: Map<string, KnownCommit>;
  readonly #ofDrop = new Map<string, Effect>();
  /**
   * How much work may go into merges and reverts. No honest history comes near this limit; where thousands of
   * commits revert or merge thousands of others each, the last ones are read as if they named nothing.
   */
  #steps: number;

  /**
   * @param drops Oldest first.
   * @param commits Newest first, each before its parents, as `git log --topo-order` gives them.
   */
  constructor(
    drops: readonly DropCommit[],
    commits: readonly LoggedCommit[],
    rules: ChangeRules = ALL_CHANGES,
  ) {
    this.graph = new CommitGraph(commits);
    this.#drops = new Map(drops.map((drop) => [drop.tag, drop]));
    this.#rules = rules;
    this.#steps = 200_000 + 50 * commits.length;
    this.#names = new CommitNames(commits);
    this.#bySha = new Map(
      commits.map((commit) => [
        commit.sha,
        { commit, effect: NO_EFFECT, change: null, reversal: null, unresolved: null, ownWords: null },
      ]),
    );
    // What is reverted is older, so its effect is known by then; so are the commits that a merge brings.
    for (const { sha } of commits.toReversed()) this.#judge(this.#bySha.get(sha)!);
  }

  get(sha: string): KnownCommit | undefined {
    return this.#bySha.get(sha);
  }

  /** What a drop brings, oldest first. */
  content({ commit, previous }: DropCommit): KnownCommit[] {
    const before = previous === null ? null : (this.#drops.get(previous)?.commit ?? null);
    if (previous === null) return this.#known(this.graph.range([commit], []));
    // The commit of the drop before may be gone, as that of a tag that was moved.
    const without = before !== null && this.graph.has(before) ? [before] : this.#dropsBefore(commit);
    return this.#known(this.graph.range([commit], without));
  }

  /** What no drop has yet, oldest first. */
  unreleased(head: string): KnownCommit[] {
    return this.#known(
      this.graph.range(
        [head],
        [...this.#drops.values()].map(({ commit }) => commit),
      ),
    );
  }

  #dropsBefore(commit: string): string[] {
    return [...this.#drops.values()]
      .map((drop) => drop.commit)
      .filter((sha) => this.graph.isOlder(sha, commit));
  }

  #known = (commits: readonly LoggedCommit[]) => commits.map(({ sha }) => this.#bySha.get(sha)!);

  #judge(known: KnownCommit): void {
    const { commit } = known;
    const branch = this.#branchOf(commit);
    const { subject, beside } = readReversals(commit.message);
    if (subject !== null) {
      // If the commits of the branch say what they revert, their merge adds nothing.
      if (subject.certain && branch.some(({ reversal }) => reversal !== null)) return;
      if (this.#reverses(known, subject)) {
        for (const each of branch.filter(isPlain)) each.change = null;
        return;
      }
    }
    const isMerge = commit.parents.length > 1;
    known.change = isMerge ? this.#changeOfMerge(commit, branch) : changeOf(commit, this.#rules);
    const own: Effect = isMerge && known.change === null ? NO_EFFECT : new Map([[commit.sha, true]]);
    known.effect = new Map([...own, ...this.#besides(commit, beside)]);
  }

  /** Makes a commit the revert or the reapply that its subject says it is; false where it is work of its own. */
  #reverses(known: KnownCommit, subject: Reversal): boolean {
    const { commit } = known;
    const effect = this.#effectOf(subject, commit.sha);
    if (effect === null && !subject.certain) return false;
    known.reversal = subject.kind;
    if (effect === null && !commit.isEmpty && !this.#rules.skips(titleOf(commit.message)))
      known.unresolved = this.graph.isCut ? "before" : "nothing";
    known.effect = commit.isEmpty || effect === null ? NO_EFFECT : effect;
    const change = changeOf(commit, this.#rules);
    if (!subject.certain && change?.type) known.ownWords = change;
    // A breaking change is listed in any case.
    if (change?.breaking) {
      known.change = change;
      known.effect = new Map([...known.effect, [commit.sha, true]]);
    }
    return true;
  }

  /** What a squash, which is work of its own, reverts of earlier work. */
  #besides({ sha }: LoggedCommit, beside: MessageReversals["beside"]): Effect {
    const own = new Map<string, Effect>();
    for (const { title, reversal } of beside)
      own.set(withoutPull(title), (reversal && this.#effectOf(reversal, sha, own)) ?? NO_EFFECT);
    return together([...own.values()]);
  }

  /**
   * What a revert or a reapply does; null where nothing is known of what it names.
   * @param own What the commits of the same squash do, by title: their hashes are gone.
   */
  #effectOf(reversal: Reversal, by: string, own?: ReadonlyMap<string, Effect>): Effect | null {
    if (this.#steps <= 0) return null;
    const effect = this.#effectMeant(reversal, by, own);
    this.#steps -= effect?.size ?? 0;
    return effect;
  }

  #effectMeant(reversal: Reversal, by: string, own?: ReadonlyMap<string, Effect>): Effect | null {
    const { kind, commits, reapplied } = reversal;
    const title = withoutPull(reversal.title ?? "");
    const named = this.#olderThan(by, commits);
    const turned =
      named.length > 0 ? this.#togetherOf(named) : own?.get(kind === "revert" ? title : `Revert "${title}"`);
    if (turned !== undefined) {
      // Git names the reverted revert; people may name the work itself.
      const isWork = kind === "reapply" && named.some((sha) => this.#titleOf(sha) === title);
      return isWork ? turned : inverse(turned);
    }
    // A name that a squash gives, and that is not known, is that of a commit of its own branch.
    if (own !== undefined && commits.length > 0) return null;
    const works = this.#olderThan(by, reapplied);
    const meant =
      works.length > 0 ? together(works.map((sha) => this.#effectAt(sha))) : this.#meant(reversal, by);
    return meant !== null && kind === "revert" ? inverse(meant) : meant;
  }

  /** What is known of these names, among what is older than a commit. */
  #olderThan(commit: string, names: readonly string[]): string[] {
    return names.flatMap((name) => {
      const sha = this.#names.whole(name);
      return sha !== null && this.graph.isOlder(sha, commit) ? [sha] : [];
    });
  }

  /** What the commit does that a title means, or the number of a pull request, or all of a drop that is named. */
  #meant({ title, pulls }: Reversal, by: string): Effect | null {
    const titled = title === null ? null : this.#names.titled(title, by);
    if (titled !== null) return this.#togetherOf([titled]);
    const drop = title === null ? undefined : this.#drops.get(title);
    if (drop && this.graph.isOlder(drop.commit, by)) return this.#effectOfDrop(drop);
    const pulled = pulls.map((number) => this.#names.ofPull(number, by)).filter((sha) => sha !== null);
    return pulled.length > 0 ? this.#togetherOf(pulled) : null;
  }

  /** What a commit does; that of a drop stands for all of it. */
  #effectAt(sha: string): Effect {
    const drop = [...this.#drops.values()].find(({ commit }) => commit === sha);
    return drop ? this.#effectOfDrop(drop) : this.#togetherOf([sha]);
  }

  #effectOfDrop(drop: DropCommit): Effect {
    const known = this.#ofDrop.get(drop.tag);
    const effect = known ?? together(this.content(drop).map((each) => each.effect));
    if (!known) this.#ofDrop.set(drop.tag, effect);
    return effect;
  }

  #titleOf = (sha: string) => withoutPull(titleOf(this.#bySha.get(sha)!.commit.message));

  /** What several commits do, one after the other; a merge does what it merged. */
  #togetherOf(shas: readonly string[]): Effect {
    const all = shas.flatMap((sha) => [...this.#branchOf(this.#bySha.get(sha)!.commit).map(shaOf), sha]);
    return together([...new Set(all)].sort(this.graph.byAge).map((sha) => this.#bySha.get(sha)!.effect));
  }

  /** The commits that a merge brings, oldest first. */
  #branchOf({ parents: [main, ...merged] }: LoggedCommit): KnownCommit[] {
    if (main === undefined || merged.length === 0 || this.#steps <= 0) return [];
    const branch = this.#known(this.graph.range(merged, [main]));
    this.#steps -= branch.length;
    return branch;
  }

  /**
   * What a merge adds to its commits: what a conventional message on it says, and the title of a pull request whose
   * commits say nothing, or not that they break something.
   */
  #changeOfMerge(commit: LoggedCommit, branch: readonly KnownCommit[]): Change | null {
    const merge = readMergeMessage(commit.message);
    const title = titleOf(commit.message);
    const change = changeOf(commit, this.#rules);
    const plain = branch.filter(isPlain);
    const spoken = branch.filter((each) => each.change !== null && !isPlain(each));
    const isRequest = title !== "" && (merge !== null || hasPull(title));
    const isSilent = spoken.length === 0 && (change?.type !== null || plain.length > 0);
    const isOwn = merge === null && change?.type !== null;
    const breaks = change?.breaking === true && !spoken.some((each) => each.change!.breaking);
    const isTitle = isRequest || (change !== null && change.type !== null);
    const tells = change !== null && (breaks || (isTitle && (isSilent || isOwn)));
    // If a pull request is a chore by its title, its commits without a type are not listed either.
    const speaksForPlain = isTitle && (tells || change === null);
    for (const each of branch) {
      if (each.change === null) continue;
      const isSame = tells && withoutPull(each.change.text) === withoutPull(change.text);
      if (isSame || (speaksForPlain && isPlain(each))) each.change = null;
      else each.change = { ...each.change, text: withPull(each.change.text, merge?.pull ?? null) };
    }
    if (!tells) return null;
    const writers = branch
      .filter((each) => each.commit.parents.length < 2)
      .flatMap((each) => authorsOf(each.commit));
    return { ...change, authors: writers.length > 0 ? [...new Set(writers)] : change.authors };
  }
}

/** A change without a type and without a pull request: what it says may be said better by the merge that brought it. */
const isPlain = ({ change }: KnownCommit) => change !== null && change.type === null && !hasPull(change.text);

const hasPull = (text: string) => withoutPull(text) !== text;

const shaOf = ({ commit }: KnownCommit) => commit.sha;

/** Effects one after the other; what only came and went cancels out. */
function together(effects: readonly Effect[]): Effect {
  const first = new Map<string, boolean>();
  const last = new Map<string, boolean>();
  for (const [work, isIn] of effects.flatMap((effect) => [...effect])) {
    if (!first.has(work)) first.set(work, isIn);
    last.set(work, isIn);
  }
  return new Map([...last].filter(([work, isIn]) => first.get(work) === isIn));
}

const inverse = (effect: Effect): Effect => new Map([...effect].map(([work, isIn]) => [work, !isIn]));

const NO_EFFECT: Effect = new Map();
