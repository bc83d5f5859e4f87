import { EventEmitter, type LogOutputChannel } from "vscode";
import type { Governance } from "../../app/gate/governance.ts";
import type { Project, Reading } from "../../app/project/project.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { coalesced } from "./coalesced.ts";

/** What council and gate say of the next drop and the current one. Looked at after all else is on view. */
export class GovernanceState {
  readonly onDidChange;
  readonly #changed = new EventEmitter<void>();
  readonly #project: Project;
  readonly #log: LogOutputChannel;
  readonly #look: () => Promise<void>;
  #reading: Reading | null = null;
  #known: Governance | null = null;
  #trouble: string | null = null;
  #judged = "";

  constructor(project: Project, log: LogOutputChannel) {
    this.#project = project;
    this.#log = log;
    this.onDidChange = this.#changed.event;
    this.#look = coalesced(() => this.#judge());
  }

  /** Null until it is known, and where it cannot be. */
  get known(): Governance | null {
    return this.#known;
  }

  /** Why it cannot be known, as a sentence. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Takes over what was read. */
  async follow(reading: Reading): Promise<void> {
    this.#reading = reading;
    await this.#look();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #judge(): Promise<void> {
    const reading = this.#reading!;
    const { branches, tags, policy } = reading.facts;
    const key = JSON.stringify([branches, tags, policy.policy, reading.ledger.head]);
    // As long as nobody knows who entered what, an approval cannot be told from a forged one.
    if (key === this.#judged || reading.ledger.authors === "pending") return;
    this.#judged = key;
    try {
      const { readGovernance } = await import("../../app/gate/governance.ts");
      [this.#known, this.#trouble] = [await readGovernance(this.#project, reading), null];
    } catch (error) {
      [this.#known, this.#trouble] = [null, error instanceof HumanError ? error.message : String(error)];
      if (!(error instanceof HumanError)) this.#log.error(error instanceof Error ? error : String(error));
    }
    this.#changed.fire();
  }
}
