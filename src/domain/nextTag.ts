import { minimatch } from "minimatch";
import { compareVersions, GLOB } from "./drop.ts";
import { refComplaint } from "./gitNames.ts";
import { formatInstant, type Instant } from "./instant.ts";

/** Tries after which a name that is free is not looked for any more. */
const TRIES = 1_000;

/**
 * The name that the next drop most likely gets: today's date where the last name holds one, else the last name with
 * its last number raised, else the pattern with a first number. Null where the pattern gives no hint.
 * @param taken Every tag that there is.
 */
export function suggestTag(pattern: string, taken: readonly string[], now: Instant): string | null {
  const names = taken.filter((name) => minimatch(name, pattern, GLOB)).sort(compareVersions);
  const last = names.at(-1);
  const known = new Set(taken);
  const free = candidates(pattern, last, now).find((name) => !known.has(name));
  return free !== undefined && isFit(free, pattern) ? free : null;
}

function candidates(pattern: string, last: string | undefined, now: Instant): string[] {
  const dated = last === undefined ? null : datedName(last, now);
  if (dated !== null) return [dated, ...Array.from({ length: TRIES }, (_, i) => `${dated}-${i + 2}`)];
  const names: string[] = [];
  let name = last === undefined ? firstName(pattern) : (raised(last) ?? `${last}-1`);
  for (; name !== null && names.length < TRIES; name = raised(name)) names.push(name);
  return names;
}

const isFit = (name: string, pattern: string) =>
  refComplaint(name) === null && minimatch(name, pattern, GLOB);

const DATE = /(?<!\d)20\d\d([-._]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)/;

function datedName(name: string, now: Instant): string | null {
  const separator = DATE.exec(name)?.[1];
  if (separator === undefined) return null;
  const today = formatInstant(now).slice(0, 10).replaceAll("-", separator);
  // What was counted within a day begins anew.
  return name.replace(DATE, today).replace(new RegExp(`(?<=${escaped(today)})[-.]\\d+$`), "");
}

/** A number that has leading zeros keeps its length. */
function raised(name: string): string | null {
  const m = /^(.*?)(\d{1,15})(\D*)$/s.exec(name);
  if (!m) return null;
  return `${m[1]}${String(Number(m[2]) + 1).padStart(m[2]!.length, "0")}${m[3]}`;
}

function firstName(pattern: string): string | null {
  const [stem] = minimatch.braceExpand(pattern, GLOB);
  const name = stem!.replace(/\*+|\?+/, "1").replace(/[*?]/g, "");
  return /[[\]!@+()]/.test(name) ? null : name;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
