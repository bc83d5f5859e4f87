import { setTimeout as delay } from "node:timers/promises";
import { fetchFirst } from "../../app/project/fetchFirst.ts";
import type { Project } from "../../app/project/project.ts";
import { realTime } from "../../app/project/ticker.ts";
import type { UndoResult } from "../../app/undo/carryOut.ts";
import type { SwitchedFlag } from "../../app/undo/switchFlagOff.ts";
import { httpSources } from "../../app/updates/secretsInForce.ts";
import {
  CANCEL_MS,
  noteNotTakenBack,
  switchOff,
  takeBack,
  whyNotByItself,
} from "../../app/watch/takeBack.ts";
import type { SignalView, WatchNews } from "../../app/watch/watchNews.ts";
import { type Breach, type WatchOutcome, watchReport, watchUntil } from "../../app/watch/watchUntil.ts";
import { readingWords } from "../../domain/signal/detection.ts";
import { breachText, numberText, sparkline } from "../../domain/signal/numbers.ts";
import type { SignalState } from "../../domain/signal/signal.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { proxiedFetch } from "../../signals/proxy.ts";
import { environmentSecrets } from "../../signals/secrets.ts";
import { durationArgument } from "../call/arguments.ts";
import { type Answer, type Call, EXIT, type ExitStatus } from "../call/command.ts";
import { policyComplaints } from "../call/complaints.ts";
import type { Page, Paint } from "../text/page.ts";
import { cut, table } from "../text/table.ts";
import { TerminalUndoHost, whileInterruptible } from "./terminalUndoHost.ts";
import type { WatchOptions } from "./watch.ts";

/** Watches until the window ends, or for a given time, and tells what came of it. */
export async function runWatch(call: Call<WatchOptions>): Promise<Answer> {
  const opened = await call.project();
  await fetchFirst(opened);
  const atFirst = await opened.policy();
  const length = call.values.for === undefined ? null : durationArgument("--for", call.values.for);
  const { outcome, undo, notUndone, flag } = await whileInterruptible((stop) =>
    new Run(call, opened, stop.signal).run(length),
  );
  const policy = await opened.policy();
  return {
    json: { at: formatInstant(opened.now()), ...watchReport(outcome, undo, notUndone), flag },
    text: (page) => watchText(outcome, undoWords(undo, notUndone), page),
    complaints: policy === atFirst ? [] : policyComplaints(policy),
    exit: exitOf(outcome),
  };
}

/** One watch, with what came of it. */
class Run {
  readonly #call: Pick<Call, "tell">;
  readonly #project: Project;
  readonly #stop: AbortSignal;
  readonly #open: ReturnType<typeof httpSources>;
  readonly #states = new Map<string, SignalState>();
  readonly #pager: Pager;
  #undo: UndoResult | null = null;
  #notUndone: string | null = null;
  #flag: SwitchedFlag | null = null;

  constructor(call: Pick<Call, "tell">, project: Project, stop: AbortSignal) {
    this.#call = call;
    this.#project = project;
    this.#open = httpSources(project, environmentSecrets(process.env), proxiedFetch(process.env));
    this.#stop = stop;
    this.#pager = new Pager(project, call.tell);
  }

  async run(length: number | null) {
    const { tell } = this.#call;
    // What cannot be recorded is tried again at every reading, for the same reason.
    const said = new Set<string>();
    const tellOnce = (line: string) => {
      if (!said.has(line)) tell(line);
      said.add(line);
    };
    const outcome = await watchUntil({
      project: this.#project,
      open: this.#open,
      time: realTime,
      length,
      stop: this.#stop,
      tell: (news) => {
        const line = newsLine(news, this.#states);
        if (news.kind === "read") this.#states.set(news.signal.name, news.found.state);
        if (news.kind === "unrecorded") said.add(news.why);
        if (line !== null) tell(line);
        this.#pager.tell();
      },
      act: (breach) => this.#act(breach),
      fail: (error) => tellOnce(error instanceof Error ? error.message : String(error)),
    });
    await this.#pager.over();
    for (const { signal } of outcome.unrecorded) this.#wayOut(outcome, signal.then);
    return { outcome, undo: this.#undo, notUndone: this.#notUndone, flag: this.#flag };
  }

  /** Nothing is done by itself for a breach that is not on record: the next watcher would do it once more. */
  #wayOut({ view }: WatchOutcome, then: Breach["signal"]["then"]): void {
    if (then === "rollback") this.#notUndone ??= "The breach could not be recorded.";
    if (view && (then === "rollback" || then === "propose"))
      this.#call.tell(`to roll back: dropclock undo ${plainText(view.drop.tag, 60)}`);
  }

  /** True: there is nothing more to wait for. */
  async #act(breach: Breach): Promise<boolean> {
    if (breach.signal.then === "rollback") await this.#rollBack(breach);
    else if (breach.signal.then === "flag") await this.#switchOff(breach);
    else if (breach.signal.then === "propose")
      this.#call.tell(`to take it back: dropclock undo ${plainText(breach.drop.tag, 60)}`);
    return breach.signal.then !== "notify";
  }

