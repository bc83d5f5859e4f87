import { type LedgerEvent, retractedEvents } from "../event/event.ts";
import { compareVersions, type NameMatcher } from "../text/tagNames.ts";
import type { Instant } from "../time/instant.ts";

/** A tag as git names it, peeled to the commit it stands for. */
export interface Tag {
  name: string;
  commit: string;
  /** The tagger's date, or the commit's if the tag has none. */
  date: Instant;
  /** Whether the date is the commit's. */
  assumed: boolean;
}

/** One micro-drop. Its content is `previous..tag`. */
export interface Drop {
  /** The highest of its names. */
  tag: string;
  /** All tags on its commit, the highest first. */
  names: readonly string[];
  commit: string;
  shippedAt: Instant;
  /** Its shipping time is unknown; the commit's date stands for it. */
  shippedAssumed: boolean;
  /** By history, never by date; null for the first one. */
  previous: string | null;
  /** The release branch that it belongs to. */
  branch: string | null;
  /** The commit that was recorded as shipped, where the tag names another one now. */
  moved: { recorded: string; now: string } | null;
  /** Whether all of its tags are gone: it shipped, and that is recorded. */
  deleted: boolean;
}

/** A drop that has no place in history yet. */
export type UnplacedDrop = Omit<Drop, "previous" | "branch">;

/** A name of a drop: its tag, what is on record of it, or both. */
interface Named {
  name: string;
  commit: string;
  tag: Tag | null;
  shipped: LedgerEvent | null;
}

/**
 * The drops, from the tags and the record of what shipped, in no particular order: one for each commit, however many names
 * it has. A tag that was moved or deleted since it shipped stays where it was.
 */
export function findDrops(
  tags: readonly Tag[],
  isDrop: NameMatcher,
  shipped: ReadonlyMap<string, LedgerEvent>,
): UnplacedDrop[] {
  const names = tags.filter(({ name }) => isDrop(name)).map((tag) => named(tag.name, tag, shipped));
  const there = new Set(tags.map(({ name }) => name));
  for (const [name, event] of shipped)
    if (!there.has(name) && recordedCommit(event) !== null && isDrop(name))
      names.push(named(name, null, shipped));
  const byCommit = new Map<string, Named[]>();
  for (const each of names) {
    const own = byCommit.get(each.commit);
    if (own) own.push(each);
    else byCommit.set(each.commit, [each]);
  }
  return [...byCommit.values()].map(dropOf);
}

function named(name: string, tag: Tag | null, shipped: ReadonlyMap<string, LedgerEvent>): Named {
  const event = shipped.get(name) ?? null;
  return { name, commit: recordedCommit(event) ?? tag!.commit, tag, shipped: event };
}

const recordedCommit = (event: LedgerEvent | null) =>
  typeof event?.data.commit === "string" ? event.data.commit : null;

function dropOf(names: readonly Named[]): UnplacedDrop {
  // A name that is gone, or that now names another commit, is used only if there is no other one.
  const ranked = names.toSorted((a, b) => standing(b) - standing(a) || compareVersions(b.name, a.name));
  const [first] = ranked as [Named];
  return {
    tag: first.name,
    names: ranked.map(({ name }) => name),
    commit: first.commit,
    ...shippingTime(ranked),
    moved: standing(first) === MOVED ? { recorded: first.commit, now: first.tag!.commit } : null,
    deleted: first.tag === null,
  };
}

const [GONE, MOVED, THERE] = [0, 1, 2] as const;

const standing = ({ tag, commit }: Named) => (!tag ? GONE : tag.commit === commit ? THERE : MOVED);

/** The first time that any of its names shipped. */
function shippingTime(names: readonly Named[]): Pick<Drop, "shippedAt" | "shippedAssumed"> {
  const recorded = names.flatMap(({ shipped }) => (shipped ? [shipped.at] : []));
  if (recorded.length > 0) return { shippedAt: Math.min(...recorded), shippedAssumed: false };
  const tags = names.flatMap(({ tag }) => tag ?? []);
  const said = tags.filter(({ assumed }) => !assumed);
  const dates = (said.length > 0 ? said : tags).map(({ date }) => date);
  return { shippedAt: Math.min(...dates), shippedAssumed: said.length === 0 };
}

/** The first `shipped` event of each tag that was not retracted: the one that counts. */
export function shippedEvents(
  subjects: ReadonlyMap<string, readonly LedgerEvent[]>,
): Map<string, LedgerEvent> {
  const shipped = new Map<string, LedgerEvent>();
  for (const [subject, events] of subjects) {
    if (!subject.startsWith("drop/")) continue;
    const retracted = retractedEvents(events);
    const first = events.find(({ type, id }) => type === "shipped" && !retracted.has(id));
    if (first) shipped.set(subject.slice("drop/".length), first);
  }
  return shipped;
}

/** Whether a tag is one of a drop's names. */
export const isNamed = ({ names }: Pick<Drop, "names">, tag: string) => names.includes(tag);
