import { assessRisk } from "../../domain/change/risk.ts";
import type { Risk } from "../../domain/change/riskLevel.ts";
import { scopeOf } from "../../domain/drop/release.ts";
import type { LedgerEvent } from "../../domain/event/event.ts";
import { type Approval, foldApproval } from "../../domain/gate/approval.ts";
import { type DropStage, type GateReason, objectionsOf, reason } from "../../domain/gate/gate.ts";
import { mainAuthor } from "../../domain/gate/people.ts";
import { commitOf, type Vote } from "../../domain/gate/vote.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { readPolicy } from "../../domain/policy/readPolicy.ts";
import { HumanError, onlyHuman } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { cutsInside } from "../../git/ancestry.ts";
import { changedFiles } from "../../git/changes.ts";
import { readFileAt } from "../../git/fileVersions.ts";
import { type Commit, listCommits } from "../../git/history.ts";
import { shallowClone } from "../../git/shallow.ts";
import { readDropContent } from "../drop/dropContent.ts";
import { riskReport } from "../drop/report.ts";
import type { Project } from "../project/project.ts";
import { ProvenanceReader } from "../project/provenances.ts";
import { UndoReadiness } from "../project/readiness.ts";
import { planUndo } from "../undo/planUndo.ts";
import type { CouncilReview } from "./councilReview.ts";
import { type Governed, readGoverned } from "./governed.ts";
import type { GateReading } from "./readGate.ts";

/** The verdict of a gate as JSON, and everything that it was judged by. */
export function gateReport({ gate, question, stage, governed, ...review }: GateReading) {
  return {
    open: gate.open,
    question,
    reasons: gate.reasons,
    overridden: gate.overridden,
    stage: stage && stageReport(stage),
    ...reviewReport(review, governed),
  };
}

/** The same of a pull request, in the same shape. */
export function pullRequestReport(reading: PullRequestReading) {
  const { governed, base, commit, commits, risk, reasons, toShip, approval, undoOf } = reading;
  const { branch, policy } = governed.release;
  return {
    open: reasons.length === 0,
    question: { kind: "merge", into: branch.name },
    reasons,
    overridden: [],
    stage: null,
    drop: { tag: null, commit, previous: null, commits: commits.length },
    base,
    undoOf,
    toShip,
    risk: riskReport(risk),
    council: approvalReport(approval),
    policy: { source: policy.source, differs: policy.draft !== undefined },
  };
}

/** A drop and what the council has said of it. */
export function reviewReport(
  { candidate, base, commits, risk, approval }: Omit<CouncilReview, "asked">,
  { release }: Governed,
) {
  const { tag, commit, previous } = candidate;
  return {
    drop: { tag, commit, previous: previous?.tag ?? null, base: base?.tag ?? null, commits: commits.length },
    risk: riskReport(risk),
    council: approvalReport(approval),
    policy: { source: release.policy.source, differs: release.policy.draft !== undefined },
  };
}

const stageReport = ({ name, since, by }: DropStage) => ({ name, since: formatInstant(since), by });

function approvalReport(approval: Approval) {
  const { needed, quorum, approved, rejected, request, overrides, disregarded, mainAuthor, waitingFor } =
    approval;
  return {
    needed,
    quorum,
    approved: approved.map(({ event }) => entryReport(event)),
    rejected: rejected.map(({ event }) => entryReport(event)),
    request: request && entryReport(request),
    overrides: overrides.map(entryReport),
    disregarded: disregarded.map(voteReport),
    mainAuthor,
    waitingFor,
  };
}

const voteReport = ({ event, flaw, stale }: Vote) => ({
  ...entryReport(event),
  type: event.type,
  flaw,
  stale,
});

const entryReport = ({ id, by, at, data }: LedgerEvent) => ({
  event: id,
  by,
  at: formatInstant(at),
  ...(typeof data.why === "string" ? { why: data.why } : {}),
  ...(typeof data.stage === "string" ? { stage: data.stage } : {}),
});

/** What a pull request would bring onto the release branch, and what that would take to ship. */
export interface PullRequestReading {
  governed: Governed;
  /** Where it left the branch; null where it has nothing in common with it. */
  base: string | null;
  /** What is checked out: the pull request's head, or its merge with the branch. */
  commit: string;
  /** Newest first, merges left out. */
  commits: Commit[];
  risk: Risk;
  /** Why it may not be merged; none: it may. */
  reasons: GateReason[];
  /** What its council would ask before it ships. The commit that is tagged will be another one, so nobody is asked now. */
  toShip: GateReason[];
  approval: Approval;
  /** The drop whose undo it is, file for file; null where it is none. */
  undoOf: string | null;
}

/** Enough to tell whose work it is. */
const READ_COMMITS = 2_000;

/** Drops that anybody would still roll back. */
const RECENT_DROPS = 10;

/**
 * Judges what is checked out as a pull request: what it would bring onto the release branch. Nothing is written.
 * @throws {HumanError} where nothing is checked out, or the commits are not all here.
 */