  async #rollBack(breach: Breach): Promise<void> {
    const why = (await whyNotByItself(this.#project, breach)) ?? (await this.#countDown(breach));
    if (why !== null) {
      await this.#leave(breach, why);
      return;
    }
    const { policy } = await this.#project.policy();
    const host = new TerminalUndoHost({ ...this.#call, policy, open: this.#open, stop: this.#stop });
    try {
      this.#undo = await takeBack(this.#project, breach, host);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      await this.#leave(breach, error.message);
    }
  }

  async #switchOff(breach: Breach): Promise<void> {
    const why = (await whyNotByItself(this.#project, breach)) ?? (await this.#countDown(breach));
    if (why !== null) {
      await this.#leave(breach, why);
      return;
    }
    const token = async () => process.env.GITHUB_TOKEN || process.env.GH_TOKEN || null;
    try {
      this.#flag = await switchOff(this.#project, breach, { token });
      this.#call.tell(`switched off ${plainText(this.#flag.flag, 60)}: ${this.#flag.words}`);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      await this.#leave(breach, error.message);
    }
  }

  /** Time to say no. Null: nobody did. */
  async #countDown({ drop, signal }: Breach): Promise<string | null> {
    const tag = plainText(drop.tag, 60);
    const what =
      signal.then === "flag" ? `switching off ${plainText(signal.flag ?? "", 60)}` : `taking ${tag} back`;
    this.#call.tell(`${what} in ${CANCEL_MS / 1000} s; Ctrl+C cancels it`);
    await delay(CANCEL_MS, undefined, { signal: this.#stop }).catch(() => {});
    return this.#stop.aborted ? "It was cancelled." : null;
  }

  async #leave(breach: Breach, why: string): Promise<void> {
    this.#notUndone = why;
    this.#call.tell(`${breach.signal.then === "flag" ? "not switched off" : "not taken back"}: ${why}`);
    if (breach.first) await noteNotTakenBack(this.#project, breach, why);
  }
}

/** Hands over, while the watch goes on, what pagers must know: also a breach that comes by nothing but time. */
class Pager {
  readonly #project: Project;
  readonly #tell: Call["tell"];
  #busy: Promise<void> | null = null;
  #next = 0;

  constructor(project: Project, tell: Call["tell"]) {
    this.#project = project;
    this.#tell = tell;
  }

  /** At most once in the time that the policy gives to a look at the remote. */
  tell(): void {
    if (this.#busy !== null || performance.now() < this.#next) return;
    this.#busy = this.#handOver().finally(() => {
      this.#busy = null;
    });
  }

  async over(): Promise<void> {
    await this.#busy;
  }

  async #handOver(): Promise<void> {
    const { handover, ledger } = (await this.#project.policy()).policy;
    this.#next = performance.now() + ledger.sync;
    if (handover.length === 0) return;
    const { handOverNow } = await import("../call/handover.ts");
    for (const line of await handOverNow(this.#project, process.env)) this.#tell(line);
  }
}

function undoWords(undo: UndoResult | null, notUndone: string | null): string[] {
  if (notUndone !== null) return [`Not taken back by itself: ${plainText(notUndone)}`];
  if (!undo) return [];
  const tag = plainText(undo.plan.drop.tag, 60);
  const said = {
    done: "taken back",
    waiting: "taken back, but not confirmed calm",
    failed: "not taken back: it stopped",
    cancelled: "not taken back: cancelled",
  };
  return [`${tag}: ${said[undo.state]}${undo.mitigated ? ", mitigated" : ""}. See: dropclock undo ${tag}`];
}

function exitOf({ breached, answered, ended }: WatchOutcome): ExitStatus {
  if (breached.length > 0) return EXIT.no;
  return answered || ended === "nothing" ? EXIT.fine : EXIT.failed;
}

/** How many numbers a sparkline shows. */
const SHOWN = 20;

const STATE_WORDS: Record<SignalState, string> = {
  calm: "calm",
  notEnoughTraffic: "not enough traffic yet",
  pending: "pending",
  breached: "breached",
  noData: "no data",
  error: "error",
};

/** What a watch came to: one row for each signal, and a sentence. */
function watchText(outcome: WatchOutcome, more: readonly string[], page: Page): string {
  const { view, from, to } = outcome;
  if (!view) return "Nothing to watch: no watch window is open, and no incident goes on.";
  const heading = `${plainText(view.drop.tag, 60)}, watched for ${exactly(to - from)}`;
  return [page.paint.bold(heading), ...signalTable(view.signals, page), verdict(outcome), ...more].join("\n");
}

function signalTable(signals: readonly SignalView[], page: Page): string[] {
  const rows = signals.map(({ signal, found, numbers }) => {
    const state = found?.state ?? "noData";
    return [
      plainText(signal.name, 40),
      painterOf(state, page.paint)(STATE_WORDS[state]),
      ...numberCells(signal, found, numbers.slice(-SHOWN)),
    ];
  });
  const whys = signals.flatMap(({ signal, found }) =>
    found && found.state !== "calm" ? [`  ${plainText(signal.name, 40)}: ${found.why}`] : [],
  );
  return [...table(rows, "  "), ...(page.terminal ? whys.map((why) => cut(why, page.width)) : whys)];
}

/** Its number, what that is held against, and the line that it came by. */
function numberCells(
  { breach }: SignalView["signal"],
  found: SignalView["found"],
  line: SignalView["numbers"],
) {
  const { value, against, limit } = found?.detection
    ? readingWords(found.detection, found.value)
    : {
        value: found?.value == null ? "-" : numberText(found.value),
        against: breachText(breach),
        limit: breach?.value ?? null,
      };
  return [value, against, sparkline(line, limit)];
}

function painterOf(state: SignalState, paint: Paint): (text: string) => string {
  if (state === "calm") return paint.green;
  return state === "breached" || state === "error" ? paint.red : paint.yellow;
}

function verdict({ view, breaches, breached, unrecorded, answered, recorded, ended }: WatchOutcome): string {
  const [lost] = unrecorded;
  if (lost)
    return `Breached: ${plainText(lost.signal.name, 60)}. It could not be recorded: ${plainText(lost.why)}`;
  const [breach] = breaches;
  if (breach) {
    const { incident, opened } = breach;
    const name = plainText(breach.signal.name, 60);
    if (!incident) return `Breached: ${name}. The policy wants nothing but to be told.`;
    return `Breached: ${name}. ${opened ? "Opened" : "It belongs to"} ${plainText(incident.id, 120)}.`;
  }
  if (breached.length > 0) return `Breached: ${breached.map((name) => plainText(name, 60)).join(", ")}.`;
  if (!answered && view?.signals.some(({ found }) => found?.state === "notEnoughTraffic"))
    return "Not enough traffic to tell, and that is not calm.";
  if (!answered) return "No signal could be read, so nobody knows.";
  if (recorded) return "Calm. That it was watched is on record.";
  return ended === "stopped" ? "Stopped before its time." : "Not breached.";
}

/** A line for each change, while it goes on; null where nothing has changed. */
function newsLine(news: WatchNews, before: ReadonlyMap<string, SignalState>): string | null {
  switch (news.kind) {
    case "read": {
      const { signal, found } = news;
      if (before.get(signal.name) === found.state) return null;
      return `${plainText(signal.name, 60)}: ${STATE_WORDS[found.state]}, ${found.why}`;
    }
    case "breached":
      return news.incident
        ? `${plainText(news.signal.name, 60)}: ${news.opened ? "opened" : "on record of"} incident ${plainText(news.incident.id, 120)}`
        : null;
    case "unrecorded":
      return news.tries === 1
        ? `${plainText(news.signal.name, 60)}: the breach could not be recorded: ${plainText(news.why)}`
        : null;
    default:
      return null;
  }
}
