import type { LedgerEvent } from "../domain/event.ts";
import type { Archive } from "./archive.ts";
import { type DataCheck, decodeEntry } from "./codec.ts";
import { EventGroups, type Held, type SharedGroups } from "./eventGroups.ts";
import { HeldContent } from "./heldContent.ts";
import type { LedgerContent, SkippedEntry } from "./ledger.ts";
import { type Adder, enteredBy, type Provenance, provenanceOf } from "./provenance.ts";
import type { Snapshot } from "./snapshotFile.ts";

const NOBODY: readonly Adder[] = [];

/** All that an index holds, at one moment. */
export interface IndexState {
  groups: SharedGroups;
  skipped: SkippedEntry[];
  lost: string[];
  strangers: [key: string, adders: readonly Adder[]][];
  astray: [key: string, id: string][];
  doubted: number;
  archive: Archive | null;
  thawed: ReadonlySet<string>;
}

/** The events of a ledger as its entries come in, in any order and one by one. */
export class EventIndex {
  readonly #checkData: DataCheck | undefined;
  readonly #held = new Map<string, Held>();
  readonly #groups = new EventGroups();
  /** By what names their bytes: events that do not lie under their own id. */
  readonly #astray = new Map<string, string>();
  /** The ids of events of which it was not known who added them when they came in. */
  #unattributed: string[] = [];
  /** By what names their bytes: who added what is not held, for it may come back after somebody took it away. */
  readonly #strangers = new Map<string, readonly Adder[]>();
  /** What names the bytes of entries that lost their id to another one. */
  readonly #lost = new Set<string>();
  readonly #skipped: SkippedEntry[] = [];
  readonly #archive: Archive | null;
  /** Subjects of the archive of which something has changed since: they are held here. */
  #thawed = new Set<string>();
  #doubted = 0;
  #changes = 0;

  constructor(checkData?: DataCheck, archive: Archive | null = null) {
    this.#checkData = checkData;
    this.#archive = archive;
  }

  /** What a snapshot holds. The same as if all had come in one by one. */
  static restored({ head, archive }: Snapshot, checkData?: DataCheck): EventIndex {
    const index = new EventIndex(checkData, archive);
    for (const entry of head.skipped) index.#skipped.push(entry);
    for (const key of head.lost) index.#lost.add(key);
    for (const [key, adders] of head.strangers) index.#strangers.set(key, adders);
    for (const [key, id] of head.astray) index.#astray.set(key, id);
    index.#doubted = head.doubted;
    return index;
  }

