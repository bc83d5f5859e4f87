import { Disposable, window, workspace } from "vscode";
import { realTime, Ticker } from "../../app/project/ticker.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { ReleaseModel } from "./releaseModel.ts";
import { FOCUS_MS, nextLook, onComingBack } from "./schedule.ts";
import type { TrackedProject } from "./trackedProject.ts";

/**
 * Looks at the team's ledgers in the background: as often as the policy says while an incident is open, and when
 * somebody comes back to the window. One timer, none while all is calm.
 */
export class LedgerLooks {
  readonly #model: ReleaseModel;
  readonly #ticker: Ticker;
  readonly #subscriptions: Disposable;
  readonly #looked = new WeakMap<TrackedProject, Instant>();

  constructor(model: ReleaseModel) {
    this.#model = model;
    this.#ticker = new Ticker(
      { ...realTime, now: model.now },
      (now) => this.#next(now),
      (now) => this.#lookWhereDue(now),
    );
    this.#subscriptions = Disposable.from(
      model.onDidChange(() => this.#ticker.schedule()),
      onComingBack(window, () => this.#lookOnFocus(model.now())),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#ticker.dispose();
  }

  #next(now: Instant): Instant | null {
    const instants = this.#projects().map((project) => this.#dueAt(project, now));
    return instants.reduce((first, at) => (at !== null && (first === null || at < first) ? at : first), null);
  }

  #lookWhereDue(now: Instant): void {
    for (const project of this.#projects()) {
      const at = this.#dueAt(project, now);
      if (at !== null && at <= now) this.#look(project, now);
    }
  }

  #lookOnFocus(now: Instant): void {
    for (const project of this.#projects()) {
      const last = this.#looked.get(project);
      const shared = project.reading !== null && project.reading.standing.state !== "none";
      if (shared && (last === undefined || Math.abs(now - last) >= FOCUS_MS)) this.#look(project, now);
    }
    this.#ticker.schedule();
  }

  #dueAt(project: TrackedProject, now: Instant): Instant | null {
    const status = project.statusAt(now);
    if (!status || project.reading?.standing.state === "none") return null;
    return nextLook(status, now, this.#looked.get(project) ?? null);
  }

  #look(project: TrackedProject, now: Instant): void {
    this.#looked.set(project, now);
    void project.look();
  }

  #projects(): readonly TrackedProject[] {
    return workspace.isTrusted ? this.#model.projects.filter(({ canWrite }) => canWrite) : [];
  }
}
