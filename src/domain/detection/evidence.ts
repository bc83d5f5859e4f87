import { BLOCK_MS, type Limits, type Normal } from "./normal.ts";

const RATIO_COUNT = 16;
const LEAST_RATIO = 1.15;
const GREATEST_RATIO = 60;
/** The ratio that the weights are centred on: what a regression that matters looks like. */
const TYPICAL_RATIO = 5;
/** Of the weight, on a change that begins with the watch. */
const AT_ONCE = 0.8;

/** How many times normal's limit the rate may have become: geometric, for a small change is as likely as a large one. */
const LOG_RATIOS = Array.from(
  { length: RATIO_COUNT },
  (_, i) => Math.log(LEAST_RATIO) + (i * Math.log(GREATEST_RATIO / LEAST_RATIO)) / (RATIO_COUNT - 1),
);
const RATIOS = LOG_RATIOS.map(Math.exp);
const WEIGHTS = normalised(LOG_RATIOS.map((log) => 1 / (1 + (log - Math.log(TYPICAL_RATIO)) ** 2)));

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** The likelihood of the counts of one block at each ratio, over that under normal. */
interface BlockModel {
  /**
   * @param gains Is filled with logarithms, one for each ratio.
   * @param limits Normal's in this block.
   */
  fill(gains: Float64Array, bad: number, all: number, limits: Limits): void;
}

/**
 * Independent events: Bernoulli with any shares up to `worse` times the strict limit, that may differ from event to
 * event. For an event of share s <= q and p > q, E[(p/q)^X ((1-p)/(1-q))^(1-X)] = 1 + (s - q)(p - q)/(q(1 - q)) <= 1.
 */
export function independentEvents(worse: number): BlockModel {
  return {
    fill(gains, bad, all, { strict }) {
      const q = worse * strict;
      // Where everything may be bad, nothing is a regression.
      if (q >= 1) return void gains.fill(0);
      const good = all - bad;
      const goodUnderNormal = good * Math.log1p(-q);
      for (let i = 0; i < RATIO_COUNT; i++) {
        const p = q * RATIOS[i]!;
        // A share is below 1: ratios beyond that stand for halfway to it.
        const most = (1 + q) / 2;
        gains[i] =
          p < most
            ? bad * LOG_RATIOS[i]! + good * Math.log1p(-p) - goodUnderNormal
            : bad * Math.log(most / q) + good * Math.log1p(-most) - goodUnderNormal;
      }
    },
  };
}

/**
 * Bursts: the rate of each block is normal's times a gamma factor of mean 1, as bursty as normal's own blocks were, so
 * that its count is negative binomial. Real bursts have longer tails than gamma. What normal never showed in N blocks
 * may still come once in N + 1, and no rank among them can say more; and one burst may lie across two blocks. So where
 * normal is bursty one block weighs at most (N + 1)^(2/3), and the less the more of normal's blocks were as bad.
 */
export function burstyBlocks({ burstiness, bursty, blocks, blocksAtLeast }: Normal): BlockModel {
  const shape = shapeOf(burstiness);
  const unseen = (2 / 3) * Math.log(blocks + 1);
  return {
    fill(gains, bad, all, { usual }) {
      const expected = all * usual;
      const most =
        bursty && all > 0 ? unseen - Math.log1p(blocksAtLeast(bad / all)) : Number.POSITIVE_INFINITY;
      for (let i = 0; i < RATIO_COUNT; i++) {
        gains[i] = Math.min(negativeBinomialGain(LOG_RATIOS[i]!, RATIOS[i]!, shape, bad, expected), most);
      }
    },
  };
}

// Never zero, so that the shape stays a number.
const shapeOf = (burstiness: number) => 1 / Math.max(burstiness, 1e-6);

function negativeBinomialGain(
  log: number,
  ratio: number,
  shape: number,
  bad: number,
  expected: number,
): number {
  return bad * log + (bad + shape) * Math.log((shape + expected) / (shape + ratio * expected));
}

