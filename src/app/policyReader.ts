import { HumanError } from "../domain/humanError.ts";
import {
  DEFAULT_POLICY,
  POLICY_PATH,
  type Policy,
  type PolicyInForce,
  type PolicyProblem,
} from "../domain/policy/policy.ts";
import { fileHistory, readFileAt } from "../git/history.ts";
import type { Repository } from "../git/repository.ts";
import { readTextNow } from "./files.ts";
import type { PolicyMemory } from "./policyMemory.ts";

/** Where a fault of the whole file is shown. */
const START = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** How many committed versions are tried in the search for one that was in order. */
const VERSIONS = 20;

// YAML and its schema are a third of the program; where there is no policy they are never loaded.
const policyLanguage = () => import("../domain/policy/readPolicy.ts");

/** Reads the policy, and keeps the last good one in force while the file is broken. */
export class PolicyReader {
  readonly #root: string;
  readonly #repository: Repository | null;
  readonly #memory: PolicyMemory | null;
  #read: { text: string; inForce: PolicyInForce } | null = null;
  #lastGood: Policy | null = null;

  constructor(root: string, repository: Repository | null, memory: PolicyMemory | null = null) {
    this.#root = root;
    this.#repository = repository;
    this.#memory = memory;
  }

  async read(): Promise<PolicyInForce> {
    const text = this.#text();
    if (typeof text !== "string" && text !== null) return this.#brokenBy([text]);
    if (text === null) {
      this.#read = null;
      this.#lastGood = null;
      return { policy: DEFAULT_POLICY, source: "defaults", path: POLICY_PATH, problems: [] };
    }
    if (this.#read?.text !== text) this.#read = { text, inForce: await this.#judge(text) };
    return this.#read.inForce;
  }

  async #judge(text: string): Promise<PolicyInForce> {
    const known = this.#memory?.recall(this.#root, text);
    if (known) return this.#good(known);
    const { readPolicy } = await policyLanguage();
    const { policy, problems } = readPolicy(text);
    if (policy) {
      void this.#memory?.keep(this.#root, text, policy);
      return this.#good(policy);
    }
    return this.#brokenBy(problems);
  }

  async #brokenBy(problems: PolicyProblem[]): Promise<PolicyInForce> {
    this.#lastGood ??= await this.#lastCommitted();
    const source = this.#lastGood ? "last-good" : "defaults";
    return { policy: this.#lastGood ?? DEFAULT_POLICY, source, path: POLICY_PATH, problems };
  }

  /** Null where there is no file. One that cannot be read is as good as broken, and takes no clock away either. */
  #text(): string | PolicyProblem | null {
    try {
      return readTextNow(this.#root, POLICY_PATH);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      const { code } = error.cause as NodeJS.ErrnoException;
      return {
        message: `The policy cannot be read (${code}); make it a file that you may read.`,
        place: START,
      };
    }
  }

  #good(policy: Policy): PolicyInForce {
    this.#lastGood = policy;
    return { policy, source: "file", path: POLICY_PATH, problems: [] };
  }

  /** The newest committed version that is in order. */
  async #lastCommitted(): Promise<Policy | null> {
    if (!this.#repository) return null;
    const { readPolicy } = await policyLanguage();
    for (const commit of await fileHistory(this.#repository, POLICY_PATH, VERSIONS)) {
      const text = await readFileAt(this.#repository, commit, POLICY_PATH);
      const policy = text === null ? null : readPolicy(text).policy;
      if (policy) return policy;
    }
    return null;
  }
}
