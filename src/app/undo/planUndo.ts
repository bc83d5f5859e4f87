import type { Drop } from "../../domain/drop/drop.ts";
import {
  type DropRecord,
  nextStep,
  type SharedChoice,
  type UndoMode,
  type Undone,
  undoMark,
} from "../../domain/drop/dropRecord.ts";
import {
  type Candidate,
  candidateOf,
  lineOf,
  previousOf,
  type Release,
  rangeOf,
  recordOf,
} from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { isAncestor, missingCommits } from "../../git/ancestry.ts";
import { isUnread } from "../../git/anchor.ts";
import { changedFiles } from "../../git/changes.ts";
import { type DropHistory, dropHistory } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import { findCommit, type RevertSpec, type UndoTree, UndoTrees, writeUndoTree } from "../../git/undoTree.ts";
import { workTrees } from "../../git/worktrees.ts";
import { mustBeDrop } from "../drop/dropNamed.ts";
import type { Project, Reading } from "../project/project.ts";
import { inverseOf, type Readiness } from "../project/readiness.ts";
import { readinessWords } from "../project/readinessWords.ts";
import { type SharedFile, sharedFiles } from "./sharedFiles.ts";
import { planReapplySteps, planUndoSteps } from "./undoHost.ts";
import { flagEdits, type PlannedStep, type UndoPlan, undoBranch, undoOnBranch } from "./undoPlan.ts";

/** What planning and carrying out an undo need of a project. */
export type UndoProject = Pick<
  Project,
  | "root"
  | "trusted"
  | "repository"
  | "undo"
  | "risks"
  | "clockGiven"
  | "lookBackTo"
  | "now"
  | "append"
  | "policyIn"
  | "remember"
  | "sync"
  | "service"
> & {
  read(): Promise<Reading>;
};

interface UndoWish {
  /** Null: the current drop. */
  tag: string | null;
  mode: UndoMode;
  /** The drop to go back to; null, or left out: the one before it, or what was begun with. */
  to?: string | null;
  /** What to do with files that are other services' too; null, or left out: nobody has said, or what was begun with. */
  shared?: SharedChoice | null;
  /** Why what the team has could not be fetched before; null, or left out: it was. */
  offline?: string | null;
}

/**
 * Everything about an undo before it happens. Nothing is changed, nobody is asked over the network.
 * @throws {HumanError} where there is no such drop, or no git repository.
 */
