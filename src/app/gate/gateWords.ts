import type { Approval } from "../../domain/gate/approval.ts";
import { type Gate, judgeGate, type SignalStanding } from "../../domain/gate/gate.ts";
import type { Vote } from "../../domain/gate/vote.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Governed } from "./governed.ts";
import type { GateReading } from "./readGate.ts";

/** What both faces say of a gate and its council, as inert text. */

/** `drop-7 may be promoted to broad`, `The next drop (3 commits) may not ship`. */
export function aimWords({ question, name, candidate, commits, gate }: GateReading): string {
  const not = gate.open ? "may" : "may not";
  const size = candidate.tag === null ? ` (${counted(commits.length, "commit")})` : "";
  const aim = question.kind === "ship" ? "ship" : `be promoted to ${plainText(question.to, 60)}`;
  return `${name}${size} ${not} ${aim}`;
}

/** By which policy, where it is not plainly the one at hand. */
export function policyWords({ anchor, release }: Governed): string[] {
  const branch = plainText(anchor.branch, 60);
  const { policy, source, draft } = release.policy;
  const words: string[] = [];
  if (source === "work-tree")
    words.push(`There is no policy on ${branch} yet; judged by the one in this work tree.`);
  else if (source === "last-good")
    words.push(`The policy on ${branch} is broken; judged by the last good one there.`);
  else if (draft) words.push(`Judged by the policy on ${branch}; the one in this work tree differs.`);
  if (policy.council && !policy.council.signed) words.push(UNSIGNED);
  if (anchor.remote === null)
    words.push("There is no remote, so nothing is shared: the gate knows this clone alone.");
  return words;
}

/** What an approval is worth where nobody has to sign. */
const UNSIGNED =
  "Approvals are not signed: whoever may push to the ledger can enter one in any name; council.signed: true asks for signatures.";

/** From where a drop is judged, where that is not the drop before it; null where it is. */
export function baseWords({
  candidate: { previous },
  base,
}: Pick<GateReading, "candidate" | "base">): string | null {
  if (previous === null || previous.tag === base?.tag) return null;
  const since = base ? plainText(base.tag, 60) : "the beginning";
  return `Judged with all since ${since}: ${plainText(previous.tag, 60)} did not pass its own gate.`;
}

/** `1 of 2 approvals (Ana)`, `nobody's approval is needed`. */
export function councilWords({ needed, approved, quorum }: Approval): string {
  if (!needed) return "nobody's approval is needed";
  const names = approved.length > 0 ? ` (${namesOf(approved)})` : "";
  return `${approved.length} of ${counted(quorum, "approval")}${names}`;
}

/** What counts of what was said, each as one line. */
export function voteWords({ approved, rejected, overrides }: Approval): string[] {
  const said = (verb: string, by: string, why: unknown) =>
    `${verb} ${shownName(by)}${typeof why === "string" && why !== "" ? `: ${plainText(why)}` : ""}`;
  return [
    ...approved.map(({ event }) => said("Approved by", event.by, event.data.why)),
    ...rejected.map(({ event }) => said("Rejected by", event.by, event.data.why)),
    ...overrides.map(({ by, data }) => said("Overridden by", by, data.why)),
  ];
}

/** Whom it still waits for; null where it waits for nobody. */
export function waitingWords({ needed, approved, quorum, waitingFor, request }: Approval): string | null {
  if (!needed || approved.length >= quorum || waitingFor.length === 0) return null;
  const members = waitingFor.map((mail) => plainText(mail, 80)).join(", ");
  return `${request ? "Waiting for" : "Not requested yet; could come from"} ${members}`;
}

/** Whether a drop waits for the word of somebody. */
export function waitsFor(mail: string | null, reading: Pick<GateReading, "approval"> | null): boolean {
  if (mail === null || reading === null) return false;
  const { needed, request, approved, quorum, waitingFor, overrides } = reading.approval;
  if (!needed || request === null || approved.length >= quorum || overrides.length > 0) return false;
  return waitingFor.some((member) => member.toLowerCase() === mail);
}

const namesOf = (votes: readonly Vote[]) => votes.map(({ event }) => shownName(event.by)).join(", ");

/**
 * The verdict of a reading at a later instant: a soak may be over by then.
 * @param signals What was read of signals since. One that is on record as breached stays so until the record says calm.
 */
export function gateAt(
  { facts }: Pick<GateReading, "facts">,
  at: Instant,
  signals: readonly SignalStanding[] = [],
): Gate {
  const onRecord = new Set(facts.signals.map(({ name }) => name));
  const fresh = signals.filter(({ name }) => !onRecord.has(name));
  return judgeGate({ ...facts, at, signals: [...facts.signals, ...fresh] });
}
