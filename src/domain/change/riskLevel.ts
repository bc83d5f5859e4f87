import { RISK_LEVELS, type RiskLevel } from "../policy/policy.ts";
import { plainText } from "../text/plainText.ts";

/** The risk in a few inert words: `high: schema change, large drop`. */
export function riskWords(risk: Risk): string {
  const { level, reasons, rules } = risk;
  if (reasons.length > 0) return `${level}: ${becauseOf(risk).map(shown).join(", ")}`;
  if (rules === 0) return `${level}: the policy has no rules that could raise it`;
  return `${level}: ${rules === 1 ? "the policy's rule does not hold" : `none of the policy's ${rules} rules holds`}`;
}

/** A reason with its evidence, without what it was found in: `schema change: 2 files match migrations/**`. */
export const reasonWords = ({ because, evidence }: RiskReason) =>
  `${shown(because)}: ${plainText(evidence, 200)}`;

/** At most so many of what a reason was found in, each as inert text, and how many more there are. */
export function itemWords({ items }: RiskReason, most: number): string[] {
  const words = items.slice(0, most).map((item) => plainText(item, 200));
  return items.length > most ? [...words, `and ${items.length - most} more`] : words;
}

const shown = (because: string) => plainText(because, 120);

export type RiskCondition = "paths" | "lines" | "flags" | "untested" | "dependencies";

/** One rule that applies, and why. */
export interface RiskReason {
  level: RiskLevel;
  because: string;
  condition: RiskCondition;
  /** In words, with numbers: `2 files match migrations/**`. */
  evidence: string;
  /** What it was found in: paths, keys of flags, packages. */
  items: string[];
}

export interface Risk {
  /** Of the worst reason; low if there is none. */
  level: RiskLevel;
  /** The highest level first. */
  reasons: RiskReason[];
  /** How many rules were applied: without rules, low means nothing. */
  rules: number;
}

const LEVEL_OF = new Map(RISK_LEVELS.map((level, i) => [level, i]));

/** Negative where the first is the lower one. */
export const compareRisk = (a: RiskLevel, b: RiskLevel) => LEVEL_OF.get(a)! - LEVEL_OF.get(b)!;

export const isAtLeast = (level: RiskLevel, least: RiskLevel) => compareRisk(level, least) >= 0;

/** The reasons as people gave them in the policy, each once. */
export const becauseOf = ({ reasons }: Risk) => [...new Set(reasons.map(({ because }) => because))];
