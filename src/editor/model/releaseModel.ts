import { statSync } from "node:fs";
import { basename, join } from "node:path";
import {
  Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  type WorkspaceFolder,
  window,
  workspace,
} from "vscode";
import type { EarlyAnswers } from "../../app/project/earlyAnswers.ts";
import { PolicyMemory } from "../../app/project/policyMemory.ts";
import { Project } from "../../app/project/project.ts";
import type { SharingOptions } from "../../app/project/sharing.ts";
import type { Status } from "../../domain/drop/status.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { coalesced, onComingBack } from "./schedule.ts";
import { gitProgram } from "./settings.ts";
import type { ProjectFacts } from "./standing.ts";
import { TrackedProject } from "./trackedProject.ts";

/** The projects of this window, each repository once, and when something in them changed. */
export class ReleaseModel {
  readonly onDidChange;
  /** Something is known anew of an undo, of a signal, or of council and gate; all else is as it was. */
  readonly onDidChangeUndo;
  readonly now: () => Instant = Date.now;
  /** Resolves when everything has been read for the first time. */
  readonly ready: Promise<void>;
  /** To be called when the first rows are drawn, or nobody looks at any: what takes longer to read waits for it. */
  readonly drawn: () => void;
  readonly #changed = new EventEmitter<void>();
  readonly #undoChanged = new EventEmitter<void>();
  readonly #log: LogOutputChannel;
  readonly #early: Map<string, EarlyAnswers>;
  readonly #policies: PolicyMemory;
  readonly #subscriptions: Disposable;
  readonly #onView: Promise<void>;
  #projects = new Map<string, { project: TrackedProject; listener: Disposable }>();
  #loaded = false;

  /** @param early By folder, what git was asked before this was loaded. */
  constructor(log: LogOutputChannel, early: Map<string, EarlyAnswers>, policies: PolicyMemory) {
    this.#log = log;
    this.#early = early;
    this.#policies = policies;
    this.onDidChange = this.#changed.event;
    this.onDidChangeUndo = this.#undoChanged.event;
    const reopen = coalesced(() => this.#open());
    const again = () => void reopen();
    this.#subscriptions = Disposable.from(
      workspace.onDidChangeWorkspaceFolders(again),
      workspace.onDidGrantWorkspaceTrust(again),
      // Some file systems tell nobody of a change; whoever comes back sees what is true.
      onComingBack(window, () => this.projects.forEach((project) => void project.refresh())),
    );
    this.reopen = reopen;
    let drawn = () => {};
    const onView = new Promise<void>((resolve) => {
      drawn = resolve;
    });
    this.drawn = drawn;
    this.#onView = onView;
    this.ready = reopen();
  }

  /** Looks for the projects anew, and reads those that are new. */
  readonly reopen: () => Promise<void>;

  get projects(): readonly TrackedProject[] {
    return [...this.#projects.values()].map(({ project }) => project);
  }

  /** Whether the first reading is over. */
  get loaded(): boolean {
    return this.#loaded;
  }

  project(root: string): TrackedProject | null {
    return this.projects.find(({ project }) => project.root === root) ?? null;
  }

  statuses(now: Instant): Status[] {
    return this.projects.map((project) => project.statusAt(now)).filter((status) => status !== null);
  }

  facts(now: Instant): ProjectFacts[] {
    return this.projects.map((project) => ({
      root: project.project.root,
      name: project.name,
      status: project.statusAt(now),
      error: project.error,
      doubt: project.incidentsDoubt,
    }));
  }

  /** Reads everything again, new and vanished repositories included. */
  async refresh(): Promise<void> {
    await this.reopen();
    await Promise.all(this.projects.map((project) => project.refresh()));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const each of this.#projects.values()) close(each);
    this.#projects.clear();
    this.#changed.dispose();
    this.#undoChanged.dispose();
  }

  async #open(): Promise<void> {
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const opened = new Map<string, Opened>();
    for (const each of await Promise.all(folders.map((folder) => this.#openFolder(folder)))) {
      // Two folders in one repository, or two of its worktrees, have one ledger: counted once.
      if (!opened.has(each.key)) opened.set(each.key, each);
    }
    const before = this.#projects;
    this.#projects = new Map();
    const fresh: TrackedProject[] = [];
    for (const [key, { project, name, error }] of opened) {
      const known = before.get(key);
      before.delete(key);
      const tracked = known ?? this.#track(this.#newProject(project, name, error));
      if (!known) fresh.push(tracked.project);
      this.#projects.set(key, tracked);
    }
    for (const each of before.values()) close(each);
    await Promise.all(fresh.map((project) => project.refresh()));
    this.#loaded = true;
    this.#changed.fire();
  }

  #newProject(project: Project, name: string, error: string | null): TrackedProject {
    return new TrackedProject(project, name, error, this.#log, () => void this.reopen(), this.#onView);
  }

  #track(project: TrackedProject): { project: TrackedProject; listener: Disposable } {
    const listener = Disposable.from(
      project.onDidChange(() => this.#changed.fire()),
      project.undo.onDidChange(() => this.#undoChanged.fire()),
      project.governance.onDidChange(() => this.#undoChanged.fire()),
      project.tagOnRemote.onDidChange(() => this.#undoChanged.fire()),
      project.watch.onDidChange((turned) => (turned ? this.#changed : this.#undoChanged).fire()),
    );
    return { project, listener };
  }

  async #openFolder({ uri, name }: WorkspaceFolder): Promise<Opened> {
    // A remote that takes its time must hold up nothing that is on view.
    const done = () => void this.project(root)?.refresh();
    const sharing: SharingOptions = { wait: false, done };
    const early = this.#early.get(uri.fsPath);
    // It holds for the first time only.
    this.#early.delete(uri.fsPath);
    const policies = this.#policies;
    const git = gitProgram();
    const options = { now: this.now, trusted: workspace.isTrusted, sharing, policies, early, git };
    let root = uri.fsPath;
    try {
      const project = await Project.open(uri.fsPath, options);
      const { repository } = project;
      root = project.root;
      const within = repository !== null && root !== uri.fsPath;
      const place = repository?.commonDir ?? root;
      const key = `${place} ${repository ? "git" : workspace.isTrusted ? "folder" : "untrusted"}`;
      return { key, project, name: within ? basename(root) : name, error: null };
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      // Without git there is still a policy to show.
      const project = await Project.open(uri.fsPath, { ...options, trusted: false });
      const reason = error instanceof HumanError ? error.message : `Opening failed: ${String(error)}`;
      return { key: `${uri.fsPath} ${reason}`, project, name, error: reason };
    }
  }
}

interface Opened {
  key: string;
  project: Project;
  name: string;
  error: string | null;
}

function close({ project, listener }: { project: TrackedProject; listener: Disposable }): void {
  listener.dispose();
  project.dispose();
}

/** What this build of the extension found policies to say. */
export function rememberedPolicies({
  extension,
  extensionPath,
  globalStorageUri,
}: ExtensionContext): PolicyMemory {
  const { version } = extension.packageJSON as { version: string };
  // Under development the version stays while the code changes.
  const built = statSync(join(extensionPath, "dist", "editor.js"), { throwIfNoEntry: false })?.mtimeMs;
  return new PolicyMemory(join(globalStorageUri.fsPath, "policies"), `${version} ${built}`);
}
