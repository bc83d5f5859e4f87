import { dirname, join, posix } from "node:path";
import {
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  RelativePattern,
  Uri,
  workspace,
} from "vscode";
import type { PostedPostmortems } from "../../app/documents/postmortemRecord.ts";
import type { DropStories } from "../../app/drop/dropNamed.ts";
import type { Project, Reading } from "../../app/project/project.ts";
import { type IncidentsDoubt, incidentsDoubt, isBranchUnknown } from "../../app/project/sharingWords.ts";
import { dropNamed, recordOf } from "../../domain/drop/release.ts";
import type { Status } from "../../domain/drop/status.ts";
import { waitsForPostmortem } from "../../domain/incident/incident.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { isExclusion } from "../../domain/text/tagNames.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { SyncResult } from "../../ledger/remoteLedger.ts";
import { FolderWatcher } from "./folderWatcher.ts";
import { GovernanceState, type LastMark, RemoteTagState, UndoState, WatchState } from "./projectState.ts";
import { coalesced, Debouncer } from "./schedule.ts";
import { Standing } from "./standing.ts";

/** One project of the window: what was last read of it, kept up to date by watching its files. */
export class TrackedProject {
  readonly project: Project;
  readonly name: string;
  readonly undo: UndoState;
  readonly governance: GovernanceState;
  readonly tagOnRemote: RemoteTagState;
  /** What this window reads of its signals. */
  readonly watch = new WatchState();
  /** Reads again; resolves when what was there at the call is on view. */
  readonly refresh: () => Promise<void>;
  readonly onDidChange;
  readonly #changed = new EventEmitter<void>();
  readonly #log: LogOutputChannel;
  readonly #settling: Debouncer;
  readonly #watcher: ProjectWatcher;
  readonly #onView: Promise<void>;
  readonly #openError: string | null;
  #reading: Reading | null = null;
  #standing: Standing | null = null;
  #latest: Status | null = null;
  #error: string | null;
  #signature = "";
  #stories: Promise<DropStories> | null = null;
  #posted: PostedPostmortems | null = null;
  #learning = false;
  #lastMark: LastMark | null = null;

