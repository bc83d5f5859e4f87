import { refComplaint } from "../text/gitNames.ts";
import {
  compareVersions,
  expandBraces,
  isExclusion,
  type NameMatcher,
  nameMatcher,
  semanticVersion,
} from "../text/tagNames.ts";
import { formatInstant, type Instant } from "../time/instant.ts";
import { readCommitMessage } from "./commitMessage.ts";

/** How many names are tried before giving up on finding a free one. */
const TRIES = 1_000;

/** What a drop holds, as SemVer sees it. */
export type Impact = "breaking" | "feature" | "fix";

/** @param messages Of the drop's commits, whole. */
export function impactOf(messages: Iterable<string>): Impact {
  let impact: Impact = "fix";
  for (const message of messages) {
    const { breaking, type } = readCommitMessage(message);
    if (breaking) return "breaking";
    if (type === "feat" || type === "feature" || type === "add") impact = "feature";
  }
  return impact;
}

export interface NextTagFacts {
  patterns: readonly string[];
  /** Every tag that there is. */
  taken: readonly string[];
  now: Instant;
  /** The drop before; left out: the highest name. */
  after?: string | null;
  impact?: Impact;
}

/**
 * The name that the next drop most likely gets, by the parts of the last one: a date with its time of day, a version
 * by what the drop holds, else its last number raised; without a last one, the pattern with first numbers. A
 * pre-release is followed by its release, unless the patterns match only pre-releases. Null if nothing gives a hint.
 */
export function suggestTag({ patterns, taken, now, after, impact = "fix" }: NextTagFacts): string | null {
  const isDrop = nameMatcher(patterns);
  const fits = (name: string) => refComplaint(name) === null && isDrop(name);
  const last = after ?? taken.filter(isDrop).sort(compareVersions).at(-1);
  const known = new Set(taken);
  const names =
    last === undefined ? firstNames(patterns, now) : namesAfter(last, { isDrop, known, now, impact });
  let tries = 0;
  for (const name of names) {
    if (++tries > TRIES) break;
    if (!known.has(name)) return fits(name) ? name : null;
  }
  return null;
}

interface Parts {
  isDrop: NameMatcher;
  known: ReadonlySet<string>;
  now: Instant;
  impact: Impact;
}

function* namesAfter(last: string, { isDrop, known, now, impact }: Parts): Generator<string> {
  const dated = datedName(last, now) ?? weekName(last, now);
  if (dated !== null) {
    const [, day = "", separator = "-", count] = /^(.*?\d)([-._])(\d+)$/s.exec(last) ?? [];
    const isCounted = count !== undefined && TIMED_ALONE.test(day);
    // Where each day begins with a first, today does so too.
    const hasFirst = isCounted && known.has(`${day}${separator}${"1".padStart(count.length, "0")}`);
    if (!hasFirst) yield dated;
    for (let n = hasFirst ? 1 : 2; ; n++)
      yield `${dated}${isCounted ? separator : "-"}${String(n).padStart(isCounted ? count.length : 1, "0")}`;
  }
  const release = releaseOf(last);
  if (release !== null && isDrop(release)) {
    yield release;
    // It is out already: what comes now is the one after it.
    yield* namesAfter(release, { isDrop, known, now, impact });
  }
  const next = release === null ? (monthName(last, now) ?? nextVersion(last, impact)) : null;
  for (let name = next ?? raised(last) ?? `${last}-1`; ; name = raised(name)!) yield name;
}

/** The release that a name is a pre-release of; null if it is not a pre-release. */
function releaseOf(name: string): string | null {
  const version = semanticVersion(name);
  if (version) return version.preRelease && version.prefix + version.numbers.join(".");
  const end = PRE_RELEASE.exec(name);
  return end && name.slice(0, end.index);
}

// As pip (24.1b2), Maven (1.2-SNAPSHOT) and many others write them.
const PRE_RELEASE =
  /(?<=\d)(?:[-._]?(?:alpha|beta|rc|pre|preview|dev|snapshot|next|canary)|[ab](?=\d))[-._]?\d*(?:\.\d+)*$/i;

function nextVersion(name: string, impact: Impact): string | null {
  const version = semanticVersion(name);
  if (!version) return null;
  const [major, minor, patch] = version.numbers.map(BigInt) as [bigint, bigint, bigint];
  // Before 1.0.0 anything may break, and when to leave that behind is for people to decide.
  const first = impact === "breaking" && major > 0n;
  const second = impact === "feature" || (impact === "breaking" && major === 0n);
  const numbers = first ? [major + 1n, 0, 0] : second ? [major, minor + 1n, 0] : [major, minor, patch + 1n];
  return version.prefix + numbers.join(".");
}

