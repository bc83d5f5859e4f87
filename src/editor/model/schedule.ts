import type { Disposable, Event, TextDocument, WindowState } from "vscode";
import type { Status } from "../../domain/drop/status.ts";
import type { Instant } from "../../domain/time/instant.ts";

/** Does something for a document once nobody has typed in it for a moment. */
export class AfterTyping {
  readonly #quietMs: number;
  readonly #work: (document: TextDocument) => void;
  readonly #pending = new Map<string, NodeJS.Timeout>();

  constructor(quietMs: number, work: (document: TextDocument) => void) {
    this.#quietMs = quietMs;
    this.#work = work;
  }

  typed(document: TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.#pending.get(key));
    const work = () => {
      this.#pending.delete(key);
      this.#work(document);
    };
    this.#pending.set(key, setTimeout(work, this.#quietMs));
  }

  closed({ uri }: TextDocument): void {
    clearTimeout(this.#pending.get(uri.toString()));
    this.#pending.delete(uri.toString());
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}

/**
 * Runs a job one at a time. Whoever asks while it runs gets the next run, which all of them share: what they want to
 * see may have changed after the present run had looked.
 */
export function coalesced(job: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = (): Promise<void> => {
    if (!running) {
      running = job().finally(() => {
        running = null;
      });
      return running;
    }
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        return run();
      });
    return next;
  };
  return run;
}

const QUIET_MS = 120;
const LONGEST_MS = 1000;

/** Joins a burst of changes into one call: after a moment of quiet, or a second after the first at the latest. */
export class Debouncer {
  readonly #settled: () => void;
  #timer: NodeJS.Timeout | null = null;
  #first = 0;

  constructor(settled: () => void) {
    this.#settled = settled;
  }

  poke(): void {
    const now = Date.now();
    if (this.#timer) clearTimeout(this.#timer);
    else this.#first = now;
    const ms = Math.max(0, Math.min(QUIET_MS, this.#first + LONGEST_MS - now));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#settled();
    }, ms);
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** What of VS Code's `window` tells of its focus. */
interface FocusSource {
  readonly state: WindowState;
  readonly onDidChangeWindowState: Event<WindowState>;
}

/**
 * Tells when somebody comes back to the window. VS Code's own event also tells, with the focus as it was, that people
 * have done nothing for a minute.
 */
export function onComingBack(window: FocusSource, tell: () => void): Disposable {
  let { focused } = window.state;
  return window.onDidChangeWindowState((state) => {
    const came = state.focused && !focused;
    focused = state.focused;
    if (came) tell();
  });
}

/** Coming back to the window many times in a row is one look. */
export const FOCUS_MS = 10_000;

/**
 * When the team's ledger is to be looked at again; null while nothing goes on that others may be working on too.
 * @param last When it was looked at the last time; null: never.
 */
export function nextLook(status: Status, now: Instant, last: Instant | null): Instant | null {
  const { share, sync } = status.policy.policy.ledger;
  const goesOn = status.open.some(({ state }) => state === "open" || state === "mitigated");
  if (!share || !goesOn) return null;
  // A clock that was put back must not keep anybody waiting.
  return last === null || last > now ? now : last + sync;
}
