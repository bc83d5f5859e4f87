import { isDeepStrictEqual } from "node:util";
import type { Release } from "../../domain/drop/release.ts";
import { watchFacts } from "../../domain/drop/watchPlan.ts";
import { refuseMark } from "../../domain/incident/entry.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { fetchBranch } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import { newEventId } from "../../ledger/eventId.ts";
import type { Draft } from "../project/project.ts";
import { refuseUntrusted } from "../project/scaffold.ts";
import { type LockedWork, withFileLock } from "../project/withFileLock.ts";
import { planUndo, type UndoProject } from "./planUndo.ts";
import { done, failed, flagsStep, revertStep, type StepResult } from "./revertStep.ts";
import { shellCommand, type UndoHost } from "./undoHost.ts";
import { type PlannedStep, type UndoPlan, undoOnBranch } from "./undoPlan.ts";

const AN_UNDO: LockedWork = {
  name: "undo",
  busy: "Another undo is being carried out in this repository",
  wayOut: "wait for it, then press again: it goes on where that one stops",
};

/** What became of a step, or `not done`: it was not come to. */
export interface StepReport {
  name: string;
  title: string;
  outcome: StepResult["outcome"] | "not done";
  words: string | null;
  url: string | null;
}

export interface UndoResult {
  /** `waiting`: all but confirming that it is calm. */
  state: "done" | "waiting" | "failed" | "cancelled";
  /** The plan that was carried out. */
  plan: UndoPlan;
  steps: StepReport[];
  /** The commit of the undo; null where none was made. */
  commit: string | null;
  url: string | null;
  /** Whether the incident is marked as mitigated: somebody, or a signal, has said so. */
  mitigated: boolean;
}

/**
 * Does what the plan says, from its first step that is not done. Every outcome goes on record before the next step, so
 * that whoever presses again, here or elsewhere, goes on where this stopped.
 * @throws {HumanError} when it may not begin: refused, not the plan any more that was shown, or done elsewhere right now.
 */
export async function carryOut(project: UndoProject, shown: UndoPlan, host: UndoHost): Promise<UndoResult> {
  refuseUntrusted(project);
  const { repository } = project;
  if (!repository) throw new HumanError("service", "There is no git repository here.");
  return withFileLock(repository.commonDir, AN_UNDO, async () => {
    // What another machine has done meanwhile is not done again. Offline, what is on record here has to do.
    await project.sync();
    const { release } = await project.read();
    const { drop, mode, to, sharedChoice: shared } = shown;
    const planned = await planUndo(project, { tag: drop.tag, mode, to, shared });
    const plan = await withRevertSeen(repository, planned);
    refuseOther(shown, plan);
    const run = new Run({ project, repository, release, policy: release.policy.policy, plan, host });
    return run.carryOut();
  });
}

/**
 * A revert that is on record as done is looked for, and made where it is not: whoever may push to the ledger can enter
 * anything there. A remote that cannot be reached leaves it at the record.
 */
