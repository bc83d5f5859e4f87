import { setImmediate as breathe, setTimeout as delay } from "node:timers/promises";
import type { StoredEvent } from "../domain/event/event.ts";
import { settledSince } from "../domain/record/eventData.ts";
import { CommitAncestry, notAmongAncestors } from "../git/commitAncestry.ts";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";
import { ID_BYTES, ID_ENTRY, writeSegment } from "./archive.ts";
import type { DataCheck } from "./codec.ts";
import type { CommitOrder } from "./contests.ts";
import { eventsOf, heldIn } from "./eventGroups.ts";
import { EventIndex, type IndexState } from "./eventIndex.ts";
import { eventPath } from "./eventPath.ts";
import {
  type AppendOptions,
  type Ledger,
  type LedgerContent,
  type ReadOptions,
  SubjectTaken,
} from "./ledger.ts";
import { blobName, ledgerHead } from "./ledgerHead.ts";
import { identityOf, type WhoAdded, whoAdded } from "./provenance.ts";
import { fromKey, keyOf, readAdditions, readUnseen, readWhole } from "./readEntries.ts";
import { tooBusy } from "./runImport.ts";
import {
  readSnapshot,
  type Snapshot,
  type SnapshotHead,
  type SnapshotParts,
  writeSnapshot,
} from "./snapshotFile.ts";
import { restoreEntries } from "./union.ts";
import { entriesToAdd, importEntries, signedImport, type Written } from "./writeEntries.ts";
import { commonDirOf, inWritersQueue } from "./writersQueue.ts";

interface GitLedgerOptions {
  /** The time of new ledger commits, in milliseconds. */
  now: () => number;
  /** Left out: the check of the domain. */
  checkData?: DataCheck;
  /** The repository's common git directory; left out: git is asked for it once. */
  commonDir?: string;
  /** How long an append is retried while others keep writing, in milliseconds; left out: 15 s. */
  patienceMs?: number;
}

const PATIENCE_MS = 15_000;

/** A snapshot is rewritten when this share of the ledger is new. */
const WORTH_WRITING = 1 / 100;

/** And continued, with what is over left in the file, when this much is new. */
const WORTH_LEAVING = 64;

interface State {
  index: EventIndex;
  content: LedgerContent;
  /** The head up to which the history was read; null: it was not read. */
  attributedTo: string | null;
  /** Whether part of that history was missing. */
  cut: boolean;
}

/**
 * The ledger in the ref `refs/dropclock/ledger` of a git repository: one blob per event. The work tree, the
 * index, HEAD and the branches are never touched, and no hook runs.
 */
export class GitLedger implements Ledger {
  readonly #git: Git;
  readonly #options: GitLedgerOptions;
  #state: State | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #commonDir: string | null;
  #lookedForSnapshot = false;
  #keeping = false;
  /** Earlier heads that were found in the history, and from which head. */
  #ledBack: { head: string; heads: ReadonlySet<string> } | null = null;
  /** The head of the snapshot that was written last. */
  #keptHead: string | null = null;

  constructor(git: Git, options: GitLedgerOptions) {
    this.#git = git;
    this.#options = options;
    this.#commonDir = options.commonDir ?? null;
  }

