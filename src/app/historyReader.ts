import { type AncestryGraph, NO_COMMITS } from "../domain/ancestryGraph.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { HistoryFacts, ReleaseBranch } from "../domain/release.ts";
import { readAncestryGraph } from "../git/ancestryGraph.ts";
import type { Refs } from "../git/refs.ts";
import { resolveReleaseBranch, resolveReleaseBranches } from "../git/releaseBranch.ts";
import { releaseTags } from "../git/releaseTags.ts";
import type { Repository } from "../git/repository.ts";

/** Reads what the places of drops depend on. The graph of commits is read again only where a branch has moved. */
export class HistoryReader {
  readonly #repository: Repository;
  #known: { key: string; graph: Promise<AncestryGraph> } | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** @param refs All branches, where they were listed before. */
  async read(policy: Pick<Policy, "drops" | "ledger">, refs?: Promise<Refs>): Promise<HistoryFacts> {
    const found = await releaseBranches(this.#repository, policy, refs);
    if ("missing" in found)
      return { branches: [], branchMissing: found.missing, tags: [], graph: NO_COMMITS };
    return this.of(found);
  }

  async of(branches: readonly ReleaseBranch[]): Promise<HistoryFacts> {
    const tips = [...new Set(branches.map(({ commit }) => commit))];
    const [tags, graph] = await Promise.all([releaseTags(this.#repository, tips), this.#graph(tips)]);
    return { branches, branchMissing: null, tags, graph };
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

/** The branches that drops are released from: the one that the policy names, those that its patterns match, or the default. */
export async function releaseBranches(
  repository: Repository,
  { drops: { branch }, ledger }: Pick<Policy, "drops" | "ledger">,
  refs?: Promise<Refs>,
): Promise<ReleaseBranch[] | { missing: string }> {
  const remote = ledger.remote ?? "origin";
  if (Array.isArray(branch)) return resolveReleaseBranches(repository, { patterns: branch, remote }, refs);
  const found = await resolveReleaseBranch(repository, { branch, remote }, refs);
  return "missing" in found ? found : [found];
}
