import { nearest } from "./text/nearest.ts";

// Asking Intl costs tens of microseconds, and a ledger asks for the same few zones thousands of times.
const known = new Map<string, boolean>();
const REMEMBERED = 500;

const ABBREVIATIONS = [
  "UTC",
  "GMT",
  "UCT",
  "CET",
  "MET",
  "EET",
  "WET",
  "EST",
  "MST",
  "HST",
  "PRC",
  "ROC",
  "ROK",
];

/**
 * Whether this is a time zone of the IANA database. Offsets (`+02:00`) are not: they know no summer time. Nor are the
 * abbreviations that runtimes accept on top of it and that mean another place than people think (BST is Bangladesh).
 */
export function isTimeZone(name: string): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    answer = isName(name) && isAccepted(name);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, answer);
  }
  return answer;
}

/** The zone that a person most likely meant: a slip of the pen, or the city alone. */
export function nearestTimeZone(name: string): string | null {
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  if (name.includes("/")) return nearest(name, zones);
  // An abbreviation is near to too many: PST is not EST.
  if (/^[A-Z]{1,5}$/.test(name)) return null;
  const city = nearest(name, zones.map(cityOf));
  return city === null ? null : (zones.find((zone) => cityOf(zone) === city) ?? null);
}

const cityOf = (zone: string) => zone.slice(zone.lastIndexOf("/") + 1);

function isName(name: string): boolean {
  if (/^[A-Za-z]{3}$/.test(name)) return ABBREVIATIONS.includes(name);
  return /^[A-Za-z][A-Za-z0-9_+/-]{3,63}$/.test(name);
}

function isAccepted(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
