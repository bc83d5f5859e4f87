import type { Drop } from "../domain/drop.ts";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";

/** The drop of a tag. @throws {HumanError} that names the newest, where there is none of this tag. */
export function dropNamed({ drops }: { drops: readonly Drop[] }, tag: string): Drop {
  const drop = drops.find((each) => each.tag === tag);
  if (drop) return drop;
  const known = drops.slice(0, 5).map((each) => plainText(each.tag, 60));
  const hint =
    known.length > 0 ? `the newest are ${known.join(", ")}` : "no tag matches the policy's pattern";
  throw new HumanError("usage", `There is no drop “${plainText(tag, 80)}” on the release branch; ${hint}.`);
}
