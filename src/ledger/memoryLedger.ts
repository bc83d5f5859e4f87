import type { StoredEvent } from "../domain/event.ts";
import type { DataCheck } from "./codec.ts";
import { EventIndex } from "./eventIndex.ts";
import { eventPath } from "./eventPath.ts";
import type { Ledger, LedgerContent } from "./ledger.ts";
import { entriesToAdd } from "./newEntries.ts";

/** What ledgers in memory share, as git ledgers share a repository: the bytes of each entry by its path. */
export class MemoryStore {
  readonly entries = new Map<string, Buffer>();
  version = 0;

  put(path: string, bytes: Buffer): void {
    this.entries.set(path, bytes);
    this.version += 1;
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

  async append(events: readonly StoredEvent[]): Promise<void> {
    const { index } = this.#refresh();
    for (const { event, bytes } of entriesToAdd(events, index, this.#checkData)) {
      this.#store.put(eventPath(event), bytes);
    }
  }

  #refresh() {
    const { version, entries } = this.#store;
    if (this.#read?.version !== version) {
      const index = new EventIndex(this.#checkData);
      for (const [path, bytes] of entries) index.add(path, bytes.toString("latin1"), bytes);
      this.#read = { version, index, content: index.content(version === 0 ? null : String(version)) };
    }
    return this.#read!;
  }
}
