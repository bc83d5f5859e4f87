import type { LedgerEvent } from "../../domain/event.ts";
import { type EventLog, withSubjects } from "../../domain/eventLog.ts";
import { HumanError } from "../../domain/humanError.ts";
import { mailOf } from "../../domain/mail.ts";
import { identityFlaw, type Signature, type Witness, type Witnesses } from "../../domain/vote.ts";
import type { Anchor } from "../../git/anchor.ts";
import type { Repository } from "../../git/repository.ts";
import { type TrustedSigners, trustedSigners } from "../../git/trustedSigners.ts";
import { signedCommits, verifyCommit } from "../../git/verifyCommit.ts";
import type { LedgerContent } from "../../ledger/ledger.ts";
import type { Provenance } from "../../ledger/provenance.ts";
import type { Project, Reading } from "../project.ts";

/** Each takes a process or more; nobody waits for thousands of them. */
const MOST_SIGNATURES = 500;
const AT_ONCE = 4;

const UNSIGNED: Signature = { good: false, signer: null, complaint: null };

/** Signatures of commits never change; whether git accepts them may, so they are forgotten with the reader. */
export class WitnessReader {
  readonly #repository: Repository;
  readonly #anchor: string;
  readonly #signatures = new Map<string, Signature>();

  /** @param anchor The commit of the anchor branch: what lists of keys the repository holds are read from there. */
  constructor(repository: Repository, anchor: string) {
    this.#repository = repository;
    this.#anchor = anchor;
  }

  /**
   * What the ledger's history says of some entries.
   * @param signed Whether their signatures are wanted: a process for each signed commit, once.
   * @throws {HumanError} where there are too many signatures to look at.
   */
  async read(ledger: LedgerContent, events: Iterable<LedgerEvent>, signed: boolean): Promise<Witnesses> {
    const all = [...events].map((event) => ({ event, provenance: ledger.provenance(event.id) }));
    // Only who speaks for themselves needs to have signed.
    const wanted = signed ? all.filter(({ event, provenance }) => speaksForSelf(event, provenance)) : [];
    await this.#verify(wanted.flatMap(({ provenance }) => commitsOf(provenance!)));
    const known = new Map<string, Witness>();
    for (const { event, provenance } of all) {
      const isWanted = signed && speaksForSelf(event, provenance);
      const signature = isWanted ? this.#best(commitsOf(provenance!)) : null;
      known.set(event.id, { author: provenance?.author ?? null, signature });
    }
    return ({ id }) => known.get(id) ?? { author: null, signature: null };
  }

  /** Those of a drop's entries that count where the council signs: what exposes it must be signed by whom it names. */
  async vouched(ledger: LedgerContent, events: readonly LedgerEvent[]): Promise<LedgerEvent[]> {
    const witness = await this.read(ledger, events.filter(mustBeSigned), true);
    return events.filter(
      (event) => !mustBeSigned(event) || identityFlaw(event, witness(event), true) === null,
    );
  }

  /** The same entry may have been written by its author on two machines, signed on one of them. */
  #best(commits: readonly string[]): Signature {
    const signatures = commits.map((commit) => this.#signatures.get(commit) ?? UNSIGNED);
    return signatures.find(({ good }) => good) ?? signatures[0]!;
  }

  async #verify(commits: readonly string[]): Promise<void> {
    const { git } = this.#repository;
    const fresh = [...new Set(commits)].filter((commit) => !this.#signatures.has(commit));
    const signed = await signedCommits(git, fresh);
    if (signed.length > MOST_SIGNATURES)
      throw new HumanError(
        "service",
        `The ledger has ${signed.length} signed entries on this drop; more than ${MOST_SIGNATURES} are not verified. Find out who added them: dropclock log.`,
      );
    if (signed.length === 0) return;
    const signers = await trustedSigners(this.#repository, this.#anchor);
    try {
      const queue = [...signed];
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.#verifyAll(queue, signers)));
    } finally {
      await signers.dispose();
    }
  }

  async #verifyAll(queue: string[], { settings }: TrustedSigners): Promise<void> {
    for (let commit = queue.pop(); commit !== undefined; commit = queue.pop())
      this.#signatures.set(commit, await verifyCommit(this.#repository.git, commit, settings));
  }
}

const speaksForSelf = ({ by }: LedgerEvent, provenance: Provenance | null): boolean =>
  provenance !== null && mailOf(provenance.author) === mailOf(by);

const commitsOf = ({ commit, also }: Provenance) => [commit, ...also];

const SIGNED_TYPES: ReadonlySet<string> = new Set(["shipped", "stage", "retracted"]);

const mustBeSigned = ({ type }: LedgerEvent) => SIGNED_TYPES.has(type);

/**
 * What of the ledger counts for a gate, where that is not all of it; null: all. Entries that were made by a given clock
 * count for nobody who goes by the machine's. Where the council signs, what is on record as shipped counts only signed
 * as soon as it says something that the tags do not, and is retracted only signed: nobody can hide that one was moved, or
 * make up a drop.
 */
export async function countedLog(
  { clockGiven }: Pick<Project, "clockGiven">,
  { repository, anchor, reading }: { repository: Repository; anchor: Anchor; reading: Reading },
): Promise<EventLog | null> {
  const { ledger, facts } = reading;
  const { log } = ledger;
  const changed = new Map<string, readonly LedgerEvent[]>();
  if (!clockGiven) {
    for (const [subject, events] of log.live())
      if (/^(?:drop|commit)\//.test(subject) && events.some(isByGivenClock))
        changed.set(
          subject,
          events.filter((event) => !isByGivenClock(event)),
        );
  }
  if (facts.policy.policy.council?.signed) {
    const reader = new WitnessReader(repository, anchor.commit);
    const commits = new Map(facts.tags.map(({ name, commit }) => [`drop/${name}`, commit]));
    for (const [subject, all] of log.live()) {
      if (!subject.startsWith("drop/")) continue;
      const events = changed.get(subject) ?? all;
      const commit = commits.get(subject);
      const disagrees = ({ type, data }: LedgerEvent) =>
        type === "retracted" ||
        (type === "shipped" && (commit === undefined || (data.commit ?? commit) !== commit));
      if (events.some(disagrees)) changed.set(subject, await reader.vouched(ledger, events));
    }
  }
  return changed.size === 0 ? null : withSubjects(log, changed);
}

const isByGivenClock = ({ data }: LedgerEvent) => data.clock === "given";
