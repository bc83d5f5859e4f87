import { shippedIn } from "../../domain/drop/dropRecord.ts";
import { candidateOf, type Release, rangeOf } from "../../domain/drop/release.ts";
import type { EventLog } from "../../domain/event/event.ts";
import { countCommits } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import type { Ledger, LedgerContent } from "../../ledger/ledger.ts";
import type { AnswerMemory } from "./answerMemory.ts";
import type { ProjectSources } from "./projectSources.ts";

/** What takes a process to know of a release, asked again only where it may have changed. */
export class ReleaseCounts {
  readonly #repository: Repository | null;
  readonly #ledger: Ledger | null;
  readonly #remember: AnswerMemory["of"];
  #rewrittenFor: { key: string; tags: Promise<readonly string[]> } | null = null;
  #counted: { key: string; commits: number } | null = null;

  constructor({ repository, ledger, remember }: Pick<ProjectSources, "repository" | "ledger" | "remember">) {
    this.#repository = repository;
    this.#ledger = ledger;
    this.#remember = remember;
  }

  /** The drops that shipped in a ledger which the history of this one does not lead back to. */
  async rewritten(
    { log }: { log: EventLog },
    { head, cut }: Pick<LedgerContent, "head" | "cut">,
  ): Promise<readonly string[]> {
    // Where the history is cut that is said, and nobody can tell this from it.
    if (cut) return [];
    const shipped = shippedIn(log);
    const key = JSON.stringify([head, ...shipped]);
    if (this.#rewrittenFor?.key !== key) {
      const tags = this.#rewritten(shipped);
      this.#rewrittenFor = { key, tags };
      tags.catch(() => {
        this.#rewrittenFor = null;
      });
    }
    return this.#rewrittenFor!.tags;
  }

  async #rewritten(shipped: readonly [tag: string, ledger: string][]): Promise<readonly string[]> {
    const missing = (await this.#ledger?.missingHeads(shipped.map(([, ledger]) => ledger))) ?? [];
    const tags = shipped.filter(([, ledger]) => missing.includes(ledger)).map(([tag]) => tag);
    return [...new Set(tags)];
  }

  /** The commits in the current drop; null where there is none, or one of them is not here. */
  async commits(release: Release): Promise<number | null> {
    const { current: drop } = release;
    if (!drop || !this.#repository) return null;
    const range = rangeOf(candidateOf(release, drop));
    const key = JSON.stringify(range);
    if (this.#counted?.key === key) return this.#counted.commits;
    // A commit on record may be gone, or never was one; that must not take the clocks away.
    const counting = this.#remember(["commits", key], () => countCommits(this.#repository!, range));
    const commits = await counting.catch(() => null);
    this.#counted = commits === null ? null : { key, commits };
    return commits;
  }
}
