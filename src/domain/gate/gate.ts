import { inOrder, type LedgerEvent } from "../event/event.ts";
import { isBackDated } from "../incident/incident.ts";
import type { Policy } from "../policy/policy.ts";
import type { SignalState } from "../signal/signal.ts";
import { counted } from "../text/counted.ts";
import { plainText, shownName } from "../text/plainText.ts";
import { roughly } from "../time/duration.ts";
import type { Instant } from "../time/instant.ts";
import type { Approval } from "./approval.ts";
import type { Vote } from "./vote.ts";

/** What is asked of the gate. */
export type GateQuestion = { kind: "ship" } | { kind: "promote"; to: string };

/** The state of a signal of the policy; `unread` if it was never read. */
export interface SignalStanding {
  name: string;
  state: SignalState | "unread";
  /** When it was read; null: never. */
  at: Instant | null;
  /** One inert line. */
  why: string;
}

/** Everything that the gate looks at. */
export interface GateFacts {
  question: GateQuestion;
  /** What people call the drop: its tag, or `the next drop`. */
  name: string;
  at: Instant;
  /** What blocks it whoever approves, each as a sentence: its tag was moved, it was undone … */
  faults: readonly GateReason[];
  approval: Approval;
  stages: Stages;
  /** The drop's stage; null before it has shipped, and if the policy has no stages. */
  stage: DropStage | null;
  signals: readonly SignalStanding[];
  /** Titles of the open incidents that it caused. */
  incidents: readonly string[];
}

/** The verdict. It is open only if there is no reason why not. */
export interface Gate {
  open: boolean;
  reasons: GateReason[];
  /** What was overridden, and by whom; it stays on the record. */
  overridden: GateReason[];
}

/** The law of the gate: every reason why not, not only the first. */
export function judgeGate(facts: GateFacts): Gate {
  const { question, approval, faults } = facts;
  const council = objectionsOf(approval);
  const exposure = question.kind === "promote" ? exposureReasons(facts, question.to) : NONE;
  const reasons = [...faults, ...council.standing, ...exposure.standing];
  return { open: reasons.length === 0, reasons, overridden: [...council.lifted, ...exposure.lifted] };
}

const NONE: Objections = { standing: [], lifted: [] };

/** Stages are entered in order; an override that names a stage lifts the waiting, never the order. */
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

/** The council's reasons against a drop: those that still count, and those that an override has lifted. */
interface Objections {
  standing: GateReason[];
  lifted: GateReason[];
}

/** An override lifts what was missing, and every rejection before it; a later rejection counts. */
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
  return reason("rejected", `${shownName(event.by)} has rejected it${because}.`);
}

function missingApprovals(approval: Approval): string | null {
  const { quorum, approved, disregarded, mainAuthor } = approval;
  if (approved.length >= quorum) return null;
  const have =
    approved.length === 0 ? "none" : `only ${approved.map(({ event }) => shownName(event.by)).join(" and ")}`;
  const given = disregarded.filter(({ event }) => event.type === "approved").map(({ flaw }) => flaw);
  const flaws = given.length === 0 ? "" : `; not counted: ${[...new Set(given)].join("; ")}`;
  const author = mainAuthor === null ? "" : ` other than ${shownName(mainAuthor)}, who made most of it`;
  return `It needs ${counted(quorum, "approval")} of the council from members${author}, and has ${have}${flaws}.`;
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

/** One reason why a drop is blocked. */
export interface GateReason {
  code: GateCode;
  /** One sentence of inert text, with what to do if there is something. */
  text: string;
}

export const reason = (code: GateCode, text: string): GateReason => ({ code, text });

type Stages = Policy["stages"];

/** How far a drop is exposed. */
export interface DropStage {
  name: string;
  /** Its place among the policy's stages, from 0. */
  index: number;
  /** Since when it has been there, without interruption. */
  since: Instant;
  /** `Name <mail>`; null if it entered by shipping. */
  by: string | null;
}

/**
 * The stage of a drop: what its last stage event says, and the first stage from the moment it shipped.
 * Null where the policy has no stages.
 * @param events Of `drop/<tag>`, in the order of truth.
 * @param enteredAt When a stage was really entered; left out: what the event itself says.
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
    // A stage that is no longer in the policy exposes nothing.
    if (index < 0 || index === stage.index) continue;
    stage = { name: stages[index]!.name, index, since: enteredAt(event), by: event.by };
  }
  return stage;
}

/** Soaking cannot be back-dated: what was entered late counts from when it was entered. */
const whenEntered = (event: LedgerEvent) => (isBackDated(event) ? event.recorded : event.at);

/** The next stage; null for the last. */
export const stageAfter = (stages: Stages, { index }: Pick<DropStage, "index">) => stages[index + 1] ?? null;
