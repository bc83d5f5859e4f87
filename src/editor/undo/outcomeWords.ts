import type { UndoResult } from "../../app/undo/carryOut.ts";
import type { RehearsalResult } from "../../app/undo/rehearse.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { counted, exactly, roughly } from "../../domain/wording.ts";
import { verbOf } from "../commands/planItems.ts";

/** What became of an undo, or of the way back, as one notification says it. */
export function outcomeWords({ state, plan, steps }: UndoResult): string {
  const what = `${verbOf(plan.mode)} of ${plainText(plan.drop.tag, 60)}`;
  const at = steps.findIndex(({ outcome }) => outcome !== "done");
  const step = steps[at];
  const place = step ? `step ${at + 1} of ${steps.length}` : "";
  switch (state) {
    case "done":
      return `${what}: ${steps.length === 1 ? "done" : `all ${steps.length} steps done`}. ${lastWords(plan, steps)}`.trim();
    case "waiting":
      return `${what}: all done but the last word. Somebody must say that it is calm.`;
    case "failed":
      return `${what} stopped at ${place}, ${plainText(step!.title, 120)}: ${plainText(step!.words ?? "it failed", 300)}. ${tally(steps)}`;
    case "cancelled":
      return `${what} was cancelled before ${place}, ${plainText(step!.title, 120)}. ${tally(steps)}`;
  }
}

// What is worth knowing of what was done, such as where to merge it.
function lastWords({ mode, undoBranch, branch }: UndoResult["plan"], steps: UndoResult["steps"]): string {
  const words = steps.findLast(({ words: each, url }) => each !== null && url !== null)?.words;
  const said = words ?? steps.findLast(({ words: each }) => each !== null)?.words ?? null;
  if (said === null)
    return mode === "undo"
      ? `Merge ${undoBranch} into ${plainText(branch?.name ?? "the branch", 60)} where that is still to do.`
      : "";
  // The link is a button.
  const line = plainText(said.replace(/[:,;]? ?https?:\/\/\S+/g, ""), 240);
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

/** What was done and what was not: nobody should have to guess at three in the morning. */
function tally(steps: UndoResult["steps"]): string {
  const named = (wanted: string) =>
    steps.filter(({ outcome }) => outcome === wanted).map(({ title }) => plainText(title, 90));
  const [over, left] = [named("done"), named("not done")];
  const sentence = (start: string, titles: string[]) =>
    titles.length === 0 ? "" : `${start}: ${titles.join("; ")}.`.replace(/….$/, "…");
  return [sentence("Done", over) || "Nothing was done before it.", sentence("Not done", left)]
    .filter(Boolean)
    .join(" ");
}

/** How an exercise went. */
export function rehearsalOutcome({ rehearsal, checks, inTime, notRehearsed }: RehearsalResult): string {
  const { drill, tag, passed, durationMs, targetMs, reason } = rehearsal;
  const what = `${drill ? "Drill" : "Rehearsal"} of ${plainText(tag, 60)}`;
  const took = `${exactly(durationMs)}${targetMs === null ? "" : ` of ${roughly(targetMs)}`}`;
  if (!passed) return `${what} failed after ${took}: ${plainText(reason ?? "", 300)}.`;
  const late = inTime ? "" : ", which is too slow";
  const held = checks.length === 0 ? "" : `, ${counted(checks.length, "check")} included`;
  const not = notRehearsed.map((each) => plainText(each, 60)).join("; ");
  return `${what} passed in ${took}${late}${held}. Nothing was pushed.${not ? ` Not rehearsed: ${not}.` : ""}`;
}
