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
  const names = last === undefined ? firstNames(patterns, now) : namesAfter(last, { isDrop, now, impact });
  let tries = 0;
  for (const name of names) {
    if (++tries > TRIES) break;
    if (!known.has(name)) return fits(name) ? name : null;
  }
  return null;
}

interface Parts {
  isDrop: NameMatcher;
  now: Instant;
  impact: Impact;
}

function* namesAfter(last: string, { isDrop, now, impact }: Parts): Generator<string> {
  const dated = datedName(last, now);
  if (dated !== null) {
    yield dated;
    for (let n = 2; ; n++) yield `${dated}-${n}`;
  }
  const release = releaseOf(last);
  if (release !== null && isDrop(release)) {
    yield release;
    // It has shipped already: the next one comes after it.
    yield* namesAfter(release, { isDrop, now, impact });
  }
  const next = release === null ? nextVersion(last, impact) : null;
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

const DATE = /(?<!\d)20\d\d([-._/]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])/;
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