export async function planUndo(
  project: UndoProject,
  { tag, mode, to: chosen = null, shared: wanted = null, offline = null }: UndoWish,
): Promise<UndoPlan> {
  const reading = await project.read();
  const { release: all, anchor } = reading;
  const { repository } = project;
  const drop = dropOf(reading, tag, project.now());
  // It is undone where it is: on the branch that it belongs to.
  const release = lineOf(all, drop);
  if (!repository)
    throw new HumanError("service", release.branchMissing ?? "There is no git repository here.");
  const record = recordOf(release, drop.tag);
  const begun = mode === "undo" ? record.attempt : record.undone;
  const to = chosen ?? begun?.to ?? null;
  const previous = to === null ? previousOf(release, drop) : dropBefore(release, drop, to);
  const choices = mode === "undo" && !begun && to === null ? await choicesFor(project, reading, drop) : [];
  const whole = await project.undo.of(release, drop, previous);
  const sharedChoice = wanted ?? begun?.shared ?? null;
  const shared = await sharedFiles(
    repository,
    reading,
    drop,
    (whole.outlook?.changes ?? []).map(({ path }) => path),
  );
  const without = sharedChoice === "keep" ? shared.map(({ path }) => path) : [];
  const readiness = without.length > 0 ? await project.undo.of(release, drop, previous, without) : whole;
  const remote = anchor && "commit" in anchor ? anchor.remote : null;
  const name = undoBranch(mode, drop.tag, record.round);
  const attempt = record.attempt?.mode === mode ? record.attempt : null;
  const context = {
    policy: release.policy.policy,
    drop,
    previous,
    branch: release.branch?.name ?? "",
    undoBranch: name,
    remote,
    attempt,
  };
  const steps = mode === "undo" ? planUndoSteps(context) : planReapplySteps(context);
  const { inverse, tree } = await merged(
    repository,
    release,
    { drop, previous, record, mode, without },
    () => (readiness.outlook ? project.undo.treeOf(release, drop, previous, without) : null),
  );
  const history = await historyOf(repository, { ...candidateOf(release, drop), previous }, readiness);
  const known = {
    mode,
    drop,
    previous,
    branch: release.branch,
    remote,
    undoBranch: name,
    flags: release.policy.policy.flags,
    readiness,
    inverse,
    tree,
    steps,
    service: project.service,
  };
  return {
    ...known,
    to,
    shared,
    sharedChoice: shared.length > 0 ? sharedChoice : null,
    choices,
    refusal:
      undecided(drop, choices) ??
      (mode === "undo" && !begun && sharedChoice === null ? undecidedFiles(drop, shared) : null) ??
      (await refusalOf(repository, record, { ...known, newest: release.current === drop })),
    over: mode === "undo" ? record.undone !== null : record.undone === null && record.reappliedAt !== null,
    commits: history.commits,
    commitCount: history.count,
    ...(await difference(repository, release, steps, tree)),
    kept: (tree?.kept ?? []).map(({ path }) => path),
    next: nextStep(
      attempt,
      steps.map((step) => step.name),
    ),
    attempt,
    incident: incidentOf(release, drop, project.now()),
    lastRehearsal: record.rehearsals[0] ?? null,
    notes: [
      ...(offline === null ? [] : [offline]),
      ...notesOn(release, drop, { steps, remote, attempt: record.attempt }),
    ],
  };
}

function dropOf({ release, anchor }: Reading, tag: string | null, now: number): Drop {
  if (tag !== null && release.drops.length > 0) return mustBeDrop(release, tag);
  const { current } = release;
  if (current) return current;
  if (isUnread(anchor)) throw new HumanError("service", anchor.missing);
  throw new HumanError("usage", `There is no drop yet. ${statusAt(release, now).dropMissing ?? ""}`.trim());
}

/** An older drop that somebody wants to go back to. */
function dropBefore(release: Release, drop: Drop, to: string): Drop {
  const wanted = mustBeDrop(release, to);
  for (let each = previousOf(release, drop); each !== null; each = previousOf(release, each))
    if (each.tag === wanted.tag) return each;
  throw new HumanError(
    "usage",
    `${plainText(wanted.tag, 60)} does not come before ${plainText(drop.tag, 60)}, so there is no way back to it.`,
  );
}

/** Where the drop before it did not pass its own gate, somebody has to say where to go back to. */
async function choicesFor(project: UndoProject, reading: Reading, drop: Drop): Promise<Drop[]> {
  const previous = previousOf(reading.release, drop);
  if (previous === null || !reading.release.policy.policy.council) return [];
  const [{ readGoverned }, { judgedBase }] = await Promise.all([
    import("../gate/governed.ts"),
    import("../gate/councilReview.ts"),
  ]);
  const { base } = await judgedBase(project, await readGoverned(project, reading), { previous });
  if (base?.tag === previous.tag) return [];
  return base ? [base, previous] : [previous];
}

function undecided(drop: Drop, choices: readonly Drop[]): string | null {
  const previous = choices.at(-1);
  if (!previous) return null;
  const tag = plainText(drop.tag, 60);
  const ways = choices.map((each) => `dropclock undo ${tag} --to ${plainText(each.tag, 60)}`).join(", or: ");
  return `${plainText(previous.tag, 60)}, the drop before ${tag}, did not pass its own gate; say where to go back to: ${ways}`;
}

