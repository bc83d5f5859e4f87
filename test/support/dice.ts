/** Random numbers that are the same in each run (Doty-Humphrey's sfc32), for simulations of millions of them. */
export class Dice {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number) {
    this.#a = 0x9e3779b9 ^ seed;
    this.#b = 0x243f6a88;
    this.#c = 0xb7e15162 + seed;
    for (let i = 0; i < 20; i++) this.uniform();
  }

  /** Above 0 and below 1. */
  uniform(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return ((sum >>> 0) + 0.5) / 2 ** 32;
  }

  /** Gamma of mean 1 and coefficient of variation 1. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  poisson(mean: number): number {
    return mean < 12 ? this.#few(mean) : this.#many(mean);
  }

  #few(mean: number): number {
    let u = this.uniform();
    let p = Math.exp(-mean);
    let count = 0;
    while (u > p && count < 200) {
      u -= p;
      p *= mean / ++count;
    }
    return count;
  }

  // Transformed rejection (Hörmann's PTRS, 1993).
  #many(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverse = 1.1239 + 1.1328 / (b - 3.4);
    const quick = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= quick) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const left = Math.log((v * inverse) / (a / (us * us) + b));
      if (left <= count * Math.log(mean) - mean - logFactorial(count)) return count;
    }
  }
}

const SMALL = [0];
for (let i = 1; i < 256; i++) SMALL.push(SMALL[i - 1]! + Math.log(i));

function logFactorial(n: number): number {
  if (n < SMALL.length) return SMALL[n]!;
  return (n + 0.5) * Math.log(n) - n + 0.9189385332046727 + 1 / (12 * n) - 1 / (360 * n ** 3);
}
