import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isUnread, type NoAnchor } from "../../git/anchor.ts";
import type { Reading } from "./project.ts";
import type { Standing } from "./sharing.ts";

/** What of the ledger's history people must not pass over, each in a few words. */
export function historyWarnings({
  ledger,
  rewritten,
  uncounted,
  unverified,
}: Pick<Reading, "ledger" | "rewritten" | "uncounted" | "unverified">): string[] {
  const { length } = ledger.touched;
  const drops = rewritten.map((tag) => plainText(tag, 60)).join(", ");
  return [
    ...(length > 0 ? [`${counted(length, "entry", "entries")} touched after being recorded`] : []),
    ...(ledger.cut ? ["its history is incomplete in this clone"] : []),
    ...(unverified === null ? [] : [plainText(unverified.replace(/\.$/, ""), 300)]),
    ...(uncounted.size > 0
      ? [`${counted(uncounted.size, "entry does", "entries do")} not count: not signed by who is named`]
      : []),
    ...(rewritten.length > 0 ? [`its history was rewritten since ${drops} shipped`] : []),
  ];
}

/** Why nobody here knows which incidents the team has on record. */
export interface IncidentsDoubt {
  /** `looking`: the remote has not answered yet. `branch`: it is not known where to look. */
  kind: "unread" | "looking" | "branch";
  /** A few words; empty where none are needed. */
  why: string;
}

/** Whether there is a remote, and nobody here knows which of its branches is released from: then no drop is known. */
export const isBranchUnknown = (anchor: Reading["anchor"]): anchor is NoAnchor =>
  isUnread(anchor) && anchor.remote !== null;

/** Null where it is known: what was fetched before counts, however old it is. */
export function incidentsDoubt({
  standing: { state, remote, reason, unread },
  ledger,
  anchor,
}: Pick<Reading, "standing" | "ledger" | "anchor">): IncidentsDoubt | null {
  const name = plainText(remote ?? "", 60);
  if (unread) return { kind: "unread", why: `${name} cannot be reached: ${plainText(reason ?? "", 200)}` };
  if (ledger.head !== null) return null;
  if (isBranchUnknown(anchor)) return { kind: "branch", why: plainText(anchor.missing, 200) };
  return state === "unknown" && remote !== null ? { kind: "looking", why: `asking ${name}` } : null;
}

/** How the ledger stands, in a few words that both faces use. */
export function standingWords({ state, remote, reason, rewound, toShare }: Standing): string {
  const name = plainText(remote ?? "", 60);
  const waiting = toShare === 0 ? "" : `${counted(toShare, "event")} to share`;
  switch (state) {
    case "in-step":
      return `in step with ${name}${rewound ? ", which had lost events; they were put back" : ""}`;
    case "ahead":
      return `${waiting || "something to share"} with ${name}`;
    case "behind":
      return `behind ${name}`;
    case "diverged":
      return `${waiting} with ${name}, which has others`;
    case "unreachable":
      return `unreachable: ${plainText(reason ?? "", 200)}${waiting && ` (${waiting})`}`;
    case "unknown":
      return "not looked at yet";
    case "none":
      return remote === null ? "not shared" : `not shared: no remote ${name}`;
  }
}
