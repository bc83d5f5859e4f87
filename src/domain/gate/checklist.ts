import type { FlagChange } from "../change/flags.ts";
import type { Drills } from "../drop/drills.ts";
import type { Drop } from "../drop/drop.ts";
import type { Policy, Signal } from "../policy/policy.ts";
import { isAnswer, type SignalEntry, type Watched } from "../signal/signalRecord.ts";
import { plainText } from "../text/plainText.ts";
import { formatInstant, type Instant } from "../time/instant.ts";

export type Verdict = "pass" | "fail" | "noData";

/** Marks the start of what to do about a row that does not pass. */
export type Fix = "flags" | "metrics" | "signals" | "watch" | "drill" | "undo";

export interface ChecklistRow {
  id: "flags" | "signal" | "rollback" | "drill" | "undo";
  title: string;
  verdict: Verdict;
  /** One sentence: on what evidence. */
  why: string;
  /** What to do, and where; null if there is nothing to do. */
  fix: { kind: Fix; words: string } | null;
}

/** The evidence. */
export interface ChecklistFacts {
  drop: Drop;
  policy: Pick<Policy, "flags" | "signals">;
  /** The flags that the drop adds, changes or removes; null: they could not be read. */
  flags: readonly FlagChange[] | null;
  /** What is recorded of the drop's signals. */
  entries: readonly SignalEntry[];
  watched: readonly Watched[];
  /** When its watch window ends. */
  windowEndsAt: Instant | null;
  drills: Pick<Drills, "last" | "dueAt" | "overdue">;
  /** Whether it can be undone, also in words. */
  undo: { state: "ready" | "conflicts" | "nothing" | "undone" | "unknown"; words: string };
  now: Instant;
}

/** A signal may be read a moment late. */
const LATE_MS = 60_000;

/** The observability checklist of a drop, judged by evidence. */
export function checklist(facts: ChecklistFacts): ChecklistRow[] {
  return [flagsRow(facts), signalRow(facts), rollbackRow(facts), drillRow(facts), undoRow(facts)];
}

function flagsRow({ flags, policy }: ChecklistFacts): ChecklistRow {
  const row = { id: "flags", title: "Every flag of the drop has a business metric" } as const;
  if (!policy.flags) {
    const words = "name the flagd definition as flags.file in the policy";
    return { ...row, verdict: "noData", why: "The policy names no flags.", fix: { kind: "flags", words } };
  }
  const file = plainText(policy.flags.file, 80);
  if (!flags) {
    const words = `mend ${file}`;
    return { ...row, verdict: "noData", why: `${file} cannot be read.`, fix: { kind: "flags", words } };
  }
  const live = flags.filter(({ what }) => what !== "removed");
  if (live.length === 0)
    return { ...row, verdict: "pass", why: "The drop adds and changes no flag.", fix: null };
  const { metrics } = policy.flags;
  const bare = live.filter(({ key }) => !Object.hasOwn(metrics, key));
  if (bare.length === 0)
    return { ...row, verdict: "pass", why: `${names(live.map(({ key }) => key))}: each has one.`, fix: null };
  const words = `name the metric of ${names(bare.map(({ key }) => key))} under flags.metrics in the policy`;
  return {
    ...row,
    verdict: "fail",
    why: `Without a metric: ${names(bare.map(({ key }) => key))}.`,
    fix: { kind: "metrics", words },
  };
}

function signalRow({ policy, drop, entries, watched, windowEndsAt, now }: ChecklistFacts): ChecklistRow {
  const row = { id: "signal", title: "A signal of user impact answered within the watch window" } as const;
  const users = policy.signals.filter(({ impact }) => impact === "user").map(({ name }) => name);
  if (users.length === 0) {
    const words = "add a signal with impact: user to the policy";
    const why = "The policy has no signal of user impact.";
    return { ...row, verdict: "fail", why, fix: { kind: "signals", words } };
  }
  const end = windowEndsAt ?? now;
  const answer = entries.find(
    ({ signal, state, at }) =>
      users.includes(signal) && isAnswer(state) && at >= drop.shippedAt && at <= end + LATE_MS,
  );
  if (answer) {
    const why = `“${plainText(answer.signal, 60)}” answered at ${formatInstant(answer.at)}, read by ${plainText(answer.by, 80)}.`;
    return { ...row, verdict: "pass", why, fix: null };
  }
  const stretch = watched.find(
    ({ signals, from }) => from <= end && signals.some((name) => users.includes(name)),
  );
  if (stretch) {
    const why = `Watched from ${formatInstant(stretch.from)} to ${formatInstant(stretch.to)} by ${plainText(stretch.by, 80)}.`;
    return { ...row, verdict: "pass", why, fix: null };
  }
  const open = now < end;
  const why = open
    ? "None has answered yet, and the window is open."
    : "None has answered within the window, as far as is on record.";
  const words = open
    ? "watch it: dropclock watch"
    : "run dropclock watch after the next drop, in the pipeline";
  return { ...row, verdict: "noData", why, fix: { kind: "watch", words } };
}

function rollbackRow({ policy }: ChecklistFacts): ChecklistRow {
  const row = { id: "rollback", title: "A threshold can take the drop back" } as const;
  const able = policy.signals.filter((signal) => signal.breach && takesBack(signal)).map(({ name }) => name);
  if (able.length > 0) return { ...row, verdict: "pass", why: `${names(able)} may.`, fix: null };
  const words = "give a signal with a threshold `then: propose` or `then: rollback` in the policy";
  const why = policy.signals.length === 0 ? "The policy has no signal." : "What breaches leads to no undo.";
  return { ...row, verdict: "fail", why, fix: { kind: "signals", words } };
}

const takesBack = ({ then }: Signal) => then === "propose" || then === "rollback";

function drillRow({ drills: { last, dueAt, overdue } }: ChecklistFacts): ChecklistRow {
  const row = { id: "drill", title: "The last rollback drill is not overdue" } as const;
  if (dueAt === null) return { ...row, verdict: "pass", why: "The policy asks for no drills.", fix: null };
  const held = last === null ? "None is on record" : `The last was held at ${formatInstant(last)}`;
  if (!overdue)
    return { ...row, verdict: "pass", why: `${held}; the next is due ${formatInstant(dueAt)}.`, fix: null };
  const words = "hold one: dropclock undo --drill";
  return {
    ...row,
    verdict: "fail",
    why: `${held}; due since ${formatInstant(dueAt)}.`,
    fix: { kind: "drill", words },
  };
}

function undoRow({ undo }: ChecklistFacts): ChecklistRow {
  const row = { id: "undo", title: "The undo is ready" } as const;
  const why = `${undo.words[0]?.toUpperCase() ?? ""}${undo.words.slice(1).replace(/\.?$/, ".")}`;
  if (undo.state === "ready" || undo.state === "undone") return { ...row, verdict: "pass", why, fix: null };
  const words = "see what is in the way: dropclock undo";
  const verdict = undo.state === "conflicts" ? "fail" : "noData";
  return { ...row, verdict, why, fix: { kind: "undo", words } };
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, 3).map((name) => `“${plainText(name, 60)}”`);
  return `${shown.join(", ")}${all.length > 3 ? ` and ${all.length - 3} more` : ""}`;
}

export const VERDICT_WORDS: Record<Verdict, string> = { pass: "pass", fail: "fail", noData: "no data" };
