import { RISK_LEVELS, type RiskLevel } from "../policy/policy.ts";

export type RiskCondition = "paths" | "lines" | "flags" | "untested" | "dependencies";

/** One rule that holds, and by what. */
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
  /** Of the worst reason; low where there is none. */
  level: RiskLevel;
  /** The worst first. */
  reasons: RiskReason[];
  /** How many rules were tried: none is no clean bill. */
  rules: number;
}

const LEVEL_OF = new Map(RISK_LEVELS.map((level, i) => [level, i]));

/** Negative where the first is the lower one. */
export const compareRisk = (a: RiskLevel, b: RiskLevel) => LEVEL_OF.get(a)! - LEVEL_OF.get(b)!;

export const isAtLeast = (level: RiskLevel, least: RiskLevel) => compareRisk(level, least) >= 0;

/** The reasons as people gave them in the policy, each once. */
export const becauseOf = ({ reasons }: Risk) => [...new Set(reasons.map(({ because }) => because))];
