import { isInTime, type Rehearsal } from "../../domain/drop/drills.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import type { Repository } from "../../git/repository.ts";
import { commitTree } from "../../git/undoTree.ts";
import { inThrowAwayWorktree } from "../../git/worktrees.ts";
import { undoReport } from "../drop/report.ts";
import { refuseUntrusted } from "../project/scaffold.ts";
import type { UndoResult } from "./carryOut.ts";
import type { UndoProject } from "./planUndo.ts";
import { shellCommand, type UndoHost } from "./undoHost.ts";
import { flagEdits, type UndoPlan, undoMessage } from "./undoPlan.ts";

/** One of the policy's checks, and how it ended. */
interface CheckReport {
  command: string;
  outcome: "passed" | "failed" | "not done";
  durationMs: number;
}

export interface RehearsalResult {
  rehearsal: Rehearsal;
  checks: CheckReport[];
  /** Whether it passed within the target; a rehearsal that is no drill has none. */
  inTime: boolean;
  /** What of the plan an exercise does not touch. */
  notRehearsed: string[];
}

/**
 * Carries an undo out in a throw-away worktree, with the policy's checks. Nothing is pushed, deployed or switched; the
 * result and the time that it took go on record.
 * @param drill Whether it counts as the quarter's drill, against the `mitigate` target of the severest kind.
 * @param clock Milliseconds that only ever go up.
 * @throws {HumanError} when there is nothing that could be rehearsed.
 */
export async function rehearse(
  project: UndoProject,
  plan: UndoPlan,
  host: UndoHost,
  { drill, clock = () => performance.now() }: { drill: boolean; clock?: () => number },
): Promise<RehearsalResult> {
  refuseUntrusted(project);
  const { repository } = project;
  if (!repository || !plan.tree || !plan.branch || plan.tree.state === "nothing")
    throw new HumanError("refused", plan.refusal ?? "There is nothing to rehearse.");
  const { policy } = (await project.read()).release.policy;
  const started = clock();
  const { checks, reason } = await exercise({ repository, policy, plan, host, clock });
  const durationMs = Math.round(clock() - started);
  const targetMs = drill ? policy.targets.critical.mitigate : null;
  const outcome = reason === null ? "passed" : "failed";
  const data = {
    outcome,
    durationMs,
    on: plan.branch.commit,
    checks: policy.rollback.checks,
    ...(drill && targetMs !== null ? { targetMs } : {}),
    ...(reason === null ? {} : { reason }),
    ...(plan.tree.conflicts.length > 0 ? { conflicts: plan.tree.conflicts.map(({ path }) => path) } : {}),
  };
  const type = drill ? "drill" : "rehearsed";
  const [event] = await project.append([{ subject: `drop/${plan.drop.tag}`, type, data }]);
  const rehearsal: Rehearsal = {
    tag: plan.drop.tag,
    at: project.now(),
    by: event?.by ?? "",
    passed: reason === null,
    durationMs,
    reason,
    drill,
    targetMs,
  };
  return { rehearsal, checks, inTime: isInTime(rehearsal), notRehearsed: notRehearsed(plan) };
}

interface Exercise {
  repository: Repository;
  policy: Policy;
  plan: UndoPlan;
  host: UndoHost;
  clock: () => number;
}

/** The undo and its checks; the reason is null when all went well. */
async function exercise(context: Exercise): Promise<{ checks: CheckReport[]; reason: string | null }> {
  const { repository, policy, plan } = context;
  const checks: CheckReport[] = policy.rollback.checks.map((command) => ({
    command,
    outcome: "not done",
    durationMs: 0,
  }));
  const { tree, branch, diff } = plan;
  if (tree!.state === "conflicts") {
    const paths = tree!.conflicts.slice(0, 5).map(({ path }) => plainText(path, 80));
    return { checks, reason: `conflicts in ${paths.join(", ")}` };
  }
  try {
    // What a real undo would stumble over as well: a flag that is not there, a command that cannot be filled.
    await flagEdits(repository, policy, plan.steps, { tree: tree!.merged, branch: tree!.before });
    const unfilled = plan.steps.find(({ refusal }) => refusal !== null);
    if (unfilled) return { checks, reason: unfilled.refusal };
    const message = undoMessage(plan);
    const commit = await commitTree(repository, { tree: diff!.after, parent: branch!.commit, message });
    const reason = await inThrowAwayWorktree(repository, commit, (cwd) => runChecks(context, checks, cwd));
    return { checks, reason };
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { checks, reason: error.message.replace(/\.$/, "") };
  }
}

async function runChecks({ host, clock }: Exercise, checks: CheckReport[], cwd: string) {
  for (const check of checks) {
    if (host.cancelled()) return "it was cancelled";
    const title = `Check ${plainText(check.command, 80)}`;
    const started = clock();
    const code = await host.run({ ...shellCommand(check.command), title, cwd });
    check.durationMs = Math.round(clock() - started);
    check.outcome = code === 0 ? "passed" : "failed";
    if (code !== 0)
      return `${plainText(check.command, 80)}: ${code === null ? "it was ended" : `exit status ${code}`}`;
  }
  return null;
}

/** An exercise touches nothing but its worktree. */
function notRehearsed({ steps, remote }: UndoPlan): string[] {
  return steps.flatMap(({ step, title }) => {
    if ("run" in step || "verify" in step) return [title];
    return "revert" in step && step.revert.push && remote !== null ? ["The push and the pull request"] : [];
  });
}

/** A plan as JSON. Keys may be added, none renamed. */
export function planReport(plan: UndoPlan) {
  const { mode, drop, previous, branch, remote, undoBranch, readiness, lastRehearsal } = plan;
  return {
    mode,
    drop: { tag: drop.tag, commit: drop.commit },
    previous: previous && { tag: previous.tag, commit: previous.commit },
    branch: branch && { name: branch.name, commit: branch.commit },
    remote,
    undoBranch,
    undo: undoReport(readiness),
    refusal: plan.refusal,
    commitCount: plan.commitCount,
    commits: plan.commits.map(({ sha, subject, author }) => ({ sha, subject, author: author.name })),
    diff: plan.diff,
    files: plan.files,
    kept: plan.kept,
    ...(plan.service === null
      ? {}
      : { service: plan.service, shared: plan.shared, sharedChoice: plan.sharedChoice }),
    steps: plan.steps.map(({ name, title, command, done, record }) => ({
      name,
      title,
      command,
      done,
      record: record && { ...record, at: formatInstant(record.at) },
    })),
    next: plan.next,
    incident: plan.incident,
    lastRehearsal: lastRehearsal && { ...lastRehearsal, at: formatInstant(lastRehearsal.at) },
    notes: plan.notes,
  };
}

export function resultReport({ state, steps, commit, url, mitigated }: UndoResult) {
  return { state, steps, commit, url, mitigated };
}

export function rehearsalReport({ rehearsal, checks, inTime, notRehearsed }: RehearsalResult) {
  return { ...rehearsal, at: formatInstant(rehearsal.at), inTime, checks, notRehearsed };
}
