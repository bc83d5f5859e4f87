import { createHash } from "node:crypto";
import { commands, env, ProgressLocation, Uri, window } from "vscode";
import { readinessWords } from "../../app/project/readinessWords.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { CANCEL_MS, noteNotTakenBack, switchOff, whyNotByItself } from "../../app/watch/takeBack.ts";
import type { WatchNews } from "../../app/watch/watchNews.ts";
import type { Breach } from "../../app/watch/watchUntil.ts";
import { recordOf } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import { messageText, withoutCommandLine } from "../model/text.ts";
import type { TrackedProject } from "../model/trackedProject.ts";
import type { AlarmMarkers } from "../status/alarm.ts";
import type { CommandContext } from "./commandContext.ts";
import { performUndo } from "./performUndo.ts";

type Unrecorded = Extract<WatchNews, { kind: "unrecorded" }>;

const SHOW = "Show Incident";
/** The plan says why it cannot be done, and offers the conflicts and the runbook. */
const WAYS_OUT = "Show Plan…";
const OPEN_REQUEST = "Open Pull Request";
const SHOW_LOG = "Show Log";
const SIDEBAR = "Show Signals";

/** Tells people what the signals have found, and acts as the policy says. One message, however many windows. */
export class BreachNotices {
  readonly #context: CommandContext;
  readonly #markers: AlarmMarkers;

  constructor(context: CommandContext, markers: AlarmMarkers) {
    this.#context = context;
    this.#markers = markers;
  }