const DATE = /(?<!\d)20\d\d(?<between>[-._/]?)(?:0[1-9]|1[0-2])\k<between>(?:0[1-9]|[12]\d|3[01])/;
const TIME = /^([-._T]?(?:at[-._]?)?)(?:[01]\d|2[0-3])([-._h]?)[0-5]\d(?:(\2)[0-5]\d)?(?!\d)/i;

/** Today's date if a name contains one, and the time if it contains that as well; UTC. */
function datedName(name: string, now: Instant): string | null {
  const date = DATE.exec(name);
  if (!date) return null;
  const head = name.slice(0, date.index);
  const rest = name.slice(date.index + date[0].length);
  const [day, clock] = [formatInstant(now).slice(0, 10), formatInstant(now).slice(11, 19).split(":")];
  const today = head + day.replaceAll("-", date[1]!);
  const time = TIME.exec(rest);
  if (time) {
    const parts = time[3] === undefined ? clock.slice(0, 2) : clock;
    return today + time[1] + parts.join(time[2]) + rest.slice(time[0].length);
  }
  if (/^\d/.test(rest)) return null;
  // A counter within a day starts again.
  return today + rest.replace(/^[-.]\d+$/, "");
}

const WEEK = /(?<![\dA-Za-z])(20\d\d)([-._]?)(W)(0[1-9]|[1-4]\d|5[0-3])(?!\d)/i;

/** This week by ISO 8601 where a name holds one. */
function weekName(name: string, now: Instant): string | null {
  const found = WEEK.exec(name);
  if (!found) return null;
  const [whole, , separator, letter] = found;
  // The week belongs to the year of its Thursday.
  const thursday = new Date(now);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const [thisYear, start] = [thursday.getUTCFullYear(), Date.UTC(thursday.getUTCFullYear(), 0, 1)];
  const thisWeek = String(Math.ceil((thursday.getTime() - start + 1) / (7 * DAY_MS))).padStart(2, "0");
  const rest = name.slice(found.index + whole.length);
  // What was counted within a week begins anew.
  return `${name.slice(0, found.index)}${thisYear}${separator}${letter}${thisWeek}${rest.replace(/^[-._]\d+$/, "")}`;
}

const DAY_MS = 86_400_000;
/** What stands before a counter within a day or a week. */
const TIMED_ALONE = new RegExp(`(?:${DATE.source}|${WEEK.source})$`, "i");
const MONTH = /(?<![\d.])(20\d\d)\.(0?[1-9]|1[0-2])\.\d(?![\d.])/;

/** The first of this month, after one of an earlier month: the third number counts within it. */
function monthName(name: string, now: Instant): string | null {
  const found = MONTH.exec(name);
  if (!found) return null;
  const [whole, year, month = ""] = found;
  const [thisYear = "", thisMonth = ""] = formatInstant(now).split("-");
  if (year === thisYear && Number(month) === Number(thisMonth)) return null;
  // `2026.9` has no zero in front, and after `2026.11` nobody can tell.
  const shown = month.startsWith("0") || month.length === 2 ? thisMonth : String(Number(thisMonth));
  return `${name.slice(0, found.index)}${thisYear}.${shown}.0${name.slice(found.index + whole.length)}`;
}

/** A number that has leading zeros keeps its length. */
function raised(name: string): string | null {
  const m = /^(.*?)(\d+)(\D*)$/s.exec(name);
  if (!m) return null;
  return `${m[1]}${String(BigInt(m[2]!) + 1n).padStart(m[2]!.length, "0")}${m[3]}`;
}

function* firstNames(patterns: readonly string[], now: Instant): Generator<string> {
  const pattern = patterns.find((each) => !isExclusion(each));
  const [stem] = pattern === undefined ? [] : expandBraces(pattern);
  const name = stem === undefined ? null : firstName(stem, now);
  for (let each = name; each !== null; each = raised(each)) yield each;
}

function firstName(stem: string, now: Instant): string | null {
  const plain = stem.replace(/\[(?:0-9|\[:digit:\])\]/g, "?");
  const dated = plain.replace(/\?{4}([-._/]?)\?\?\1\?\?/, (_, separator: string) =>
    formatInstant(now).slice(0, 10).replaceAll("-", separator),
  );
  // In a version such as *.*.* the first number is 1, the others 0.
  const name = dated
    .replace(/[*?]+/, "1")
    .replace(/(?<=\.)[*?]+/g, "0")
    .replace(/[*?]/g, "");
  return /[[\]!@+()\\]/.test(name) ? null : name;
}
