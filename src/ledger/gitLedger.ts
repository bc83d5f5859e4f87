import { setTimeout as delay } from "node:timers/promises";
import type { StoredEvent } from "../domain/event.ts";
import type { Git } from "../git/git.ts";
import type { DataCheck } from "./codec.ts";
import { commonDirOf } from "./commonDir.ts";
import type { EventIndex } from "./eventIndex.ts";
import { eventPath } from "./eventPath.ts";
import { importEntries } from "./importEntries.ts";
import type { Ledger, LedgerContent } from "./ledger.ts";
import { blobName, ledgerHead } from "./ledgerHead.ts";
import { entriesToAdd, type NewEntry } from "./newEntries.ts";
import { readAdditions, readWhole } from "./readEntries.ts";
import { tooBusy } from "./runImport.ts";
import { inWritersQueue } from "./writersQueue.ts";

export interface GitLedgerOptions {
  /** The instant that new ledger commits bear, in milliseconds. */
  now: () => number;
  /** Left out: the check of the domain. */
  checkData?: DataCheck;
  /** The repository's common git directory; left out: git is asked for it once. */
  commonDir?: string;
  /** How long an append tries again when others write all the time, in milliseconds; left out: 15 s. */
  patienceMs?: number;
}

const PATIENCE_MS = 15_000;

interface State {
  index: EventIndex;
  content: LedgerContent;
}

/**
 * The ledger in the ref `refs/dropclock/ledger` of a git repository: one blob for each event. The work tree, the
 * index, HEAD and the branches are never touched, and no hook runs.
 */
export class GitLedger implements Ledger {
  readonly #git: Git;
  readonly #options: GitLedgerOptions;
  #state: State | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #commonDir: string | null;

  constructor(git: Git, options: GitLedgerOptions) {
    this.#git = git;
    this.#options = options;
    this.#commonDir = options.commonDir ?? null;
  }

  /**
   * One process when nothing has changed; two for what was added since; the whole ledger takes three or four.
   * @throws {HumanError} when git cannot be run or the ledger ref is damaged.
   */
  read(): Promise<LedgerContent> {
    return this.#inTurn(async () => (await this.#refresh()).content);
  }

  /**
   * One process, as long as nobody else has written since the last look; each race that is lost costs three.
   * Resolves once the objects and then the ref are on disk (with git 2.36 and newer, flushed through its caches, so
   * that a power cut takes nothing away).
   */
  append(events: readonly StoredEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      if (events.length === 0) return;
      this.#commonDir ??= await commonDirOf(this.#git);
      await inWritersQueue(this.#commonDir, (waited) => this.#append(events, waited));
    });
  }

  // One at a time: both change what is remembered.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #refresh(): Promise<State> {
    const head = await ledgerHead(this.#git);
    if (this.#state?.content.head === head) return this.#state;
    const index = (await this.#extended(head)) ?? (await readWhole(this.#git, head, this.#options.checkData));
    this.#state = { index, content: index.content(head) };
    return this.#state;
  }

  // What was read before, with what came since; null when it has to be read anew.
  async #extended(head: string | null): Promise<EventIndex | null> {
    const { index, content } = this.#state ?? {};
    if (!index || !content?.head || !head) return null;
    return (await readAdditions(this.#git, content.head, head, index)) ? index : null;
  }

  async #append(events: readonly StoredEvent[], othersWrote: boolean): Promise<void> {
    if (othersWrote) await this.#refresh();
    const giveUpAt = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
    for (let tries = 1; ; tries++) {
      const { index, content } = this.#state ?? (await this.#refresh());
      const entries = entriesToAdd(events, index, this.#options.checkData);
      if (entries.length === 0) return;
      const now = this.#options.now();
      const outcome = await importEntries(this.#git, entries, { tip: content.head, now });
      if ("head" in outcome) return this.#remember(outcome.head, entries);
      // Whether the ref has moved tells a lost race from a fault.
      const seen = content.head;
      const moved = (await this.#refresh()).content.head !== seen;
      if (!moved && !outcome.locked) throw outcome.failure;
      if (performance.now() > giveUpAt) throw tooBusy(outcome);
      await delay(Math.random() * Math.min(200, 4 * 2 ** tries));
    }
  }

  #remember(head: string, entries: readonly NewEntry[]): void {
    const { index } = this.#state!;
    for (const { event, bytes } of entries) index.add(eventPath(event), blobName(bytes, head), bytes);
    this.#state = { index, content: index.content(head) };
  }
}
