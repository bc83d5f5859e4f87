import { Disposable, type LogOutputChannel, languages, workspace } from "vscode";
import { realTime } from "../app/project/ticker.ts";
import { httpSources } from "../app/updates/secretsInForce.ts";
import { Watcher } from "../app/watch/watcher.ts";
import type { WatchNews } from "../app/watch/watchNews.ts";
import { BreachNotices } from "./commands/breachNotices.ts";
import type { CommandContext } from "./commands/commandContext.ts";
import type { ReleaseModel } from "./model/releaseModel.ts";
import { SignalSecrets } from "./model/signalSecrets.ts";
import type { TrackedProject } from "./model/trackedProject.ts";
import type { AlarmMarkers } from "./status/alarm.ts";
import { FlagDiagnostics, FlagFiles, FlagLenses } from "./views/flagDiagnostics.ts";

/** What a flagd definition may be written in; which of them is one, the policy says. */
const FLAG_FILES = ["json", "jsonc", "yaml"].map((language) => ({ language, scheme: "file" }));

/** Signals and flags: all that looks at a drop from outside. Loaded once what was read first is on view. */
export function startWatching(context: CommandContext, markers: AlarmMarkers): Disposable {
  const { model, log, extension } = context;
  const notices = new BreachNotices(context, markers);
  const flags = new FlagFiles(model);
  const lenses = new FlagLenses(flags);
  const secrets = new SignalSecrets(extension.secrets);
  return Disposable.from(
    new SignalWatches(model, secrets, log, notices.told),
    new Handovers(model, secrets, log),
    lenses,
    languages.registerCodeLensProvider(FLAG_FILES, lenses),
    model.onDidChange(() => lenses.refresh()),
    new FlagDiagnostics(model, flags),
  );
}

/** Who is told of what a watch has found. */
type WatchListener = (project: TrackedProject, news: WatchNews) => void;

/**
 * Watches the signals of every project of the window, each for as long as there is reason to. Nothing is asked in a
 * folder that is not trusted, and no timer is set where nothing is watched.
 */
class SignalWatches {
  readonly #model: ReleaseModel;
  readonly #secrets: SignalSecrets;
  readonly #log: LogOutputChannel;
  readonly #listener: WatchListener;
  readonly #watchers = new Map<TrackedProject, Watcher>();
  readonly #subscription: Disposable;

  constructor(model: ReleaseModel, secrets: SignalSecrets, log: LogOutputChannel, listener: WatchListener) {
    this.#model = model;
    this.#secrets = secrets;
    this.#log = log;
    this.#listener = listener;
    this.#subscription = Disposable.from(
      model.onDidChange(() => this.#follow()),
      secrets.onDidChange(() => {
        for (const watcher of this.#watchers.values()) watcher.secretsChanged();
      }),
    );
    this.#follow();
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
    this.#watchers.clear();
  }

  #follow(): void {
    const projects = this.#model.projects.filter(({ canWrite }) => canWrite && workspace.isTrusted);
    for (const [project, watcher] of this.#watchers) {
      if (projects.includes(project)) continue;
      watcher.dispose();
      this.#watchers.delete(project);
    }
    for (const project of projects) {
      if (!project.reading) continue;
      const known = this.#watchers.get(project);
      // Without a signal there is nothing to watch, now or ever.
      if (!known && project.reading.release.policy.policy.signals.length === 0) continue;
      const watcher = known ?? this.#watch(project);
      watcher.follow(project.reading.release);
      project.watch.set(watcher.view());
    }
  }

  #watch(project: TrackedProject): Watcher {
    const watcher: Watcher = new Watcher({
      project: project.project,
      open: httpSources(project.project, this.#secrets.read),
      time: { ...realTime, now: this.#model.now },
      tell: (news) => this.#listener(project, news),
      fail: (error) => this.#log.error(error instanceof Error ? error : String(error)),
      changed: () => project.watch.set(watcher.view()),
    });
    this.#watchers.set(project, watcher);
    return watcher;
  }
}

/** Milliseconds between two looks for a breach that comes by nothing but time. */
const HANDOVER_MS = 60_000;

/** Tells pagers and chats what the window has done or found, where the policy in force names some. */
class Handovers {
  readonly #model: ReleaseModel;
  readonly #secrets: SignalSecrets;
  readonly #log: LogOutputChannel;
  readonly #subscription: Disposable;
  readonly #timer: ReturnType<typeof setInterval>;
  #busy = false;

  constructor(model: ReleaseModel, secrets: SignalSecrets, log: LogOutputChannel) {
    this.#model = model;
    this.#secrets = secrets;
    this.#log = log;
    this.#subscription = model.onDidChange(() => void this.#tell());
    this.#timer = setInterval(() => void this.#tell(), HANDOVER_MS);
  }

  dispose(): void {
    this.#subscription.dispose();
    clearInterval(this.#timer);
  }

  async #tell(): Promise<void> {
    if (this.#busy || !workspace.isTrusted) return;
    const projects = this.#model.projects.filter(
      ({ canWrite, reading }) => canWrite && (reading?.release.policy.policy.handover.length ?? 0) > 0,
    );
    if (projects.length === 0) return;
    this.#busy = true;
    try {
      const { handOver } = await import("../app/updates/handOver.ts");
      for (const { project, name } of projects)
        for (const { moment, failed } of await handOver(project, { fetch, secrets: this.#secrets.read }))
          this.#log.info(`${name}: handover of ${moment.on}: ${failed ?? "sent"}`);
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    } finally {
      this.#busy = false;
    }
  }
}
