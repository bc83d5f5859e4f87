import { becauseOf, isAtLeast, type Risk } from "../change/riskLevel.ts";
import type { EventLog, LedgerEvent } from "../event/event.ts";
import {
  all,
  type Check,
  objectName,
  oneOf,
  optional,
  optionalText,
  text,
  texts,
} from "../event/eventChecks.ts";
import { type Policy, RISK_LEVELS, type RiskLevel } from "../policy/policy.ts";
import { mailOf, plainText, shownName } from "../text/plainText.ts";
import type { PersonOf } from "./people.ts";

export type Council = NonNullable<Policy["council"]>;

/** What the ledger's own history says about an event, whatever the event claims. */
export interface EntryProvenance {
  /** Who recorded it, `Name <mail>`; null if the history here does not show it. */
  author: string | null;
  /** Null if it was not checked, because the policy requires none. */
  signature: Signature | null;
}

/** What git says of the signature of the ledger's commit. */
export interface Signature {
  good: boolean;
  /** Whom the key belongs to, as git names them: `Ana <ana@example.com>`, or the principal of an SSH key. */
  signer: string | null;
  /** Everyone the key is trusted to belong to; left out: only the signer. */
  owners?: readonly string[];
  /** Git's message if it is not good; null: there is none. */
  complaint: string | null;
}

export type EntryProvenances = (event: LedgerEvent) => EntryProvenance;

/** The drop as the council judges it: what an entry must have been made for. */
export interface ReviewSubject {
  /** Where the drop begins: the commit of the drop before it; null for the first one. */
  base: string | null;
  risk: Risk;
}

/** One entry of the council, and whether it counts. */
export interface Vote {
  event: LedgerEvent;
  /** Why it does not count, as a sentence that begins with whose it is; null when it counts. */
  flaw: string | null;
  /** Made for another commit, or before the risk rose, so it must be given again. */
  stale: boolean;
}

/** What entries are made for, as their data keeps it. */
export const givenFor = ({ base, risk }: ReviewSubject) => ({
  reasons: becauseOf(risk),
  level: risk.level,
  ...(base === null ? {} : { base }),
});

/** Why the author of an entry is in doubt; null if it is not. The same for every kind of entry. */
export function identityFlaw(
  { by }: LedgerEvent,
  provenanceOf: EntryProvenance,
  signed: boolean,
): string | null {
  const who = shownName(by);
  if (provenanceOf.author === null) return `${who}'s: the ledger's history here does not tell who entered it`;
  if (mailOf(provenanceOf.author) !== mailOf(by))
    return `in the name of ${who}, but ${shownName(provenanceOf.author)} entered it`;
  return signed ? signatureFlaw(by, provenanceOf.signature) : null;
}

function signatureFlaw(by: string, signature: Signature | null): string | null {
  const who = shownName(by);
  if (!signature || (!signature.good && signature.complaint === null))
    return `${who}'s is not signed, and the policy wants signatures`;
  if (!signature.good)
    return `${who}'s has a signature that git does not accept: ${plainText(signature.complaint!, 200)}`;
  const { signer } = signature;
  if (signer === null || !(signature.owners ?? [signer]).some((owner) => isSigner(owner, by)))
    return `${who}'s is signed with the key of ${signer === null ? "somebody else" : shownName(signer)}`;
  return null;
}

/** Git names the owner of an SSH key by its principal, which is an address alone. */
const isSigner = (signer: string, by: string) =>
  (mailOf(signer) || signer.trim().toLowerCase()) === mailOf(by);

/** Why a member's entry does not count; null when it does. */
export function voteFlaw(
  event: LedgerEvent,
  provenanceOf: EntryProvenance,
  council: Council,
  mainAuthor: string | null,
  personOf: PersonOf = mailOf,
): string | null {
  const mail = mailOf(event.by);
  if (!council.members.some((member) => member.toLowerCase() === mail))
    return `${shownName(event.by)}'s: not a member of the council`;
  const flaw = identityFlaw(event, provenanceOf, council.signed);
  if (flaw) return flaw;
  // Whoever wrote the drop may still reject it.
  return event.type === "approved" && isSamePerson(mainAuthor, event.by, personOf)
    ? `${shownName(event.by)}'s own drop: most of its commits are theirs`
    : null;
}

/** By the address alone, or by the mailmap; a name there must not split one person in two. */
export const isSamePerson = (a: string | null, b: string, personOf: PersonOf) =>
  a !== null && (mailOf(a) === mailOf(b) || personOf(a) === personOf(b));

/** Why an entry is not for the drop as it is now; null when it is. Fewer reasons than it was given for are fine. */
export function staleness({ data }: LedgerEvent, { base, risk }: ReviewSubject): string | null {
  const level = data.level as RiskLevel | undefined;
  const reasons = Array.isArray(data.reasons) ? (data.reasons as string[]) : [];
  if (typeof data.base === "string" && data.base !== base) return "the drop began at another commit";
  const fresh = becauseOf(risk).filter((because) => !reasons.includes(because));
  if (fresh.length > 0) return `since then there is: ${fresh.map((each) => plainText(each, 120)).join(", ")}`;
  return isAtLeast(level ?? "low", risk.level) ? null : `the risk was ${level ?? "not known"} then`;
}

/** What an entry of the council was made for: the reasons of the risk, its level, and where the drop begins. */
const given = all(
  optional("reasons", texts("reasons")),
  optional("level", oneOf("level", RISK_LEVELS)),
  optional("base", objectName("base")),
);

/** What the data of the events of `commit/<sha>` must hold. */
export const COUNCIL_CHECKS: Readonly<Record<string, Check>> = {
  "approval-requested": all(optionalText("why"), given),
  approved: all(optionalText("why"), given),
  rejected: all(optionalText("why"), given),
  override: all(text("why"), optionalText("stage"), given),
};

const COMMIT = "commit/";

export const councilSubject = (commit: string) => `${COMMIT}${commit}`;

/** The commit that an entry is about. */
export const commitOf = ({ subject }: Pick<LedgerEvent, "subject">) => subject.slice(COMMIT.length);

/** Every recorded entry of the council. */
export function councilEntries(log: EventLog): LedgerEvent[] {
  return [...log.live()].flatMap(([subject, events]) =>
    subject.startsWith(COMMIT) ? events.filter(({ type }) => isCouncilType(type)) : [],
  );
}

export const isCouncilType = (type: string) => Object.hasOwn(COUNCIL_CHECKS, type);
