import type { StoredEvent } from "../domain/event.ts";
import type { DataCheck } from "./codec.ts";
import { EventIndex } from "./eventIndex.ts";
import { eventPath } from "./eventPath.ts";
import { identityOf } from "./identity.ts";
import { type AppendOptions, type Ledger, type LedgerContent, SubjectTaken } from "./ledger.ts";
import { entriesToAdd } from "./newEntries.ts";

interface StoredEntry {
  bytes: Buffer;
  author: string;
  version: number;
}

/** What ledgers in memory share, as git ledgers share a repository: the bytes of each entry by its path. */
export class MemoryStore {
  readonly entries = new Map<string, StoredEntry>();
  version = 0;

  /** @param author Who puts it there, `Name <mail>`, whatever it says inside. */
  put(path: string, bytes: Buffer, author: string): void {
    this.version += 1;
    this.entries.set(path, { bytes, author, version: this.version });
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
    for (const { event, bytes } of entries) {
      this.#store.put(eventPath(event), bytes, identityOf(event.by));
    }
  }

  #refresh() {
    const { version, entries } = this.#store;
    if (this.#read?.version !== version) {
      const index = new EventIndex(this.#checkData);
      for (const [path, { bytes, author, version: put }] of entries) {
        const key = bytes.toString("latin1");
        index.add(path, key, bytes);
        index.attribute(path, key, { commit: String(put), author, merge: false });
      }
      this.#read = {
        version,
        index,
        content: index.content(version === 0 ? null : String(version), "checked"),
      };
    }
    return this.#read!;
  }
}
