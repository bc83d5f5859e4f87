import { type Candidate, rangeOf } from "../domain/nextDrop.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { Risk } from "../domain/riskLevel.ts";
import type { DropSource } from "../git/dropReader.ts";
import type { CommitRange } from "../git/history.ts";
import type { Repository } from "../git/repository.ts";

/** Answers that are remembered; older ones are forgotten. */
const REMEMBERED = 500;

/** Judges the risk of drops, each only once for the same commits and rules. */
export class RiskReader {
  readonly #repository: Repository;
  readonly #known = new Map<string, Promise<Risk>>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * @param source Left out: a few processes for this drop alone.
   * @throws {HumanError} when the commits of the drop are not all here.
   */
  read(policy: Pick<Policy, "risk" | "flags">, candidate: Candidate, source?: DropSource): Promise<Risk> {
    const range = rangeOf(candidate);
    const key = JSON.stringify([range.from, range.to, policy.risk, policy.flags?.file]);
    const known = this.#known.get(key);
    if (known) return known;
    const reading = this.#assess(policy, range, source);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, reading);
    // What failed may work the next time: a commit may have been fetched.
    reading.catch(() => this.#known.delete(key));
    return reading;
  }

  // Nobody waits for the rules before the first countdown is on view.
  async #assess(
    policy: Pick<Policy, "risk" | "flags">,
    range: CommitRange,
    source?: DropSource,
  ): Promise<Risk> {
    const [{ readDropContent }, { assessRisk }] = await Promise.all([
      import("./dropContent.ts"),
      import("../domain/risk.ts"),
    ]);
    return assessRisk(policy.risk, await readDropContent(this.#repository, policy, range, source));
  }
}