  /** Not awaited by the watch: an unanswered message must not hold up the next reading. */
  readonly told = (project: TrackedProject, news: WatchNews): void => {
    if (news.kind === "read") return;
    const { log } = this.#context;
    log.info(`${project.name}: ${lineOf(news)}`);
    if (news.kind === "breached" || news.kind === "calm" || news.kind === "ended") void project.refresh();
    if (news.kind === "unrecorded" && news.tries === 1) void this.#unrecorded(project, news);
    if (news.kind === "breached")
      this.#breached(project, news).catch((error) => {
        log.error(error instanceof Error ? error : String(error));
        void this.#failed(project, news);
      });
  };

  /** Nobody must learn from the log alone that a signal is breached. */
  async #failed(project: TrackedProject, breach: Breach): Promise<void> {
    const words = `${breachWords(breach)} What the policy says of it could not be done; the log says why.`;
    const pressed = await window.showErrorMessage(messageText(words, 1000), SHOW, SHOW_LOG);
    if (pressed === SHOW_LOG) await commands.executeCommand(commandId("showLog"));
    else if (pressed) await show(project, breach);
  }

  async #unrecorded(project: TrackedProject, { signal, drop, why }: Unrecorded): Promise<void> {
    const [name, tag] = [plainText(signal.name, 60), plainText(drop.tag, 60)];
    const words = `${project.name}: ${name} breached on ${tag}, and it could not be recorded: ${why}`;
    if (await window.showErrorMessage(messageText(words, 1000), SHOW_LOG))
      await commands.executeCommand(commandId("showLog"));
  }

  async #breached(project: TrackedProject, breach: Breach): Promise<void> {
    const { then } = breach.signal;
    if (then === "rollback" || then === "flag") {
      const why = await whyNotByItself(project.project, breach);
      if (why === null)
        return then === "flag" ? this.#switchOff(project, breach) : this.#rollBack(project, breach);
      if (breach.first) await noteNotTakenBack(project.project, breach, why);
      if (await this.#claim(breach)) await this.#propose(project, breach, `Not taken back by itself: ${why}`);
    } else if (!(await this.#claim(breach))) return;
    else if (then === "propose") await this.#propose(project, breach, null);
    else await this.#tell(project, breach);
  }

  /** One window of this machine tells; windows on other machines tell their own people. */
  #claim({ drop, signal, incident }: Breach): Promise<boolean> {
    const key = JSON.stringify(["signal", drop.tag, drop.commit, signal.name, incident?.openedEvent ?? null]);
    return this.#markers.claim(createHash("sha256").update(key).digest("hex").slice(0, 40));
  }

  async #tell(project: TrackedProject, breach: Breach): Promise<void> {
    const button = breach.incident ? SHOW : SIDEBAR;
    const pressed = await window.showWarningMessage(breachWords(breach), button);
    if (pressed) await show(project, breach);
  }

  /** The undo with its plan, in one message. */
  async #propose(project: TrackedProject, breach: Breach, more: string | null): Promise<void> {
    const plan = await planOf(project, breach);
    // A refusal that is the reason already needs no telling twice.
    const planned = plan.refusal !== null && more !== null ? null : planWords(plan);
    const words = [breachWords(breach), more, planned].filter((each) => each !== null).join(" ");
    const undo = plan.refusal === null ? undoButton(breach) : WAYS_OUT;
    const pressed = await window.showErrorMessage(messageText(words, 1000), undo, SHOW);
    if (pressed) await follow(project, breach, pressed);
  }

  async #rollBack(project: TrackedProject, breach: Breach): Promise<void> {
    const plan = await planOf(project, breach);
    const title = `Taking ${plainText(breach.drop.tag, 40)} back by itself`;
    const counted = plan.refusal === null ? await countDown(project, breach, title, plan) : "refused";
    // It is decided: whoever sees the same breach again, on this machine, asks nobody about it.
    await this.#claim(breach);
    if (counted === "cancelled") await this.#cancelled(project, breach);
    else if (counted === "go") await this.#takeBack(project, breach, plan);
    else if (counted === "refused") await this.#notTakenBack(project, breach, plan.refusal!);
  }

  async #switchOff(project: TrackedProject, breach: Breach): Promise<void> {
    const flag = plainText(breach.signal.flag ?? "", 40);
    const counted = await countDown(project, breach, `Switching off ${flag} by itself`, null);
    await this.#claim(breach);
    if (counted === "cancelled") return this.#cancelled(project, breach);
    if (counted !== "go") return;
    try {
      // A link is enough: nobody has pressed a button, so nobody is asked to sign in.
      const { url, words } = await switchOff(project.project, breach, { token: async () => null });
      await project.refresh();
      const buttons = url === null ? [SHOW] : [OPEN_REQUEST, SHOW];
      const said = `${breachWords(breach)} ${flag} was switched off: ${withoutCommandLine(words)}.`;
      const pressed = await window.showWarningMessage(messageText(said, 1000), ...buttons);
      if (pressed === OPEN_REQUEST) await env.openExternal(Uri.parse(url!));
      else if (pressed) await show(project, breach);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      await this.#notTakenBack(project, breach, error.message);
    }
  }

  /** What was counted down for may not be possible any more: the branch went on, or somebody else is at it. */
  async #takeBack(project: TrackedProject, breach: Breach, plan: UndoPlan): Promise<void> {
    try {
      await performUndo(this.#context, project, plan);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      await this.#notTakenBack(project, breach, error.message);
    }
  }

  async #notTakenBack(project: TrackedProject, breach: Breach, why: string): Promise<void> {
    const reason = withoutCommandLine(why);
    await noteNotTakenBack(project.project, breach, reason);
    await project.refresh();
    await this.#propose(project, breach, `Not taken back by itself: ${plainText(reason, 300)}`);
  }

  /** Says that nothing happens now, and leaves the undo in reach. */
  async #cancelled(project: TrackedProject, breach: Breach): Promise<void> {
    const why = "somebody cancelled it while it was counted down.";
    const noted = await noteNotTakenBack(project.project, breach, why).then(
      () => "That is on the incident's record.",
      (error) => {
        this.#context.log.error(error instanceof Error ? error : String(error));
        return "That could not be put on record; the log says why.";
      },
    );
    await project.refresh();
    const tag = plainText(breach.drop.tag, 40);
    const what =
      breach.signal.then === "flag"
        ? `${plainText(breach.signal.flag ?? "", 40)} was not switched off`
        : `${tag} was not taken back`;
    const words = `${what}: you cancelled it, and nothing was changed. ${noted}`;
    const pressed = await window.showWarningMessage(messageText(words), undoButton(breach), SHOW);
    if (pressed) await follow(project, breach, pressed);
  }
}