/** The likelihood of a block's counts at so many times normal's likely rate over that at normal's; a logarithm. */
export function gainAt(
  ratio: number,
  { burstiness }: Normal,
  bad: number,
  all: number,
  likely: number,
): number {
  return negativeBinomialGain(Math.log(ratio), ratio, shapeOf(burstiness), bad, all * likely);
}

/**
 * One e-process: the likelihood of what came since the watch began, mixed over how much worse it became and over the
 * block in which that began, over the likelihood under normal. Most of the weight has the change begin with the watch,
 * the rest falls as 1 / k(k + 1) with the block k; a change that begins late is weighed without what came before it.
 */
export class Evidence {
  readonly #model: BlockModel;
  readonly #normal: Normal;
  /** Logarithms, one for each ratio: of the closed blocks since the watch began, and of the open one. */
  readonly #closed = new Float64Array(RATIO_COUNT);
  readonly #open = new Float64Array(RATIO_COUNT);
  /** Sums over the blocks in which it may have begun, of weight over likelihood until then; logarithms. */
  readonly #starts = new Float64Array(RATIO_COUNT).fill(Math.log(AT_ONCE));
  /** What was closed when each block began, the first one left out. */
  readonly #history: { block: number; logWeight: number; closed: Float64Array }[] = [];
  #block = 0;
  #bad = 0;
  #all = 0;

  constructor(model: BlockModel, normal: Normal) {
    this.#model = model;
    this.#normal = normal;
  }

  /**
   * Takes in the events of one increment.
   * @param offset The middle of its time, milliseconds since the watch began; never less than that of the one before.
   * @returns The logarithm of the evidence with it.
   */
  add(offset: number, bad: number, all: number): number {
    const block = Math.floor(offset / BLOCK_MS);
    // Rounding must not put an event back into a block that is closed.
    if (block > this.#block) this.#begin(block);
    this.#bad += bad;
    this.#all += all;
    this.#model.fill(this.#open, this.#bad, this.#all, this.#normal.limitsAt(this.#block));
    return this.#logEvidence();
  }

  /** The block in which the change most likely began, if there was one. */
  likelyStart(): number {
    const evidenceFrom = (logWeight: number, closed: Float64Array | null) => {
      const terms = LOG_RATIOS.map((_, i) => this.#closed[i]! + this.#open[i]! - (closed?.[i] ?? 0));
      const most = Math.max(...terms);
      return (
        logWeight +
        most +
        Math.log(terms.reduce((sum, term, i) => sum + WEIGHTS[i]! * Math.exp(term - most), 0))
      );
    };
    let start = 0;
    let best = evidenceFrom(Math.log(AT_ONCE), null);
    for (const { block, logWeight, closed } of this.#history) {
      const evidence = evidenceFrom(logWeight, closed);
      if (evidence > best) [start, best] = [block, evidence];
    }
    return start;
  }

  #begin(block: number): void {
    // Blocks that nothing came in have no likelihood of their own: their weights go together.
    const weight = startWeight(this.#block, block);
    for (let i = 0; i < RATIO_COUNT; i++) {
      this.#closed[i]! += this.#open[i]!;
      this.#starts[i] = logSum(this.#starts[i]!, Math.log(weight) - this.#closed[i]!);
    }
    this.#history.push({ block, logWeight: Math.log(weight), closed: this.#closed.slice() });
    this.#open.fill(0);
    this.#block = block;
    this.#bad = 0;
    this.#all = 0;
  }

  #logEvidence(): number {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < RATIO_COUNT; i++) most = Math.max(most, this.#term(i));
    let sum = 0;
    for (let i = 0; i < RATIO_COUNT; i++) sum += WEIGHTS[i]! * Math.exp(this.#term(i) - most);
    return most + Math.log(sum);
  }

  #term(i: number): number {
    return this.#closed[i]! + this.#starts[i]! + this.#open[i]!;
  }
}

/** Of the blocks after `last` up to `block`. */
const startWeight = (last: number, block: number) => (1 - AT_ONCE) * (1 / (last + 1) - 1 / (block + 1));

const logSum = (a: number, b: number) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
