import { readinessWords } from "../../app/project/readinessWords.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import type { Breach } from "../../app/watch/watchUntil.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { messageText } from "../inert.ts";

/** Whether the drop can be taken back, and by which steps. */
export function planWords({ refusal, readiness, commitCount, steps }: UndoPlan): string {
  if (refusal !== null) return `It cannot be undone now: ${plainText(refusal, 300)}`;
  const titles = steps.filter(({ done }) => !done).map(({ title }) => plainText(title, 100));
  return `Undo ${readinessWords(readiness, commitCount)}. Steps: ${titles.join("; ")}.`;
}

/** Which signal, on which drop, why, and what was done about it at once. */
export function breachWords({ signal, drop, found, incident, opened }: Breach): string {
  const head = `“${plainText(signal.name, 60)}” is breached on ${plainText(drop.tag, 40)}: ${found.why}.`;
  if (!incident) return messageText(head);
  return messageText(
    `${head} ${opened ? "An incident was opened." : "It is on record of the open incident."}`,
  );
}
