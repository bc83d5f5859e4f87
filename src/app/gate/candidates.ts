import { refComplaint } from "../../domain/gitNames.ts";
import { HumanError } from "../../domain/humanError.ts";
import { type Candidate, candidateOf, nextDrop } from "../../domain/nextDrop.ts";
import { plainText } from "../../domain/plainText.ts";
import { foldRelease } from "../../domain/release.ts";
import { releaseTags } from "../../git/releaseTags.ts";
import { dropNamed } from "../dropNamed.ts";
import type { Governed } from "./governed.ts";

/**
 * The drop that a council or a gate is asked about: that of a tag; without one the next drop, or the current one where
 * nothing is new.
 * @throws {HumanError} where there is no such drop, or none at all.
 */
export async function candidateNamed(governed: Governed, tag: string | undefined): Promise<Candidate> {
  const { release } = governed;
  if (tag !== undefined) {
    const known = release.drops.find((drop) => drop.tag === tag);
    return known ? candidateOf(release, known) : candidateElsewhere(governed, tag);
  }
  const [current] = release.drops;
  const found = nextDrop(release) ?? (current ? candidateOf(release, current) : null);
  if (!found) throw new HumanError("usage", "There is nothing to release yet; make the first commit.");
  return found;
}

/** A tag that is not on the release branch, such as one that is about to be pushed together with it. */
async function candidateElsewhere(governed: Governed, tag: string): Promise<Candidate> {
  const { repository, reading, release } = governed;
  const commit = await commitOfTag(governed, tag);
  if (commit === null) dropNamed(release, tag);
  const tags = await releaseTags(repository, commit!);
  const { drops } = foldRelease({ ...reading.facts, policy: release.policy, branch: release.branch, tags });
  return candidateOf({ drops }, dropNamed({ drops }, tag));
}

async function commitOfTag({ repository }: Governed, tag: string): Promise<string | null> {
  if (refComplaint(tag) !== null) return null;
  const args = ["rev-parse", "--verify", "--quiet", `refs/tags/${tag}^{commit}`];
  const { code, stdout } = await repository.git.attempt(args);
  return code === 0 ? stdout.trim() : null;
}

/** How sentences call it. */
export const nameOfCandidate = ({ tag }: Candidate) => (tag === null ? "The next drop" : plainText(tag, 80));
