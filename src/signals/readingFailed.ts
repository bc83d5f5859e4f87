import type { Failure, SecretTrouble } from "../domain/signal/signal.ts";

/** Why a reading failed, as a sentence for people, in which no secret appears. */
export class ReadingFailed extends Error {
  override readonly name = "ReadingFailed";
  readonly #secret: SecretTrouble | undefined;

  constructor(sentence: string, secret?: SecretTrouble) {
    super(sentence);
    this.#secret = secret;
  }

  get failure(): Failure {
    return { failed: this.message, ...(this.#secret ? { secret: this.#secret } : {}) };
  }
}
