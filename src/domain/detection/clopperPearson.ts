/**
 * The exact upper confidence limit of a share (Clopper and Pearson, Biometrika 26, 1934): the greatest p under which
 * `bad` or fewer of `all` events are bad with a probability of at least `risk`. It is the 1 - risk quantile of
 * Beta(bad + 1, all - bad). Counts need not be whole: divided by an over-dispersion they are not.
 * Relative error below 1e-9 for up to a million bad of a billion events.
 * @param risk Between 0 and 1: how often the true share may lie above the limit.
 * @returns Between 0 and 1; 1 where nothing is known.
 */
export function upperLimit(bad: number, all: number, risk: number): number {
  if (!(bad >= 0) || !(all >= 0) || !(risk > 0 && risk < 1)) {
    throw new RangeError("Counts must not be negative, and the risk must lie between 0 and 1.");
  }
  if (bad >= all) return 1;
  const a = bad + 1;
  const b = all - bad;
  const normaliser = logBeta(a, b);
  // Newton's steps from a normal guess, inside a bracket that each step narrows.
  let low = 0;
  let high = 1;
  let p = Math.min((bad + 1 + 3 * Math.sqrt(bad + 1)) / (all + 2), 0.999);
  for (let step = 0; step < 200; step++) {
    const above = 1 - betaCdf(p, a, b, normaliser) - risk;
    if (above > 0) low = p;
    else high = p;
    const density = Math.exp((a - 1) * Math.log(p) + (b - 1) * Math.log1p(-p) - normaliser);
    // In the logarithm of the tail, which is nearly straight far out.
    const tail = above + risk;
    const newton = tail > 0 && density > 0 ? p + (tail * Math.log(tail / risk)) / density : Number.NaN;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - p) <= 1e-12 * p || high - low <= 1e-15 * high) return next;
    p = next;
  }
  return high;
}

/**
 * The regularised incomplete beta function I_x(a, b), by the continued fraction of the Digital Library of Mathematical
 * Functions, 8.17.22, evaluated from the front (modified Lentz). On the side of the mean where it is used it converges
 * within the order of sqrt(max(a, b)) terms to about 1e-15. What is left is the rounding of the logarithms before it:
 * a relative error of about 1e-15 times the smaller of a and b, times its logarithm.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  return betaCdf(x, a, b, logBeta(a, b));
}

function betaCdf(x: number, a: number, b: number, normaliser: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - normaliser);
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

const TINY = 1e-300;

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 3e-16) break;
  }
  return value;
}

const nonZero = (value: number) => (Math.abs(value) < TINY ? TINY : value);

/** ln B(a, b). Two large gamma functions are divided in Stirling's form, where they do not cancel. */
function logBeta(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  if (more < STIRLING_FROM) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const quotient =
    less - (more - 0.5) * Math.log1p(less / more) - less * Math.log(a + b) + stirling(more) - stirling(a + b);
  return logGamma(less) + quotient;
}

const STIRLING_FROM = 10;

/** The series of DLMF 5.11.1 without its first terms; from 10 on seven of them leave less than 1e-17. */
function stirling(x: number): number {
  const w = 1 / (x * x);
  return (
    (1 / 12 -
      w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360_360 - w / 156)))))) /
    x
  );
}

/**
 * The logarithm of the gamma function for x > 0, by Stirling's series from 10 on and the recurrence below it. Absolute
 * error about 1e-15 times the result.
 */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  while (z < STIRLING_FROM) product *= z++;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + stirling(z) - Math.log(product);
}
