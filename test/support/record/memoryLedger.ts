import { createHash } from "node:crypto";
import type { StoredEvent } from "../../../src/domain/event/event.ts";
import type { DataCheck } from "../../../src/ledger/codec.ts";
import type { CommitOrder } from "../../../src/ledger/contests.ts";
import { EventIndex } from "../../../src/ledger/eventIndex.ts";
import { besidePath, eventPath } from "../../../src/ledger/eventPath.ts";
import {
  type AppendOptions,
  type Ledger,
  type LedgerContent,
  SubjectTaken,
} from "../../../src/ledger/ledger.ts";
import { identityOf } from "../../../src/ledger/provenance.ts";
import { entriesToAdd } from "../../../src/ledger/writeEntries.ts";

interface Addition {
  path: string;
  bytes: Buffer;
  author: string;
  version: number;
}

/** What ledgers in memory share, as git ledgers share a repository: what each path has now, and all it ever had. */
export class MemoryStore {
  readonly entries = new Map<string, Buffer>();
  readonly history: Addition[] = [];
  version = 0;

  /** @param author Who puts it there, `Name <mail>`, whatever it says inside. */
  put(path: string, bytes: Buffer, author: string): void {
    this.version += 1;
    this.entries.set(path, bytes);
    this.history.push({ path, bytes, author, version: this.version });
  }

  remove(path: string): void {
    this.version += 1;
    this.entries.delete(path);
  }
}

/** A ledger that lasts as long as the process. */
export class MemoryLedger implements Ledger {
  readonly #store: MemoryStore;
  readonly #checkData: DataCheck | undefined;
  #read: { version: number; index: EventIndex; content: LedgerContent } | null = null;

  constructor({ store = new MemoryStore(), checkData }: { store?: MemoryStore; checkData?: DataCheck } = {}) {
    this.#store = store;
    this.#checkData = checkData;
  }

  async read(): Promise<LedgerContent> {
    return this.#refresh().content;
  }

  async append(events: readonly StoredEvent[], { begins }: AppendOptions = {}): Promise<void> {
    const { index, content } = this.#refresh();
    const entries = entriesToAdd(events, index, this.#checkData);
    if (entries.length > 0 && begins !== undefined && content.log.has(begins)) throw new SubjectTaken(begins);
    if (entries.length > 0) this.#putBack();
    for (const { event, bytes } of entries) {
      this.#store.put(eventPath(event), bytes, identityOf(event.by));
    }
  }

  async putBack(): Promise<number> {
    return this.#putBack();
  }

  #putBack(): number {
    const lost = this.#refresh().index.lost();
    const { history, entries } = this.#store;
    for (const { path, key } of lost) {
      const { bytes } = history.find((each) => keyOf(each.bytes) === key)!;
      this.#store.put(entries.has(path) ? besidePath(path, key) : path, bytes, "Dropclock <>");
    }
    return lost.length;
  }

  async missingHeads(heads: readonly string[]): Promise<string[]> {
    return heads.filter((head) => !(Number(head) >= 1 && Number(head) <= this.#store.version));
  }

  #refresh() {
    const { version, entries, history } = this.#store;
    if (this.#read?.version !== version) {
      const index = new EventIndex(this.#checkData);
      for (const [path, bytes] of entries) index.add(path, keyOf(bytes), bytes);
      for (const { path, bytes, author, version: put } of history)
        index.attribute(path, keyOf(bytes), { commit: String(put), author, merge: false });
      const bytesOf = new Map(history.map(({ bytes }) => [keyOf(bytes), bytes]));
      for (const { path, key } of index.unseen()) index.add(path, key, bytesOf.get(key)!, false);
      index.seen();
      index.settle(numbered);
      const head = version === 0 ? null : String(version);
      this.#read = { version, index, content: index.content(head, "checked") };
    }
    return this.#read!;
  }
}

const keyOf = (bytes: Buffer) => createHash("sha1").update(bytes).digest("hex");

/** Each version follows the one before. */
const numbered: CommitOrder = {
  earliest: (sets) =>
    sets.map((versions) => new Set(versions.length === 0 ? [] : [String(Math.min(...versions.map(Number)))])),
};
