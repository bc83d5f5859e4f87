import type { LedgerEvent, Touch } from "../domain/event/event.ts";
import { type Archive, HeldContent } from "./archive.ts";
import { type DataCheck, decodeEntry } from "./codec.ts";
import { Claims, type CommitOrder, type Contest, settle } from "./contests.ts";
import { EventGroups, type Held, type SharedGroups } from "./eventGroups.ts";
import { eventPath, isEventPath, originalPath } from "./eventPath.ts";
import {
  ELSEWHERE,
  type LedgerContent,
  type SkippedEntry,
  type Stray,
  Strays,
  type TouchedEntry,
} from "./ledger.ts";
import { type Adder, enteredBy, type Provenance, provenanceOf } from "./provenance.ts";
import type { Snapshot } from "./snapshotFile.ts";

const NOBODY: readonly Adder[] = [];

const LATER = "has the place or the id of an entry that was there before";

/** All that an index holds, at one moment. */
export interface IndexState {
  groups: SharedGroups;
  strays: Stray[];
  /** What does not count, because an earlier one has its place or its id. */
  losers: Omit<Held, "place">[];
  /** The subjects with anything unusual. */
  troubled: string[];
  doubted: number;
  archive: Archive | null;
  thawed: ReadonlySet<string>;
}

/** An entry that is missing in the ledger's tree. */
interface AbsentEntry {
  path: string;
  /** The hash of its bytes, and the kind of entry. */
  key: string;
}

interface Unseen extends AbsentEntry {
  adders: readonly Adder[];
}

/**
 * The events of a ledger as its entries come in, in any order and one by one: those of its tree, and those that its
 * history tells of.
 */
export class EventIndex {
  readonly #checkData: DataCheck | undefined;
  readonly #claims = new Claims();
  readonly #groups = new EventGroups();
  readonly #strays = new Strays();
  /** The events whose author was unknown when they came in. */
  #unattributed: Held[] = [];
  /** What is in the history and not in the tree, by path and key, with who added it. */
  readonly #unseen = new Map<string, Unseen>();
  /** By the hash of their bytes: those that were touched, or are no longer in the tree. */
  readonly #troubled = new Map<string, Held>();
  #unsettled = false;
  readonly #archive: Archive | null;
  /** Subjects of the archive that have changed since; they are held here. */
  #thawed = new Set<string>();
  #readLast: { subject: string; held: Map<string, Omit<Held, "place">> } | null = null;
  #here = 0;
  #doubted = 0;
  #changes = 0;

  constructor(checkData?: DataCheck, archive: Archive | null = null) {
    this.#checkData = checkData;
    this.#archive = archive;
  }

  /** The content of a snapshot. The same as if all had come in one by one. */
  static restored({ head, archive }: Snapshot, checkData?: DataCheck): EventIndex {
    const index = new EventIndex(checkData, archive);
    for (const stray of head.strays) index.#strays.put(stray);
    for (const subject of head.troubled) index.#thaw(subject);
    for (const loser of head.losers) index.#admit(loser, index.#claims.first(loser.event.id));
    // It was settled when it was written down.
    index.#unsettled = false;
    index.#doubted = head.doubted;
    return index;
  }

  /** How often something came in since it was made. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    let size = this.#here + (this.#archive?.size ?? 0);
    for (const subject of this.#thawed) size -= this.#archive!.subjects.get(subject)!.count;
    return size;
  }

  /** Whether several claim one place or one id, so that the first has to be found. */
  get unsettled(): boolean {
    return this.#unsettled;
  }

  get(id: string): LedgerEvent | undefined {
    const first = this.#find(id);
    return first?.counts === false ? this.#claims.of(id).find(({ counts }) => counts)?.event : first?.event;
  }

  /** Null also if two entries of one id count, because it is unclear which of them is meant. */
  provenance(id: string): Provenance | null {
    const all = this.#claims.of(id).filter(({ counts }) => counts);
    const held = all.length === 0 ? this.#archived(id) : all.length === 1 ? all[0] : undefined;
    return held ? provenanceOf(held.event.by, held.adders) : null;
  }

