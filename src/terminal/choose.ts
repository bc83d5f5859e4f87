import { HumanError } from "../domain/text/humanError.ts";
import { nearest } from "../domain/text/nearest.ts";
import { plainText } from "../domain/text/plainText.ts";

/** One of a few words; a refusal names what was probably meant. */
export function choose<T extends string>(what: string, word: string, among: readonly T[]): T {
  const found = among.find((each) => each === word);
  if (found) return found;
  const near = nearest(word, among);
  const hint = near ? `did you mean ${near}? It is one of` : "use one of";
  throw new HumanError("usage", `“${plainText(word, 60)}” is not a ${what}; ${hint} ${among.join(", ")}.`);
}
