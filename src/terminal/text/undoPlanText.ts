import { readinessWords } from "../../app/project/readinessWords.ts";
import type { PlannedStep, UndoPlan } from "../../app/undo/undoPlan.ts";
import type { Rehearsal } from "../../domain/drop/drills.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { exactly } from "../../domain/wording.ts";
import { LocalTime } from "./localTime.ts";
import type { Page } from "./page.ts";
import { table, wrap } from "./table.ts";

/** A screen is for reading: more is in the JSON. */
const SHOWN = { commits: 15, files: 20, kept: 5 } as const;

/** What an undo would do, before anything happens. */
export function planText(plan: UndoPlan, at: Instant, page: Page): string {
  const { paint, width } = page;
  const tag = plainText(plan.drop.tag, 80);
  const back = plan.previous ? ` (back to ${plainText(plan.previous.tag, 80)})` : "";
  const heading = plan.mode === "undo" ? `Undo ${tag}${back}` : `Reapply ${tag}`;
  const branch = plan.branch ? ` on ${plainText(plan.branch.name, 60)}` : "";
  const lines = [...wrap(`${heading}${branch}`, width, "").map(paint.bold)];
  const time = new LocalTime(at);
  const facts = [
    ...(plan.mode === "undo" ? [readinessWords(plan.readiness, plan.commitCount)] : []),
    rehearsalWords(plan.lastRehearsal, time),
    ...(plan.incident === null ? [] : [`for incident ${plainText(plan.incident, 100)}`]),
    ...plan.notes,
  ];
  for (const fact of facts) lines.push(...wrap(fact, width, "  "));
  lines.push(
    ...listed(
      plan.mode === "undo" ? "Commits that go" : "Commits that come back",
      plan.commitCount,
      commitRows(plan, page),
    ),
    ...listed("Files that change", plan.files.length, fileRows(plan)),
    ...listed("Files that stay as they are", plan.kept.length, keptRows(plan)),
    ...listed(
      "Steps",
      plan.steps.length,
      plan.steps.flatMap((step, i) => stepRows(step, i, plan, page)),
    ),
  );
  return lines.join("\n");
}

function listed(title: string, count: number, rows: readonly string[]): string[] {
  return count === 0 ? [] : ["", `${title} (${count})`, ...rows];
}

function commitRows({ commits, commitCount }: UndoPlan, { paint }: Page): string[] {
  const shown = commits.slice(0, SHOWN.commits);
  const rows = shown.map(({ sha, author, subject }) => [
    paint.dim(sha.slice(0, 10)),
    plainText(author.name, 30),
    plainText(subject, 120),
  ]);
  return [...table(rows, "  "), ...rest(commitCount - shown.length)];
}

function fileRows({ files }: UndoPlan): string[] {
  const shown = files.slice(0, SHOWN.files);
  const rows = shown.map(({ path, status, from, additions, deletions }) => [
    status,
    additions === null ? "binary" : `+${additions} -${deletions}`,
    `${plainText(path)}${from === null ? "" : ` (from ${plainText(from)})`}`,
  ]);
  return [...table(rows, "  "), ...rest(files.length - shown.length)];
}

function keptRows({ kept }: UndoPlan): string[] {
  const shown = kept.slice(0, SHOWN.kept);
  return [...shown.map((path) => `  ${plainText(path)}`), ...rest(kept.length - shown.length)];
}

const rest = (count: number) => (count > 0 ? [`  and ${count} more`] : []);

function stepRows(
  { name, title, command, done, record }: PlannedStep,
  i: number,
  plan: UndoPlan,
  page: Page,
) {
  const state = done ? "done" : record ? record.outcome : name === plan.next && plan.attempt ? "next" : "";
  const why = !done && record?.reason ? `: ${record.reason}` : "";
  const mark = state === "" ? "" : ` (${state}${plainText(why, 200)})`;
  const words = wrap(`${title}${mark}`, page.width, `  ${i + 1}. `, "     ");
  return command === null ? words : [...words, `     ${page.paint.dim(`$ ${plainText(command, 400)}`)}`];
}

function rehearsalWords(last: Rehearsal | null, time: LocalTime): string {
  if (!last) return "never rehearsed";
  const what = `${last.drill ? "drill" : "rehearsal"} of ${time.time(last.at)}`;
  return last.passed
    ? `the ${what} took ${exactly(last.durationMs)}`
    : `the ${what} failed: ${plainText(last.reason ?? "")}`;
}
