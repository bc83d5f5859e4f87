import { type Drop, shippedEvents } from "../../domain/drop/drop.ts";
import { type Candidate, dropNamed, type Release, recordOf } from "../../domain/drop/release.ts";
import { factsFrom, watchFacts } from "../../domain/drop/watchPlan.ts";
import type { LedgerEvent } from "../../domain/event/event.ts";
import {
  type DropStage,
  type Gate,
  type GateFacts,
  type GateQuestion,
  type GateReason,
  judgeGate,
  reason,
  type SignalStanding,
  stageAfter,
  stageOf,
} from "../../domain/gate/gate.ts";
import { councilSubject } from "../../domain/gate/vote.ts";
import type { Signal } from "../../domain/policy/policy.ts";
import { evaluate } from "../../domain/signal/signal.ts";
import { type SignalEntry, signalEntries } from "../../domain/signal/signalRecord.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { nameMatcher, patternWords } from "../../domain/text/tagNames.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { isAncestor } from "../../git/ancestry.ts";
import { committedAt } from "../../git/history.ts";
import { eventFolder } from "../../ledger/eventPath.ts";
import { type LedgerContent, MISSING, type TouchedEntry, touchedAmong } from "../../ledger/ledger.ts";
import type { SignalSource } from "../../signals/http.ts";
import type { SourceOpener } from "../../signals/signalSource.ts";
import type { Project, Reading } from "../project/project.ts";
import { type CouncilReview, readCouncilReview } from "./councilReview.ts";
import { type Governed, nameOfCandidate } from "./governed.ts";

/** A drop at its gate: the question, the verdict, and all that it was judged by. */
export interface GateReading extends CouncilReview {
  name: string;
  question: GateQuestion;
  gate: Gate;
  /** What the verdict was given on, so that it can be given again as time passes. */
  facts: GateFacts;
  /** Where the drop is; null before it ships, and without stages. */
  stage: DropStage | null;
  governed: Governed;
}

interface GateWish {
  /** The stage that it wants to enter; left out: the next one of a drop that has shipped, else to ship. */
  to?: string;
  /** Wants to ship, whatever it has done already. */
  ship?: boolean;
  /**
   * Opens the sources of signals, which are read where a stage is to be entered. Null: nobody is asked, and only what is
   * on record as breached counts; such a verdict is for show.
   */
  sources: SourceOpener | null;
}

/** Judges a drop. Nothing is written. */
export async function readGate(
  project: Project,
  governed: Governed,
  candidate: Candidate,
  wish: GateWish,
): Promise<GateReading> {
  const review = await readCouncilReview(project, governed, candidate);
  const stage = await currentStage(governed, candidate);
  const question = questionOf(governed, candidate, stage, wish);
  const { policy } = governed.release.policy;
  const facts: GateFacts = {
    question,
    name: nameOfCandidate(candidate),
    at: project.now(),
    faults: await faultsOf(governed, review, { question, stage }),
    approval: review.approval,
    stages: policy.stages,
    stage,
    signals:
      question.kind === "promote"
        ? await readSignalStandings(project, governed, { tag: candidate.tag, stage }, wish.sources)
        : [],
    incidents: openIncidents(governed, candidate),
  };
  const gate = judgeGate(facts);
  return { ...review, name: facts.name, question, gate, facts, stage, governed };
}

function questionOf(
  governed: Governed,
  candidate: Candidate,
  stage: DropStage | null,
  { to, ship }: GateWish,
): GateQuestion {
  if (to !== undefined) return { kind: "promote", to };
  const isShipped = stage !== null && !hasToBeRecorded(governed, candidate, stage);
  const next = isShipped && !ship ? stageAfter(governed.release.policy.policy.stages, stage) : null;
  return next ? { kind: "promote", to: next.name } : { kind: "ship" };
}

