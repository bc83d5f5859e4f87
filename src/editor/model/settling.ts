const QUIET_MS = 120;
const LONGEST_MS = 1000;

/** Joins a burst of changes into one call: after a moment of quiet, or a second after the first at the latest. */
export class Settling {
  readonly #settled: () => void;
  #timer: NodeJS.Timeout | null = null;
  #first = 0;

  constructor(settled: () => void) {
    this.#settled = settled;
  }

  poke(): void {
    const now = Date.now();
    if (this.#timer) clearTimeout(this.#timer);
    else this.#first = now;
    const ms = Math.max(0, Math.min(QUIET_MS, this.#first + LONGEST_MS - now));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#settled();
    }, ms);
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
