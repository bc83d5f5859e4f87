import type { Risk } from "../../../src/domain/change/riskLevel.ts";
import type { LedgerEvent } from "../../../src/domain/event/event.ts";
import { type Approval, type CouncilFacts, foldApproval } from "../../../src/domain/gate/approval.ts";
import type { Council, EntryProvenance, Signature } from "../../../src/domain/gate/vote.ts";
import type { RiskLevel } from "../../../src/domain/policy/policy.ts";
import { at, event } from "./events.ts";

export const [ANA, BO, CY, DI] = ["Ana", "Bo", "Cy", "Di"].map(
  (name) => `${name} <${name.toLowerCase()}@example.com>`,
) as [string, string, string, string];

export const COUNCIL: Council = {
  members: ["ana@example.com", "bo@example.com", "cy@example.com"],
  quorum: 2,
  from: "high",
  signed: false,
};
export const COMMIT = "c".repeat(40);
export const BASE = "b".repeat(40);

export function riskOf(level: RiskLevel, ...because: string[]): Risk {
  const reasons = because.map((each) => ({
    level,
    because: each,
    condition: "paths" as const,
    evidence: "1 file matches x",
    items: ["x"],
  }));
  return { level, reasons, rules: 3 };
}

export const SCHEMA_CHANGE = riskOf("high", "schema change");

/** An entry of the council, given for the schema change. */
export function entry(
  type: string,
  by: string,
  over: Partial<LedgerEvent> = {},
  when = at("10:00"),
): LedgerEvent {
  const data = { reasons: ["schema change"], level: "high", base: BASE };
  return event(type, when, { subject: `commit/${COMMIT}`, by, ...over, data: { ...data, ...over.data } });
}

export const GOOD: Signature = { good: true, signer: null, complaint: null };

/** A ledger that vouches for every author, with a signature of theirs. */
export const honest = ({ by }: LedgerEvent): EntryProvenance => ({
  author: by,
  signature: { ...GOOD, signer: by },
});

export function fold(events: Iterable<LedgerEvent>, over: Partial<CouncilFacts> = {}): Approval {
  return foldApproval({
    council: COUNCIL,
    matter: { base: BASE, risk: SCHEMA_CHANGE },
    commit: COMMIT,
    mainAuthor: DI,
    events,
    between: { since: null, until: null },
    otherDrops: new Set(),
    provenanceOf: honest,
    ...over,
  });
}

/** Whose approvals count. */
export const approvers = ({ approved }: Approval) => approved.map(({ event: { by } }) => by);
/** Why others do not. */
export const flaws = ({ disregarded }: Approval) => disregarded.map(({ flaw }) => flaw);
