import type { Instant } from "../time/instant.ts";
import type { Increment } from "./counters.ts";
import { burstyBlocks, Evidence, gainAt, independentEvents } from "./evidence.ts";
import { type Baseline, BLOCK_MS, type Normal, normalsOf } from "./normal.ts";

/** What the policy says of a comparison. */
export interface ComparisonLaw {
  /** Less than so many times normal is no regression. */
  worse: number;
  /** At most such a share of watches may raise a false alarm, however often one looks: 0.001. */
  falseAlarms: number;
  /** Signals of the policy that are compared, times their variants: they share the false alarms. */
  tests: number;
}

type ComparisonState = "calm" | "notEnoughTraffic" | "suspicious" | "regressed";

/** What a comparison came to, with every number that it went by. */
export interface ComparisonVerdict {
  at: Instant;
  state: ComparisonState;
  /** Events since the watch began. */
  bad: number;
  all: number;
  /** When the change began, as far as the events tell; to five minutes. */
  began: Instant;
  badSince: number;
  allSince: number;
  /** The evidence for a regression now, and the greatest so far: how many times likelier than under normal. */
  evidence: number;
  mostEvidence: number;
  /** The evidence from which it is a regression. */
  needed: number;
  /** The first instant at which it was one. */
  regressedAt: Instant | null;
  /** How likely a tenfold rate since the watch began is, over normal: the all-clear needs one in twenty. */
  tenfold: number;
  /** About how many events show a tenfold rate. Infinity: no number does. */
  enough: number;
  /** Traffic stopped: since when. */
  silentSince: Instant | null;
  /** The watch in five-minute blocks, for a chart; blocks without events are left out. */
  blocks: { at: Instant; bad: number; all: number; limit: number | null }[];
  /** The one that decides. Null: less than twelve hours of it are known, or nothing. */
  normal:
    | (Pick<Normal, "name" | "bad" | "all" | "overdispersion" | "bursty"> & {
        /** The rate that counts as no regression: `worse` times normal's strict limit, in the current block. */
        limit: number;
      })
    | null;
}

/** Odds of 20 to 1 are worth a look, and no more. */
const SUSPICIOUS = 20;
/** "Calm" says that a rate so many times normal's is ruled out ... */
const VISIBLE = 10;
/** ... being so much less likely than normal. */
const RULED_OUT = 1 / 20;
/** What the mixture over ratios and starts costs a change of that size, in the logarithm of the evidence: about this. */
const MIXTURE_COST = 2;
const SILENCE_MS = 2 * BLOCK_MS;
/** With so many events expected in a silence, it is one. */
const EXPECTED_IN_SILENCE = 20;

/** How `falseAlarms` is spent: on normal's limit, and on the watch itself. */
export function risksOf({ falseAlarms, tests }: ComparisonLaw): { limit: number; watch: number } {
  const each = falseAlarms / Math.max(1, tests);
  return { limit: each / 10, watch: each - each / 10 };
}

/**
 * Has the rate of bad events become worse than it was before the drop? A test that one may look at as often as one
 * likes.
 *
 * **The law.** Under normal, E is a nonnegative supermartingale that starts at 1 or below: its expectation, given all
 * that was seen, never grows. By Ville's inequality (1939) the probability that it ever reaches 1/a is at most a,
 * whenever and however often one looks. It alarms at E >= 1/a. Normal's rate itself is only known up to a limit, which
 * it exceeds with probability d (Clopper and Pearson); together a + d = `falseAlarms`, shared by all tests.
 *
 * **Independent events.** With S bad of n events and q = `worse` times the limit, the likelihood ratio
 * (p/q)^S ((1-p)/(1-q))^(n-S) is such a process for each p > q, and so is any mixture over p. It is the sequential
 * probability ratio test of Wald (1945) with the mixture of Robbins (1970), as Lindon and Malek (Anytime-valid
 * inference for multinomial count data, NeurIPS 2022, arXiv 2011.03567) use it for counts; the rate may change from
 * event to event, as long as it stays below q. p runs over a geometric grid from 1.15 q to 60 q.
 *
 * **Late changes.** Of the processes that start afresh in each five-minute block the weighted mean is taken (the
 * e-detector of Shin, Ramdas and Rinaldo, arXiv 2203.03532, with weights that sum to 1, so that Ville's bound stays),
 * so an hour of calm does not dilute what comes after it. A change that begins with the watch loses a fifth of its
 * evidence to that.
 *
 * **Bursts.** Real failures come in bursts, and then S is not binomial. To divide all counts by the over-dispersion
 * would hold `worse` against the bursts as well, and finds little. So two questions are asked: are the events that
 * came too many for `worse` times normal, as if independent; and are they too many for normal as it is, with a factor
 * of each block that is as variable as normal's own blocks (negative binomial: gamma-Poisson)? It is a regression only
 * where both say so: the lesser of two such processes is one under either. The second goes by normal's 95 % limit.
 * Its bound is not proven, for no burst keeps to a model: it is measured (`npm run bench -- detection`).
 *
 * **Calm** is an answer too, and must be earned: a tenfold rate since the watch began must have become twenty times less
 * likely than normal, bursts granted. Where it is tenfold, that happens in no more than one watch of twenty, by the
 * same inequality. Until then there is not enough traffic.
 *
 * **Several baselines** that agree are one normal; where they clearly differ, both must be exceeded.
 */