async function withRevertSeen(repository: Repository, plan: UndoPlan): Promise<UndoPlan> {
  const { steps, tree, remote, undoBranch } = plan;
  const last = steps.findIndex(({ step, done: over }) => "revert" in step && over);
  if (last < 0 || tree?.state === "nothing" || (await undoOnBranch(repository, plan))) return plan;
  const missing = remote === null ? null : await fetchBranch(repository, remote, undoBranch);
  if (missing !== null && !/couldn't find remote ref/i.test(missing)) return plan;
  if (missing === null && (await undoOnBranch(repository, plan))) return plan;
  const first = steps.findLastIndex(({ step }, i) => i < last && !("flags" in step)) + 1;
  const again = steps.map((step, i) => (i >= first && i <= last ? { ...step, done: false } : step));
  return { ...plan, steps: again };
}

function refuseOther(shown: UndoPlan, plan: UndoPlan): void {
  if (plan.refusal !== null) throw new HumanError("refused", plan.refusal);
  if (!isDeepStrictEqual(shown.steps.map(stepOf), plan.steps.map(stepOf)))
    throw new HumanError(
      "refused",
      "The policy's steps have changed since the plan was shown, so the undo is another one now; look at it again.",
    );
  const made = plan.steps.some(({ step, done: over }) => "revert" in step && over);
  if (made || shown.diff?.after === plan.diff?.after) return;
  throw new HumanError(
    "refused",
    `${plainText(plan.branch?.name ?? "The branch", 80)} has changed since the plan was shown, so the undo is another one now; look at it again.`,
  );
}

const stepOf = ({ step }: UndoPlan["steps"][number]) => step;

interface RunContext {
  project: UndoProject;
  repository: Repository;
  release: Release;
  policy: Policy;
  plan: UndoPlan;
  host: UndoHost;
}

class Run {
  readonly #context: RunContext;
  readonly #id: string;
  readonly #subject: string;
  readonly #reports: StepReport[];
  #commit: string | null;
  #url: string | null = null;
  #verified = false;

  constructor(context: RunContext) {
    const { plan, project } = context;
    this.#context = context;
    this.#id = newEventId(project.now());
    this.#subject = `drop/${plan.drop.tag}`;
    this.#reports = plan.steps.map(({ name, title, done: over, record }) => ({
      name,
      title,
      outcome: over ? "done" : "not done",
      words: null,
      url: record?.url ?? null,
    }));
    const before = plan.steps.map(({ record }) => record);
    this.#commit = before.findLast((record) => record?.commit)?.commit ?? null;
    this.#url = before.findLast((record) => record?.url)?.url ?? null;
  }

  async carryOut(): Promise<UndoResult> {
    const { plan, host } = this.#context;
    await this.#append([this.#started()]);
    for (let i = 0; i < plan.steps.length; i++) {
      if (plan.steps[i]!.done) continue;
      const group = this.#groupAt(i);
      if (host.cancelled()) return this.#stop(group, { outcome: "cancelled", words: null });
      this.#tell(i, "running", null);
      const result = await this.#try(group);
      if (result.outcome !== "done") return this.#stop(group, result);
      await this.#record(group, result);
      i += group.length - 1;
    }
    return this.#end();
  }

  /** Flags that a revert follows go into its commit, so they are one with it. */
  #groupAt(i: number): PlannedStep[] {
    const { steps } = this.#context.plan;
    if (!("flags" in steps[i]!.step)) return [steps[i]!];
    const next = steps.findIndex(({ step }, k) => k > i && !("flags" in step));
    const revert = steps[next];
    return revert && "revert" in revert.step && !revert.done ? steps.slice(i, next + 1) : [steps[i]!];
  }

  async #try(group: readonly PlannedStep[]): Promise<StepResult> {
    const [first] = group;
    const { step } = group.at(-1)!;
    try {
      if ("revert" in step) return await revertStep(this.#context, group);
      if ("flags" in step) return await flagsStep(this.#context, first!);
      if ("run" in step) return await this.#runStep(first!);
      return await this.#verifyStep(step.verify);
    } catch (error) {
      if (error instanceof HumanError) return failed(error.message);
      throw error;
    }
  }

  async #runStep({ name, command, title, refusal }: PlannedStep): Promise<StepResult> {
    if (command === null) return failed(refusal ?? "there is no command");
    const { host, project } = this.#context;
    // Should this machine die now, the next one knows that it may have happened.
    await this.#append([this.#step(name, "begun")]);
    const code = await host.run({ ...shellCommand(command), title, cwd: project.root });
    if (code === 0) return done();
    return failed(code === null ? "it was ended before it was over" : `exit status ${code}`);
  }

  async #verifyStep(signals: readonly string[]): Promise<StepResult> {
    const { release, plan, host, project } = this.#context;
    const incident = release.incidents.find(({ id }) => id === plan.incident);
    // Whoever has marked it as mitigated since the undo began has said so already.
    const since = plan.attempt?.startedAt ?? null;
    const mitigated = incident?.round.marks.mitigated ?? null;
    const said = mitigated !== null && since !== null && mitigated.at >= since;
    const verdict = said ? "calm" : await host.verify(signals, watchFacts(release, plan.drop, project.now()));
    if (verdict === "calm") {
      this.#verified = true;
      return done(said ? "the incident is marked as mitigated" : null);
    }
    if (verdict === "unsettled")
      return failed(`not calm yet: ${signals.map((name) => plainText(name, 60)).join(", ")}`);
    return { outcome: "waiting", words: "somebody must say that it is calm" };
  }

  async #record(
    group: readonly PlannedStep[],
    { words, commit = null, url = null, pushed = null }: StepResult,
  ): Promise<void> {
    this.#commit = commit ?? this.#commit;
    this.#url = url ?? this.#url;
    const more = { ...(commit ? { commit } : {}), ...(url ? { url } : {}), ...(pushed ? { pushed } : {}) };
    await this.#append(group.map(({ name }) => this.#step(name, "done", more)));
    const last = group.at(-1)!;
    for (const { name } of group.slice(0, -1)) this.#report(name, "done", "in the commit that follows", null);
    this.#report(last.name, "done", words, url);
  }

  async #stop(group: readonly PlannedStep[], result: StepResult): Promise<UndoResult> {
    const { name } = group.at(-1)!;
    const { outcome, words, commit = null, url = null } = result;
    this.#commit = commit ?? this.#commit;
    if (outcome === "failed") {
      const reason = words ?? "it failed";
      const failure = { run: this.#id, step: name, reason };
      await this.#append([
        this.#step(name, "failed", { reason, ...(commit ? { commit } : {}) }),
        { subject: this.#subject, type: "rollback-failed", data: failure },
      ]);
    } else if (outcome === "cancelled") await this.#append([this.#step(name, "cancelled")]);
    this.#report(name, outcome, words, url);
    return this.#result(outcome === "waiting" ? "waiting" : outcome === "failed" ? "failed" : "cancelled");
  }

  async #end(): Promise<UndoResult> {
    const { mode, incident } = this.#context.plan;
    const commit = this.#commit ? { commit: this.#commit } : {};
    const data = { run: this.#id, ...commit, ...(incident ? { incident } : {}) };
    const type = mode === "undo" ? "rolled-back" : "reapplied";
    await this.#append([{ subject: this.#subject, type, data }, ...this.#mitigated()]);
    return this.#result("done");
  }

  /** That the incident is over, where that was seen: merged is not deployed, and deployed is not calm. */
  #mitigated(): Draft[] {
    const { plan, release, project } = this.#context;
    const incident = release.incidents.find(({ id }) => id === plan.incident);
    if (!this.#verified || !incident || plan.mode !== "undo") return [];
    const now = project.now();
    if (refuseMark(incident, "mitigated", now, now) !== null) return [];
    const how = `undid ${plainText(plan.drop.tag, 100)}`;
    return [{ subject: `incident/${incident.id}`, type: "mitigated", data: { how } }];
  }

  #started(): Draft {
    const { mode, steps, undoBranch, branch, incident, to, sharedChoice } = this.#context.plan;
    const data = {
      run: this.#id,
      mode,
      steps: steps.map(({ name }) => name),
      branch: undoBranch,
      ...(branch ? { on: branch.commit } : {}),
      ...(incident ? { incident } : {}),
      ...(to === null ? {} : { to }),
      ...(sharedChoice === null ? {} : { shared: sharedChoice }),
    };
    return { subject: this.#subject, type: "rollback-started", data };
  }

  #step(step: string, outcome: string, more: Record<string, unknown> = {}): Draft {
    return { subject: this.#subject, type: "rollback-step", data: { run: this.#id, step, outcome, ...more } };
  }

  #append(drafts: Draft[]): Promise<unknown> {
    return this.#context.project.append(drafts);
  }

  #report(name: string, outcome: StepReport["outcome"], words: string | null, url: string | null): void {
    const index = this.#reports.findIndex((each) => each.name === name);
    const report = this.#reports[index]!;
    this.#reports[index] = { ...report, outcome, words, url: url ?? report.url };
    if (outcome === "done" || outcome === "failed" || outcome === "waiting")
      this.#tell(index, outcome, words);
  }

  #tell(index: number, state: "running" | "done" | "failed" | "waiting", words: string | null): void {
    const { steps } = this.#context.plan;
    this.#context.host.report({ step: steps[index]!, index, of: steps.length, state, words });
  }

  #result(state: UndoResult["state"]): UndoResult {
    const { plan, release } = this.#context;
    const incident = release.incidents.find(({ id }) => id === plan.incident);
    const mitigated = this.#verified || (incident?.round.marks.mitigated ?? null) !== null;
    return { state, plan, steps: this.#reports, commit: this.#commit, url: this.#url, mitigated };
  }
}
