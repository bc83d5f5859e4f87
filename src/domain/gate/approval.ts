import { isAtLeast } from "../change/riskLevel.ts";
import { inOrder, type LedgerEvent } from "../event/event.ts";
import { mailOf, plainText, shownName } from "../text/plainText.ts";
import type { Instant } from "../time/instant.ts";
import type { PersonOf } from "./people.ts";
import {
  type Council,
  commitOf,
  type EntryProvenances,
  identityFlaw,
  isCouncilType,
  isSamePerson,
  type ReviewSubject,
  staleness,
  type Vote,
  voteFlaw,
} from "./vote.ts";

/** The council's votes on one drop. */
export interface Approval {
  /** Whether the drop needs the council at all: it has one, and the risk is high enough. */
  needed: boolean;
  /** How many approvals are needed; 0 where none are. */
  quorum: number;
  /** The approvals, one for each member, in the order of truth. */
  approved: Vote[];
  /** Members whose latest vote is no. Any of them blocks the drop. */
  rejected: Vote[];
  /** The current request for approval; null if there is none, or only for an earlier commit. */
  request: LedgerEvent | null;
  /** Overrides that count, oldest first. */
  overrides: LedgerEvent[];
  /** What does not count, each with its reason. */
  disregarded: Vote[];
  mainAuthor: string | null;
  /** Members whose vote could still count: they have not voted, and did not write most of the drop. */
  waitingFor: string[];
}

export interface CouncilFacts {
  council: Council | null;
  matter: ReviewSubject;
  commit: string;
  /** Who made most of the drop, `Name <mail>`. */
  mainAuthor: string | null;
  /** A person with several addresses votes once, and never for their own drop. Left out: an address is a person. */
  personOf?: PersonOf;
  /** The entries of the council, on any commit; other events among them are skipped. */
  events: Iterable<LedgerEvent>;
  /** Between these, entries on other commits were meant for this drop: from the drop before it to its own shipping. */
  between: { since: Instant | null; until: Instant | null };
  /** The commits of the other drops, whose entries are not shown here. */
  otherDrops: ReadonlySet<string>;
  provenanceOf: EntryProvenances;
}

/**
 * Replays the record. It depends only on the set of events: not on the order in which they came, nor on
 * how often one arrived.
 */
export function foldApproval(facts: CouncilFacts): Approval {
  const { council, matter, mainAuthor, personOf = mailOf } = facts;
  const { own, elsewhere } = entriesOf(facts);
  const votes = own
    .filter(({ type }) => type === "approved" || type === "rejected")
    .map((event) => judge(event, facts));
  const last = new Map<string, Vote>();
  for (const vote of votes) if (vote.flaw === null) last.set(personOf(vote.event.by), vote);
  const standing = [...last.values()];
  const overrides = own.filter(({ type }) => type === "override").map((event) => judgeOverride(event, facts));
  const approved = standing.filter(({ event, stale }) => event.type === "approved" && !stale);
  const needed = council !== null && isAtLeast(matter.risk.level, council.from);
  const settled = new Set([...last].filter(([, { stale }]) => !stale).map(([person]) => person));
  return {
    needed,
    quorum: needed ? council.quorum : 0,
    approved,
    rejected: standing.filter(({ event }) => event.type === "rejected"),
    request: own.findLast(({ type }) => type === "approval-requested") ?? null,
    overrides: overrides.filter(({ flaw }) => flaw === null).map(({ event }) => event),
    disregarded: [
      ...[...votes, ...overrides].filter(({ flaw }) => flaw !== null),
      ...standing.filter(({ event, stale }) => stale && event.type === "approved").map(asStale(matter)),
      ...elsewhere.filter(({ type }) => type !== "approval-requested").map(onOtherCommit),
    ],
    mainAuthor,
    waitingFor: (council?.members ?? []).filter(
      (member) => !settled.has(personOf(`<${member}>`)) && !isSamePerson(mainAuthor, `<${member}>`, personOf),
    ),
  };
}

/** The entries on the drop's commit, and those on commits that it had before; each once, in the order of truth. */
function entriesOf({
  events,
  commit,
  between,
  otherDrops,
}: CouncilFacts): Record<"own" | "elsewhere", LedgerEvent[]> {
  const seen = new Map<string, LedgerEvent>();
  for (const event of events) if (isCouncilType(event.type)) seen.set(event.id, event);
  const all = [...seen.values()].sort(inOrder);
  const { since, until } = between;
  const isNear = ({ at }: LedgerEvent) => (since === null || at > since) && (until === null || at <= until);
  return {
    own: all.filter((event) => commitOf(event) === commit),
    elsewhere: all.filter(
      (event) => commitOf(event) !== commit && !otherDrops.has(commitOf(event)) && isNear(event),
    ),
  };
}

function judge(
  event: LedgerEvent,
  { council, matter, mainAuthor, personOf, provenanceOf }: CouncilFacts,
): Vote {
  const flaw = council
    ? voteFlaw(event, provenanceOf(event), council, mainAuthor, personOf)
    : `${shownName(event.by)}'s: the policy has no council`;
  // A rejection stays one until its author thinks better of it.
  const stale = event.type === "approved" && staleness(event, matter) !== null;
  return { event, flaw, stale };
}

/** Anyone may override, under their own name and with a reason; it stays on the record for good. */
function judgeOverride(event: LedgerEvent, { council, matter, provenanceOf }: CouncilFacts): Vote {
  const grown = staleness(event, matter);
  // Blanks, or letters that nobody sees, are no reason.
  const unsaid = plainText(String(event.data.why ?? "")) === "" ? "it gives no reason" : null;
  const because = unsaid ?? grown;
  const flaw =
    identityFlaw(event, provenanceOf(event), council?.signed ?? false) ??
    (because === null ? null : `${shownName(event.by)}'s override: ${because}`);
  return { event, flaw, stale: grown !== null };
}

const asStale =
  (matter: ReviewSubject) =>
  (vote: Vote): Vote => ({
    ...vote,
    flaw: `${shownName(vote.event.by)}'s is stale: ${staleness(vote.event, matter)}`,
  });

const onOtherCommit = (event: LedgerEvent): Vote => ({
  event,
  flaw: `${shownName(event.by)}'s is for another commit (${commitOf(event).slice(0, 10)})`,
  stale: true,
});
