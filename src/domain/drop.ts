import { minimatch } from "minimatch";
import type { LedgerEvent } from "./event.ts";
import type { Instant } from "./instant.ts";

/** A tag as git names it, peeled to the commit it stands for. */
export interface Tag {
  name: string;
  commit: string;
  /** The tagger's date, or the commit's for a lightweight tag. */
  date: Instant;
}

/** One micro-drop. Its content is `previous..tag`. */
export interface Drop {
  tag: string;
  commit: string;
  shippedAt: Instant;
  previous: string | null;
  /** The commit that was recorded as shipped, where the tag names another one now. */
  moved: { recorded: string; now: string } | null;
}

/** How patterns of the policy are matched; the bound keeps a hostile one from exploding. */
export const GLOB = { dot: true, noext: true, braceExpandMax: 100 } as const;

/** The matching tags as drops, newest first: by when they shipped, then by version-aware name. */
export function findDrops(
  tags: readonly Tag[],
  pattern: string,
  shipped: ReadonlyMap<string, LedgerEvent>,
): Drop[] {
  const drops = tags
    .filter((tag) => minimatch(tag.name, pattern, GLOB))
    .map((tag): Drop => {
      const event = shipped.get(tag.name);
      const recorded = typeof event?.data.commit === "string" ? event.data.commit : null;
      const moved = recorded && recorded !== tag.commit ? { recorded, now: tag.commit } : null;
      return {
        tag: tag.name,
        commit: recorded ?? tag.commit,
        shippedAt: event?.at ?? tag.date,
        previous: null,
        moved,
      };
    })
    .sort((a, b) => b.shippedAt - a.shippedAt || compareVersions(b.tag, a.tag));
  drops.forEach((drop, i) => {
    drop.previous = drops[i + 1]?.tag ?? null;
  });
  return drops;
}

/** The first `shipped` event of each drop: the one that counts. */
export function shippedEvents(
  subjects: ReadonlyMap<string, readonly LedgerEvent[]>,
): Map<string, LedgerEvent> {
  const shipped = new Map<string, LedgerEvent>();
  for (const [subject, events] of subjects) {
    if (!subject.startsWith("drop/")) continue;
    const first = events.find((event) => event.type === "shipped");
    if (first) shipped.set(subject.slice("drop/".length), first);
  }
  return shipped;
}

/** Orders names by the numbers in them (drop-9 before drop-10); a pre-release (v1-rc1) comes before its release. */
export function compareVersions(a: string, b: string): number {
  const left = a.match(PARTS) ?? [];
  const right = b.match(PARTS) ?? [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = comparePart(left[i], right[i]);
    if (order !== 0) return order;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

const PARTS = /\d+|\D+/g;
const PRE_RELEASE = /^[-.~]?(?:alpha|beta|rc|pre|preview|dev)/i;

function comparePart(x: string | undefined, y: string | undefined): number {
  if (rankOf(x) !== rankOf(y) || x === undefined || y === undefined) return rankOf(x) - rankOf(y);
  const numerals = /^\d/.test(x) && /^\d/.test(y);
  return numerals ? compareNumerals(x, y) : x < y ? -1 : x > y ? 1 : 0;
}

// A pre-release sorts before the end of the name, everything else after it.
const rankOf = (part: string | undefined) => (part === undefined ? 1 : PRE_RELEASE.test(part) ? 0 : 2);

// Numerals may be longer than a number holds.
function compareNumerals(x: string, y: string): number {
  const a = x.replace(/^0+(?=\d)/, "");
  const b = y.replace(/^0+(?=\d)/, "");
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
