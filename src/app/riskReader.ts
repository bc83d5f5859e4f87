import { type Candidate, rangeOf } from "../domain/nextDrop.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { assessRisk, type Risk } from "../domain/risk.ts";
import type { Repository } from "../git/repository.ts";
import { readDropContent } from "./dropContent.ts";

/** Answers that are remembered; older ones are forgotten. */
const REMEMBERED = 50;

/** Judges the risk of drops, each only once for the same commits and rules. */
export class RiskReader {
  readonly #repository: Repository;
  readonly #known = new Map<string, Promise<Risk>>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** @throws {HumanError} when the commits of the drop are not all here. */
  read(policy: Pick<Policy, "risk" | "flags">, candidate: Candidate): Promise<Risk> {
    const range = rangeOf(candidate);
    const key = JSON.stringify([range.from, range.to, policy.risk, policy.flags?.file]);
    const known = this.#known.get(key);
    if (known) return known;
    const reading = readDropContent(this.#repository, policy, range).then((content) =>
      assessRisk(policy.risk, content),
    );
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, reading);
    // What failed may work the next time: a commit may have been fetched.
    reading.catch(() => this.#known.delete(key));
    return reading;
  }
}
