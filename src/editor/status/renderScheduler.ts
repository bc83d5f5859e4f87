import { Disposable, type LogOutputChannel, type TreeView, window, workspace } from "vscode";
import { realTime, Ticker } from "../../app/project/ticker.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { nextWake, soakWake } from "../model/nextWake.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import { setting } from "../model/settings.ts";

/** What follows the time. `seconds`: the window is in use, so the last hour is shown to the second. */
type Follower = (now: Instant, seconds: boolean) => void;

/** Wakes the followers when the model changed and at each instant at which something reads differently. */
export class RenderScheduler {
  readonly #model: ReleaseModel;
  readonly #view: TreeView<unknown>;
  readonly #log: LogOutputChannel;
  readonly #followers: readonly Follower[];
  readonly #ticker: Ticker;
  readonly #subscriptions: Disposable;

  constructor(
    model: ReleaseModel,
    view: TreeView<unknown>,
    log: LogOutputChannel,
    followers: readonly Follower[],
  ) {
    this.#log = log;
    this.#model = model;
    this.#view = view;
    this.#followers = followers;
    const time = { ...realTime, now: model.now };
    this.#ticker = new Ticker(
      time,
      (now) => this.#next(now),
      (now) => this.#tell(now),
    );
    const beat = () => this.beat();
    this.#subscriptions = Disposable.from(
      model.onDidChange(beat),
      model.onDidChangeUndo(() => this.#ticker.schedule()),
      view.onDidChangeVisibility(beat),
      window.onDidChangeWindowState(beat),
      workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("dropclock") && beat()),
    );
  }

  /** Shows what counts now, and sets the next wake. */
  beat(): void {
    this.#tell(this.#model.now());
    this.#ticker.schedule();
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#ticker.dispose();
  }

  #next(now: Instant): Instant | null {
    const sidebar = this.#view.visible;
    const seconds = inUse() && setting("statusBar.seconds");
    const wake = nextWake(this.#model.statuses(now), now, { seconds, sidebar });
    return sidebar ? earliest([wake, ...this.#model.projects.map((each) => soakWake(each, now))]) : wake;
  }

  #tell(now: Instant): void {
    for (const follow of this.#followers) {
      try {
        follow(now, inUse());
      } catch (error) {
        // One that fails must not stop the clock for the others.
        this.#log.error(error instanceof Error ? error : String(error));
      }
    }
  }
}

const earliest = (instants: readonly (Instant | null)[]): Instant | null =>
  instants.reduce((first, at) => (at !== null && (first === null || at < first) ? at : first), null);

/** Whether somebody is likely to be looking: VS Code tells of focus and of use, not of what is hidden behind others. */
const inUse = () => window.state.focused || window.state.active;
