import {
  all,
  amount,
  type Check,
  instant,
  objectName,
  oneOf,
  optional,
  optionalText,
  text,
  texts,
} from "./event/eventChecks.ts";
import type { EventLog } from "./eventLog.ts";

/** Taking a drop back, or taking that back again. */
export const UNDO_MODES = ["undo", "reapply"] as const;
export type UndoMode = (typeof UNDO_MODES)[number];

/** `begun`: a command was started, and nobody knows yet what came of it. */
export const STEP_OUTCOMES = ["begun", "done", "failed", "skipped", "cancelled"] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

export const REHEARSAL_OUTCOMES = ["passed", "failed"] as const;
export type RehearsalOutcome = (typeof REHEARSAL_OUTCOMES)[number];

const rehearsal = all(
  oneOf("outcome", REHEARSAL_OUTCOMES),
  amount("durationMs"),
  optionalText("reason"),
  optional("checks", texts("checks")),
  optional("conflicts", texts("conflicts")),
);

/** What the data of the events of `drop/<tag>` must hold. */
export const DROP_CHECKS: Readonly<Record<string, Check>> = {
  shipped: all(optional("commit", objectName("commit")), optional("ledger", objectName("ledger"))),
  retracted: all(text("event"), optionalText("why")),
  stage: all(text("stage"), optionalText("from"), optionalText("why")),
  "rollback-started": all(
    text("run"),
    texts("steps"),
    text("branch"),
    optional("mode", oneOf("mode", UNDO_MODES)),
    optionalText("to"),
    optionalText("incident"),
  ),
  "rollback-step": all(
    text("run"),
    text("step"),
    oneOf("outcome", STEP_OUTCOMES),
    optional("commit", objectName("commit")),
    optionalText("branch"),
    optionalText("url"),
    optionalText("reason"),
  ),
  "rolled-back": all(text("run"), optional("commit", objectName("commit")), optionalText("incident")),
  "rollback-failed": all(text("run"), text("step"), text("reason")),
  reapplied: all(optionalText("run"), optional("commit", objectName("commit"))),
  rehearsed: rehearsal,
  drill: all(rehearsal, optional("targetMs", amount("targetMs"))),
  watched: all(instant("from"), instant("to"), (data) =>
    data.signals !== null && typeof data.signals === "object" ? null : "needs the signals in data.signals",
  ),
  signal: all(
    text("signal"),
    text("state"),
    optional("value", (data) => (typeof data.value === "number" ? null : "data.value is not a number")),
  ),
};

/** The drops on record as shipped, each with the head that the ledger had then, where that was written down. */
export function shippedIn(log: EventLog): [tag: string, ledger: string][] {
  return [...log.live()].flatMap(([subject, events]) =>
    subject.startsWith("drop/")
      ? events.flatMap(({ type, data }): [string, string][] =>
          type === "shipped" && typeof data.ledger === "string"
            ? [[subject.slice("drop/".length), data.ledger]]
            : [],
        )
      : [],
  );
}
