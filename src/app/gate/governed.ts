import type { Drop } from "../../domain/drop/drop.ts";
import type { ReleaseBranch } from "../../domain/drop/dropHistory.ts";
import {
  type Candidate,
  candidateOf,
  dropNamed,
  foldRelease,
  nextDrop,
  previousOf,
  type Release,
  type ReleaseFacts,
} from "../../domain/drop/release.ts";
import { asOf, type EventLog, eventLogOf, type LedgerEvent, withSubjects } from "../../domain/event/event.ts";
import { type PersonOf, readMailmap } from "../../domain/gate/people.ts";
import { councilEntries } from "../../domain/gate/vote.ts";
import { refComplaint } from "../../domain/text/gitNames.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { type Anchor, isUnread } from "../../git/anchor.ts";
import { readFileAt } from "../../git/fileVersions.ts";
import type { Repository } from "../../git/repository.ts";
import { mustBeDrop } from "../drop/dropNamed.ts";
import { HistoryReader } from "../project/historyReader.ts";
import type { Project, Reading } from "../project/project.ts";

/** What judging needs of a project. */
export type Judging = Pick<
  Project,
  "repository" | "risks" | "read" | "clockGiven" | "lookBackTo" | "policyIn" | "remember"
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

/**
 * The drop that a council or a gate is asked about: that of a tag; without one the next drop, or the current one where
 * nothing is new.
 * @throws {HumanError} where there is no such drop, or none at all.
 */
export async function candidateNamed(governed: Governed, tag: string | undefined): Promise<Candidate> {
  const { release } = governed;
  if (tag !== undefined) {
    const known = dropNamed(release, tag);
    return known && !namesAnother(governed, known, tag)
      ? candidateOf(release, known)
      : candidateElsewhere(governed, tag);
  }
  const { current } = release;
  const found = nextDrop(release) ?? (current ? candidateOf(release, current) : null);
  if (!found) throw new HumanError("usage", "There is nothing to release yet; make the first commit.");
  return found;
}

/** Whether a second name of a drop names something else by now: by the record alone it would pass for that drop. */
const namesAnother = ({ reading }: Governed, drop: Drop, tag: string) =>
  tag !== drop.tag && reading.facts.tags.some(({ name, commit }) => name === tag && commit !== drop.commit);

/** A tag that is not on the release branch, such as one that is about to be pushed together with it. */
async function candidateElsewhere(governed: Governed, tag: string): Promise<Candidate> {
  const commit = refComplaint(tag) === null ? await commitOf(governed, `refs/tags/${tag}`) : null;
  return commit === null
    ? candidateOf(governed.release, mustBeDrop(governed.release, tag))
    : candidateAt(governed, tag, commit);
}

/**
 * The drop that a tag would mark on an object, whatever the tag names here: from the newest drop before it.
 * @param object Its full name, of a commit or a tag.
 */
export async function candidateAt(governed: Governed, tag: string, object: string): Promise<Candidate> {
  const { repository, reading, release } = governed;
  const commit = await commitOf(governed, object);
  if (commit === null)
    throw new HumanError("usage", `${plainText(tag, 80)} is no tag of a commit, so it marks no drop.`);
  const known = dropNamed(release, tag);
  if (known && known.commit === commit) return candidateOf(release, known);
  // As if a branch ended there, on which nothing has this name yet.
  const history = await new HistoryReader(repository).of([{ name: tag, ref: object, commit }]);
  const tags = history.tags.filter((each) => each.name !== tag);
  const line = foldRelease({ ...reading.facts, policy: release.policy, ...history, tags });
  const held = line.current;
  return { tag, commit, previous: held && held.commit === commit ? previousOf(line, held) : held };
}

async function commitOf({ repository }: Governed, object: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", `${object}^{commit}`];
  const { code, stdout } = await repository.git.ask(args);
  return code === 0 ? stdout.trim() : null;
}

/** How sentences call it. */
export const nameOfCandidate = ({ tag }: Candidate) => (tag === null ? "The next drop" : plainText(tag, 80));
