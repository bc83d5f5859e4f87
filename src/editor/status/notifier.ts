import { setTimeout as delay } from "node:timers/promises";
import { commands, type LogOutputChannel, window } from "vscode";
import { CLOCKS, type CountdownName, MILESTONES, type Milestone } from "../../domain/policy/terms.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { type CommandName, commandId, VIEW } from "../model/ids.ts";
import { BREACH, markCommand } from "../model/milestones.ts";
import type { IncidentRef } from "../model/refs.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { type NotificationKind, notifies, silence } from "../model/settings.ts";
import { messageText } from "../model/text.ts";
import { type Alarm, type AlarmMarkers, alarmKey, alarmsOf, alarmsText, alarmText } from "./alarm.ts";

interface Help {
  title: string;
  command: CommandName;
}

/**
 * What helps, the best first: what stops the clock, or leads to it. While something burns that is taking the drop back.
 * @param drop The drop that can be taken back; null where none can.
 */
function helpOf(clock: CountdownName, drop: string | null, breached: boolean): Help[] {
  const to = clock === "nextUpdate" ? "updated" : CLOCKS[clock].to;
  const update: Help = { title: "Write Update", command: "draftUpdate" };
  const mark = (milestone: Milestone): Help => ({
    title: MILESTONES[milestone].button,
    command: markCommand(milestone),
  });
  if (to === "updated") return [update, mark(to)];
  if (to === "postmortem") return [{ title: "Open Post-mortem", command: "openPostmortem" }];
  if (to !== "mitigated") return [mark(to)];
  const undo: Help[] = drop === null ? [] : [{ title: `Undo ${drop}…`, command: "undoDrop" }];
  // More than three buttons are cut short, and before the breach customers are told in any case.
  return [...undo, mark(to), ...(breached ? [update] : [])];
}

/** The kind of notification that an alarm is, which people can switch off. */
function kindOf({ clock, share }: Alarm): NotificationKind {
  if (clock.name === "nextUpdate") return "updates";
  return share === BREACH ? "breaches" : "warnings";
}

const SILENCE = "Don't Show Again";

/** Of several windows the one in use should tell, so the others let it go first. */
const PATIENCE_MS = 400;

interface Crossing {
  ref: IncidentRef & { tag?: string };
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
      return alarmsOf(status.open, status.policy.policy.warnAt)
        .map((alarms) => alarms.filter((alarm) => notifies(kindOf(alarm))))
        .filter((alarms) => alarms.length > 0)
        .map((alarms) => {
          const { id, drop } = alarms[0]!.status.incident;
          const tag = drop !== null && project.canUndo(drop) ? { tag: drop } : {};
          return { ref: { root: project.project.root, id, ...tag }, alarms };
        });
    });
  }

  async #tell(crossings: readonly Crossing[]): Promise<void> {
    if (!window.state.focused) await delay(PATIENCE_MS);
    const news: { alarm: Alarm; ref: Crossing["ref"] }[] = [];
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

  #showOne(alarm: Alarm, ref: Crossing["ref"]): void {
    const drop = ref.tag === undefined ? null : messageText(ref.tag, 40);
    const breached = alarm.share === BREACH;
    const helps = helpOf(alarm.clock.name, drop, breached).map(({ title, command }) => ({
      title,
      run: () => commands.executeCommand(commandId(command), ref),
    }));
    const kind = kindOf(alarm);
    // Nobody silences a breach by a slip: there is a setting for it.
    this.#show(alarmText(alarm), breached, helps, kind === "breaches" ? null : kind);
  }

  #showMany(alarms: readonly Alarm[]): void {
    const breached = alarms.some(({ share }) => share === BREACH);
    const run = () => commands.executeCommand(`${VIEW}.focus`);
    this.#show(alarmsText(alarms), breached, [{ title: "Show Clocks", run }], null);
  }

  /** Not awaited: an unanswered message must not hold up the next. */
  #show(
    text: string,
    breached: boolean,
    helps: readonly { title: string; run: () => Thenable<unknown> }[],
    kind: NotificationKind | null,
  ): void {
    this.#log.info(text);
    const buttons = [...helps.map(({ title }) => title), ...(kind === null ? [] : [SILENCE])];
    const shown = breached
      ? window.showErrorMessage(text, ...buttons)
      : window.showWarningMessage(text, ...buttons);
    void shown.then((pressed) => {
      if (pressed === SILENCE && kind !== null) return silence(kind);
      return helps.find(({ title }) => title === pressed)?.run();
    });
  }
}
