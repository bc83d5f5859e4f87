import { plainText } from "../domain/text/plainText.ts";
import { headingText } from "./frontMatter.ts";
import { type BrokenPart, type GeneratedPart, partMarkers } from "./generatedParts.ts";
import type { PlacedAction, PostmortemFile, Section } from "./postmortemFile.ts";

export type FindingKind =
  | "missing-section"
  | "empty-section"
  | "open-question"
  | "stale-part"
  | "broken-part"
  | "no-owner"
  | "no-due"
  | "bad-due"
  | "overdue";

/** Something that a post-mortem still lacks, or an overdue action. */
export interface Finding {
  kind: FindingKind;
  message: string;
  /** The lines that it is about, counted from 0; `to` is the first line after them. */
  from: number;
  to: number;
  action: PlacedAction | null;
}

/** The sections a post-mortem must have, if its template has them. */
const CORE = ["Summary", "Impact", "Root cause and contributing factors", "Action items"];

/** The sections that must not be removed, by the template in force. */
export function requiredSections(template: string): string[] {
  const titles = [...template.matchAll(/^##[ \t](.+)$/gm)].map(([, title]) => headingText(title!));
  return CORE.filter((title) => titles.includes(title));
}

/**
 * @param today `YYYY-MM-DD`: an action is overdue when its day is over.
 * @param required Titles of sections that must be there.
 */
export function findingsIn(file: PostmortemFile, today: string, required: readonly string[]): Finding[] {
  const there = new Set(file.sections.map(({ title }) => title));
  const missing = required.filter((title) => !there.has(title));
  return [
    ...missing.map((title) =>
      finding("missing-section", `There is no section “${title}”; add it.`, file.titleLine),
    ),
    ...file.sections.flatMap(sectionFindings),
    ...file.actions.filter(({ done }) => !done).flatMap((action) => actionFindings(action, today)),
  ].sort((a, b) => a.from - b.from);
}

/** What disagrees with the record, at its place, and markers that lack their other half. */
export function partFindings(stale: readonly GeneratedPart[], broken: readonly BrokenPart[]): Finding[] {
  return [
    ...stale.map(({ name, from, to }) => ({
      ...finding("stale-part", `“${name}” disagrees with the record; refresh the post-mortem.`, from),
      to: to + 1,
    })),
    ...broken.map(({ name, line }) => {
      const [first, last] = partMarkers(name);
      return finding("broken-part", `“${first}” and “${last}” must stand once each, in this order.`, line);
    }),
  ];
}

/** Whether nothing is left to be written. An overdue action does not count here. */
export const isComplete = (findings: readonly Finding[]) => findings.every(({ kind }) => kind === "overdue");

function sectionFindings({ title, line, empty, questions }: Section): Finding[] {
  const name = plainText(title, 80);
  if (questions.length > 0) {
    return questions.map(({ from, to }) => ({
      ...finding("open-question", `“${name}” has an open question; answer it below, or remove it.`, from),
      to,
    }));
  }
  if (!empty) return [];
  return [
    finding("empty-section", `“${name}” is empty; write what belongs there, or remove the section.`, line),
  ];
}

function actionFindings(action: PlacedAction, today: string): Finding[] {
  const { text, owner, due, badDue, line } = action;
  const name = plainText(text, 60);
  const found: Finding[] = [];
  const add = (kind: FindingKind, message: string) =>
    found.push({ ...finding(kind, message, line), to: action.lastLine + 1, action });
  if (owner === null) add("no-owner", `The action “${name}” has no owner; add — owner: @name.`);
  if (badDue !== null) add("bad-due", `“${plainText(badDue, 40)}” is no date; write it like 2026-12-01.`);
  else if (due === null) add("no-due", `The action “${name}” has no due date; add — due: 2026-12-01.`);
  if (due !== null && due < today) add("overdue", `The action “${name}” was due on ${due}.`);
  return found;
}

const finding = (kind: FindingKind, message: string, line: number): Finding => ({
  kind,
  message,
  from: line,
  to: line + 1,
  action: null,
});