export class Comparison {
  readonly #law: ComparisonLaw;
  readonly #since: Instant;
  readonly #needed: number;
  readonly #normals: { normal: Normal; enough: number; independent: Evidence; bursty: Evidence }[];
  readonly #counts = new Map<number, [bad: number, all: number]>();
  #bad = 0;
  #all = 0;
  #last: Instant;
  #lastEvent: Instant;
  #evidence = 0;
  #mostEvidence = 0;
  #regressedAt: Instant | null = null;
  /** Of the normals, the one with the least evidence now. */
  #deciding = 0;

  /** @param since When the watch begins: the drop ships, or an incident is mitigated. */
  constructor(law: ComparisonLaw, since: Instant, baselines: readonly Baseline[]) {
    const risks = risksOf(law);
    this.#law = law;
    this.#since = since;
    this.#last = since;
    this.#lastEvent = since;
    this.#needed = 1 / risks.watch;
    this.#normals = normalsOf(baselines, risks.limit).map((normal) => ({
      normal,
      enough: enoughEvents(law, normal),
      independent: new Evidence(independentEvents(law.worse), normal),
      bursty: new Evidence(burstyBlocks(normal), normal),
    }));
  }

  /**
   * Takes in what came next. An increment from before the watch, or one that is not later than the one before it, is
   * passed over: what came late is in its place when the watch is compared anew.
   * @throws RangeError where the counts are none, for a wrong number must not pass for calm.
   */
  add({ from, at, bad, all }: Increment): void {
    if (!(bad >= 0 && bad <= all && all < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${bad} bad of ${all} events are no counts.`);
    }
    if (from < this.#since || at <= this.#last) return;
    this.#last = at;
    if (all > 0) this.#lastEvent = at;
    this.#bad += bad;
    this.#all += all;
    const offset = (from + at) / 2 - this.#since;
    const block = Math.floor(offset / BLOCK_MS);
    const counts = this.#counts.get(block) ?? [0, 0];
    this.#counts.set(block, [counts[0] + bad, counts[1] + all]);
    let least = Number.POSITIVE_INFINITY;
    for (const [i, { independent, bursty }] of this.#normals.entries()) {
      const evidence = Math.min(independent.add(offset, bad, all), bursty.add(offset, bad, all));
      if (evidence < least) [least, this.#deciding] = [evidence, i];
    }
    this.#evidence = this.#normals.length > 0 ? Math.exp(Math.min(least, 700)) : 0;
    this.#mostEvidence = Math.max(this.#mostEvidence, this.#evidence);
    if (this.#evidence >= this.#needed) this.#regressedAt ??= at;
  }

  /** Whether it has regressed, without the rest of the verdict. */
  get regressedAt(): Instant | null {
    return this.#regressedAt;
  }

  verdictAt(at: Instant): ComparisonVerdict {
    const deciding = this.#normals[this.#deciding];
    const first = deciding?.independent.likelyStart() ?? 0;
    let badSince = 0;
    let allSince = 0;
    for (const [block, [bad, all]] of this.#counts) {
      if (block < first) continue;
      badSince += bad;
      allSince += all;
    }
    const enough = deciding?.enough ?? Number.POSITIVE_INFINITY;
    const tenfold = deciding ? this.#tenfold(deciding.normal) : 1;
    const silentSince = this.#isSilent(at) ? this.#lastEvent : null;
    return {
      at,
      state: this.#stateOf(tenfold <= RULED_OUT && enough < Infinity && silentSince === null),
      bad: this.#bad,
      all: this.#all,
      began: this.#since + first * BLOCK_MS,
      badSince,
      allSince,
      evidence: this.#evidence,
      mostEvidence: this.#mostEvidence,
      needed: this.#needed,
      regressedAt: this.#regressedAt,
      tenfold,
      enough,
      silentSince,
      blocks: [...this.#counts].map(([block, [bad, all]]) => ({
        at: this.#since + block * BLOCK_MS,
        bad,
        all,
        limit: deciding ? this.#limitIn(block, deciding.normal) : null,
      })),
      normal: deciding ? this.#shown(deciding.normal) : null,
    };
  }

  #limitIn(block: number, { limitsAt }: Normal): number {
    return Math.min(1, this.#law.worse * limitsAt(block).strict);
  }

  #stateOf(clear: boolean): ComparisonState {
    if (this.#regressedAt !== null) return "regressed";
    if (this.#evidence >= SUSPICIOUS) return "suspicious";
    return clear ? "calm" : "notEnoughTraffic";
  }

  #tenfold(normal: Normal): number {
    let gain = 0;
    for (const [block, [bad, all]] of this.#counts) {
      gain += gainAt(VISIBLE, normal, bad, all, normal.limitsAt(block).likely);
    }
    return Math.exp(Math.min(gain, 700));
  }

  #isSilent(at: Instant): boolean {
    const silence = at - this.#lastEvent;
    if (silence < SILENCE_MS) return false;
    const perBlock = this.#normals.map(({ normal }) => normal.all / normal.blocks);
    return (Math.max(0, ...perBlock) * silence) / BLOCK_MS >= EXPECTED_IN_SILENCE;
  }

  #shown(normal: Normal) {
    const { name, bad, all, overdispersion, bursty } = normal;
    const block = Math.floor((this.#last - this.#since) / BLOCK_MS);
    return { name, bad, all, overdispersion, bursty, limit: this.#limitIn(block, normal) };
  }
}

/** The events after which a tenfold rate is on average found: the threshold over the gain of each. */
function enoughEvents(law: ComparisonLaw, normal: Normal): number {
  const { strict, likely } = normal.limitsAt(0);
  const q = law.worse * strict;
  if (q >= 1) return Number.POSITIVE_INFINITY;
  const p = Math.min(VISIBLE * likely, (1 + q) / 2);
  if (p <= q) return Number.POSITIVE_INFINITY;
  const gain = p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  const needed = MIXTURE_COST - Math.log(risksOf(law).watch);
  return Math.ceil((normal.overdispersion * needed) / gain);
}

/** The verdict on a watch from all that is known of it by now. */
export function compare(
  law: ComparisonLaw,
  since: Instant,
  baselines: readonly Baseline[],
  increments: readonly Increment[],
  at: Instant,
): ComparisonVerdict {
  const comparison = new Comparison(law, since, baselines);
  for (const increment of increments) if (increment.at <= at) comparison.add(increment);
  return comparison.verdictAt(at);
}

const FROM_BEST: readonly ComparisonState[] = ["calm", "notEnoughTraffic", "suspicious", "regressed"];

/** Of variants that were compared each by itself the one that speaks: by its state, then by its evidence, then by name. */
export function worstVariant<Variant extends { name: string; verdict: ComparisonVerdict }>(
  variants: readonly Variant[],
): Variant | null {
  const [worst] = [...variants].sort(
    (a, b) =>
      FROM_BEST.indexOf(b.verdict.state) - FROM_BEST.indexOf(a.verdict.state) ||
      b.verdict.mostEvidence - a.verdict.mostEvidence ||
      (a.name < b.name ? -1 : 1),
  );
  return worst ?? null;
}
