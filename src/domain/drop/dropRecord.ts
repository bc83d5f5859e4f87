import type { EventLog, LedgerEvent } from "../event/event.ts";
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
} from "../event/eventChecks.ts";
import { plainText } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";
import { type Rehearsal, rehearsalOf } from "./drills.ts";
import type { Drop } from "./drop.ts";

/** The latest outcome of one step of an undo; a step that is done stays done. */
export interface StepRecord {
  outcome: StepOutcome;
  at: Instant;
  by: string;
  /** Why it failed, or was skipped. */
  reason: string | null;
  /** The commit that it made. */
  commit: string | null;
  /** Where to continue, such as a pull request. */
  url: string | null;
  /** The remote that its branch was pushed to. */
  pushed: string | null;
}

/**
 * An undo or a reapply from its start to its end. However many people run it, on however many
 * machines, it is one attempt: a step that any of them has done is done.
 */
export interface UndoAttempt {
  mode: UndoMode;
  startedAt: Instant;
  by: string;
  /** When it was last started or continued. */
  run: string;
  /** The branch that holds its commit. */
  branch: string;
  incident: string | null;
  /** The drop that it returns to, if that is not the one before it. */
  to: string | null;
  /** What was decided of files that are other services' too; null: there were none. */
  shared: SharedChoice | null;
  /** By the step's name (see `stepNames`). */
  steps: ReadonlyMap<string, StepRecord>;
  /** Where it stopped the last time; null once that step is done. */
  failed: { step: string; reason: string; at: Instant; by: string } | null;
  endedAt: Instant | null;
}

/** A drop's end: all steps of an undo were done. */
export interface Undone {
  at: Instant;
  by: string;
  run: string;
  branch: string | null;
  commit: string | null;
  incident: string | null;
  to: string | null;
  shared: SharedChoice | null;
}

type DropState = "in force" | "undoing" | "undone" | "reapplying";

/** What is recorded of one drop: the replay of its events. */
export interface DropRecord {
  tag: string;
  state: DropState;
  /** Counts from 1, and rises each time the drop is reapplied. */
  round: number;
  /** The undo or the reapply in progress, or the last one of this round. */
  attempt: UndoAttempt | null;
  undone: Undone | null;
  /** When it was last reapplied. */
  reappliedAt: Instant | null;
  /** Rehearsals and drills, newest first. */
  rehearsals: Rehearsal[];
}

type Growing = { -readonly [K in keyof UndoAttempt]: UndoAttempt[K] } & { steps: Map<string, StepRecord> };

/** Replays the events of `drop/<tag>`, which must be in the order of truth. */
export function foldDrop(tag: string, events: readonly LedgerEvent[]): DropRecord {
  const record: DropRecord = {
    tag,
    state: "in force",
    round: 1,
    attempt: null,
    undone: null,
    reappliedAt: null,
    rehearsals: [],
  };
  let attempt: Growing | null = null;
  for (const event of events) {
    switch (event.type) {
      case "rollback-started":
        attempt = started(record, attempt, event);
        break;
      case "rollback-step":
        if (attempt) takeStep(attempt, event);
        break;
      case "rollback-failed":
        if (attempt && attempt.endedAt === null) takeFailure(attempt, event);
        break;
      case "rolled-back":
        if (attempt?.mode === "undo") end(attempt, event.at);
        // The first says when; what follows of it is an echo from another machine.
        record.undone ??= undoneBy(event, attempt);
        break;
      case "reapplied":
        if (attempt?.mode === "reapply") end(attempt, event.at);
        if (record.undone === null) break;
        record.undone = null;
        record.reappliedAt = event.at;
        record.round += 1;
        attempt = null;
        break;
      case "rehearsed":
      case "drill":
        record.rehearsals.unshift(rehearsalOf(event));
        break;
    }
  }
  record.attempt = attempt;
  record.state = stateOf(record);
  return record;
}

/** The attempt that was started and not finished. */
export const openAttempt = ({ attempt }: DropRecord): UndoAttempt | null =>
  attempt && attempt.endedAt === null ? attempt : null;

/** Whether a drop can be undone now, as readiness says; `looking`: nobody has looked yet. */
type Outlook = "looking" | "ready" | "conflicts" | "nothing" | "unknown" | "undone";

/** How the undo of a drop stands. */
export type UndoState = "running" | "stopped" | Outlook;

/**
 * How the undo of a drop stands: what goes on comes before what was, and that before what could be.
 * @param running Whether this window is doing it.
 * @param otherwise Where none was made: what can be said instead.
 */
export function undoStateOf<T extends string>(
  record: DropRecord,
  running: boolean,
  otherwise: T,
): "running" | "stopped" | "undone" | T {
  if (running) return "running";
  if (openAttempt(record)) return "stopped";
  return record.undone ? "undone" : otherwise;
}

/** A drop of which nothing is recorded. */
export const noRecord = (tag: string): DropRecord => foldDrop(tag, []);

/**
 * A name for each step that tells it apart from the others of its plan, so that two machines mean the same one: its
 * words, and a number if they repeat.
 */
export function stepNames(words: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return words.map((each) => {
    const count = (seen.get(each) ?? 0) + 1;
    seen.set(each, count);
    return count === 1 ? each : `${each} (${count})`;
  });
}

