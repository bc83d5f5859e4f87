import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { counted } from "../../domain/wording.ts";
import { labelText, withoutCommandLine } from "../inert.ts";
import { rehearsalWords } from "../undo/undoTooltip.ts";

/** What can be done about a plan. */
export type PlanChoice = "go" | "read" | "rehearse" | "conflicts" | "runbook";

/** One line of a plan on view. */
export interface PlanItem {
  /** With its icon. */
  label: string;
  description?: string;
  /** A second line. */
  detail?: string;
  /** What pressing it does; left out: it only tells. */
  choice?: PlanChoice;
}

export interface PlanGroup {
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
    ? `$(debug-continue) Go On: ${counted(left, "Step")} Left`
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
