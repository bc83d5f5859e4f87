import { fetchIfOnline } from "../../app/project/fetchFirst.ts";
import type { Project } from "../../app/project/project.ts";
import { readinessWords } from "../../app/project/readinessWords.ts";
import { carryOut, type StepReport, type UndoResult } from "../../app/undo/carryOut.ts";
import { planUndo } from "../../app/undo/planUndo.ts";
import {
  planReport,
  type RehearsalResult,
  rehearsalReport,
  rehearse,
  resultReport,
} from "../../app/undo/rehearse.ts";
import type { Verdict } from "../../app/undo/undoHost.ts";
import type { PlannedStep, UndoPlan } from "../../app/undo/undoPlan.ts";
import { httpSources } from "../../app/updates/secretsInForce.ts";
import type { Rehearsal } from "../../domain/drop/drills.ts";
import type { SharedChoice } from "../../domain/drop/dropRecord.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { proxiedFetch } from "../../signals/proxy.ts";
import { environmentSecrets } from "../../signals/secrets.ts";
import { type Answer, type Call, EXIT } from "../call/command.ts";
import { LocalTime } from "../text/localTime.ts";
import type { Page } from "../text/page.ts";
import { table, wrap } from "../text/table.ts";
import { TerminalUndoHost, type TerminalUndoHostOptions, whileInterruptible } from "./terminalUndoHost.ts";
import type { UNDO_OPTIONS } from "./undo.ts";

type UndoCall = Call<typeof UNDO_OPTIONS>;

/** What `undo` answers: the plan, a rehearsal, or what was done. */
export async function undoAnswer(call: UndoCall): Promise<Answer> {
  const { rehearse: wanted, drill, reapply, yes } = call.values;
  const opened = await call.project();
  // Offline the undo goes on, by the policy that was fetched last.
  const offline = await fetchIfOnline(opened);
  const mode = reapply ? "reapply" : "undo";
  const wish = { tag: call.args[0] ?? null, mode, to: call.values.to ?? null, offline } as const;
  // An exercise changes nothing, so there is nothing to decide before it.
  const exercise = wanted || drill ? "roll-back" : null;
  const given = (call.values.shared ?? exercise) as SharedChoice | null;
  let plan = await planUndo(opened, { ...wish, shared: given });
  const chosen = given ?? (await askShared(call, opened, plan));
  if (chosen !== given) plan = await planUndo(opened, { ...wish, shared: chosen });
  if (wanted || drill) return rehearsed(call, opened, plan);
  if (plan.refusal !== null) return planned(opened, plan, [plan.refusal], plan.over ? EXIT.fine : EXIT.no);
  if (!yes && !(await confirmed(call, opened, plan)))
    return planned(opened, plan, [unconfirmed(call)], EXIT.no, call.confirm !== null);
  return carriedOut(call, opened, plan);
}

/** Files that other services have shipped as well: a person decides, and what nobody said is no yes. */
async function askShared(
  { confirm, show, page, values }: UndoCall,
  opened: Project,
  plan: UndoPlan,
): Promise<SharedChoice | null> {
  const asks = plan.shared.length > 0 && plan.sharedChoice === null && plan.attempt === null;
  if (!asks || !confirm || values.yes || plan.mode !== "undo") return null;
  show(planText(plan, opened.now(), page));
  const files = plan.shared.length === 1 ? "this file" : `these ${plan.shared.length} files`;
  return (await confirm(`Roll ${files} back for the other services as well? No keeps them as they are.`))
    ? "roll-back"
    : "keep";
}

async function confirmed(
  { confirm, show, page }: UndoCall,
  opened: Project,
  plan: UndoPlan,
): Promise<boolean> {
  if (!confirm) return false;
  show(planText(plan, opened.now(), page));
  return confirm(plan.mode === "undo" ? "Take it back?" : "Put it on again?");
}

const unconfirmed = ({ confirm }: UndoCall) =>
  confirm ? "Nothing was done." : "Nothing was done, for nobody is here to ask; to do it: --yes";

/** The plan alone. @param shown Whether it was printed before. */
function planned(
  opened: Project,
  plan: UndoPlan,
  complaints: string[],
  exit: Answer["exit"],
  shown = false,
): Answer {
  return {
    json: { at: formatInstant(opened.now()), ...planReport(plan), result: null },
    text: (page) => (shown ? "" : planText(plan, opened.now(), page)),
    complaints,
    ...(exit === undefined ? {} : { exit }),
  };
}

async function carriedOut(call: UndoCall, opened: Project, plan: UndoPlan): Promise<Answer> {
  const result = await pressing(call, opened, (host) => carryOut(opened, plan, host));
  const onlyWaits = result.state === "waiting" && result.steps.every(({ outcome }) => outcome !== "not done");
  return {
    json: { at: formatInstant(opened.now()), ...planReport(result.plan), result: resultReport(result) },
    text: (page) => resultText(result, page),
    exit: result.state === "done" || onlyWaits ? EXIT.fine : EXIT.no,
  };
}

