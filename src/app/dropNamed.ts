import { type Drop, isNamed } from "../domain/drop.ts";
import { newerTagWords } from "../domain/dropWording.ts";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";
import { dropNamed, type Release } from "../domain/release.ts";

/** The drop that has this tag. @throws {HumanError} that says where it is, or names the newest, where there is none. */
export function mustBeDrop(
  release: Pick<Release, "drops" | "newerTags" | "branches" | "shallow">,
  tag: string,
): Drop {
  const drop = dropNamed(release, tag);
  if (drop) return drop;
  const newerTags = release.newerTags.filter((each) => isNamed(each, tag));
  const elsewhere = newerTagWords({ ...release, newerTags });
  if (elsewhere !== null) throw new HumanError("usage", elsewhere);
  const known = release.drops.slice(0, 5).map((each) => plainText(each.tag, 60));
  const hint =
    known.length > 0 ? `the newest are ${known.join(", ")}` : "no tag matches the policy's pattern";
  throw new HumanError("usage", `There is no drop “${plainText(tag, 80)}” on the release branch; ${hint}.`);
}
