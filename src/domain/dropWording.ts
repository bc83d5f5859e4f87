import type { LedgerEvent } from "./event.ts";
import { plainText } from "./plainText.ts";
import { exactly } from "./wording.ts";

/** What an event of a drop or of its council says, as one inert line; null for a type that is of neither. */
export function dropEventWords({ type, data }: LedgerEvent): string | null {
  const said = (key: string) =>
    typeof data[key] === "string" && data[key] !== "" ? plainText(data[key]) : null;
  const with_ = (title: string, detail: string | null) => (detail ? `${title}: ${detail}` : title);
  const reapply = data.mode === "reapply";
  switch (type) {
    case "shipped":
      return with_("Shipped", said("commit"));
    case "stage":
      // Up or down: that is for the policy's order to say.
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
