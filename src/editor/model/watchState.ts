import { EventEmitter } from "vscode";
import type { WatchView } from "../../app/watch/watchNews.ts";

/** What this window watches of a project, for whoever draws it. */
export class WatchState {
  /** True: a watch has begun or ended; false: what it has read reads differently. */
  readonly onDidChange;
  readonly #changed = new EventEmitter<boolean>();
  #view: WatchView | null = null;

  constructor() {
    this.onDidChange = this.#changed.event;
  }

  /** Null while nothing is watched. */
  get view(): WatchView | null {
    return this.#view;
  }

  set(view: WatchView | null): void {
    const before = this.#view;
    if (view === null && before === null) return;
    this.#view = view;
    this.#changed.fire((view === null) !== (before === null));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