/** What another service has shipped as well is not rolled back for it by the way. */
function undecidedFiles(drop: Drop, shared: readonly SharedFile[]): string | null {
  const [first] = shared;
  if (!first) return null;
  const files = `${plainText(first.path, 100)}${shared.length > 1 ? ` and ${shared.length - 1} more` : ""}`;
  const drops = [...new Set(shared.flatMap((file) => file.with.flatMap((each) => each.drops)))];
  const names = drops.slice(0, 5).map((tag) => plainText(tag, 60));
  const undo = `dropclock undo ${plainText(drop.tag, 60)} --shared`;
  return `What ${plainText(drop.tag, 60)} changed in ${files} is in ${names.join(", ")} too; say whether it goes as well: ${undo} roll-back, or: ${undo} keep`;
}

interface KnownDrop {
  drop: Drop;
  previous: Drop | null;
  record: DropRecord;
  mode: UndoMode;
  without: readonly string[];
}

async function merged(
  repository: Repository,
  release: Release,
  { drop, previous, record, mode, without }: KnownDrop,
  treeOf: () => Promise<UndoTree | null> | null,
): Promise<{ inverse: RevertSpec | null; tree: UndoTree | null }> {
  const { branch } = release;
  if (!branch || !previous) return { inverse: null, tree: null };
  const undo = inverseOf(release, { drop, previous, branch }, without);
  if (mode === "undo") return { inverse: undo, tree: await treeOf() };
  const { undone } = record;
  const mark = undoMark(drop, release.policy.policy.scope?.service ?? null);
  const inverse = await inverseOfUndo(repository, { undo, undone, mark });
  if (!inverse) return { inverse: null, tree: null };
  return { inverse, tree: await new UndoTrees(repository).compute(inverse) };
}

const NO_HISTORY: Pick<DropHistory, "commits" | "count"> = { commits: [], count: 0 };

async function historyOf(repository: Repository, undone: Candidate, { outlook }: Readiness) {
  // Where nothing could be computed, a commit may be missing; the reason is told elsewhere.
  if (!undone.previous || !outlook) return NO_HISTORY;
  return dropHistory(repository, rangeOf(undone));
}

async function difference(
  repository: Repository,
  release: Release,
  steps: readonly PlannedStep[],
  tree: UndoTree | null,
): Promise<Pick<UndoPlan, "diff" | "files">> {
  if (!tree) return { diff: null, files: [] };
  // A flag that cannot be switched is told at its step.
  const edits = await flagEdits(repository, release.policy.policy, steps, {
    tree: tree.merged,
    branch: tree.before,
  }).catch(() => []);
  const after = await writeUndoTree(repository, tree, edits);
  const files = await changedFiles(repository, { from: tree.before, to: after });
  return { diff: { before: tree.before, after }, files };
}

function incidentOf(release: Release, drop: Drop, now: number): string | null {
  const { open } = statusAt(release, now);
  const own = open.filter(({ incident }) => incident.drop === drop.tag && incident.kind === "real");
  return (own.find(({ state }) => state === "open") ?? own[0])?.incident.id ?? null;
}

function notesOn(
  release: Release,
  drop: Drop,
  { steps, remote, attempt }: Pick<UndoPlan, "steps" | "remote" | "attempt">,
): string[] {
  const notes: string[] = [];
  const later = release.laterThan(drop).map(({ tag }) => plainText(tag, 60));
  if (later.length > 0) notes.push(`Later drops stay: ${later.slice(0, 5).join(", ")}.`);
  const wantsPush = steps.some(({ step }) => "revert" in step && step.revert.push);
  if (wantsPush && remote === null) notes.push("There is no remote, so nothing is pushed.");
  const begun = steps.find(({ record }) => record?.outcome === "begun");
  if (begun)
    notes.push(
      `“${plainText(begun.name, 80)}” was begun by ${plainText(begun.record!.by, 80)}, and what came of it is not known: it would run again.`,
    );
  if (attempt?.failed)
    notes.push(
      `It stopped the last time at “${plainText(attempt.failed.step, 80)}”: ${plainText(attempt.failed.reason)}`,
    );
  return notes;
}

type RefusalFacts = Pick<
  UndoPlan,
  | "mode"
  | "drop"
  | "branch"
  | "remote"
  | "undoBranch"
  | "flags"
  | "readiness"
  | "inverse"
  | "tree"
  | "steps"
  | "service"
