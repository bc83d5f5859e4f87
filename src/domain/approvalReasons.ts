import { inOrder } from "./event/event.ts";
import type { Approval } from "./gate/approval.ts";
import { shown, type Vote } from "./gate/vote.ts";
import { type GateReason, reason } from "./gateReason.ts";
import { plainText } from "./text/plainText.ts";

/** What the council has against a drop: what still stands, and what an override has lifted. */
export interface Objections {
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
