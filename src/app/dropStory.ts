import type { LedgerEvent } from "../domain/event.ts";
import type { Incident } from "../domain/incident.ts";
import { dropNamed, type Release } from "../domain/release.ts";
import { type DropStory, dropOnRecord } from "../domain/story.ts";
import { joinedAt } from "../git/ancestry.ts";
import type { Repository } from "../git/repository.ts";

/** What happened to the drop of an incident, by the ledger and by git; null: it has none. */
export async function readDropStory(
  repository: Repository | null,
  release: Pick<Release, "drops" | "log" | "branch">,
  { drop: tag }: Pick<Incident, "drop">,
): Promise<DropStory | null> {
  if (tag === null) return null;
  const story = dropOnRecord(release, tag);
  const drop = dropNamed(release, tag);
  const merged: DropStory["merged"][number][] = [];
  for (const [mode, commit] of madeCommits(story.events)) {
    if (!repository || !release.branch || !drop) break;
    const says = mode === "undo" ? `This reverts commit ${drop.commit}.` : `This reverts commit ${commit}.`;
    const where = { commit, branch: release.branch.commit, says, since: drop.commit };
    // What git cannot tell takes no document away.
    const joined = await joinedAt(repository, where).catch(() => null);
    if (joined) merged.push({ mode, at: joined.at, commit: joined.commit });
  }
  return { ...story, merged };
}

/** The commits of undos and reapplies, each once. */
function madeCommits(events: readonly LedgerEvent[]): Map<"undo" | "reapply", string> {
  const made = new Map<"undo" | "reapply", string>();
  let mode: "undo" | "reapply" = "undo";
  for (const { type, data } of events) {
    if (type === "rollback-started") mode = data.mode === "reapply" ? "reapply" : "undo";
    if (type === "rollback-step" && data.outcome === "done" && typeof data.commit === "string")
      made.set(mode, data.commit);
  }
  return made;
}
