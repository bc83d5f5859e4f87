/** What kind of reason, for machines. */
export const GATE_CODES = [
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
export type GateCode = (typeof GATE_CODES)[number];

/** One reason why a gate is shut. */
export interface GateReason {
  code: GateCode;
  /** One sentence of inert text, with the way out where there is one. */
  text: string;
}

export const reason = (code: GateCode, text: string): GateReason => ({ code, text });
