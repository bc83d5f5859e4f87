import { shippedEvents } from "../../domain/drop.ts";
import { type Gate, type GateFacts, type GateQuestion, judgeGate } from "../../domain/gate.ts";
import { type GateReason, reason } from "../../domain/gateReason.ts";
import type { Candidate } from "../../domain/nextDrop.ts";
import { plainText } from "../../domain/plainText.ts";
import { dropNamed, recordOf } from "../../domain/release.ts";
import { type DropStage, stageAfter } from "../../domain/stage.ts";
import { nameMatcher, patternWords } from "../../domain/tagPattern.ts";
import { isAncestor } from "../../git/ancestry.ts";
import type { Project } from "../project.ts";
import { nameOfCandidate } from "./candidates.ts";
import { currentStage } from "./currentStage.ts";
import type { Governed } from "./governed.ts";
import { ledgerFaults } from "./ledgerFaults.ts";
import { type Hearing, readHearing } from "./readHearing.ts";
import { readSignalStandings, type SourceOpener } from "./signalStandings.ts";

/** A drop at its gate: the question, the verdict, and all that it was judged by. */
export interface GateReading extends Hearing {
  name: string;
  question: GateQuestion;
  gate: Gate;
  /** What the verdict was given on, so that it can be given again as time passes. */
  facts: GateFacts;
  /** Where the drop is; null before it ships, and without stages. */
  stage: DropStage | null;
  governed: Governed;
}

export interface GateWish {
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
  const hearing = await readHearing(project, governed, candidate);
  const stage = await currentStage(governed, candidate);
  const question = questionOf(governed, candidate, stage, wish);
  const { policy } = governed.release.policy;
  const facts: GateFacts = {
    question,
    name: nameOfCandidate(candidate),
    at: project.now(),
    faults: await faultsOf(governed, hearing, { question, stage }),
    approval: hearing.approval,
    stages: policy.stages,
    stage,
    signals:
      question.kind === "promote"
        ? await readSignalStandings(project, governed, { tag: candidate.tag, stage }, wish.sources)
        : [],
    incidents: openIncidents(governed, candidate),
  };
  const gate = judgeGate(facts);
  return { ...hearing, name: facts.name, question, gate, facts, stage, governed };
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
  { candidate, asked }: Hearing,
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
