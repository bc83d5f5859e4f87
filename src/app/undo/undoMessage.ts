import { plainText } from "../../domain/text/plainText.ts";
import type { UndoPlan } from "./undoPlan.ts";

type Known = Pick<UndoPlan, "mode" | "drop" | "inverse" | "commits" | "commitCount" | "incident">;

/** The line of its message by which an undo's commit is known again, also after a rebase or a squash. */
export function markOf({ mode, drop, inverse }: Pick<Known, "mode" | "drop" | "inverse">): string {
  if (mode === "undo") return `This reverts commit ${drop.commit}.`;
  return inverse?.to.endsWith("^")
    ? `This reverts commit ${inverse.from}.`
    : `This reapplies commit ${drop.commit}.`;
}

/** The first line of an undo's commit; a pull request bears it as well. */
export const undoTitle = ({ mode, drop }: Pick<Known, "mode" | "drop">) =>
  `${mode === "undo" ? "Revert" : "Reapply"} ${plainText(drop.tag, 100)}`;

/**
 * The message of an undo's commit: each commit that is taken back, as git and changelog tools read it, and the incident.
 */
export function undoMessage(plan: Known): string {
  const others =
    plan.mode === "undo"
      ? plan.commits
          .filter(({ sha }) => sha !== plan.drop.commit)
          .map(({ sha }) => `This reverts commit ${sha}.`)
      : [];
  const more = plan.commitCount - others.length - 1;
  const lines = [markOf(plan), ...others];
  if (plan.mode === "undo" && more > 0) lines.push(`And ${more} more commits before them.`);
  const incident = plan.incident === null ? [] : ["", `Incident: ${plainText(plan.incident, 200)}`];
  return `${[undoTitle(plan), "", ...lines, ...incident].join("\n")}\n`;
}
