import type { Drop } from "../../domain/drop/drop.ts";
import { dropNamed, foldRelease, previousOf } from "../../domain/drop/release.ts";
import { type Candidate, candidateOf, nextDrop } from "../../domain/nextDrop.ts";
import { refComplaint } from "../../domain/text/gitNames.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { mustBeDrop } from "../drop/dropNamed.ts";
import { HistoryReader } from "../project/historyReader.ts";
import type { Governed } from "./governed.ts";

/**
 * The drop that a council or a gate is asked about: that of a tag; without one the next drop, or the current one where
 * nothing is new.
 * @throws {HumanError} where there is no such drop, or none at all.
 */
export async function candidateNamed(governed: Governed, tag: string | undefined): Promise<Candidate> {
  const { release } = governed;
  if (tag !== undefined) {
    const known = dropNamed(release, tag);
    return known && !namesAnother(governed, known, tag)
      ? candidateOf(release, known)
      : candidateElsewhere(governed, tag);
  }
  const { current } = release;
  const found = nextDrop(release) ?? (current ? candidateOf(release, current) : null);
  if (!found) throw new HumanError("usage", "There is nothing to release yet; make the first commit.");
  return found;
}

/** Whether a second name of a drop names something else by now: by the record alone it would pass for that drop. */
const namesAnother = ({ reading }: Governed, drop: Drop, tag: string) =>
  tag !== drop.tag && reading.facts.tags.some(({ name, commit }) => name === tag && commit !== drop.commit);

/** A tag that is not on the release branch, such as one that is about to be pushed together with it. */
async function candidateElsewhere(governed: Governed, tag: string): Promise<Candidate> {
  const commit = refComplaint(tag) === null ? await commitOf(governed, `refs/tags/${tag}`) : null;
  return commit === null
    ? candidateOf(governed.release, mustBeDrop(governed.release, tag))
    : candidateAt(governed, tag, commit);
}

/**
 * The drop that a tag would mark on an object, whatever the tag names here: from the newest drop before it.
 * @param object Its full name, of a commit or a tag.
 */
export async function candidateAt(governed: Governed, tag: string, object: string): Promise<Candidate> {
  const { repository, reading, release } = governed;
  const commit = await commitOf(governed, object);
  if (commit === null)
    throw new HumanError("usage", `${plainText(tag, 80)} is no tag of a commit, so it marks no drop.`);
  const known = dropNamed(release, tag);
  if (known && known.commit === commit) return candidateOf(release, known);
  // As if a branch ended there, on which nothing has this name yet.
  const history = await new HistoryReader(repository).of([{ name: tag, ref: object, commit }]);
  const tags = history.tags.filter((each) => each.name !== tag);
  const line = foldRelease({ ...reading.facts, policy: release.policy, ...history, tags });
  const held = line.current;
  return { tag, commit, previous: held && held.commit === commit ? previousOf(line, held) : held };
}

async function commitOf({ repository }: Governed, object: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", `${object}^{commit}`];
  const { code, stdout } = await repository.git.attempt(args);
  return code === 0 ? stdout.trim() : null;
}

/** How sentences call it. */
export const nameOfCandidate = ({ tag }: Candidate) => (tag === null ? "The next drop" : plainText(tag, 80));
