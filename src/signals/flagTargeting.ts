/** Any variant, for all that can be told without knowing who asks. */
const ANY = Symbol("any");
type Outcome = string | null | typeof ANY;

/** Rules nest; nobody nests them so deeply. */
const DEEPEST = 50;

/**
 * The variant that a flag serves to everybody, whoever asks; null where that cannot be told, or where it is the code's
 * own default. A gradual rollout that has come to 100 % counts: those without a key to be told apart by are left out.
 */
export function servedToAll(flag: Record<string, unknown>): string | null {
  const fallback = typeof flag.defaultVariant === "string" ? flag.defaultVariant : null;
  const { targeting } = flag;
  if (targeting === undefined || isEmpty(targeting)) return fallback;
  const outcomes = new Set<Outcome>();
  collect(targeting, outcomes, 0);
  const served = new Set([...outcomes].map((outcome) => outcome ?? fallback));
  const [only] = served;
  return served.size === 1 && typeof only === "string" ? only : null;
}

/** Every variant that a rule may come to; null: the default. */
function collect(rule: unknown, outcomes: Set<Outcome>, depth: number): void {
  if (typeof rule === "string") outcomes.add(rule);
  else if (typeof rule === "boolean") outcomes.add(String(rule));
  else if (rule === null || rule === undefined) outcomes.add(null);
  else if (depth < DEEPEST && isOperation(rule, "if")) collectBranches(rule.if, outcomes, depth + 1);
  else if (isOperation(rule, "fractional")) collectBuckets(rule.fractional, outcomes);
  else outcomes.add(ANY);
}

/** `[condition, then, condition, then, …, else]`; without the last one, the default. */
function collectBranches(parts: unknown, outcomes: Set<Outcome>, depth: number): void {
  if (!Array.isArray(parts)) {
    outcomes.add(ANY);
    return;
  }
  for (let i = 1; i < parts.length; i += 2) collect(parts[i], outcomes, depth);
  collect(parts.length % 2 === 1 ? parts.at(-1) : null, outcomes, depth);
}

/** `[what to tell people apart by?, [variant, weight?], …]`; a bucket without weight has 1, and none of 0 is served. */
function collectBuckets(parts: unknown, outcomes: Set<Outcome>): void {
  const buckets = Array.isArray(parts) ? parts.filter((part): part is unknown[] => Array.isArray(part)) : [];
  if (buckets.length === 0) outcomes.add(ANY);
  for (const [variant, weight = 1] of buckets) {
    if (weight === 0) continue;
    outcomes.add(typeof variant === "string" && typeof weight === "number" ? variant : ANY);
  }
}

const isOperation = <K extends string>(rule: unknown, name: K): rule is Record<K, unknown> =>
  typeof rule === "object" && rule !== null && Object.keys(rule).length === 1 && Object.hasOwn(rule, name);

const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
