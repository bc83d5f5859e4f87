import { type AncestryGraph, NO_COMMITS } from "../../domain/ancestryGraph.ts";
import type { HistoryFacts, ReleaseBranch } from "../../domain/drop/release.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { Anchor } from "../../git/anchor.ts";
import type { Refs } from "../../git/refs.ts";
import { releaseBranchesOf } from "../../git/releaseBranch.ts";
import { readAncestryGraph } from "../../git/releaseHistory.ts";
import { releaseTags } from "../../git/releaseTags.ts";
import type { Repository } from "../../git/repository.ts";

/** Reads what the places of drops depend on. The graph of commits is read again only where a branch has moved. */
export class HistoryReader {
  readonly #repository: Repository;
  #known: { key: string; graph: Promise<AncestryGraph> } | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** @param refs All branches. */
  async read(anchor: Anchor, { drops }: Pick<Policy, "drops">, refs: Refs): Promise<HistoryFacts> {
    const found = releaseBranchesOf(anchor, drops.branch, refs);
    if ("missing" in found)
      return { branches: [], branchMissing: found.missing, tags: [], graph: NO_COMMITS };
    return this.of(found);
  }

  async of(branches: readonly ReleaseBranch[]): Promise<HistoryFacts> {
    const tips = [...new Set(branches.map(({ commit }) => commit))];
    const [tags, graph, cuts] = await Promise.all([
      releaseTags(this.#repository, tips),
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
    if (this.#known?.key !== key) this.#known = { key, graph: readAncestryGraph(this.#repository, tips) };
    const { graph } = this.#known;
    graph.catch(() => {
      if (this.#known?.graph === graph) this.#known = null;
    });
    return graph;
  }
}