  /** Everything that goes into a snapshot, as it is now. */
  state(): IndexState {
    const also = [...this.#claims.contested()].flatMap((id) => this.#claims.of(id));
    return {
      groups: this.#groups.share(),
      strays: this.#strays.all(),
      losers: also.filter(({ counts }) => !counts),
      troubled: [...new Set([...this.#troubled.values(), ...also].map(({ event }) => event.subject))],
      doubted: this.#doubted,
      archive: this.#archive,
      thawed: new Set(this.#thawed),
    };
  }

  /**
   * @param key The hash of the bytes.
   * @param inTree False for what is in the history and not in the tree.
   */
  add(path: string, key: string, bytes: Buffer, inTree = true): void {
    const event = decodeEntry(bytes, this.#checkData);
    if (typeof event === "string") {
      this.skip(path, key, event, inTree);
      return;
    }
    if (this.#archive) this.#thaw(event.subject);
    if (!isEventPath(originalPath(path, key), this.#groups.folder(event.subject), event.id)) {
      this.skip(path, key, ELSEWHERE, inTree);
      return;
    }
    this.#changes += 1;
    const first = this.#find(event.id);
    const known = first && this.#claims.with(first, key);
    if (known) {
      // It was put back.
      const { touched } = known.event;
      if (inTree && !known.inTree)
        this.#restate(known, { inTree, touched: touched === "removed" ? null : (touched ?? null) });
      return;
    }
    const removed = inTree ? event : stated(event, undefined, "removed");
    const held = this.#admit({ event: removed, key, adders: NOBODY, inTree, counts: true }, first);
    this.#unattributed.push(held);
  }

  /** Notes an entry that does not count. */
  skip(path: string, key: string, reason: string, inTree = true): void {
    this.#changes += 1;
    if (this.#strays.put({ path, key, reason, adders: NOBODY, inTree }))
      this.#unsettled ||= this.#isContested(originalPath(path, key));
  }

  /** Notes a commit that added an entry: one of the tree, or one that is no longer there. */
  attribute(path: string, key: string, adder: Adder): void {
    const held = this.#byPlace(path, key);
    const other = held ? null : (this.#strays.find(path, key) ?? this.#unseenAt(path, key));
    const before = (held ?? other!).adders;
    if (before.some(({ commit }) => commit === adder.commit)) return;
    const adders = before.length === 0 ? [adder] : [...before, adder];
    if (held) this.#restate(held, { adders });
    else other!.adders = adders;
    this.#unsettled ||= this.#isContested(originalPath(path, key));
  }

  /** What is in the history and was not read yet, to be added by whoever reads its bytes. */
  unseen(): Unseen[] {
    return [...this.#unseen.values()];
  }

  /** To be called when everything unread has come in: its authors are known already. */
  seen(): void {
    const all = this.unseen();
    this.#unseen.clear();
    for (const { path, key, adders } of all) for (const adder of adders) this.attribute(path, key, adder);
  }

  /** Finds the first wherever there are several, so that no entry is hidden by a later one. */
  settle(order: CommitOrder): void {
    const ids = new Set(this.#claims.contested());
    for (const path of this.#strays.paths()) if (this.#isContested(path)) ids.add(idIn(path));
    const contests = [...ids].map((id) => this.#contestsOf(id));
    for (const { held, counts, touched } of settle(contests, order))
      this.#restate(held, { counts, touched: touched ?? (held.inTree || !counts ? null : "removed") });
    this.#unsettled = false;
  }

  /** To be called when all authors that can be known are known: the rest stays unknown. */
  attributed(): void {
    const all = this.#unattributed;
    this.#unattributed = [];
    for (const { event, key } of all) {
      const held = this.#claim(event.id, key);
      if (held?.adders === NOBODY) this.#restate(held, { adders: [] });
    }
  }

  /** What the ledger's tree has lost, to be put back into it. */
  lost(): AbsentEntry[] {
    const held = [...this.#troubled.values()].filter(({ inTree }) => !inTree);
    return [...held.map(({ event, key }) => ({ path: eventPath(event), key })), ...this.#strays.lost()];
  }

  /**
   * @param authors Whether all authors are known.
   * @param cut Whether a part of the history is not here.
   */
  content(head: string | null, authors: LedgerContent["authors"], cut = false): LedgerContent {
    return new HeldContent({
      head,
      size: this.size,
      groups: this.#groups.share(),
      archive: this.#archive,
      thawed: this.#thawed,
      skipped: this.#skipped(),
      touched: this.#touched(),
      lost: this.lost().length,
      authors,
      cut,
      doubted: this.#doubted,
      provenance: (id) => this.provenance(id),
    });
  }

  #skipped(): SkippedEntry[] {
    const losers = [...this.#claims.contested()].flatMap((id) =>
      this.#claims.of(id).filter(({ counts }) => !counts),
    );
    return [
      ...this.#strays.all().map(({ path, reason }) => ({ path, reason })),
      ...losers.map(({ event }) => ({ path: eventPath(event), reason: LATER })),
    ];
  }

  #touched(): TouchedEntry[] {
    return [...this.#troubled.values()].flatMap(({ event }) => {
      const { id, subject, type, by, touched } = event;
      return touched ? [{ subject, path: eventPath(event), how: touched, event: { id, type, by } }] : [];
    });
  }

  /** Adds an event, next to the first one of its id if there is one. */
  #admit(entry: Omit<Held, "place">, first: Held | undefined): Held {
    const held = this.#groups.add(entry);
    this.#claims.add(held, first);
    this.#unsettled ||=
      first !== undefined || (this.#strays.size > 0 && this.#strays.has(this.#ownPath(held)));
    if (held.counts) this.#here += 1;
    this.#note(held);
    return held;
  }

  #note(held: Held): void {
    if (held.event.touched !== undefined || !held.inTree) this.#troubled.set(held.key, held);
    else if (this.#troubled.size > 0) this.#troubled.delete(held.key);
  }

  #claim(id: string, key: string): Held | undefined {
    const first = this.#find(id);
    return first && this.#claims.with(first, key);
  }

  #byPlace(path: string, key: string): Held | undefined {
    const held = this.#claim(idIn(path), key);
    if (!held) return undefined;
    const folder = this.#groups.folder(held.event.subject);
    return isEventPath(originalPath(path, key), folder, held.event.id) ? held : undefined;
  }

  #unseenAt(path: string, key: string) {
    const name = `${path}\0${key}`;
    const unseen = this.#unseen.get(name) ?? { path, key, adders: NOBODY };
    this.#unseen.set(name, unseen);
    return unseen;
  }

  /** Whether more than one claims a path, or the id that it names. */
  #isContested(path: string): boolean {
    const id = idIn(path);
    if (this.#claims.areSeveral(id)) return true;
    if (this.#strays.size === 0 || !this.#strays.has(path)) return false;
    const held = this.#find(id);
    return held !== undefined && this.#ownPath(held) === path;
  }

  #ownPath({ event }: Held): string {
    return `${this.#groups.folder(event.subject)}${event.id}.json`;
  }

  /** One contest for each path at which an id lies. */
  #contestsOf(id: string): Contest[] {
    const paths = new Map<string, Held[]>();
    for (const held of this.#claims.of(id)) {
      const path = this.#ownPath(held);
      const claims = paths.get(path);
      if (claims) claims.push(held);
      else paths.set(path, [held]);
    }
    return [...paths].map(([path, claims]) => ({ path, claims, others: this.#strays.at(path) }));
  }

  // If it is in the archive, its subject is held from now on.
  #find(id: string): Held | undefined {
    const held = this.#claims.first(id);
    if (held || !this.#archive) return held;
    const subject = this.#archive.subjectOf(id);
    if (subject === null || this.#thawed.has(subject)) return undefined;
    this.#thaw(subject);
    return this.#claims.first(id);
  }

  #archived(id: string): Omit<Held, "place"> | undefined {
    const subject = this.#archive?.subjectOf(id) ?? null;
    if (subject === null || this.#thawed.has(subject)) return undefined;
    // A reader of one event of a subject usually reads the others next.
    if (this.#readLast?.subject !== subject) {
      const held = this.#archive!.read(subject).map((each) => [each.event.id, each] as const);
      this.#readLast = { subject, held: new Map(held) };
    }
    return this.#readLast.held.get(id);
  }

  #thaw(subject: string): void {
    if (!this.#archive?.subjects.has(subject) || this.#thawed.has(subject)) return;
    // Callers that already have the set keep the one that was true then.
    this.#thawed = new Set(this.#thawed).add(subject);
    const unsettled = this.#unsettled;
    for (const held of this.#archive.read(subject)) this.#admit(held, this.#claims.first(held.event.id));
    // It was settled when it was written down.
    this.#unsettled = unsettled;
  }

  #restate(
    held: Held,
    {
      adders = held.adders,
      inTree = held.inTree,
      counts = held.counts,
      touched = held.event.touched ?? null,
    }: Partial<Pick<Held, "adders" | "inTree" | "counts">> & { touched?: Touch | null },
  ): void {
    const by = adders === NOBODY ? held.event.enteredBy : enteredBy(held.event.by, adders);
    const now = { ...held, event: stated(held.event, by, touched ?? undefined), adders, inTree, counts };
    this.#doubted +=
      Number(counts && by !== undefined) - Number(held.counts && held.event.enteredBy !== undefined);
    this.#here += Number(counts) - Number(held.counts);
    this.#groups.replace(now);
    this.#note(now);
    this.#claims.replace(now);
  }
}

/** An event with what is known about its entry; the same object if nothing is new. */
function stated(event: LedgerEvent, by: LedgerEvent["enteredBy"], touch: Touch | undefined): LedgerEvent {
  if (event.enteredBy === by && event.touched === touch) return event;
  const { enteredBy: _, touched: __, ...claim } = event;
  return {
    ...claim,
    ...(by === undefined ? {} : { enteredBy: by }),
    ...(touch === undefined ? {} : { touched: touch }),
  };
}

/** The id in a path, if it is the path of an event. */
const idIn = (path: string) => path.slice(path.lastIndexOf("/") + 1, path.lastIndexOf("/") + 27);