/** What nobody can approve away. */
async function faultsOf(
  governed: Governed,
  { candidate, asked }: CouncilReview,
  { question, stage }: Pick<GateFacts, "question" | "stage">,
): Promise<GateReason[]> {
  const { release, reading } = governed;
  const name = nameOfCandidate(candidate);
  const faults: GateReason[] = ledgerFaults(reading, release, candidate, asked);
  const drop = dropNamed(release, candidate.tag);
  const now = reading.facts.tags.find((tag) => tag.name === candidate.tag)?.commit;
  if (drop && now !== undefined && now !== drop.commit) {
    const recorded = drop.commit;
    const moved = `The tag ${name} was moved to ${now.slice(0, 10)}; ${recorded.slice(0, 10)}, which was shipped, counts. Put it back, or ship under a new name.`;
    faults.push(reason("moved-tag", moved));
  }
  if (question.kind === "promote" && hasToBeRecorded(governed, candidate, stage)) {
    const way = `record it, and it soaks from then on: dropclock drop ship ${name}`;
    faults.push(
      reason("soak", `${name} is not on record as shipped, so nobody knows since when it soaks; ${way}`),
    );
  }
  if (candidate.tag !== null && recordOf(release, candidate.tag).state !== "in force")
    faults.push(reason("undone", `${name} was taken back; reapply it, or ship a new drop.`));
  const patterns = release.policy.policy.drops.tags;
  if (!drop && candidate.tag !== null && !nameMatcher(patterns)(candidate.tag)) {
    const wanted = plainText(patternWords(patterns), 80);
    const renamed = `${name} does not match “${wanted}” (drops.tags), so it is no drop; tag the commit under a name that does.`;
    faults.push(reason("no-drop", renamed));
  } else if (!drop && candidate.tag !== null && !(await isAhead(governed, candidate.commit))) {
    const names = release.branches.map((branch) => plainText(branch.name, 60)).slice(0, 5);
    faults.push(reason("off-branch", `${name} is not on ${names.join(", ")}; merge it there first.`));
  }
  return faults;
}

/**
 * Whether nothing says since when a drop soaks but the dates of its tag and its commit, which are written by whoever
 * pushes them. For its gate it has not shipped then.
 */
function hasToBeRecorded({ release }: Governed, { tag }: Candidate, stage: DropStage | null): boolean {
  const { council, stages } = release.policy.policy;
  const drop = dropNamed(release, tag);
  if (!council || !drop || stage === null || stages[stage.index]!.soak === 0) return false;
  const subjects = drop.names.map((name) => `drop/${name}`);
  return shippedEvents(new Map(subjects.map((subject) => [subject, release.log.of(subject)]))).size === 0;
}

/** Whether a commit builds on a release branch, as one does that is pushed together with its tag. */
async function isAhead({ repository, release }: Governed, commit: string): Promise<boolean> {
  for (const branch of release.branches) if (await isAncestor(repository, branch.commit, commit)) return true;
  return false;
}

function openIncidents({ release }: Governed, { tag }: Candidate): string[] {
  if (tag === null) return [];
  return release.incidents
    .filter(
      ({ drop, kind, round }) =>
        drop === (dropNamed(release, tag)?.tag ?? tag) && kind === "real" && !round.marks.mitigated,
    )
    .map(({ title }) => title);
}

/** As many entries are named, the others counted. */
const NAMED = 5;

/**
 * What of the ledger's history forbids to judge a drop by it: an entry that the verdict depends on was touched, a part
 * of the history is not here, or the history was rewritten since the drop shipped.
 */