export async function readPullRequest(project: Project, governed: Governed): Promise<PullRequestReading> {
  const { repository, release, reading, anchor, council } = governed;
  const { branch } = release;
  const { policy } = release.policy;
  const head = await answer(governed, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (head === null) throw new HumanError("usage", "Nothing is checked out, so there is nothing to judge.");
  // Its own commits may be cut where the branch is whole: of one that is fetched alone, all files would be new.
  if (await cutsInside(repository, branch.commit, head)) throw shallowClone();
  const base = await answer(governed, ["merge-base", branch.commit, head]);
  const range = { from: base, to: head, ...scopeOf(release) };
  const onHead = council.filter((event) => commitOf(event) === head);
  const [content, all, provenanceOf, personOf, undoOf] = await Promise.all([
    readDropContent(repository, policy, range),
    listCommits(repository, range, READ_COMMITS),
    ProvenanceReader.of(repository).read(reading.ledger, onHead, {
      anchor: anchor.commit,
      signed: policy.council?.signed ?? false,
    }),
    governed.personOf(),
    undoneBy(project, governed, base, head),
  ]);
  const risk = assessRisk(policy.risk, content);
  const approval = foldApproval({
    council: policy.council,
    matter: { base, risk },
    commit: head,
    mainAuthor: mainAuthor(all, personOf),
    personOf,
    events: onHead,
    between: { since: null, until: null },
    otherDrops: new Set(release.drops.map(({ commit }) => commit)),
    provenanceOf,
  });
  return {
    governed,
    base,
    commit: head,
    commits: all.filter(({ merge }) => !merge),
    risk,
    reasons: undoOf === null ? await policyReasons(governed, base, head) : [],
    toShip: objectionsOf(approval).standing,
    approval,
    undoOf,
  };
}

/**
 * The services whose files are changed by what is checked out as a pull request; all of them where none is.
 * @throws {HumanError} where nothing is checked out.
 */
export async function servicesOfPullRequest(project: Project): Promise<Project[]> {
  const all = (await project.services()).map((service) => project.of(service));
  const touched: Project[] = [];
  for (const own of all) {
    const governed = await readGoverned(own);
    const { repository, release } = governed;
    const head = await answer(governed, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
    if (head === null) break;
    const base = await answer(governed, ["merge-base", release.branch.commit, head]);
    const range = { from: base, to: head, ...scopeOf(release) };
    if ((await changedFiles(repository, range)).length > 0) touched.push(own);
  }
  return touched.length > 0 ? touched : all;
}

/** A policy that is broken on the branch would be in force for nobody. */
async function policyReasons({ repository }: Governed, base: string | null, head: string) {
  const [before, after] = await Promise.all([
    base === null ? null : readFileAt(repository, base, POLICY_PATH).catch(onlyHuman),
    readFileAt(repository, head, POLICY_PATH).catch(messageOf),
  ]);
  if (after === null || after === before) return [];
  if (typeof after === "object")
    return [reason("policy", `The policy that it brings cannot be read: ${after.unread}`)];
  return readPolicy(after).problems.map(({ message, place }) =>
    reason(
      "policy",
      `The policy that it brings is broken at ${POLICY_PATH}:${place.line}:${place.column}: ${plainText(message)}`,
    ),
  );
}

/** The drop that is gone from what is checked out, as it would be by the undo: the same tree, whoever made it. */
async function undoneBy(
  project: Project,
  { repository, release, reading }: Governed,
  base: string | null,
  head: string,
): Promise<string | null> {
  if (base === null) return null;
  const tree = await answer({ repository }, ["rev-parse", "--verify", "--quiet", `${head}^{tree}`]);
  // The branch as it was when the pull request left it.
  const branch = { ...release.branch, commit: base };
  const before = { ...reading, release: { ...release, branch, branches: [branch] } };
  const asBefore = {
    root: project.root,
    trusted: project.trusted,
    repository,
    undo: new UndoReadiness(repository),
    risks: project.risks,
    clockGiven: project.clockGiven,
    lookBackTo: project.lookBackTo,
    now: () => project.now(),
    append: project.append.bind(project),
    sync: project.sync.bind(project),
    policyIn: project.policyIn.bind(project),
    service: project.service,
    remember: project.remember,
    read: async () => before,
  };
  const recent = release.drops.filter((drop) => drop.branch === branch.name).slice(0, RECENT_DROPS);
  for (const { tag } of recent) {
    // Where it cannot be computed, such as for a commit that is gone, this is not it.
    const plan = await planUndo(asBefore, { tag, mode: "undo" }).catch(onlyHuman);
    if (plan?.diff && plan.diff.after === tree && plan.diff.after !== plan.diff.before) return tag;
  }
  return null;
}

function messageOf(error: unknown): { unread: string } {
  if (error instanceof HumanError) return { unread: error.message };
  throw error;
}

async function answer(
  { repository }: Pick<Governed, "repository">,
  args: readonly string[],
): Promise<string | null> {
  const { code, stdout } = await repository.git.ask(args);
  return code === 0 ? (stdout.trim().split("\n")[0] ?? null) : null;
}
