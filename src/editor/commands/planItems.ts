import type { UndoResult } from "../../app/undo/carryOut.ts";
import type { RehearsalResult } from "../../app/undo/rehearse.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly, roughly } from "../../domain/time/duration.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { labelText, withoutCommandLine } from "../model/text.ts";
import { rehearsalWords } from "../tree/undoFace.ts";

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
      return `${what}: all done but the last step. Somebody must confirm that it is calm.`;
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

/** What can be done about a plan. */
export type PlanChoice = "go" | "read" | "rehearse" | "conflicts" | "runbook";

/** One line of a plan on view. */
interface PlanItem {
  /** With its icon. */
  label: string;
  description?: string;
  /** A second line. */
  detail?: string;
  /** What pressing it does; left out: it only tells. */
  choice?: PlanChoice;
}

interface PlanGroup {
  /** Empty for the first, which needs no heading. */
  title: string;
  items: PlanItem[];
}

/** More commits than that are in the editor beside, and in `dropclock drop show`. */
const MOST_COMMITS = 30;
const MOST_KEPT = 10;

/** The plan as a list: first what can be pressed, then what will happen, then what goes and what stays. */
export function planGroups(plan: UndoPlan, now: Instant): PlanGroup[] {
  const groups = [
    { title: "", items: choices(plan, now) },
    { title: "to know", items: plan.notes.map((note) => ({ label: `$(info) ${labelText(note, 300)}` })) },
    { title: plan.refusal === null ? "what will happen" : "what would happen", items: steps(plan) },
    {
      title: plan.mode === "undo" ? "the commits that go" : "the commits that come back",
      items: commits(plan),
    },
    { title: "what stays as it is, by rollback.keep", items: kept(plan) },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

/** `Undo drop-5: 4 commits, 6 files`. */
export function planTitle({ mode, drop, commitCount, files }: UndoPlan): string {
  const size = [
    commitCount > 0 && counted(commitCount, "commit"),
    files.length > 0 && counted(files.length, "file"),
  ];
  const facts = size.filter(Boolean).join(", ");
  return `${verbOf(mode)} ${plainText(drop.tag, 60)}${facts ? `: ${facts}` : ""}`;
}

export const verbOf = (mode: UndoPlan["mode"]) => (mode === "undo" ? "Undo" : "Reapply");

function choices(plan: UndoPlan, now: Instant): PlanItem[] {
  const { refusal, readiness, diff, files, branch, lastRehearsal, mode } = plan;
  const items: PlanItem[] = [];
  if (refusal === null) items.push(primary(plan));
  else items.push(reason(refusal));
  if (refusal !== null && readiness.conflicts.length > 0)
    items.push({
      label: "$(git-merge) Show Conflicts…",
      description: counted(readiness.conflicts.length, "file"),
      choice: "conflicts",
    });
  if (refusal === null && diff && files.length > 0)
    items.push({
      label: "$(diff-multiple) Read the Changes First",
      description: `${counted(files.length, "file")}, ${labelText(branch?.name ?? "the branch", 40)} against the result`,
      choice: "read",
    });
  if (mode === "undo" && refusal === null)
    items.push({
      label: "$(beaker) Rehearse First",
      description: rehearsalWords(lastRehearsal, now),
      choice: "rehearse",
    });
  if (refusal !== null && mode === "undo")
    items.push({
      label: "$(checklist) Open the Runbook",
      description: "how to do it by hand",
      choice: "runbook",
    });
  return items;
}

/** Why not, on one line, and the way out below it. */
function reason(refusal: string): PlanItem {
  const [why = "", ...out] = withoutCommandLine(refusal).split(/: (?=[A-Za-z])/);
  const way = out.join(": ");
  return {
    label: `$(error) ${labelText(why, 200)}`,
    ...(way ? { detail: plainText(`${way.charAt(0).toUpperCase()}${way.slice(1)}`, 400) } : {}),
  };
}

/** The one that does it. */
function primary({ mode, drop, steps: all, attempt }: UndoPlan): PlanItem {
  const tag = labelText(drop.tag, 60);
  const left = all.filter(({ done }) => !done).length;
  const begun = attempt !== null && attempt.endedAt === null;
  const label = begun
    ? `$(debug-continue) Continue: ${counted(left, "Step")} Left`
    : `$(${mode === "undo" ? "discard" : "redo"}) ${verbOf(mode)} ${tag} Now`;
  return { label, description: begun ? `of ${all.length}` : counted(left, "step"), choice: "go" };
}

function steps({ steps: all }: UndoPlan): PlanItem[] {
  return all.map(({ title, command, done, refusal, record }, i) => {
    const icon = done ? "pass" : record?.outcome === "failed" || refusal ? "error" : "circle-large-outline";
    const state = done
      ? "done"
      : record
        ? record.outcome === "begun"
          ? "begun, its end is not known"
          : record.outcome
        : "";
    const detail = refusal ?? (record?.outcome === "failed" ? record.reason : null) ?? command;
    return {
      label: `$(${icon}) ${i + 1}. ${labelText(title, 160)}`,
      ...(state ? { description: state } : {}),
      ...(detail && !title.includes(detail) ? { detail: plainText(detail, 300) } : {}),
    };
  });
}

function commits({ commits: all, commitCount }: UndoPlan): PlanItem[] {
  const items = all.slice(0, MOST_COMMITS).map(
    ({ sha, subject, author }): PlanItem => ({
      label: `$(git-commit) ${labelText(subject, 120)}`,
      description: `${sha.slice(0, 9)} · ${labelText(author.name, 40)}`,
    }),
  );
  if (commitCount > items.length)
    items.push({ label: `$(ellipsis) and ${counted(commitCount - items.length, "older commit")}` });
  return items;
}

function kept({ kept: all }: UndoPlan): PlanItem[] {
  const items = all
    .slice(0, MOST_KEPT)
    .map((path): PlanItem => ({ label: `$(pin) ${labelText(path, 120)}` }));
  if (all.length > items.length)
    items.push({ label: `$(ellipsis) and ${counted(all.length - items.length, "more file")}` });
  return items;
}
