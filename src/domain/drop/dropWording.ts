import type { LedgerEvent } from "../event/event.ts";
import { plainText } from "../text/plainText.ts";
import { exactly } from "../time/duration.ts";
import type { Drop } from "./drop.ts";
import type { ReleaseState } from "./release.ts";

/** Follows the shipping time of a drop if that is assumed. */
export const assumedWords = ({ shippedAssumed }: Pick<Drop, "shippedAssumed">) =>
  shippedAssumed ? " (assumed)" : "";

const SHOWN_TAGS = 3;

/** Matching tags that look like the newest drop but are on no release branch; null for none. */
export function newerTagWords({
  newerTags,
  branches,
  shallow,
}: Pick<ReleaseState, "newerTags" | "branches" | "shallow">): string | null {
  if (newerTags.length === 0) return null;
  const tags = newerTags.slice(0, SHOWN_TAGS).map(({ tag }) => plainText(tag, 60));
  const more = newerTags.length > SHOWN_TAGS ? ` and ${newerTags.length - SHOWN_TAGS} more` : "";
  const names = branches.slice(0, SHOWN_TAGS).map(({ name }) => plainText(name, 60));
  if (shallow)
    return `${tags.join(", ")}${more} may be newer: what this shallow clone has of ${names.join(", ")} does not hold ${newerTags.length > 1 ? "them" : "it"}; fetch the rest: git fetch --unshallow --tags.`;
  const [are, them] = newerTags.length > 1 ? ["are", "their branches"] : ["is", "its branch"];
  return `${tags.join(", ")}${more} ${are} newer and on no release branch (${names.join(", ")}); merge ${them}, or add ${them} to drops.branch in the policy.`;
}

/** Drops that are on record as shipped and that no release branch holds any more; null for none. */
export function lostDropWords({
  lostDrops,
  branches,
}: Pick<ReleaseState, "lostDrops" | "branches">): string | null {
  if (lostDrops.length === 0) return null;
  const shown = lostDrops.slice(0, SHOWN_TAGS).map(({ tag, commit, deleted }) => {
    const gone = deleted ? ", its tag deleted" : "";
    return `${plainText(tag, 60)} (${plainText(commit.slice(0, 10))}${gone})`;
  });
  const more = lostDrops.length > SHOWN_TAGS ? ` and ${lostDrops.length - SHOWN_TAGS} more` : "";
  const names = branches.slice(0, SHOWN_TAGS).map(({ name }) => plainText(name, 60));
  const [are, them, records] =
    lostDrops.length > 1 ? ["are", "them", "their records"] : ["is", "it", "its record"];
  return `${shown.join(", ")}${more} ${are} on record as shipped, but no release branch (${names.join(", ")}) holds ${them} any more; restore the branch, or retract ${records} (dropclock drop retract TAG).`;
}

/** What no release branch holds, and people may take for a drop or look for among the drops: a sentence for each kind. */
export const unheldWords = (
  state: Pick<ReleaseState, "newerTags" | "lostDrops" | "branches" | "shallow">,
): string[] => [newerTagWords(state), lostDropWords(state)].filter((words) => words !== null);

/** What an event of a drop or of its council says, as one inert line; null for a type that is of neither. */
export function dropEventWords({ type, data }: LedgerEvent): string | null {
  const said = (key: string) =>
    typeof data[key] === "string" && data[key] !== "" ? plainText(data[key]) : null;
  const with_ = (title: string, detail: string | null) => (detail ? `${title}: ${detail}` : title);
  const reapply = data.mode === "reapply";
  switch (type) {
    case "shipped":
      return with_("Shipped", said("commit"));
    case "retracted":
      return with_("Retracted", said("why"));
    case "stage":
      // Up or down depends on the order in the policy.
      return with_(
        said("from") ? `From ${said("from")} to ${said("stage")}` : `In ${said("stage")}`,
        said("why"),
      );
    case "rollback-started":
      return with_(reapply ? "Reapply started" : "Undo started", said("branch"));
    case "rollback-step":
      return with_(`Step ${said("outcome")}: ${said("step")}`, said("reason"));
    case "rollback-failed":
      return with_(`Undo stopped at ${said("step")}`, said("reason"));
    case "rolled-back":
      return with_("Rolled back", said("commit"));
    case "reapplied":
      return with_("Reapplied", said("commit"));
    case "rehearsed":
    case "drill": {
      const title = type === "drill" ? "Drill" : "Rehearsal";
      const took = typeof data.durationMs === "number" ? ` in ${exactly(data.durationMs)}` : "";
      return with_(`${title} ${said("outcome") ?? "held"}${took}`, said("reason"));
    }
    case "approval-requested":
      return with_("Approval requested", said("why"));
    case "approved":
      return with_("Approved", said("why"));
    case "rejected":
      return with_("Rejected", said("why"));
    case "override":
      return with_(
        said("stage") ? `Council overridden, also for ${said("stage")}` : "Council overridden",
        said("why"),
      );
    case "watched":
      return "Watched: all signals stayed calm";
    case "signal":
      return with_(`Signal “${said("signal")}” is ${said("state")}`, said("why"));
    default:
      return null;
  }
}
