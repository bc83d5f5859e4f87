import { readinessWords } from "../../app/project/readinessWords.ts";
import type { Rehearsal } from "../../domain/drop/drills.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { openAttempt } from "../../domain/drop/dropRecord.ts";
import { markdownText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { exactly } from "../../domain/wording.ts";
import { fullTime, shortTime } from "../model/text.ts";
import type { UndoFacts } from "../tree/undoFace.ts";

/** Everything there is to say about the undo of a drop, as Markdown in which what is foreign is inert. */
export function undoTooltip({ tag }: Drop, facts: UndoFacts, now: Instant): string {
  const { readiness, record, commits } = facts;
  const lines = [`**Undo ${markdownText(tag)}**`];
  const attempt = openAttempt(record);
  if (attempt?.failed) {
    const { step, reason, by, at } = attempt.failed;
    lines.push(
      `Stopped at ${markdownText(step)}: ${markdownText(reason, 600)}`,
      `${fullTime(at)}, ${markdownText(by)}`,
    );
  } else if (attempt) lines.push(`Begun ${fullTime(attempt.startedAt)} by ${markdownText(attempt.by)}`);
  if (record.undone) lines.push(`Undone ${fullTime(record.undone.at)} by ${markdownText(record.undone.by)}`);
  if (readiness && !record.undone) lines.push(markdownText(readinessWords(readiness, commits), 1000));
  lines.push(`Rehearsal: ${markdownText(rehearsalWords(record.rehearsals[0] ?? null, now))}`);
  return lines.join("\n\n");
}

/** How the last rehearsal went, for a row. */
export function rehearsalWords(rehearsal: Rehearsal | null, now: Instant): string {
  if (!rehearsal) return "never rehearsed";
  const { passed, at, durationMs, drill } = rehearsal;
  const what = drill ? "drill " : "";
  return `${what}${passed ? "passed" : "failed"} ${shortTime(at, now)} · took ${exactly(durationMs)}`;
}
