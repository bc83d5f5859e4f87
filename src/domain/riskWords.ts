import { becauseOf, type Risk, type RiskReason } from "./change/riskLevel.ts";
import { plainText } from "./text/plainText.ts";

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
