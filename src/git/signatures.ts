import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HumanError } from "../domain/humanError.ts";
import type { Signature } from "../domain/vote.ts";
import type { Repository } from "./repository.ts";
import { trustedSigners } from "./trustedSigners.ts";
import { signedCommits, type Verdict, verifyCommit } from "./verifyCommit.ts";
import { WhileUnchanged } from "./whileUnchanged.ts";

const SIDE_BY_SIDE = 4;
/** A key that expires does so without any file telling it. */
const TRUSTED_FOR_MS = 900_000;
/** To be raised when a verdict on the same signature may be another one. */
const FORM = 1;

const UNSIGNED: Verdict = { good: false, signer: null, complaint: null, lasting: true };

/** Verdicts by commit. What gave them is named by the digest of the lists of keys and of git's settings. */
interface Known {
  anchor: string;
  digest: string;
  verdicts: Map<string, Verdict>;
}

/**
 * Whether git accepts the signatures of commits. Verified once, as long as nothing changes that says which keys are
 * trusted; what depends on lists of keys alone is kept in git's directory, for the next program.
 */
export class Signatures {
  readonly #repository: Repository;
  readonly #current = new WhileUnchanged<Known>(TRUSTED_FOR_MS);
  #last: Known | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * The verdicts that hold by now; the same object until a file changes by which they were given, null where that is
   * not known. No process.
   */
  current(anchor: string): object | null {
    const known = this.#current.recall();
    return known?.anchor === anchor ? known.verdicts : null;
  }

  /**
   * One process to find those that are signed, a few to find whom to trust, and one or more for each that is new.
   * @param anchor The commit from which lists of keys inside the repository are read.
   * @param most So many new ones are verified.
   * @throws {HumanError} where there are too many of them to verify.
   */
  async verify(
    commits: Iterable<string>,
    anchor: string,
    most: number,
  ): Promise<ReadonlyMap<string, Signature>> {
    const recalled = this.#current.recall();
    const known = recalled?.anchor === anchor ? recalled : null;
    const asked = [...new Set(commits)];
    const isNew = (commit: string) => !known?.verdicts.has(commit);
    if (!asked.some(isNew)) return known?.verdicts ?? new Map();
    const { git } = this.#repository;
    const signed = new Set(await signedCommits(git, asked.filter(isNew)));
    const askedAt = Date.now();
    const signers = await trustedSigners(this.#repository, anchor);
    try {
      const { digest, settings, files } = signers;
      const verdicts = known?.digest === digest ? known.verdicts : await this.#lasting(digest);
      for (const commit of asked) if (isNew(commit) && !signed.has(commit)) verdicts.set(commit, UNSIGNED);
      const fresh = asked.filter((commit) => !verdicts.has(commit));
      if (fresh.length > most) throw tooMany(fresh.length, most);
      const queue = [...fresh];
      const work = async () => {
        for (let commit = queue.pop(); commit !== undefined; commit = queue.pop())
          verdicts.set(commit, await verifyCommit(git, commit, settings));
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
      this.#last = { anchor, digest, verdicts };
      if (files) this.#current.keep(this.#last, files, askedAt);
      if (fresh.length > 0) await this.#write(this.#last).catch(() => {});
      return verdicts;
    } finally {
      await signers.dispose();
    }
  }

  get #path(): string {
    return join(this.#repository.commonDir, "dropclock", "signatures.json");
  }

  /** Of those before, the ones that no passing of time and no other file changes. */
  async #lasting(digest: string): Promise<Map<string, Verdict>> {
    if (this.#last?.digest === digest)
      return new Map([...this.#last.verdicts].filter(([, { lasting }]) => lasting));
    try {
      const kept = JSON.parse(await readFile(this.#path, "utf8")) as Kept;
      if (kept.form !== FORM || kept.digest !== digest) return new Map();
      return new Map(kept.verdicts.map(([commit, verdict]) => [commit, { ...verdict, lasting: true }]));
    } catch {
      // None was kept, or something else lies there.
      return new Map();
    }
  }

  /** In one move: whoever reads sees the old ones or the new ones. */
  async #write({ digest, verdicts }: Known): Promise<void> {
    const lasting = [...verdicts].filter(([, verdict]) => verdict.lasting && verdict !== UNSIGNED);
    if (lasting.length === 0) return;
    const kept: Kept = { form: FORM, digest, verdicts: lasting };
    const beside = `${this.#path}.${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
    await mkdir(dirname(this.#path), { recursive: true });
    try {
      await writeFile(beside, JSON.stringify(kept), { flag: "wx" });
      await rename(beside, this.#path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}

interface Kept {
  form: number;
  digest: string;
  verdicts: [commit: string, verdict: Verdict][];
}

const tooMany = (count: number, most: number) =>
  new HumanError(
    "service",
    `The ledger has ${count} signed entries that count for drops; more than ${most} are not verified at once. Find out who added them: dropclock log.`,
  );
