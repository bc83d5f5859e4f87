import { parseCommit } from "../git/commitObject.ts";
import type { ObjectReader } from "../git/objectReader.ts";
import type { Adder } from "./provenance.ts";

/** More commits than that are left to a process of their own, which looks through them faster. */
const LONGEST = 64;

export interface Step {
  before: string;
  after: string;
  adder: Adder;
}

/**
 * The commits from one to another one, oldest first, where each simply follows the one before, as appends do. Null
 * where they do not, where one of them is not plain, and where there are many.
 */
export async function commitChain(
  reader: ObjectReader,
  before: string,
  after: string,
): Promise<Step[] | null> {
  const steps: Step[] = [];
  for (let commit = after; commit !== before; ) {
    if (steps.length === LONGEST) return null;
    const { type, content } = await reader.read(commit);
    const parsed = type === "commit" && content ? parseCommit(content) : null;
    if (parsed?.parents.length !== 1) return null;
    const [parent] = parsed.parents as [string];
    steps.push({ before: parent, after: commit, adder: { commit, author: parsed.author, merge: false } });
    commit = parent;
  }
  return steps.reverse();
}
