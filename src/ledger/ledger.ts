import {
  type EventLog,
  eventLogOf,
  type LedgerEvent,
  type StoredEvent,
  type Touch,
} from "../domain/event/event.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { eventFolder, originalPath } from "./eventPath.ts";
import type { Adder, Provenance } from "./provenance.ts";

/** What a ledger holds at one moment. */
export interface LedgerContent {
  /** Identifies this content; null if nothing was ever written. */
  readonly head: string | null;
  /** All of them, in no particular order; for a large ledger some are read only now. See `log` for part of them. */
  readonly events: readonly LedgerEvent[];
  /** The events by their subjects. */
  readonly log: EventLog;
  /** What could not be read as an event, with the reason. Counted and shown, never deleted. */
  readonly skipped: readonly SkippedEntry[];
  /**
   * `pending`: the history was not read yet. So no event is flagged for who entered it or for what was done
   * to it since, and what was removed from the ledger is not among the events.
   */
  readonly authors: "checked" | "pending";
  /** Whether part of the history is missing, or cannot be read: then it is unknown what was removed. */
  readonly cut: boolean;
  /** What was touched after it was recorded. */
  readonly touched: readonly TouchedEntry[];
  /** How many entries of the history the ledger's tree has lost. The next writer puts them back. */
  readonly lost: number;
  /** How many events name an author that the ledger's commits do not confirm. */
  readonly doubted: number;
  /**
   * Who recorded an event. Null for an event that is not here, and if the ledger's history does not show it: it
   * was cut, it is damaged, or it was not read yet.
   */
  provenance(id: string): Provenance | null;
}

export interface SkippedEntry {
  path: string;
  reason: string;
}

/** An entry that was touched after it was recorded. What it first said still counts. */
export interface TouchedEntry {
  subject: string;
  path: string;
  /** `unreadable`: its bytes are not here, so its content is unknown. */
  how: Touch | "unreadable";
  /** Null where it cannot be read. */
  event: { id: string; type: string; by: string } | null;
}

/**
 * The touched entries of some subjects. While there are any, no answer that depends on them may be given.
 * @param content With its authors checked.
 */
export function touchedAmong(
  { touched, skipped }: Pick<LedgerContent, "touched" | "skipped">,
  subjects: readonly string[],
): TouchedEntry[] {
  const wanted = new Map(subjects.map((subject) => [eventFolder(subject), subject]));
  const unreadable = skipped.flatMap(({ path, reason }): TouchedEntry[] => {
    const subject = reason === MISSING ? wanted.get(path.slice(0, path.lastIndexOf("/") + 1)) : undefined;
    return subject === undefined ? [] : [{ subject, path, how: "unreadable", event: null }];
  });
  return [...touched.filter(({ subject }) => subjects.includes(subject)), ...unreadable];
}

export interface ReadOptions {
  /** False: the history (who entered what, what was touched) need not be read yet: it takes time. */
  authors?: boolean;
  /** The head, if the caller looks it up anyway; left out: the ledger looks it up. */
  head?: Promise<string | null>;
}

export interface AppendOptions {
  /** Whether to sign the commit that adds them, as git is configured here. */
  signed?: boolean;
  /** The subject that these events begin; if anything is recorded of it by now, nothing is written. */
  begins?: string;
}

/** Someone else was faster to begin a subject. */
export class SubjectTaken extends HumanError {
  constructor(subject: string) {
    super("refused", `There is something on record of ${subject} already; choose another name.`);
  }
}

/** Where events live. Append-only: nothing that was acknowledged is ever lost. */
export interface Ledger {
  /** Everything in the ledger. Cheap when nothing has changed since the last call. */
  read(options?: ReadOptions): Promise<LedgerContent>;
  /**
   * Adds events, all or none, and resolves once they are safely stored. Safe against other writers.
   * @throws {SubjectTaken} when they would begin a subject that exists already.
   * @throws {HumanError} when the store cannot be written.
   */
  append(events: readonly StoredEvent[], options?: AppendOptions): Promise<void>;
  /** Puts back what was removed. @returns How many entries those were. */
  putBack(): Promise<number>;
  /**
   * Which of these earlier heads the history does not lead back to, as after it was rewritten.
   * @param heads Values that `LedgerContent.head` had at some time; possibly forged.
   */
  missingHeads(heads: readonly string[]): Promise<string[]>;
}

/** Events that come from no ledger, as the content of one. */
export function contentOf(events: readonly LedgerEvent[]): LedgerContent {
  const log = eventLogOf(events);
  const nothing = { cut: false, touched: [], lost: 0, skipped: [], doubted: 0, provenance: () => null };
  return { head: null, events, log, authors: "checked", ...nothing };
}

/** Entries of a ledger that do not count: not an event, or not at its own path. */
export interface Stray extends SkippedEntry {
  /** Names the bytes, and what kind of entry it is. */
  key: string;
  adders: readonly Adder[];
  /** False: the ledger had it once, and no longer has it. */
  inTree: boolean;
}

export const MISSING = "is missing from the repository";
export const NOT_A_FILE = "is not a file";
export const ELSEWHERE = "is an event that lies at another path than its own";

/** The strays of a ledger, each once per path and bytes, in the order in which they came. */
export class Strays {
  /** By path, then by the hash of their bytes. */
  readonly #byPath = new Map<string, Map<string, Stray>>();
  readonly #keysInTree = new Set<string>();
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** @returns Whether it was not known before. */
  put(stray: Stray): boolean {
    if (stray.inTree) this.#keysInTree.add(stray.key);
    const place = originalPath(stray.path, stray.key);
    const there = this.#byPath.get(place);
    const known = there?.get(stray.key);
    if (known) {
      known.inTree ||= stray.inTree;
      return false;
    }
    this.#count += 1;
    if (there) there.set(stray.key, stray);
    else this.#byPath.set(place, new Map([[stray.key, stray]]));
    return true;
  }

  find(path: string, key: string): Stray | undefined {
    return this.#byPath.get(originalPath(path, key))?.get(key);
  }

  /** Whether there are any at a path, or next to it. */
  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** Those at a path, or put next to it. */
  at(path: string): Stray[] {
    return [...(this.#byPath.get(path)?.values() ?? [])];
  }

  /** The paths at which there are some. */
  paths(): Iterable<string> {
    return this.#byPath.keys();
  }

  all(): Stray[] {
    return [...this.#byPath.values()].flatMap((there) => [...there.values()]);
  }

  /** Those without even a copy in the ledger's tree. */
  lost(): Stray[] {
    return this.all().filter(
      ({ key, inTree, reason }) => !inTree && reason !== MISSING && !this.#keysInTree.has(key),
    );
  }
}
