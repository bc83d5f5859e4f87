import { EventEmitter, type LogOutputChannel } from "vscode";
import type { DropStories } from "../../app/dropStory.ts";
import type { PostedPostmortems } from "../../app/postedPostmortems.ts";
import type { Project, Reading } from "../../app/project.ts";
import { type IncidentsDoubt, incidentsDoubt, isBranchUnknown } from "../../app/sharingWords.ts";
import { HumanError } from "../../domain/humanError.ts";
import { waitsForPostmortem } from "../../domain/incident.ts";
import type { Instant } from "../../domain/instant.ts";
import type { Status } from "../../domain/status.ts";
import type { SyncResult } from "../../ledger/remoteLedger.ts";
import { coalesced } from "./coalesced.ts";
import { GovernanceState } from "./governanceState.ts";
import { ProjectWatcher } from "./projectWatcher.ts";
import { Settling } from "./settling.ts";
import { Standing } from "./standing.ts";
import { UndoState } from "./undoState.ts";
import { WatchState } from "./watchState.ts";

/** One project of the window: what was last read of it, kept up to date by watching its files. */
export class TrackedProject {
  readonly project: Project;
  readonly name: string;
  readonly undo: UndoState;
  readonly governance: GovernanceState;
  /** What this window reads of its signals. */
  readonly watch = new WatchState();
  /** Reads again; resolves when what was there at the call is on view. */
  readonly refresh: () => Promise<void>;
  readonly onDidChange;
  readonly #changed = new EventEmitter<void>();
  readonly #log: LogOutputChannel;
  readonly #settling: Settling;
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
    this.name = name;
    this.onDidChange = this.#changed.event;
    this.#log = log;
    this.#onView = onView;
    this.#openError = openError;
    this.#error = openError;
    this.refresh = coalesced(() => this.#read());
    let appeared = false;
    this.#settling = new Settling(() => {
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
    this.#stories ??= import("../../app/dropStory.ts").then(
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
  }

  dispose(): void {
    this.#settling.dispose();
    this.#watcher.dispose();
    this.undo.dispose();
    this.governance.dispose();
    this.watch.dispose();
    this.#changed.dispose();
  }

  /** In the background: what git shows as published need not be entered by anybody, and holds up nothing. */
  #notePosted(): void {
    const reading = this.#reading;
    if (!reading || !this.canWrite || !reading.release.live.some(waitsForPostmortem)) return;
    setImmediate(async () => {
      try {
        const { PostedPostmortems } = await import("../../app/postedPostmortems.ts");
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
    if (this.canWrite) await this.governance.follow(reading);
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