/** Whether nothing is left to do of a step. */
export const isStepDone = (step: StepRecord | undefined) =>
  step?.outcome === "done" || step?.outcome === "skipped";

/** The first step that is not done; null when all are. */
export function nextStep(attempt: UndoAttempt | null, names: readonly string[]): string | null {
  return names.find((name) => !isStepDone(attempt?.steps.get(name))) ?? null;
}

// A new start joins the attempt in progress. One that comes too late (the drop is undone already, as another machine
// has recorded meanwhile) starts nothing.
function started(record: DropRecord, attempt: Growing | null, event: LedgerEvent): Growing | null {
  const mode: UndoMode = event.data.mode === "reapply" ? "reapply" : "undo";
  const run = event.data.run as string;
  const incident = textOrNull(event.data.incident);
  if ((mode === "undo") !== (record.undone === null)) return attempt;
  if (attempt?.mode === mode && attempt.endedAt === null) {
    attempt.run = run;
    attempt.incident ??= incident;
    return attempt;
  }
  return {
    mode,
    startedAt: event.at,
    by: event.by,
    run,
    branch: event.data.branch as string,
    incident,
    to: textOrNull(event.data.to),
    shared: (textOrNull(event.data.shared) as SharedChoice | null) ?? null,
    steps: new Map(),
    failed: null,
    endedAt: null,
  };
}

function takeStep(attempt: Growing, { data, at, by }: LedgerEvent): void {
  const name = data.step as string;
  if (isStepDone(attempt.steps.get(name))) return;
  const step: StepRecord = {
    outcome: data.outcome as StepOutcome,
    at,
    by,
    reason: textOrNull(data.reason),
    commit: textOrNull(data.commit),
    url: textOrNull(data.url),
    pushed: textOrNull(data.pushed),
  };
  attempt.steps.set(name, step);
  if (isStepDone(step) && attempt.failed?.step === name) attempt.failed = null;
}

function takeFailure(attempt: Growing, { data, at, by }: LedgerEvent): void {
  const step = data.step as string;
  if (isStepDone(attempt.steps.get(step))) return;
  attempt.failed = { step, reason: data.reason as string, at, by };
}

function end(attempt: Growing, at: Instant): void {
  attempt.endedAt ??= at;
  attempt.failed = null;
}

function undoneBy({ data, at, by }: LedgerEvent, attempt: Growing | null): Undone {
  return {
    at,
    by,
    run: data.run as string,
    branch: attempt?.branch ?? null,
    commit: textOrNull(data.commit),
    incident: textOrNull(data.incident) ?? attempt?.incident ?? null,
    to: attempt?.to ?? null,
    shared: attempt?.shared ?? null,
  };
}

function stateOf({ undone, attempt }: DropRecord): DropState {
  const going = attempt !== null && attempt.endedAt === null;
  if (undone) return going && attempt.mode === "reapply" ? "reapplying" : "undone";
  return going ? "undoing" : "in force";
}

const textOrNull = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);

/** Undoing a drop, or reapplying it. */
const UNDO_MODES = ["undo", "reapply"] as const;
export type UndoMode = (typeof UNDO_MODES)[number];

/** What an undo does with files of its service that are other services' too. */
export const SHARED_CHOICES = ["roll-back", "keep"] as const;
export type SharedChoice = (typeof SHARED_CHOICES)[number];

/**
 * The line of an undo's message by which its commit is known again, also after a rebase or a squash. Where there are
 * several services, one commit may be the end of drops of two of them, so a drop is called by its name.
 * @param service Null: the repository is one service.
 */
export const undoMark = (drop: Pick<Drop, "tag" | "commit">, service: string | null): string =>
  service === null ? `This reverts commit ${drop.commit}.` : `This rolls back ${ofService(drop, service)}.`;

/** The same of the way back, where the undo's own commit is not known. */
export const reapplyMark = (drop: Pick<Drop, "tag" | "commit">, service: string | null): string =>
  `This reapplies ${service === null ? `commit ${drop.commit}` : ofService(drop, service)}.`;

const ofService = ({ tag, commit }: Pick<Drop, "tag" | "commit">, service: string) =>
  `${plainText(tag, 100)} of ${service} (${commit})`;

/** `begun`: a command was started, and its outcome is not known yet. */
const STEP_OUTCOMES = ["begun", "done", "failed", "skipped", "cancelled"] as const;
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

const REHEARSAL_OUTCOMES = ["passed", "failed"] as const;

const rehearsal = all(
  oneOf("outcome", REHEARSAL_OUTCOMES),
  amount("durationMs"),
  optionalText("reason"),
  optional("checks", texts("checks")),
  optional("conflicts", texts("conflicts")),
);

/** How far the telling of a pager has come; of incidents too. */
const HANDOVER_STATES = ["claimed", "sent"] as const;

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
    optional("shared", oneOf("shared", SHARED_CHOICES)),
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
  handover: all(text("key"), oneOf("state", HANDOVER_STATES)),
  watched: all(instant("from"), instant("to"), (data) =>
    data.signals !== null && typeof data.signals === "object" ? null : "needs the signals in data.signals",
  ),
  signal: all(
    text("signal"),
    text("state"),
    optional("value", (data) => (typeof data.value === "number" ? null : "data.value is not a number")),
  ),
};

/** The drops recorded as shipped, each with the head that the ledger had then, if that was recorded. */
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
