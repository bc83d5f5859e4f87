import { councilSubject } from "../../domain/councilEvents.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import type { Release } from "../../domain/drop/release.ts";
import { shown } from "../../domain/gate/vote.ts";
import { type GateReason, reason } from "../../domain/gateReason.ts";
import type { Candidate } from "../../domain/nextDrop.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { eventFolder } from "../../ledger/eventPath.ts";
import { type LedgerContent, type TouchedEntry, touchedAmong } from "../../ledger/ledger.ts";
import { MISSING } from "../../ledger/strays.ts";
import type { Reading } from "../project/project.ts";

/** As many entries are named, the others counted. */
const NAMED = 5;

/**
 * What of the ledger's history forbids to judge a drop by it: an entry that the verdict depends on was touched, a part
 * of the history is not here, or the history was rewritten since the drop shipped.
 */
export function ledgerFaults(
  { ledger, rewritten }: Pick<Reading, "ledger" | "rewritten">,
  release: Pick<Release, "drops" | "log">,
  candidate: Candidate,
  asked: readonly Drop[],
): GateReason[] {
  const { tag } = candidate;
  const own = release.drops.filter(({ commit }) => commit === candidate.commit);
  const names = new Set([...(tag === null ? [] : [tag]), ...own.flatMap((drop) => drop.names)]);
  const subjects = [
    councilSubject(candidate.commit),
    ...[...names].map((name) => `drop/${name}`),
    ...incidentsOn(ledger, release, names),
  ];
  const before = touchedAmong(
    ledger,
    asked.map(({ commit }) => councilSubject(commit)),
  );
  const touched = [
    ...touchedAmong(ledger, subjects),
    // That can be put back. By anything else an earlier drop has not passed, and what it holds is judged anew.
    ...before.filter(({ how }) => how === "removed"),
    ...(names.size > 0 ? unreadableIncidents(ledger, subjects) : []),
  ];
  const more = touched.length - NAMED;
  return [
    ...(ledger.cut ? [reason("ledger", CUT)] : []),
    ...touched.slice(0, NAMED).map((entry) => reason("ledger", touchedWords(entry))),
    ...(more > 0 ? [reason("ledger", `${more} more ledger entries were touched; see: dropclock log.`)] : []),
    ...rewritten.filter((each) => names.has(each)).map((each) => reason("ledger", rewrittenWords(each))),
  ];
}

/** Of the incidents with a touched entry those that any opening puts on the drop, be it the one that counts or not. */
function incidentsOn(
  { touched }: LedgerContent,
  { log }: Pick<Release, "log">,
  names: ReadonlySet<string>,
): string[] {
  const subjects = new Set(
    touched.map(({ subject }) => subject).filter((name) => name.startsWith("incident/")),
  );
  const isOn = ({ type, data }: { type: string; data: Record<string, unknown> }) =>
    type === "opened" && names.has(data.drop as string);
  return [...subjects].filter((subject) => log.of(subject).some(isOn));
}

/** Of an entry that cannot be read nobody knows on which drop its incident is. */
function unreadableIncidents({ skipped }: LedgerContent, but: readonly string[]): TouchedEntry[] {
  const known = but.map((subject) => eventFolder(subject));
  return skipped
    .filter(({ path, reason }) => reason === MISSING && path.startsWith("incident/"))
    .filter(({ path }) => !known.some((folder) => path.startsWith(folder)))
    .map(({ path }) => ({ subject: "incident/", path, how: "unreadable", event: null }));
}

const CUT =
  "The history of the ledger is incomplete in this clone, or cannot be read, so nobody can tell whether an entry was removed; fetch all of it with: git fetch --unshallow REMOTE refs/dropclock/ledger:refs/dropclock/ledger.";

/** What was done to an entry, as one sentence with the way out. */
export function touchedWords({ how, path, subject, event }: TouchedEntry): string {
  const entry = event
    ? `The ledger entry ${event.id} (${plainText(event.type, 40)}, ${shown(event.by)}) on ${plainText(subject, 80)}`
    : `The ledger entry ${plainText(path, 200)}`;
  switch (how) {
    case "removed":
      return `${entry} was removed after it was recorded. It still counts; put it back with: dropclock sync.`;
    case "changed":
      return `${entry} was changed after it was recorded. What it first said counts; find out who changed it, and continue with a new commit.`;
    case "doubled":
      return `${entry} is claimed by more than one entry. Find out who added the others (dropclock log), and continue with a new commit.`;
    case "unreadable":
      return `${entry} cannot be read: its content is missing from this clone; fetch the ledger again from a clone that has it.`;
  }
}

export const rewrittenWords = (tag: string) =>
  `The history of the ledger was rewritten since ${plainText(tag, 80)} shipped: the ledger that it was recorded in is not part of it. Restore the ledger from a clone that has it, with: dropclock sync.`;
