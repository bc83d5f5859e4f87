import type { Git } from "../git/git.ts";
import { apart, type Heads } from "./remoteHeads.ts";
import { countNew } from "./treeDifference.ts";

/** How the ledger here stands to the remote's, as far as is known without asking it. */
export interface RemoteState {
  state: "in-step" | "ahead" | "behind" | "diverged";
  /** Entries that the remote did not have when it was last seen. */
  toShare: number;
}

/** Up to two processes, none while both are the same. */
export async function remoteState(git: Git, { local, seen }: Heads): Promise<RemoteState> {
  if (local === seen) return { state: "in-step", toShare: 0 };
  if (local === null) return { state: "behind", toShare: 0 };
  if (seen === null) return { state: "ahead", toShare: await countNew(git, null, local) };
  const [{ ours, theirs }, toShare] = await Promise.all([
    apart(git, local, seen),
    countNew(git, seen, local),
  ]);
  return { state: theirs === 0 ? "ahead" : ours === 0 ? "behind" : "diverged", toShare };
}