  /** How often something came in since it was made. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    let size = this.#held.size + (this.#archive?.size ?? 0);
    for (const subject of this.#thawed) size -= this.#archive!.subjects.get(subject)!.count;
    return size;
  }

  get(id: string): LedgerEvent | undefined {
    return this.#find(id)?.event;
  }

  provenance(id: string): Provenance | null {
    const held = this.#held.get(id) ?? this.#archived(id);
    return held ? provenanceOf(held.event.by, held.adders) : null;
  }

  /** All that goes into a snapshot, as it is now. */
  state(): IndexState {
    return {
      groups: this.#groups.share(),
      skipped: this.#skipped.slice(),
      lost: [...this.#lost],
      strangers: [...this.#strangers],
      astray: [...this.#astray],
      doubted: this.#doubted,
      archive: this.#archive,
      thawed: new Set(this.#thawed),
    };
  }

  /** @param key Names the bytes: the same key for the same bytes. */
  add(path: string, key: string, bytes: Buffer): void {
    const event = decodeEntry(bytes, this.#checkData);
    if (typeof event === "string") {
      this.skip(path, event);
      return;
    }
    if (!liesUnder(path, event.id)) this.#astray.set(key, event.id);
    this.#changes += 1;
    if (this.#archive) this.#thaw(event.subject);
    const standing = this.#find(event.id);
    if (standing) this.#settle(standing, event, path, key);
    else this.#hold(event, path, key);
  }

  skip(path: string, reason: string): void {
    this.#changes += 1;
    this.#skipped.push({ path, reason });
  }

  /** Takes note of a commit that added an entry. What it added may be no event, or one that lost its id. */
  attribute(path: string, key: string, adder: Adder): void {
    const held = this.#byPlace(path, key);
    const adders = held?.adders ?? this.#strangers.get(key) ?? NOBODY;
    if (adders.some(({ commit }) => commit === adder.commit)) return;
    const all = adders.length === 0 ? [adder] : [...adders, adder];
    if (held) this.#judge(held, all);
    else this.#strangers.set(key, all);
  }

  /** To be called when all that can be known of who added what is known: the rest stays unknown. */
  attributed(): void {
    const ids = this.#unattributed;
    this.#unattributed = [];
    for (const id of ids) {
      const held = this.#held.get(id)!;
      if (held.adders === NOBODY) this.#judge(held, NOBODY);
    }
  }

  /** @param authors Whether all is known of who added what. */
  content(head: string | null, authors: LedgerContent["authors"]): LedgerContent {
    return new HeldContent({
      head,
      size: this.size,
      groups: this.#groups.share(),
      archive: this.#archive,
      thawed: this.#thawed,
      skipped: this.#skipped.slice(),
      authors,
      doubted: this.#doubted,
      provenance: (id) => this.provenance(id),
    });
  }

  #hold(event: LedgerEvent, path: string, key: string): void {
    const held = this.#groups.add(event, path, key, NOBODY);
    this.#held.set(event.id, held);
    this.#unattributed.push(event.id);
    const adders = this.#strangers.get(key);
    if (!adders) return;
    this.#strangers.delete(key);
    this.#judge(held, adders);
  }

  // An entry that is there twice counts once. Of two that claim one id, every reader has to choose the same,
  // in whatever order they come.
  #settle(standing: Held, event: LedgerEvent, path: string, key: string): void {
    if (standing.key === key || this.#lost.has(key)) return;
    const loses = standing.key < key;
    this.#lost.add(loses ? key : standing.key);
    this.skip(loses ? path : standing.path, "has the id of another entry");
    if (loses) return;
    this.#groups.replace(standing, null);
    if (standing.event.enteredBy !== undefined) this.#doubted -= 1;
    this.#hold(event, path, key);
  }

  #byPlace(path: string, key: string): Held | undefined {
    const held = this.#find(path.slice(path.lastIndexOf("/") + 1, -".json".length));
    if (held?.key === key) return held;
    const astray = this.#held.get(this.#astray.get(key) ?? "");
    return astray?.key === key ? astray : undefined;
  }

  // Where it is in the archive, its subject is held from now on.
  #find(id: string): Held | undefined {
    const held = this.#held.get(id);
    if (held || !this.#archive) return held;
    const subject = this.#archive.subjectOf(id);
    if (subject === null || this.#thawed.has(subject)) return undefined;
    this.#thaw(subject);
    return this.#held.get(id);
  }

  #archived(id: string): Omit<Held, "place"> | undefined {
    const subject = this.#archive?.subjectOf(id) ?? null;
    if (subject === null || this.#thawed.has(subject)) return undefined;
    return this.#archive!.read(subject).find(({ event }) => event.id === id);
  }

  #thaw(subject: string): void {
    if (!this.#archive?.subjects.has(subject) || this.#thawed.has(subject)) return;
    // Whoever was given the set keeps the one that was true then.
    this.#thawed = new Set(this.#thawed).add(subject);
    for (const held of this.#archive.read(subject))
      this.#held.set(held.event.id, this.#groups.add(held.event, held.path, held.key, held.adders));
  }

  #judge(held: Held, adders: readonly Adder[]): void {
    const { enteredBy: before, ...event } = held.event;
    const by = enteredBy(event.by, adders);
    this.#doubted += Number(by !== undefined) - Number(before !== undefined);
    const judged = by === before ? held.event : by === undefined ? event : { ...event, enteredBy: by };
    const replaced = { ...held, event: judged, adders };
    this.#groups.replace(held, replaced);
    this.#held.set(event.id, replaced);
  }
}

/** Whether a path is that of an event's own file, `…/<id>.json`. */
function liesUnder(path: string, id: string): boolean {
  const start = path.length - id.length - ".json".length;
  return path[start - 1] === "/" && path.startsWith(id, start) && path.endsWith(".json");
}
