import { createHash } from "node:crypto";
import { commands, ProgressLocation, window } from "vscode";
import { readinessWords } from "../../app/undo/readinessWords.ts";
import type { UndoPlan } from "../../app/undo/undoPlan.ts";
import { CANCEL_MS, noteNotTakenBack, whyNotByItself } from "../../app/watch/takeBack.ts";
import type { WatchNews } from "../../app/watch/watchNews.ts";
import type { Breach } from "../../app/watch/watchUntil.ts";
import { plainText } from "../../domain/plainText.ts";
import type { AlarmMarkers } from "../alarms/alarmMarkers.ts";
import type { CommandContext } from "../commands/commandContext.ts";
import { performUndo } from "../commands/performUndo.ts";
import { commandId } from "../ids.ts";
import { messageText } from "../inert.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

const SHOW = "Show Incident";
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
    if (news.kind === "breached")
      this.#breached(project, news).catch((error) =>
        log.error(error instanceof Error ? error : String(error)),
      );
  };

  async #breached(project: TrackedProject, breach: Breach): Promise<void> {
    const { then } = breach.signal;
    if (then === "rollback") {
      const why = await whyNotByItself(project.project, breach);
      if (why === null) return this.#rollBack(project, breach);
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
    const words = [breachWords(breach), more, planWords(plan)].filter((each) => each !== null).join(" ");
    const buttons = plan.refusal === null ? [undoButton(breach), SHOW] : [SHOW];
    const pressed = await window.showErrorMessage(messageText(words, 1000), ...buttons);
    if (pressed) await follow(project, breach, pressed);
  }

  async #rollBack(project: TrackedProject, breach: Breach): Promise<void> {
    const plan = await planOf(project, breach);
    if (plan.refusal !== null) {
      await noteNotTakenBack(project.project, breach, plan.refusal);
      await project.refresh();
      if (await this.#claim(breach)) await this.#propose(project, breach, null);
      return;
    }
    const go = await countDown(breach, plan);
    // It is decided: whoever sees the same breach again, on this machine, asks nobody about it.
    await this.#claim(breach);
    if (go) await performUndo(this.#context, project, plan);
    else await this.#cancelled(project, breach);
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
    const words = `${tag} was not taken back: you cancelled it, and nothing was changed. ${noted}`;
    const pressed = await window.showWarningMessage(messageText(words), undoButton(breach), SHOW);
    if (pressed) await follow(project, breach, pressed);
  }
}

const undoButton = ({ drop }: Breach) => `Undo ${plainText(drop.tag, 40)}…`;

/** Does what a button of a message says. */
async function follow(project: TrackedProject, breach: Breach, pressed: string): Promise<void> {
  if (pressed !== undoButton(breach)) return show(project, breach);
  const { root } = project.project;
  await commands.executeCommand(commandId("undoDrop"), { root, tag: breach.drop.tag });
}

/** Time to say no, on view second by second. False: somebody did. */
async function countDown(breach: Breach, plan: UndoPlan): Promise<boolean> {
  // What is reported goes on behind a colon: what is about to happen, and when, before why.
  const title = `Taking ${plainText(breach.drop.tag, 40)} back by itself`;
  const why = messageText(`${breachWords(breach)} ${planWords(plan)}`, 600);
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(options, (progress, cancelled) => {
    const end = Date.now() + CANCEL_MS;
    return new Promise<boolean>((resolve) => {
      const tick = () => {
        const left = Math.ceil((end - Date.now()) / 1000);
        progress.report({ message: `in ${left} s. ${why}` });
        if (left <= 0) done(true);
      };
      const timer = setInterval(tick, 1000);
      const done = (go: boolean) => {
        clearInterval(timer);
        resolve(go);
      };
      cancelled.onCancellationRequested(() => done(false));
      tick();
    });
  });
}

async function planOf({ project }: TrackedProject, { drop }: Breach): Promise<UndoPlan> {
  const { planUndo } = await import("../../app/undo/planUndo.ts");
  return planUndo(project, { tag: drop.tag, mode: "undo" });
}

function planWords({ refusal, readiness, commitCount, steps }: UndoPlan): string {
  if (refusal !== null) return `It cannot be undone now: ${plainText(refusal, 300)}`;
  const titles = steps.filter(({ done }) => !done).map(({ title }) => plainText(title, 100));
  return `Undo ${readinessWords(readiness, commitCount)}. Steps: ${titles.join("; ")}.`;
}

function breachWords({ signal, drop, found, incident, opened }: Breach): string {
  const head = `“${plainText(signal.name, 60)}” is breached on ${plainText(drop.tag, 40)}: ${found.why}.`;
  if (!incident) return messageText(head);
  return messageText(
    `${head} ${opened ? "An incident was opened." : "It is on record of the open incident."}`,
  );
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