async function rehearsed(call: UndoCall, opened: Project, plan: UndoPlan): Promise<Answer> {
  const result = await pressing(call, opened, (host) =>
    rehearse(opened, plan, host, { drill: call.values.drill }),
  );
  return {
    json: { at: formatInstant(opened.now()), ...planReport(plan), rehearsal: rehearsalReport(result) },
    text: (page) => rehearsalText(result, page),
    exit: result.inTime ? EXIT.fine : EXIT.no,
  };
}

/** Ctrl+C meanwhile stops it after the step that is under way, a second one at once. */
async function pressing<T>(
  { tell, values }: UndoCall,
  opened: Project,
  work: (host: CommandUndoHost) => Promise<T>,
): Promise<T> {
  const { policy } = await opened.policy();
  const open = httpSources(opened, environmentSecrets(process.env), proxiedFetch(process.env));
  return whileInterruptible((stop) =>
    work(new CommandUndoHost({ tell, policy, open, stop: stop.signal, verified: values.verified })),
  );
}

/** Who presses the button in a terminal or a pipeline, and may have seen with their own eyes that it is calm. */
class CommandUndoHost extends TerminalUndoHost {
  readonly #verified: boolean;

  constructor(options: TerminalUndoHostOptions & { verified: boolean }) {
    super(options);
    this.#verified = options.verified;
  }

  override async verify(...asked: Parameters<TerminalUndoHost["verify"]>): Promise<Verdict> {
    return this.#verified ? "calm" : super.verify(...asked);
  }
}

/** A screen is for reading: more is in the JSON. */
const SHOWN = { commits: 15, files: 20, kept: 5 } as const;

/** What an undo would do, before anything happens. */
function planText(plan: UndoPlan, at: Instant, page: Page): string {
  const { paint, width } = page;
  const tag = plainText(plan.drop.tag, 80);
  const back = plan.previous ? ` (back to ${plainText(plan.previous.tag, 80)})` : "";
  const heading = plan.mode === "undo" ? `Undo ${tag}${back}` : `Reapply ${tag}`;
  const branch = plan.branch ? ` on ${plainText(plan.branch.name, 60)}` : "";
  const lines = [...wrap(`${heading}${branch}`, width, "").map(paint.bold)];
  const time = new LocalTime(at);
  const facts = [
    ...(plan.mode === "undo" ? [readinessWords(plan.readiness, plan.commitCount)] : []),
    rehearsalWords(plan.lastRehearsal, time),
    ...(plan.incident === null ? [] : [`for incident ${plainText(plan.incident, 100)}`]),
    ...plan.notes,
  ];
  for (const fact of facts) lines.push(...wrap(fact, width, "  "));
  lines.push(
    ...listed(
      plan.mode === "undo" ? "Commits that go" : "Commits that come back",
      plan.commitCount,
      commitRows(plan, page),
    ),
    ...listed("Files that change", plan.files.length, fileRows(plan)),
    ...listed("Shared with other services", plan.shared.length, sharedRows(plan)),
    ...listed("Files that stay as they are", plan.kept.length, keptRows(plan)),
    ...listed(
      "Steps",
      plan.steps.length,
      plan.steps.flatMap((step, i) => stepRows(step, i, plan, page)),
    ),
  );
  return lines.join("\n");
}

function listed(title: string, count: number, rows: readonly string[]): string[] {
  return count === 0 ? [] : ["", `${title} (${count})`, ...rows];
}

function commitRows({ commits, commitCount }: UndoPlan, { paint }: Page): string[] {
  const shown = commits.slice(0, SHOWN.commits);
  const rows = shown.map(({ sha, author, subject }) => [
    paint.dim(sha.slice(0, 10)),
    plainText(author.name, 30),
    plainText(subject, 120),
  ]);
  return [...table(rows, "  "), ...rest(commitCount - shown.length)];
}

function fileRows({ files }: UndoPlan): string[] {
  const shown = files.slice(0, SHOWN.files);
  const rows = shown.map(({ path, status, from, additions, deletions }) => [
    status,
    additions === null ? "binary" : `+${additions} -${deletions}`,
    `${plainText(path)}${from === null ? "" : ` (from ${plainText(from)})`}`,
  ]);
  return [...table(rows, "  "), ...rest(files.length - shown.length)];
}

function keptRows({ kept }: UndoPlan): string[] {
  const shown = kept.slice(0, SHOWN.kept);
  return [...shown.map((path) => `  ${plainText(path)}`), ...rest(kept.length - shown.length)];
}

function sharedRows({ shared, sharedChoice }: UndoPlan): string[] {
  const shown = shared.slice(0, SHOWN.kept);
  const fate = sharedChoice === "keep" ? "stays" : sharedChoice === "roll-back" ? "rolled back" : "undecided";
  const rows = shown.map(({ path, with: holders }) => [
    plainText(path),
    fate,
    holders
      .map(
        ({ service, drops }) =>
          `${drops
            .slice(0, 3)
            .map((tag) => plainText(tag, 60))
            .join(", ")} (${service})`,
      )
      .join("; "),
  ]);
  return [...table(rows, "  "), ...rest(shared.length - shown.length)];
}

