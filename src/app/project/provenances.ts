import { type EventLog, type LedgerEvent, withSubjects } from "../../domain/event/event.ts";
import {
  type EntryProvenance,
  type EntryProvenances,
  identityFlaw,
  type Signature,
} from "../../domain/gate/vote.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { mailOf } from "../../domain/text/plainText.ts";
import type { Repository } from "../../git/repository.ts";
import { Signatures } from "../../git/signatures.ts";
import type { LedgerContent } from "../../ledger/ledger.ts";
import type { Provenance } from "../../ledger/provenance.ts";

/** Each takes a process or more. So many may be on record of one drop, and of all drops that a team ever shipped. */
const MOST_OF_A_DROP = 500;
const MOST_OF_ALL = 2_000;

const UNSIGNED: Signature = { good: false, signer: null, complaint: null };

/** Who is asked for: by which list of keys, and whether signatures are wanted at all. */
interface ProvenanceWish {
  /** The commit of the anchor branch: what lists of keys the repository holds are read from there. */
  anchor: string;
  /** A process or more for each signed commit, as long as no file changes that says which keys are trusted. */
  signed: boolean;
  /** How many new signatures are verified. */
  most?: number;
}

/** Tells of entries who put them on record, and whether git accepts their signatures. */
export class ProvenanceReader {
  static readonly #ofRepositories = new WeakMap<Repository, ProvenanceReader>();
  readonly #signatures: Signatures;
  #counted: { ledger: LedgerContent; trust: object | "nobody" | null; log: CountedLog } | null = null;

  private constructor(repository: Repository) {
    this.#signatures = new Signatures(repository);
  }

  /** One for all who read a repository, so that no signature is verified twice. */
  static of(repository: Repository): ProvenanceReader {
    const known = ProvenanceReader.#ofRepositories.get(repository);
    if (known) return known;
    const reader = new ProvenanceReader(repository);
    ProvenanceReader.#ofRepositories.set(repository, reader);
    return reader;
  }

  /**
   * What the ledger's history says of some entries.
   * @throws {HumanError} where there are too many signatures to look at.
   */
  async read(
    ledger: LedgerContent,
    events: Iterable<LedgerEvent>,
    { anchor, signed, most = MOST_OF_A_DROP }: ProvenanceWish,
  ): Promise<EntryProvenances> {
    const all = [...events].map((event) => ({ event, provenance: ledger.provenance(event.id) }));
    // Only who speaks for themselves needs to have signed.
    const wanted = signed ? all.filter(({ event, provenance }) => speaksForSelf(event, provenance)) : [];
    const verdicts = await this.#signatures.verify(
      wanted.flatMap(({ provenance }) => commitsOf(provenance!)),
      anchor,
      most,
    );
    const known = new Map<string, EntryProvenance>();
    for (const { event, provenance } of all) {
      const isWanted = signed && speaksForSelf(event, provenance);
      const signature = isWanted ? best(commitsOf(provenance!), verdicts) : null;
      known.set(event.id, { author: provenance?.author ?? null, signature });
    }
    return ({ id }) => known.get(id) ?? { author: null, signature: null };
  }

  /**
   * What of a ledger counts where the council signs, for whoever reads it. What was shipped, the stages that it went
   * through, what was retracted of that and what opened a gate count only with an accepted signature of whom they name.
   * @param ledger With its authors checked.
   */
  async counted(ledger: LedgerContent, anchor: string): Promise<CountedLog> {
    const known = this.#counted;
    const holds =
      known?.trust === "nobody" || (known?.trust && known.trust === this.#signatures.current(anchor));
    if (known?.ledger === ledger && holds) return known.log;
    const asked = [...ledger.log.live()].flatMap(([subject, events]) => events.filter(mustBeSigned(subject)));
    const log =
      asked.length === 0
        ? { log: ledger.log, uncounted: new Set<string>(), unverified: null }
        : await this.#count(ledger, asked, anchor);
    this.#counted = { ledger, trust: asked.length === 0 ? "nobody" : this.#signatures.current(anchor), log };
    return log;
  }

  async #count(ledger: LedgerContent, asked: readonly LedgerEvent[], anchor: string): Promise<CountedLog> {
    let unverified: string | null = null;
    const provenanceOf = await this.read(ledger, asked, { anchor, signed: true, most: MOST_OF_ALL }).catch(
      (error: unknown) => {
        if (!(error instanceof HumanError)) throw error;
        unverified = error.message;
        return null;
      },
    );
    const counts = (event: LedgerEvent) =>
      provenanceOf !== null && identityFlaw(event, provenanceOf(event), true) === null;
    const uncounted = new Set(asked.filter((event) => !counts(event)).map(({ id }) => id));
    if (uncounted.size === 0) return { log: ledger.log, uncounted, unverified };
    const changed = new Map<string, readonly LedgerEvent[]>();
    for (const [subject, events] of ledger.log.live())
      if (events.some(({ id }) => uncounted.has(id)))
        changed.set(
          subject,
          events.filter(({ id }) => !uncounted.has(id)),
        );
    return { log: withSubjects(ledger.log, changed), uncounted, unverified };
  }
}

/** What of a ledger counts. */
interface CountedLog {
  log: EventLog;
  /** The ids of the entries that do not count, for want of a signature. */
  uncounted: ReadonlySet<string>;
  /** Why none of them was verified, as a sentence; null where they were. */
  unverified: string | null;
}

/** The same entry may have been written by its author on two machines, signed on one of them. */
function best(commits: readonly string[], verdicts: ReadonlyMap<string, Signature>): Signature {
  const signatures = commits.map((commit) => verdicts.get(commit) ?? UNSIGNED);
  return signatures.find(({ good }) => good) ?? signatures[0]!;
}

const speaksForSelf = ({ by }: LedgerEvent, provenance: Provenance | null): boolean =>
  provenance !== null && mailOf(provenance.author) === mailOf(by);

const commitsOf = ({ commit, also }: Provenance) => [commit, ...also];

/** Votes are left to the gate, which tells why one does not count; an override stands in records that others read. */
const SIGNED_TYPES: Readonly<Record<string, ReadonlySet<string>>> = {
  drop: new Set(["shipped", "stage", "retracted"]),
  commit: new Set(["override", "retracted"]),
};

function mustBeSigned(subject: string): (event: LedgerEvent) => boolean {
  const types = SIGNED_TYPES[subject.slice(0, subject.indexOf("/"))];
  return ({ type }) => types?.has(type) ?? false;
}
