import { plainText } from "../domain/plainText.ts";
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
    ...(length > 0 ? [`${length} ${length === 1 ? "entry" : "entries"} touched after being recorded`] : []),
    ...(ledger.cut ? ["its history is incomplete in this clone"] : []),
    ...(unverified === null ? [] : [plainText(unverified.replace(/\.$/, ""), 300)]),
    ...(uncounted.size > 0
      ? [
          `${uncounted.size} ${uncounted.size === 1 ? "entry does" : "entries do"} not count: not signed by who is named`,
        ]
      : []),
    ...(rewritten.length > 0 ? [`its history was rewritten since ${drops} shipped`] : []),
  ];
}

/** How the ledger stands, in a few words that both faces use. */
export function standingWords({ state, remote, reason, rewound, toShare }: Standing): string {
  const name = plainText(remote ?? "", 60);
  const waiting = toShare === 0 ? "" : `${toShare} event${toShare === 1 ? "" : "s"} to share`;
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
