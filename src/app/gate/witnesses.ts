import type { LedgerEvent } from "../../domain/event.ts";
import { mailOf } from "../../domain/mail.ts";
import type { Signature, Witness, Witnesses } from "../../domain/vote.ts";
import type { Git } from "../../git/git.ts";
import { verifyCommit } from "../../git/verifyCommit.ts";
import type { LedgerContent } from "../../ledger/ledger.ts";
import type { Provenance } from "../../ledger/provenance.ts";

/** Signatures of commits never change; whether git accepts them may, so they are forgotten with the reader. */
export class WitnessReader {
  readonly #git: Git;
  readonly #signatures = new Map<string, Promise<Signature>>();

  constructor(git: Git) {
    this.#git = git;
  }

  /**
   * What the ledger's history says of the council's entries.
   * @param signed Whether their signatures are wanted: a process for each commit, once.
   */
  async read(ledger: LedgerContent, events: Iterable<LedgerEvent>, signed: boolean): Promise<Witnesses> {
    const known = new Map<string, Witness>();
    for (const event of events) {
      known.set(event.id, await this.#witness(ledger.provenance(event.id), event, signed));
    }
    return ({ id }) => known.get(id) ?? { author: null, signature: null };
  }

  async #witness(provenance: Provenance | null, { by }: LedgerEvent, signed: boolean): Promise<Witness> {
    if (!provenance) return { author: null, signature: null };
    const { author, commit, also } = provenance;
    // Only who speaks for themselves needs to have signed.
    const wanted = signed && mailOf(author) === mailOf(by);
    return { author, signature: wanted ? await this.#best([commit, ...also]) : null };
  }

  /** The same entry may have been written by its author on two machines, signed on one of them. */
  async #best(commits: readonly string[]): Promise<Signature> {
    const signatures = await Promise.all(commits.map((commit) => this.#verify(commit)));
    return signatures.find(({ good }) => good) ?? signatures[0]!;
  }

  #verify(commit: string): Promise<Signature> {
    const known = this.#signatures.get(commit) ?? verifyCommit(this.#git, commit);
    this.#signatures.set(commit, known);
    return known;
  }
}
