import { type Objections, objectionsOf } from "../approvalReasons.ts";
import { type GateReason, reason } from "../gateReason.ts";
import type { SignalState } from "../signal/signal.ts";
import type { DropStage, Stages } from "../stage.ts";
import { plainText } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";
import { roughly } from "../wording.ts";
import type { Approval } from "./approval.ts";

/** What a drop wants to do. */
export type GateQuestion = { kind: "ship" } | { kind: "promote"; to: string };

/** How a signal of the policy stands; `unread` where nobody has looked. */
export interface SignalStanding {
  name: string;
  state: SignalState | "unread";
  /** When it was read; null where it never was. */
  at: Instant | null;
  /** One inert line. */
  why: string;
}

/** Everything that the gate looks at. */
export interface GateFacts {
  question: GateQuestion;
  /** How people call the drop: its tag, or `the next drop`. */
  name: string;
  at: Instant;
  /** What makes it unfit whatever anybody approves, each as a sentence: its tag was moved, it was undone … */
  faults: readonly GateReason[];
  approval: Approval;
  stages: Stages;
  /** Where the drop is; null before it has shipped, and where the policy has no stages. */
  stage: DropStage | null;
  signals: readonly SignalStanding[];
  /** Titles of the open incidents that it caused. */
  incidents: readonly string[];
}

/** The verdict. Open is it only when there is no reason why not. */
export interface Gate {
  open: boolean;
  reasons: GateReason[];
  /** What was overridden, and by whom; it stays on the record. */
  overridden: GateReason[];
}

/** The law of the gate: every reason why not, and never only the first. */
export function judgeGate(facts: GateFacts): Gate {
  const { question, approval, faults } = facts;
  const council = objectionsOf(approval);
  const exposure = question.kind === "promote" ? exposureReasons(facts, question.to) : NONE;
  const reasons = [...faults, ...council.standing, ...exposure.standing];
  return { open: reasons.length === 0, reasons, overridden: [...council.lifted, ...exposure.lifted] };
}

const NONE: Objections = { standing: [], lifted: [] };

/** Which stage may be entered is a matter of order; an override that names it lifts the waiting, never the order. */
function exposureReasons(facts: GateFacts, to: string): Objections {
  const order = orderReason(facts, to);
  if (order) return { standing: [order], lifted: [] };
  const waiting = [...soakReasons(facts), ...signalReasons(facts), ...incidentReasons(facts)];
  const overridden = facts.approval.overrides.some(({ data }) => data.stage === to);
  return overridden ? { standing: [], lifted: waiting } : { standing: waiting, lifted: [] };
}

function orderReason({ stages, stage, name }: GateFacts, to: string): GateReason | null {
  const wanted = plainText(to, 60);
  const index = stages.findIndex((each) => each.name === to);
  if (index < 0) {
    const known = stages.map((each) => plainText(each.name, 60)).join(", ");
    const instead = known === "" ? "the policy has no stages" : `the policy has ${known}`;
    return reason("stage-order", `There is no stage “${wanted}”; ${instead}.`);
  }
  if (!stage)
    return reason("stage-order", `${name} has not shipped yet, so it cannot be promoted; ship it first.`);
  const next = stages[stage.index + 1];
  if (next?.name === to) return null;
  if (index <= stage.index)
    return reason("stage-order", `${name} is in ${plainText(stage.name, 60)} already; demote it to go back.`);
  return reason(
    "stage-order",
    `${name} is in ${plainText(stage.name, 60)}; ${plainText(next!.name, 60)} comes before ${wanted}.`,
  );
}

function soakReasons({ stages, stage, at, name }: GateFacts): GateReason[] {
  const { soak, name: where } = stages[stage!.index]!;
  const left = stage!.since + soak - at;
  if (left <= 0) return [];
  const sentence = `${name} must soak in ${plainText(where, 60)} for ${roughly(soak)}; ${roughly(left)} to go.`;
  return [reason("soak", sentence)];
}

function signalReasons({ signals }: GateFacts): GateReason[] {
  return signals
    .filter(({ state }) => state !== "calm")
    .map(({ name, state, why }) =>
      reason(SIGNAL_CODES[state], `The signal “${plainText(name, 60)}” is not calm: ${why}.`),
    );
}

const SIGNAL_CODES = {
  calm: "signal-unread",
  pending: "signal-breach",
  breached: "signal-breach",
  noData: "signal-unread",
  error: "signal-error",
  unread: "signal-unread",
} as const;

function incidentReasons({ incidents, name }: GateFacts): GateReason[] {
  return incidents.map((title) =>
    reason("incident", `An incident is open on ${name}: ${plainText(title, 120)}.`),
  );
}