const undoButton = ({ drop }: Breach) => `Undo ${plainText(drop.tag, 40)}…`;

/** Does what a button of a message says. */
async function follow(project: TrackedProject, breach: Breach, pressed: string): Promise<void> {
  if (pressed === SHOW) return show(project, breach);
  const { root } = project.project;
  await commands.executeCommand(commandId("undoDrop"), { root, tag: breach.drop.tag });
}

async function planOf({ project }: TrackedProject, { drop }: Breach): Promise<UndoPlan> {
  const { planUndo } = await import("../../app/undo/planUndo.ts");
  return planUndo(project, { tag: drop.tag, mode: "undo" });
}

async function show(project: TrackedProject, { incident }: Breach): Promise<void> {
  const ref = { root: project.project.root, id: incident?.id };
  if (incident) await commands.executeCommand(commandId("showIncident"), ref);
  else await commands.executeCommand("dropclock.release.focus");
}

function lineOf(news: Exclude<WatchNews, { kind: "read" }>): string {
  if (news.kind === "ended")
    return `the watch of ${plainText(news.drop.tag, 60)} is over${news.recorded ? ", and it stayed calm" : ""}`;
  return `signal ${plainText(news.signal.name, 60)}: ${news.kind}, ${news.found.why}`;
}

/** `overtaken`: somebody takes the drop back by hand, here or elsewhere. */
type CountedDown = "go" | "cancelled" | "overtaken";

/** Time to say no, on view second by second. */
async function countDown(
  project: TrackedProject,
  breach: Breach,
  title: string,
  plan: UndoPlan | null,
): Promise<CountedDown> {
  // What is reported goes on behind a colon: what is about to happen, and when, before why.
  const why = messageText(`${breachWords(breach)}${plan ? ` ${planWords(plan)}` : ""}`, 600);
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, (progress, cancelled) => {
    const end = Date.now() + CANCEL_MS;
    return new Promise<CountedDown>((resolve) => {
      const tick = () => {
        const left = Math.ceil((end - Date.now()) / 1000);
        progress.report({ message: `in ${left} s. ${why}` });
        if (left <= 0) done("go");
      };
      const timer = setInterval(tick, 1000);
      const look = () => isTakenBack(project, breach) && done("overtaken");
      const looks = [
        project.undo.onDidChange(look),
        project.onDidChange(look),
        cancelled.onCancellationRequested(() => done("cancelled")),
      ];
      const done = (how: CountedDown) => {
        clearInterval(timer);
        for (const each of looks) each.dispose();
        resolve(how);
      };
      tick();
    });
  });
}

function isTakenBack({ undo, reading }: TrackedProject, { drop }: Breach): boolean {
  const here = undo.running?.tag === drop.tag && !undo.running.rehearsed;
  return here || (reading !== null && recordOf(reading.release, drop.tag).state !== "in force");
}

/** Whether the drop can be taken back, and by which steps. */
function planWords({ refusal, readiness, commitCount, steps }: UndoPlan): string {
  if (refusal !== null) return `It cannot be undone now: ${plainText(refusal, 300)}`;
  const titles = steps.filter(({ done }) => !done).map(({ title }) => plainText(title, 100));
  return `Undo ${readinessWords(readiness, commitCount)}. Steps: ${titles.join("; ")}.`;
}

/** Which signal, on which drop, why, and what was done about it at once. */
function breachWords({ signal, drop, found, incident, opened }: Breach): string {
  const head = `“${plainText(signal.name, 60)}” is breached on ${plainText(drop.tag, 40)}: ${found.why}.`;
  if (!incident) return messageText(head);
  return messageText(
    `${head} ${opened ? "An incident was opened." : "It is on record of the open incident."}`,
  );
}