function ledgerFaults(
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
function touchedWords({ how, path, subject, event }: TouchedEntry): string {
  const entry = event
    ? `The ledger entry ${event.id} (${plainText(event.type, 40)}, ${shownName(event.by)}) on ${plainText(subject, 80)}`
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

const rewrittenWords = (tag: string) =>
  `The history of the ledger was rewritten since ${plainText(tag, 80)} shipped: the ledger that it was recorded in is not part of it. Restore the ledger from a clone that has it, with: dropclock sync.`;

/** A clock that was given this far in the past looks back: what a source says now is no answer for then. */
const LOOKING_BACK_MS = 60_000;

/**
 * How the signals of the policy stand, for a drop that wants to go on: one reading of each, now; and one that is on
 * record as breached while the drop was in this stage stays so until it is on record as calm again.
 */
async function readSignalStandings(
  project: Project,
  { release }: Governed,
  { tag, stage }: { tag: string | null; stage: DropStage | null },
  open: SourceOpener | null,
): Promise<SignalStanding[]> {
  const { signals } = release.policy.policy;
  const told = tag === null ? [] : signalEntries(release.log, tag);
  const since = stage?.since ?? 0;
  const drop = tag === null ? null : dropNamed(release, tag);
  const facts = drop ? watchFacts(release, drop, project.now()) : factsFrom(project.now());
  const standings = await Promise.all(
    signals.map((signal) => {
      const last = told.findLast(({ signal: name, at }) => name === signal.name && at >= since);
      return onRecord(signal, last) ?? (open && readNow(project, signal, last, (each) => open(each, facts)));
    }),
  );
  return standings.filter((standing) => standing !== null);
}

function onRecord({ name }: Signal, last: SignalEntry | undefined): SignalStanding | null {
  if (last?.state !== "breached") return null;
  return { name, state: "breached", at: last.at, why: "it is on record as breached, and not as calm since" };
}

async function readNow(
  project: Project,
  signal: Signal,
  last: SignalEntry | undefined,
  open: (signal: Signal) => SignalSource,
): Promise<SignalStanding> {
  const { name } = signal;
  const { lookBackTo } = project;
  if (lookBackTo !== null && lookBackTo < Date.now() - LOOKING_BACK_MS) return asOfThen(name, last);
  const answer = await open(signal)(new AbortController().signal);
  const found = evaluate(signal, null, { at: project.now(), answer });
  return { name, state: found.state, at: found.at, why: plainText(found.why, 300).replace(/\.$/, "") };
}

function asOfThen(name: string, last: SignalEntry | undefined): SignalStanding {
  if (last?.state === "calm") return { name, state: "calm", at: last.at, why: "on record as calm" };
  return {
    name,
    state: "unread",
    at: null,
    why: "nothing was on record of it then",
  };
}

/**
 * Where a drop is among the policy's stages; null before it ships, and without stages. Soaking counts from the latest of
 * all evidence (the entry, the ledger's commit, the tag, the commit): whoever back-dates one of them gains nothing.
 */
export async function currentStage(governed: Governed, { tag }: Candidate): Promise<DropStage | null> {
  const { release, reading, repository } = governed;
  const { stages } = release.policy.policy;
  const drop = dropNamed(release, tag);
  if (!drop || stages.length === 0) return null;
  const counted = release.log.of(`drop/${drop.tag}`);
  // What nobody signed for exposes nothing, and is evidence all the same that it was not there before.
  const events = drop.names.flatMap((name) => (reading.record ?? reading.ledger.log).of(`drop/${name}`));
  const entered = new Map<string, Instant>();
  for (const event of events) {
    if (event.type !== "shipped" && event.type !== "stage") continue;
    const commit = reading.ledger.provenance(event.id)?.commit;
    const written = commit === undefined ? event.recorded : await committedAt(repository, commit);
    entered.set(event.id, Math.max(event.at, event.recorded, written));
  }
  const at = (event: LedgerEvent) => entered.get(event.id) ?? event.at;
  const isShipped = ({ type }: LedgerEvent) => type === "shipped";
  const first = counted.find(isShipped);
  // Where nobody signed for it, the latest of all that was said.
  const said = (first ? [first] : events.filter(isShipped)).map(at);
  const tags = reading.facts.tags.filter(({ name }) => drop.names.includes(name)).map(({ date }) => date);
  const shippedAt = Math.max(drop.shippedAt, ...said, ...tags, await committedAt(repository, drop.commit));
  return stageOf(stages, counted, shippedAt, at);
}