  /**
   * One process when nothing has changed, two for what was added since; the whole ledger takes three or four, and two
   * more to find out who entered what. One less where the head is given.
   * @throws {HumanError} when git cannot be run or the ledger ref is damaged.
   */
  async read({ authors = true, head }: ReadOptions = {}): Promise<LedgerContent> {
    const known = this.#state;
    let state = await this.#inTurn(async () => {
      // Something newer than what was looked up may have been written meanwhile.
      const given = this.#state === known ? head : undefined;
      return this.#refresh(given);
    });
    while (authors && !isAttributed(state)) {
      // This may take long for a long ledger, and blocks nobody.
      const who = await this.#whoAdded(state);
      state = await this.#inTurn(() => this.#attribute(state, who));
    }
    const kept = isAttributed(state) && !state.cut ? this.#keep(state) : null;
    if (authors) await kept;
    return state.content;
  }

  /**
   * One process if nobody else has written since the last look; each lost race costs three.
   * Resolves once the objects and then the ref are on disk (with git 2.36 and newer, flushed through the caches, so
   * that a power cut loses nothing).
   */
  append(events: readonly StoredEvent[], options: AppendOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (events.length === 0) return;
      this.#commonDir ??= await commonDirOf(this.#git);
      await inWritersQueue(this.#commonDir, async (waited) => {
        if (waited) await this.#refresh();
        if ((this.#state?.content.lost ?? 0) > 0) await this.#putBack();
        await this.#append(events, options);
      });
    });
  }

  /** No process if nothing is lost, else three. */
  async putBack(): Promise<number> {
    if ((await this.read()).lost === 0) return 0;
    return this.#inTurn(async () => {
      this.#commonDir ??= await commonDirOf(this.#git);
      return inWritersQueue(this.#commonDir, () => this.#putBack());
    });
  }

  /** One process; none without heads. */
  async missingHeads(heads: readonly string[]): Promise<string[]> {
    if (heads.length === 0) return [];
    const { head } = await this.read({ authors: false });
    if (head === null) return [...heads];
    // A head that was found in the history once stays in it as long as the later head does, which is checked quickly.
    const [before, known] = [this.#ledBack?.head, this.#ledBack?.heads ?? new Set()];
    const fresh = heads.filter((each) => !known.has(each));
    let missing = await notAmongAncestors(this.#git, head, before ? [before, ...fresh] : fresh);
    if (before && missing.includes(before)) missing = await notAmongAncestors(this.#git, head, heads);
    this.#ledBack = { head, heads: new Set(heads.filter((each) => !missing.includes(each))) };
    return missing;
  }

  /** In a commit without an author: the next writer must not vouch for what others entered. */
  async #putBack(): Promise<number> {
    const { index, content } = this.#state!;
    const lost = index.lost().map(({ path, key }) => ({ ...fromKey(key), path: inBytes(path) }));
    if (lost.length === 0 || content.head === null) return 0;
    const outcome = await restoreEntries(this.#git, this.#commonDir!, content.head, lost);
    // Someone was faster; the next writer tries again.
    const restored = "head" in outcome ? lost.length : 0;
    await this.#refresh();
    return restored;
  }

  // One at a time: both change what is remembered.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #refresh(given: Promise<string | null> = ledgerHead(this.#git)): Promise<State> {
    const [head, snapshot] = await Promise.all([given, this.#snapshot()]);
    this.#state ??= snapshot;
    if (this.#state?.content.head !== head)
      this.#state = (await this.#extended(head)) ?? (await this.#readAnew(head));
    return this.#state!;
  }

  // Looked for once: later reads continue from there.
  async #snapshot(): Promise<State | null> {
    if (this.#state || this.#lookedForSnapshot) return null;
    this.#lookedForSnapshot = true;
    this.#commonDir ??= await commonDirOf(this.#git);
    return this.#restored(await readSnapshot(this.#commonDir));
  }

  #restored(snapshot: Snapshot | null): State | null {
    if (snapshot === null) return null;
    const { head } = snapshot.head;
    return stateOf(EventIndex.restored(snapshot, this.#options.checkData), head, head, false);
  }

  /** Keeps what was read for the next start. If it cannot be kept, it is read again. */
  async #keep({ index, content }: State): Promise<void> {
    const { head } = content;
    if (head === null || head === this.#keptHead || this.#keeping) return;
    const { changes } = index;
    if (changes < Math.max(1, index.size * WORTH_WRITING)) return;
    this.#keeping = true;
    try {
      const parts = await makeSnapshot(index.state(), head, this.#options.now());
      await writeSnapshot(this.#commonDir!, parts);
      this.#keptHead = head;
      if (changes < WORTH_LEAVING) return;
      const kept = this.#restored(await readSnapshot(this.#commonDir!));
      // From here on what is over need not be in memory.
      if (kept?.content.head === head && this.#state?.content === content) this.#state = kept;
    } catch {
      // The folder may be read-only.
    } finally {
      this.#keeping = false;
    }
  }

  // What is remembered, with what came since; null if it has to be read anew.
  async #extended(head: string | null): Promise<State | null> {
    const { index, content, attributedTo = null, cut = false } = this.#state ?? {};
    if (!index || !content?.head || !head) return null;
    const read = await readAdditions(this.#git, content.head, head, index);
    if (!read) return null;
    const follows = read.attributed && attributedTo === content.head && !index.unsettled;
    return stateOf(index, head, follows ? head : attributedTo, cut);
  }

  async #readAnew(head: string | null): Promise<State> {
    return stateOf(await readWhole(this.#git, head, this.#options.checkData), head, null, false);
  }

  async #whoAdded({ content, attributedTo }: State): Promise<WhoAdded | null> {
    this.#commonDir ??= await commonDirOf(this.#git);
    return whoAdded(this.#git, this.#commonDir, attributedTo, content.head!);
  }

  async #attribute(asked: State, who: WhoAdded | null): Promise<State> {
    const { index, content, attributedTo, cut } = this.#state!;
    // Others may have written meanwhile.
    if (index !== asked.index || attributedTo !== asked.attributedTo) return this.#refresh();
    if (who === null) {
      // The history was rewritten: what was known of it may no longer be true.
      this.#state = await this.#readAnew(content.head);
      return this.#state;
    }
    for (const { path, mode, oid, commit, author, merge } of who.additions)
      index.attribute(path, keyOf({ mode, oid }), { commit, author, merge });
    await readUnseen(this.#git, index);
    if (index.unsettled) index.settle(await this.#order(content.head!));
    if (content.head === asked.content.head) index.attributed();
    this.#state = stateOf(index, content.head, asked.content.head, cut || !who.whole);
    return this.#state;
  }

  // If it cannot be read, the first of two is unknown.
  async #order(head: string): Promise<CommitOrder> {
    try {
      return await CommitAncestry.read(this.#git, head);
    } catch (error) {
      if (!(error instanceof GitFailure) || error.code === null) throw error;
      return { earliest: (sets) => sets.map((commits) => new Set(commits)) };
    }
  }

  async #append(events: readonly StoredEvent[], { signed = false, begins }: AppendOptions): Promise<void> {
    const giveUpAt = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
    for (let tries = 1; ; tries++) {
      const { index, content } = this.#state ?? (await this.#refresh());
      const entries = entriesToAdd(events, index, this.#options.checkData);
      if (entries.length === 0) return;
      // What was seen may be old; then git refuses the write below, and it is read again.
      if (begins !== undefined && content.log.has(begins)) throw new SubjectTaken(begins);
      const now = this.#options.now();
      const write = signed ? signedImport : importEntries;
      const outcome = await write(this.#git, this.#commonDir!, entries, { tip: content.head, now });
      if ("head" in outcome) return this.#remember(outcome.head, outcome.written);
      // If the ref has moved, the race was lost; else it is an error.
      const seen = content.head;
      const moved = (await this.#refresh()).content.head !== seen;
      if (!moved && !outcome.locked && !outcome.disturbed) throw outcome.failure;
      if (performance.now() > giveUpAt) throw tooBusy(outcome);
      await delay(Math.random() * Math.min(200, 4 * 2 ** tries));
    }
  }

  #remember(head: string, written: readonly Written[]): void {
    const { index, content, attributedTo, cut } = this.#state!;
    for (const { event, bytes, commit } of written) {
      const [path, oid] = [eventPath(event), blobName(bytes, head)];
      index.add(path, oid, bytes);
      index.attribute(path, oid, { commit, author: identityOf(event.by), merge: false });
    }
    this.#state = stateOf(index, head, attributedTo === content.head ? head : attributedTo, cut);
  }
}

function stateOf(index: EventIndex, head: string | null, attributedTo: string | null, cut: boolean): State {
  const content = index.content(head, head === attributedTo ? "checked" : "pending", cut);
  return { index, content, attributedTo, cut };
}

/** Paths may contain any bytes, so each byte is one character (latin1). */
const inBytes = (path: string) => Buffer.from(path, "utf8").toString("latin1");

const isAttributed = ({ content, attributedTo }: State) => content.head === attributedTo;

/** How many subjects are written before other work gets its turn. */
const TURN = 100;

/**
 * Writes the content of an index. What came from an archive and has not changed since is copied as stored.
 * @param now What is over at this instant is written as over.
 */
async function makeSnapshot(
  { groups, archive, thawed, ...rest }: IndexState,
  head: string,
  now: number,
): Promise<SnapshotParts> {
  const segments = new Segments();
  let turn = 0;
  for (const [subject, group] of groups) {
    if (++turn % TURN === 0) await breathe();
    const held = heldIn(group);
    const ids = held.map(({ event }) => event.id);
    if (held.length > 0)
      segments.add(subject, settledSince(subject, eventsOf(group), now), ids, writeSegment(held));
  }
  if (archive) {
    const ids = archive.idsBySubject();
    for (const [subject, known] of archive.subjects) {
      if (thawed.has(subject)) continue;
      if (++turn % TURN === 0) await breathe();
      // Time alone may have settled it.
      const since = known.settledSince ?? settledSince(subject, archive.events(subject), now);
      segments.add(subject, since, ids.get(subject)!, archive.segment(subject));
    }
  }
  return {
    head: { head, ...rest, subjects: segments.directory },
    ids: segments.ids(),
    segments: segments.bytes,
  };
}

class Segments {
  readonly directory: SnapshotHead["subjects"] = [];
  readonly bytes: Buffer[] = [];
  readonly #ids: [id: string, subject: number][] = [];

  add(
    subject: string,
    since: number | null,
    ids: readonly string[],
    { events, entries }: ReturnType<typeof writeSegment>,
  ): void {
    for (const id of ids) this.#ids.push([id, this.directory.length]);
    this.directory.push([subject, since, ids.length, events.length, entries.length]);
    this.bytes.push(events, entries);
  }

  /** Each with the number of its subject, in order. */
  ids(): Buffer {
    this.#ids.sort(([a], [b]) => (a < b ? -1 : 1));
    const table = Buffer.alloc(this.#ids.length * ID_ENTRY);
    this.#ids.forEach(([id, subject], i) => {
      table.write(id, i * ID_ENTRY, "latin1");
      table.writeUInt32BE(subject, i * ID_ENTRY + ID_BYTES);
    });
    return table;
  }
}