const rest = (count: number) => (count > 0 ? [`  and ${count} more`] : []);

function stepRows(
  { name, title, command, done, record }: PlannedStep,
  i: number,
  plan: UndoPlan,
  page: Page,
) {
  const state = done ? "done" : record ? record.outcome : name === plan.next && plan.attempt ? "next" : "";
  const why = !done && record?.reason ? `: ${record.reason}` : "";
  const mark = state === "" ? "" : ` (${state}${plainText(why, 200)})`;
  const words = wrap(`${title}${mark}`, page.width, `  ${i + 1}. `, "     ");
  return command === null ? words : [...words, `     ${page.paint.dim(`$ ${plainText(command, 400)}`)}`];
}

function rehearsalWords(last: Rehearsal | null, time: LocalTime): string {
  if (!last) return "never rehearsed";
  const what = `${last.drill ? "drill" : "rehearsal"} of ${time.time(last.at)}`;
  return last.passed
    ? `the ${what} took ${exactly(last.durationMs)}`
    : `the ${what} failed: ${plainText(last.reason ?? "")}`;
}

/** What became of an undo: what is done, what failed, what is not done, and how to go on. */
function resultText(result: UndoResult, page: Page): string {
  const rows = result.steps.map((step) => [paintOutcome(step, page), plainText(step.title, 200)]);
  const lines = [page.paint.bold(headline(result)), ...table(rows, "  ")];
  for (const { words } of result.steps)
    if (words) lines.push(...wrap(plainText(words, 600), page.width, "  → ", "    "));
  for (const line of next(result)) lines.push(...wrap(line, page.width, ""));
  return lines.join("\n");
}

function headline({ state, plan }: UndoResult): string {
  const tag = plainText(plan.drop.tag, 80);
  const undo = plan.mode === "undo";
  switch (state) {
    case "done":
      return undo ? `The undo of ${tag} is made.` : `${tag} is put on again.`;
    case "waiting":
      return `${undo ? "The undo" : "The reapply"} of ${tag} waits for somebody to say that it is calm.`;
    case "failed":
      return `${undo ? "The undo" : "The reapply"} of ${tag} stopped at a step that failed.`;
    case "cancelled":
      return `${undo ? "The undo" : "The reapply"} of ${tag} was cancelled between two steps.`;
  }
}

function next({ state, plan, mitigated, commit }: UndoResult): string[] {
  const again = `dropclock undo ${plainText(plan.drop.tag, 80)}${plan.mode === "reapply" ? " --reapply" : ""}`;
  const lines: string[] = [];
  if (state === "failed" || state === "cancelled") lines.push(`Go on from there: ${again}`);
  if (state === "waiting") lines.push(`Once you have seen that it is calm: ${again} --yes --verified`);
  if (state === "done" && plan.branch && commit !== null)
    lines.push(
      `It takes effect once ${plan.undoBranch} is merged into ${plainText(plan.branch.name, 80)} and deployed.`,
    );
  if (plan.mode === "undo" && plan.incident !== null && !mitigated)
    lines.push(
      `Merged is not deployed, so the incident counts as mitigated once you say so: dropclock incident mark ${plainText(plan.incident, 200)} mitigated`,
    );
  return lines;
}

function paintOutcome({ outcome }: StepReport, { paint }: Page): string {
  if (outcome === "failed") return paint.red(outcome);
  return outcome === "waiting" ? paint.yellow(outcome) : outcome;
}

/** How a rehearsal, or a drill, went. */
function rehearsalText({ rehearsal, checks, inTime, notRehearsed }: RehearsalResult, page: Page): string {
  const { passed, durationMs, drill, targetMs, reason, tag } = rehearsal;
  const what = `${drill ? "The drill" : "The rehearsal"} of the undo of ${plainText(tag, 80)}`;
  const target = targetMs === null ? "" : `; the target is ${exactly(targetMs)}`;
  const verdict = passed
    ? `passed in ${exactly(durationMs)}${target}`
    : `failed after ${exactly(durationMs)}`;
  const paint = inTime ? String : page.paint.red;
  const lines = wrap(`${what} ${verdict}.`, page.width, "").map(paint);
  if (passed && !inTime) lines.push("That is too slow.");
  if (reason) lines.push(...wrap(`Why: ${plainText(reason, 600)}`, page.width, "  "));
  lines.push(
    ...table(
      checks.map(({ command, outcome }) => [outcome, plainText(command, 200)]),
      "  ",
    ),
  );
  if (passed && checks.length === 0)
    lines.push(
      ...wrap(
        "The policy names no checks, so nothing was run; give it some under rollback.checks.",
        page.width,
        "  ",
      ),
    );
  if (notRehearsed.length > 0)
    lines.push("Not touched by an exercise:", ...notRehearsed.map((each) => `  ${each}`));
  return lines.join("\n");
}