> & {
  /** Whether it is the current drop. */
  newest: boolean;
};

/** Why an undo, or the way back, cannot be done now, with the way out; null where it can. */
async function refusalOf(
  repository: Repository,
  record: DropRecord,
  plan: RefusalFacts,
): Promise<string | null> {
  const onRecord = plan.mode === "undo" ? undoneAlready(record, plan) : notUndone(record, plan);
  if (onRecord !== null) return onRecord;
  const unfilled = plan.steps.find(({ done, refusal }) => !done && refusal !== null);
  if (unfilled) return unfilled.refusal;
  if (madeAlready(plan) || (await undoOnBranch(repository, plan)) !== null)
    return operation(repository, plan);
  return unready(plan) ?? operation(repository, plan);
}

/** Whether the commit is made, so that what the branch would take is of no account any more. */
const madeAlready = ({ steps }: RefusalFacts) => steps.some(({ step, done }) => "revert" in step && done);

function undoneAlready({ undone }: DropRecord, { drop, readiness }: RefusalFacts): string | null {
  if (!undone) return null;
  const tag = plainText(drop.tag, 60);
  const merged =
    readiness.merged === false ? `; its branch ${plainText(undone.branch ?? "", 80)} is not merged yet` : "";
  return `${tag} is undone already, by ${plainText(undone.by, 80)}${merged}. To put it on again: dropclock undo ${tag} --reapply`;
}

function notUndone({ undone }: DropRecord, { drop, readiness }: RefusalFacts): string | null {
  if (undone || readiness.state === "undone") return null;
  return `${plainText(drop.tag, 60)} is not undone, so there is nothing to put on again.`;
}

function unready({ mode, drop, readiness, tree, newest }: RefusalFacts): string | null {
  const tag = plainText(drop.tag, 60);
  if (!tree) return readiness.why ?? `What ${tag} changed cannot be computed.`;
  if (tree.state === "nothing") {
    // An undo that was never merged is taken back by not merging it.
    if (mode === "reapply") return null;
    return `There is nothing to undo: the branch holds nothing of ${tag} any more.`;
  }
  if (tree.state === "clean") return null;
  const words = readinessWords({ ...readiness, state: "conflicts", conflicts: tree.conflicts }, null);
  return `${tag} has ${words}: later changes build on it. Settle them by hand as the runbook says (dropclock runbook ${tag})${newest ? "" : ", or undo the later drop first"}.`;
}

/** What a person is in the middle of, on a branch that an undo reads or writes. */
async function operation(
  repository: Repository,
  { branch, undoBranch }: RefusalFacts,
): Promise<string | null> {
  const refs = [`refs/heads/${undoBranch}`, ...(branch?.ref.startsWith("refs/heads/") ? [branch.ref] : [])];
  for (const { ref, operation: what, path } of await workTrees(repository)) {
    if (what === null || ref === null || !refs.includes(ref)) continue;
    const name = plainText(ref.slice("refs/heads/".length), 80);
    const end = what === "bisect" ? "git bisect reset" : `git ${what} --abort`;
    return `A ${what} of ${name} is going on in ${plainText(path, 200)}; finish it there, or give it up: ${end}`;
  }
  return null;
}

/**
 * What takes an undo back. Its own commit where the branch holds it; where it was squashed or rebased on the way, the
 * commit that says the same; else the drop's change once more.
 */
async function inverseOfUndo(
  repository: Repository,
  { undo, undone, mark }: { undo: RevertSpec; undone: Undone | null; mark: string },
): Promise<RevertSpec | null> {
  const { from: drop, to: previous, on } = undo;
  const own = undone?.commit ?? null;
  const merged = own !== null && (await holds(repository, own, on));
  const made = merged ? own : await findCommit(repository, { from: drop, to: on }, mark);
  if (made !== null) return { from: made, to: `${made}^`, on, keep: [] };
  return { ...undo, from: previous, to: drop };
}

async function holds(repository: Repository, commit: string, branch: string): Promise<boolean> {
  return (await missingCommits(repository, [commit])).size === 0 && isAncestor(repository, commit, branch);
}
