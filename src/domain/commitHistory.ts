import type { LoggedCommit } from "./change.ts";
import { CommitNames } from "./commitNames.ts";

/** What a commit does to the work of others and its own: by the commit that did the work first, whether it is in then. */
export type Effect = ReadonlyMap<string, boolean>;

/** A commit, the drop that brought it, and what it does. */
export interface KnownCommit {
  commit: LoggedCommit;
  /** Null: no drop has it yet. */
  drop: string | null;
  effect: Effect;
  /** Takes others back, of which some may not be known here. */
  isRevert: boolean;
  /** Takes something back that lies before all that was read. */
  reachesBack: boolean;
}

/**
 * The commits of a release branch, each in the first drop that has it.
 * @param drops Oldest first.
 * @param commits Newest first, each before its parents, as `git log --topo-order` gives them.
 */
export class CommitHistory {
  /** Oldest first. */
  readonly commits: readonly KnownCommit[];
  readonly #bySha: Map<string, KnownCommit>;
  readonly #age = new Map<string, number>();

  constructor(drops: readonly { tag: string; commit: string }[], commits: readonly LoggedCommit[]) {
    this.commits = commits.toReversed().map((commit) => ({
      commit,
      drop: null,
      effect: NO_EFFECT,
      isRevert: false,
      reachesBack: false,
    }));
    this.#bySha = new Map(this.commits.map((known) => [known.commit.sha, known]));
    for (const { tag, commit } of drops) this.#assign(tag, commit);
    const names = new CommitNames(commits);
    // What is taken back is older, so that its own effect is known by then.
    this.commits.forEach((known, i) => {
      this.#judge(known, names.revertedBy(known.commit));
      this.#age.set(known.commit.sha, i);
    });
  }

  get(sha: string): KnownCommit | undefined {
    return this.#bySha.get(sha);
  }

  #assign(tag: string, tip: string): void {
    const waiting = [tip];
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
      const known = this.#bySha.get(sha);
      if (!known || known.drop !== null) continue;
      known.drop = tag;
      waiting.push(...known.commit.parents);
    }
  }

  #judge(known: KnownCommit, reverts: readonly string[]): void {
    const { sha, parents, message } = known.commit;
    known.isRevert =
      reverts.length > 0 || /^(?:(?:Revert|Reapply) "|revert(?:\([^)]*\))?!?: )/.test(message.trimStart());
    if (!known.isRevert) {
      known.effect = parents.length > 1 ? NO_EFFECT : new Map([[sha, true]]);
      return;
    }
    const targets = reverts.flatMap((name) => this.#contentOf(name)).filter((name) => this.#age.has(name));
    known.reachesBack = targets.length === 0;
    known.effect = inverse(this.#together(targets));
  }

  /** What several commits do, one after the other, to what was before them. */
  #together(shas: readonly string[]): Effect {
    const inOrder = [...new Set(shas)].sort((a, b) => this.#age.get(a)! - this.#age.get(b)!);
    const first = new Map<string, boolean>();
    const last = new Map<string, boolean>();
    for (const sha of inOrder) {
      for (const [work, isIn] of this.#bySha.get(sha)!.effect) {
        if (!first.has(work)) first.set(work, isIn);
        last.set(work, isIn);
      }
    }
    // What only came and went is as it was.
    return new Map([...last].filter(([work, isIn]) => first.get(work) === isIn));
  }

  /** To take a merge back is to take back what it merged. */
  #contentOf(name: string): string[] {
    const [main, ...merged] = this.#bySha.get(name)?.commit.parents ?? [];
    if (main === undefined || merged.length === 0) return [name];
    return [...this.#ancestors(merged, this.#ancestors([main], new Set()))];
  }

  #ancestors(from: readonly string[], without: ReadonlySet<string>): Set<string> {
    const found = new Set<string>();
    const waiting = [...from];
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
      const known = this.#bySha.get(sha);
      if (!known || found.has(sha) || without.has(sha)) continue;
      found.add(sha);
      waiting.push(...known.commit.parents);
    }
    return found;
  }
}

const inverse = (effect: Effect): Effect => new Map([...effect].map(([work, isIn]) => [work, !isIn]));

const NO_EFFECT: Effect = new Map();
