import { inOrder, type LedgerEvent } from "../event/event.ts";
import { isBackDated } from "../incident/incident.ts";
import type { Policy } from "../policy/policy.ts";
import type { SignalState } from "../signal/signal.ts";
import { plainText } from "../text/plainText.ts";
import { roughly } from "../time/duration.ts";
import type { Instant } from "../time/instant.ts";
import type { Approval } from "./approval.ts";
import { shown, type Vote } from "./vote.ts";

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
  notEnoughTraffic: "signal-unread",
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

/** What the council has against a drop: what still stands, and what an override has lifted. */
interface Objections {
  standing: GateReason[];
  lifted: GateReason[];
}

/** An override lifts what was missing, and every no that was said before it; a later no stands. */
export function objectionsOf(approval: Approval): Objections {
  const { rejected, overrides } = approval;
  const missing = missingApprovals(approval);
  const approvals = missing === null ? [] : [reason("approvals", missing)];
  const last = overrides.at(-1);
  if (!last) return { standing: [...rejected.map(refusal), ...approvals], lifted: [] };
  const isLater = ({ event }: Vote) => inOrder(event, last) > 0;
  const before = rejected.filter((vote) => !isLater(vote));
  return {
    standing: rejected.filter(isLater).map(refusal),
    lifted: [...before.map(refusal), ...approvals],
  };
}

function refusal({ event }: Vote): GateReason {
  const { why } = event.data;
  const because = typeof why === "string" && why !== "" ? `: ${plainText(why)}` : "";
  return reason("rejected", `${shown(event.by)} has rejected it${because}.`);
}

function missingApprovals(approval: Approval): string | null {
  const { quorum, approved, disregarded, mainAuthor } = approval;
  if (approved.length >= quorum) return null;
  const have =
    approved.length === 0 ? "none" : `only ${approved.map(({ event }) => shown(event.by)).join(" and ")}`;
  const given = disregarded.filter(({ event }) => event.type === "approved").map(({ flaw }) => flaw);
  const flaws = given.length === 0 ? "" : `; not counted: ${[...new Set(given)].join("; ")}`;
  const author = mainAuthor === null ? "" : ` other than ${shown(mainAuthor)}, who made most of it`;
  return `It needs ${quorum} approval${quorum === 1 ? "" : "s"} of the council from members${author}, and has ${have}${flaws}.`;
}

/** What kind of reason, for machines. */
const GATE_CODES = [
  "no-drop",
  "off-branch",
  "moved-tag",
  "undone",
  "policy",
  "risk-unknown",
  "approvals",
  "rejected",
  "stage-order",
  "soak",
  "signal-breach",
  "signal-error",
  "signal-unread",
  "incident",
  "ledger",
] as const;
type GateCode = (typeof GATE_CODES)[number];

/** One reason why a gate is shut. */
export interface GateReason {
  code: GateCode;
  /** One sentence of inert text, with the way out where there is one. */
  text: string;
}

export const reason = (code: GateCode, text: string): GateReason => ({ code, text });

type Stages = Policy["stages"];

/** How far a drop is exposed. */
export interface DropStage {
  name: string;
  /** Its place among the policy's stages, from 0. */
  index: number;
  /** Since when it has been there, without a break. */
  since: Instant;
  /** `Name <mail>`; null where it entered by shipping. */
  by: string | null;
}

/**
 * The stage of a drop: whatever its last event of that kind says, and the first one from the moment that it shipped.
 * Null where the policy has no stages.
 * @param events Of `drop/<tag>`, in the order of truth.
 * @param enteredAt When what an event says came true; left out: as far as the event itself tells.
 */
export function stageOf(
  stages: Stages,
  events: readonly LedgerEvent[],
  shippedAt: Instant,
  enteredAt: (event: LedgerEvent) => Instant = whenEntered,
): DropStage | null {
  const [first] = stages;
  if (!first) return null;
  let stage: DropStage = { name: first.name, index: 0, since: shippedAt, by: null };
  for (const event of events) {
    if (event.type !== "stage") continue;
    const index = stages.findIndex(({ name }) => name === event.data.stage);
    // A stage that the policy does not have any more exposes nothing.
    if (index < 0 || index === stage.index) continue;
    stage = { name: stages[index]!.name, index, since: enteredAt(event), by: event.by };
  }
  return stage;
}

/** Soaking cannot be back-dated: what was entered late counts from when it was entered. */
const whenEntered = (event: LedgerEvent) => (isBackDated(event) ? event.recorded : event.at);

/** The stage after one; null for the last. */
export const stageAfter = (stages: Stages, { index }: Pick<DropStage, "index">) => stages[index + 1] ?? null;
