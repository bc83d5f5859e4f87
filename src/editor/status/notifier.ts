import { setTimeout as delay } from "node:timers/promises";
import { commands, type LogOutputChannel, window } from "vscode";
import { COUNTDOWNS, type CountdownName, MILESTONES } from "../../domain/policy/terms.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type CommandName, commandId, VIEW } from "../model/ids.ts";
import { BREACH, markCommand } from "../model/milestones.ts";
import type { IncidentRef } from "../model/refs.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { type Alarm, type AlarmMarkers, alarmKey, alarmsOf, alarmsText, alarmText } from "./alarm.ts";

/** The one button that helps: what stops the clock, or what leads to it. */
function helpOf(clock: CountdownName): { title: string; command: CommandName } {
  const { to } = COUNTDOWNS[clock];
  if (to === "updated") return { title: "Write the Update", command: "draftUpdate" };
  if (to === "postmortem") return { title: "Open Post-mortem", command: "openPostmortem" };
  return { title: MILESTONES[to].button, command: markCommand(to) };
}

/** Of several windows the one in use should tell, so the others let it go first. */
const PATIENCE_MS = 400;

interface Crossing {
  ref: IncidentRef;
  /** Of one clock, ascending. */
  alarms: Alarm[];
}

/** Tells people that a clock is running out, once for each share over all windows. */
export class Notifier {
  readonly #model: ReleaseModel;
  readonly #markers: AlarmMarkers;
  readonly #log: LogOutputChannel;
  #checking: Promise<void> = Promise.resolve();

  constructor(model: ReleaseModel, markers: AlarmMarkers, log: LogOutputChannel) {
    this.#model = model;
    this.#markers = markers;
    this.#log = log;
  }

  check(now: Instant): void {
    const unknown = this.#crossings(now).filter(({ alarms }) =>
      alarms.some((alarm) => !this.#markers.knows(alarmKey(alarm))),
    );
    if (unknown.length === 0) return;
    this.#checking = this.#checking
      .then(() => this.#tell(unknown))
      .catch((error) => this.#log.error(error instanceof Error ? error : String(error)));
  }

  #crossings(now: Instant): Crossing[] {
    return this.#model.projects.flatMap((project) => {
      const status = project.statusAt(now);
      if (!status) return [];
      return alarmsOf(status.open, status.policy.policy.warnAt).map((alarms) => ({
        ref: { root: project.project.root, id: alarms[0]!.status.incident.id },
        alarms,
      }));
    });
  }

  async #tell(crossings: readonly Crossing[]): Promise<void> {
    if (!window.state.focused) await delay(PATIENCE_MS);
    const news: { alarm: Alarm; ref: IncidentRef }[] = [];
    for (const { ref, alarms } of crossings) {
      const alarm = await this.#claim(alarms);
      if (alarm) news.push({ alarm, ref });
    }
    const [first] = news;
    if (!first) return;
    if (news.length === 1) this.#showOne(first.alarm, first.ref);
    else this.#showMany(news.map(({ alarm }) => alarm));
  }

  /** Of several that were crossed at once (the lid was closed), only the most serious is told. */
  async #claim(alarms: readonly Alarm[]): Promise<Alarm | null> {
    let worst: Alarm | null = null;
    for (const alarm of alarms) worst = (await this.#markers.claim(alarmKey(alarm))) ? alarm : null;
    return worst;
  }

  #showOne(alarm: Alarm, ref: IncidentRef): void {
    const { title, command } = helpOf(alarm.clock.name);
    this.#show(alarmText(alarm), alarm.share === BREACH, title, () =>
      commands.executeCommand(commandId(command), ref),
    );
  }

  #showMany(alarms: readonly Alarm[]): void {
    const breached = alarms.some(({ share }) => share === BREACH);
    this.#show(alarmsText(alarms), breached, "Show Clocks", () => commands.executeCommand(`${VIEW}.focus`));
  }

  /** Not awaited: an unanswered message must not hold up the next. */
  #show(text: string, breached: boolean, button: string, help: () => Thenable<unknown>): void {
    this.#log.info(text);
    const shown = breached ? window.showErrorMessage(text, button) : window.showWarningMessage(text, button);
    void shown.then((pressed) => (pressed ? help() : undefined));
  }
}
