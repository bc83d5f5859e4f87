import { councilEntries } from "../../domain/councilEvents.ts";
import { asOf, type LedgerEvent } from "../../domain/event.ts";
import { type EventLog, eventLogOf, withSubjects } from "../../domain/eventLog.ts";
import { HumanError } from "../../domain/humanError.ts";
import { type PersonOf, readMailmap } from "../../domain/mailmap.ts";
import { foldRelease, type Release, type ReleaseBranch, type ReleaseFacts } from "../../domain/release.ts";
import { type Anchor, isUnread } from "../../git/anchor.ts";
import { readFileAt } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import type { Project, Reading } from "../project.ts";

/** What judging needs of a project. */
export type Judging = Pick<
  Project,
  "repository" | "risks" | "read" | "clockGiven" | "lookBackTo" | "policyIn"
>;

/** A project that may be judged: its release branch and the policy in force are known. */
export interface Governed {
  repository: Repository;
  anchor: Anchor;
  reading: Reading;
  release: Release & { branch: ReleaseBranch };
  /** What the council is on record to have said, also what does not count: people are told why. */
  council: readonly LedgerEvent[];
  /**
   * Who is who, as the policy: by the list on the anchor branch, so that nobody becomes somebody else by an edit in
   * their work tree. One process, once.
   */
  personOf(): Promise<PersonOf>;
}

/**
 * Reads a project for council and gate.
 * @throws {HumanError} where remote, branch or policy in force are not known: what cannot be read opens no gate.
 */
export async function readGoverned(project: Judging, reading?: Reading): Promise<Governed> {
  const read = reading ?? (await project.read());
  const { repository } = project;
  const { release, anchor } = read;
  const { branch, branchMissing, policy } = release;
  if (!repository || !branch || !anchor || "missing" in anchor) {
    throw new HumanError(
      isUnread(anchor) ? "service" : "usage",
      branchMissing ?? "There is no git repository here.",
    );
  }
  if (policy.doubt !== undefined) throw new HumanError("usage", policy.doubt);
  const { lookBackTo, clockGiven } = project;
  const all = councilEntries(read.ledger.log).filter((event) => clockGiven || !isByGivenClock(event));
  const council = lookBackTo === null ? all : asOf(all, lookBackTo);
  const events = clockGiven ? null : withoutGivenClock(read.facts.events);
  const facts = events === null ? read.facts : { ...read.facts, events };
  const counted = events === null ? release : foldRelease(facts, lookBackTo);
  let people: Promise<PersonOf> | null = null;
  const personOf = () => {
    people ??= readFileAt(repository, anchor.commit, ".mailmap").then(readMailmap);
    return people;
  };
  return {
    repository,
    anchor,
    reading: { ...read, facts },
    release: Object.assign(counted, { branch }),
    council,
    personOf,
  };
}

/** Entries that were made by a given clock count for nobody who goes by the machine's. Null: there are none. */
function withoutGivenClock(events: ReleaseFacts["events"]): EventLog | null {
  const log = "live" in events ? events : eventLogOf(events);
  const changed = new Map<string, readonly LedgerEvent[]>();
  for (const [subject, own] of log.live())
    if (/^(?:drop|commit)\//.test(subject) && own.some(isByGivenClock))
      changed.set(
        subject,
        own.filter((event) => !isByGivenClock(event)),
      );
  return changed.size === 0 ? null : withSubjects(log, changed);
}

const isByGivenClock = ({ data }: LedgerEvent) => data.clock === "given";
