import type { StepReport, UndoResult } from "../../app/undo/carryOut.ts";
import type { RehearsalResult } from "../../app/undo/rehearse.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/wording.ts";
import type { Page } from "./page.ts";
import { table, wrap } from "./table.ts";

/** What became of an undo: what is done, what failed, what is not done, and how to go on. */
export function resultText(result: UndoResult, page: Page): string {
  const rows = result.steps.map((step) => [paintOutcome(step, page), plainText(step.title, 200)]);
  const lines = [page.paint.bold(headline(result)), ...table(rows, "  ")];
  for (const { words } of result.steps)
    if (words) lines.push(...wrap(plainText(words, 600), page.width, "  → ", "    "));
  for (const line of next(result)) lines.push(...wrap(line, page.width, ""));
  return lines.join("\n");
}

function headline({ state, plan }: UndoResult): string {
  const tag = plainText(plan.drop.tag, 80);
  const undo = plan.mode === "undo";
  switch (state) {
    case "done":
      return undo ? `The undo of ${tag} is made.` : `${tag} is put on again.`;
    case "waiting":
      return `${undo ? "The undo" : "The reapply"} of ${tag} waits for somebody to say that it is calm.`;
    case "failed":
      return `${undo ? "The undo" : "The reapply"} of ${tag} stopped at a step that failed.`;
    case "cancelled":
      return `${undo ? "The undo" : "The reapply"} of ${tag} was cancelled between two steps.`;
  }
}

function next({ state, plan, mitigated, commit }: UndoResult): string[] {
  const again = `dropclock undo ${plainText(plan.drop.tag, 80)}${plan.mode === "reapply" ? " --reapply" : ""}`;
  const lines: string[] = [];
  if (state === "failed" || state === "cancelled") lines.push(`Go on from there: ${again}`);
  if (state === "waiting") lines.push(`Once you have seen that it is calm: ${again} --yes --verified`);
  if (state === "done" && plan.branch && commit !== null)
    lines.push(
      `It takes effect once ${plan.undoBranch} is merged into ${plainText(plan.branch.name, 80)} and deployed.`,
    );
  if (plan.mode === "undo" && plan.incident !== null && !mitigated)
    lines.push(
      `Merged is not deployed, so the incident counts as mitigated once you say so: dropclock incident mark ${plainText(plan.incident, 200)} mitigated`,
    );
  return lines;
}

function paintOutcome({ outcome }: StepReport, { paint }: Page): string {
  if (outcome === "failed") return paint.red(outcome);
  return outcome === "waiting" ? paint.yellow(outcome) : outcome;
}

/** How a rehearsal, or a drill, went. */
export function rehearsalText(
  { rehearsal, checks, inTime, notRehearsed }: RehearsalResult,
  page: Page,
): string {
  const { passed, durationMs, drill, targetMs, reason, tag } = rehearsal;
  const what = `${drill ? "The drill" : "The rehearsal"} of the undo of ${plainText(tag, 80)}`;
  const target = targetMs === null ? "" : `; the target is ${exactly(targetMs)}`;
  const verdict = passed
    ? `passed in ${exactly(durationMs)}${target}`
    : `failed after ${exactly(durationMs)}`;
  const paint = inTime ? String : page.paint.red;
  const lines = wrap(`${what} ${verdict}.`, page.width, "").map(paint);
  if (passed && !inTime) lines.push("That is too slow.");
  if (reason) lines.push(...wrap(`Why: ${plainText(reason, 600)}`, page.width, "  "));
  lines.push(
    ...table(
      checks.map(({ command, outcome }) => [outcome, plainText(command, 200)]),
      "  ",
    ),
  );
  if (passed && checks.length === 0)
    lines.push(
      ...wrap(
        "The policy names no checks, so nothing was run; give it some under rollback.checks.",
        page.width,
        "  ",
      ),
    );
  if (notRehearsed.length > 0)
    lines.push("Not touched by an exercise:", ...notRehearsed.map((each) => `  ${each}`));
  return lines.join("\n");
}