  /**
   * @param openError Why git cannot be used here, where it cannot.
   * @param gitAppeared Called where git has come to a folder that had none.
   * @param onView Resolves when the first reading is on view.
   */
  constructor(
    project: Project,
    name: string,
    openError: string | null,
    log: LogOutputChannel,
    gitAppeared: () => void,
    onView: Promise<void>,
  ) {
    this.project = project;
    this.undo = new UndoState(project, log, onView);
    this.governance = new GovernanceState(project, log);
    this.tagOnRemote = new RemoteTagState(project, log);
    this.name = name;
    this.onDidChange = this.#changed.event;
    this.#log = log;
    this.#onView = onView;
    this.#openError = openError;
    this.#error = openError;
    this.refresh = coalesced(() => this.#read());
    let appeared = false;
    this.#settling = new Debouncer(() => {
      if (appeared) gitAppeared();
      void this.refresh();
    });
    this.#watcher = new ProjectWatcher(project, (what) => {
      log.trace(`${this.name}: ${what} changed`);
      if (what === "documents") this.#signature = "";
      if (what === "git" && !project.repository) appeared = true;
      this.#settling.poke();
    });
  }

  /** What happened to the drops of incidents. No part of the first picture, so it is loaded when it is asked for. */
  stories(): Promise<DropStories> {
    this.#stories ??= import("../../app/drop/dropNamed.ts").then(
      ({ DropStories }) => new DropStories(this.project.repository, () => this.#changed.fire()),
    );
    return this.#stories;
  }

  /** What was last read; null until the first time, and where it could never be read. */
  get reading(): Reading | null {
    return this.#reading;
  }

  /** Why the last attempt to read failed, as a sentence. */
  get error(): string | null {
    return this.#error;
  }

  /** Why the team's incidents are not known here; null where they are. */
  get incidentsDoubt(): IncidentsDoubt | null {
    return this.#reading && this.canWrite ? incidentsDoubt(this.#reading) : null;
  }

  /** Whether no drop is known because nobody here knows the release branch. */
  get branchUnknown(): boolean {
    return this.#reading !== null && isBranchUnknown(this.#reading.anchor);
  }

  get canWrite(): boolean {
    return this.project.trusted && this.project.repository !== null;
  }

  /** Whether there is a drop of that name to undo, by what is known so far. */
  canUndo(tag: string | null): boolean {
    const release = this.#reading?.release;
    const drop = release && dropNamed(release, tag);
    if (!release || !drop || recordOf(release, drop.tag).undone !== null) return false;
    const { readiness } = this.undo;
    return readiness?.tag !== drop.tag || (readiness.state !== "nothing" && readiness.state !== "unknown");
  }

  /** What this window marked last; null: nothing, or it was taken back, here or elsewhere. */
  get lastMark(): LastMark | null {
    const mark = this.#lastMark;
    const incident = mark && this.#reading?.release.incident(mark.id);
    return incident && !incident.retracted.has(mark.event) ? mark : null;
  }

  set lastMark(mark: LastMark | null) {
    this.#lastMark = mark;
    this.#changed.fire();
  }

  statusAt(now: Instant): Status | null {
    if (!this.#standing) return null;
    // Everything that is shown asks at the same instant.
    if (this.#latest?.at !== now) this.#latest = this.#standing.at(now);
    return this.#latest;
  }

  /** To be called after a document was written: that leaves no trace in what is read, only in what is shown. */
  documentsChanged(): void {
    this.#changed.fire();
  }

  /** Brings the ledger into step with the team's, and shows what came of it. */
  async sync(): Promise<SyncResult> {
    const before = this.#reading?.standing.state;
    const result = await this.project.restoreAndSync();
    const { state, fetched, pushed, reason, rewound, restored } = result;
    if (restored > 0) this.#log.warn(`${this.name}: ${restored} removed ledger entries were put back`);
    if (rewound) this.#log.warn(`${this.name}: the remote's ledger had lost events that were there before`);
    if (state === "unreachable" && before !== state) this.#log.warn(`${this.name}: not shared: ${reason}`);
    if (fetched + pushed + restored > 0 || state !== before) await this.refresh();
    return result;
  }

  /** The same in the background: nobody is told, the sidebar shows it. */
  async look(): Promise<void> {
    await this.sync().catch((error) => this.#log.error(error));
    // Whether an undo was merged is known to the remote alone, until its branch is fetched.
    if (this.undo.readiness?.merged !== false) return;
    const { fetchIfOnline } = await import("../../app/project/fetchFirst.ts");
    const offline = await fetchIfOnline(this.project);
    if (offline === null) await this.refresh();
    else this.#log.info(`${this.name}: ${offline}`);
  }

  dispose(): void {
    this.#settling.dispose();
    this.#watcher.dispose();
    this.undo.dispose();
    this.governance.dispose();
    this.tagOnRemote.dispose();
    this.watch.dispose();
    this.#changed.dispose();
  }

  /** In the background: what git shows as published need not be entered by anybody, and holds up nothing. */
  #notePosted(): void {
    const reading = this.#reading;
    if (!reading || !this.canWrite || !reading.release.live.some(waitsForPostmortem)) return;
    setImmediate(async () => {
      try {
        const { PostedPostmortems } = await import("../../app/documents/postmortemRecord.ts");
        this.#posted ??= new PostedPostmortems();
        const events = await this.#posted.record(this.project, reading);
        if (events.length > 0) void this.refresh();
      } catch (error) {
        this.#log.warn(`${this.name}: a published post-mortem could not be put on record: ${String(error)}`);
      }
    });
  }

  async #read(): Promise<void> {
    // The clocks first; all the rest in a second reading, as soon as they are on view. After that, who entered what is
    // not waited for.
    const first = this.#reading === null;
    const second = this.#reading?.standing.state === "unknown";
    try {
      const reading = await this.project.read({ authors: second, clocksOnly: first });
      this.#reading = reading;
      this.#standing = new Standing(reading.release, this.project.now());
      this.#latest = null;
      this.#error = this.#openError;
      this.#watcher.follow(reading);
      if (!first) void this.#lookAhead(reading);
    } catch (error) {
      this.#error = error instanceof HumanError ? error.message : `Reading failed: ${String(error)}`;
      this.#log.error(error instanceof Error ? error : String(error));
    }
    if (first && this.#reading) void this.#onView.then(() => setImmediate(() => void this.refresh()));
    else this.#notePosted();
    const signature = signatureOf(this.#reading, this.#error);
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#changed.fire();
    }
    if (!first && this.#reading?.ledger.authors === "pending") void this.#learnAuthors();
  }

  // Whether the drop can be taken back comes before whether the next one may ship.
  async #lookAhead(reading: Reading): Promise<void> {
    await this.undo.follow(reading);
    if (!this.canWrite) return;
    await this.governance.follow(reading);
    await this.tagOnRemote.follow(reading);
  }

  /** Finds out who entered what, once the rest is on view: with a long ledger that takes a while. */
  async #learnAuthors(): Promise<void> {
    if (this.#learning) return;
    this.#learning = true;
    try {
      await this.project.read();
      void this.refresh();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    } finally {
      this.#learning = false;
    }
  }
}

/** Changes whenever something may look different for another reason than time. */
function signatureOf(reading: Reading | null, error: string | null): string {
  if (!reading) return `error ${error}`;
  const { facts, ledger, uncounted, unverified, standing, rewritten, commits } = reading;
  const { policy, branches, branchMissing, tags } = facts;
  return JSON.stringify([
    error,
    policy,
    branches,
    branchMissing,
    tags,
    ledger.head,
    ledger.skipped.length,
    ledger.doubted,
    ledger.touched.length,
    ledger.cut,
    [...uncounted],
    unverified,
    rewritten,
    standing,
    commits,
  ]);
}

type Watched = "git" | "policy" | "documents";

/** The files of a git directory that tell of refs, beside the refs themselves. The index changes all the time. */
const TELLING = /^(HEAD|FETCH_HEAD|packed-refs|shallow|config|)$/;

/** Watches what a reading depends on: a handful of folders, none with all that is below. */
class ProjectWatcher {
  readonly #project: Project;
  readonly #changed: (what: Watched) => void;
  readonly #folders = new Map<string, { dispose(): void }>();

  constructor(project: Project, changed: (what: Watched) => void) {
    this.#project = project;
    this.#changed = changed;
    this.follow(null);
  }

  /** Watches what the latest reading was made from. */
  follow(reading: Reading | null): void {
    const { root, repository } = this.#project;
    const wanted = new Map<string, () => { dispose(): void }>();
    const own = (folder: string, what: Watched, only?: RegExp) =>
      wanted.set(`${what} ${folder}`, () => this.#watchOwn(folder, what, only));
    const policies = join(root, posix.dirname(POLICY_PATH));
    own(policies, "policy");
    own(join(policies, "templates"), "documents");
    for (const folder of documentFolders(reading)) {
      wanted.set(`documents ${folder}`, () => this.#watchShared(join(root, folder)));
    }
    if (repository) {
      own(repository.gitDir, "git", TELLING);
      own(repository.commonDir, "git", TELLING);
      for (const ref of refsOf(reading)) own(dirname(join(repository.commonDir, ref)), "git");
    } else if (this.#project.trusted) own(join(root, ".git"), "git", TELLING);
    this.#keepTo(wanted);
  }

  dispose(): void {
    this.#keepTo(new Map());
  }

  #keepTo(wanted: Map<string, () => { dispose(): void }>): void {
    for (const [key, watcher] of this.#folders) {
      if (wanted.has(key)) continue;
      watcher.dispose();
      this.#folders.delete(key);
    }
    for (const [key, watch] of wanted) if (!this.#folders.has(key)) this.#folders.set(key, watch());
  }

  #watchOwn(folder: string, what: Watched, only?: RegExp): { dispose(): void } {
    return new FolderWatcher(folder, (name) => {
      // Git writes beside the target and renames; the rename is what counts.
      if (!name.endsWith(".lock") && (!only || only.test(name))) this.#changed(what);
    });
  }

  /** People move these folders about, which a watcher of our own would hinder on Windows. */
  #watchShared(folder: string): Disposable {
    const watcher = workspace.createFileSystemWatcher(
      new RelativePattern(Uri.file(folder), "*"),
      false,
      true,
    );
    watcher.onDidCreate(() => this.#changed("documents"));
    watcher.onDidDelete(() => this.#changed("documents"));
    return watcher;
  }
}

function documentFolders(reading: Reading | null): string[] {
  if (!reading) return [];
  const { postmortems, runbooks } = reading.facts.policy.policy.documents;
  return [postmortems, runbooks];
}

/** The ledger, the release branches, and a tag by each of the policy's patterns: loose refs lie in folders of these names. */
function refsOf(reading: Reading | null): string[] {
  const ledger = ["refs/dropclock/ledger", "reftable/tables.list"];
  if (!reading) return [...ledger, "refs/heads/any", "refs/tags/any"];
  const { branches, policy } = reading.facts;
  const { tags, branch } = policy.policy.drops;
  const fixed = tags
    .filter((pattern) => !isExclusion(pattern))
    .map((each) => each.replace(/[*?[{\\].*$/, ""));
  const released = branches.map(({ ref }) => ref).filter((ref) => ref.startsWith("refs/"));
  // A list may match a branch that is not there yet.
  const others = released.length === 0 || Array.isArray(branch) ? ["refs/heads/any"] : [];
  return [...ledger, ...released, ...others, ...fixed.map((start) => `refs/tags/${start}any`)];
}
