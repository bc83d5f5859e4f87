import { plainText } from "../../domain/text/plainText.ts";
import { type Instant, lacksZone, parseInstant } from "../../domain/time/instant.ts";

const DAY = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** An instant for a row, in this machine's time: `14:05` today, `Tue 14:05` within six days, else `24 Nov 14:05`. */
export function shortTime(at: Instant, now: Instant): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  if (Math.abs(at - now) < 6 * DAY) return `${DAYS[date.getDay()]} ${time}`;
  return `${shortDay(at, now)} ${time}`;
}

/** The day alone, for what is far away: `24 Jan 2027`. */
export function shortDay(at: Instant, now: Instant): string {
  const date = new Date(at);
  const year = date.getFullYear() === new Date(now).getFullYear() ? "" : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]}${year}`;
}

/** The whole instant with its zone, for a tooltip: `Mon 23 Nov 2026 14:05:12 +01:00`. */
export function fullTime(at: Instant): string {
  const date = new Date(at);
  const day = `${DAYS[date.getDay()]} ${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${offset(date)}`;
}

/** An instant as people edit it, in local time with its zone: `2026-11-23T14:05+01:00`. Read by `parseInstant`. */
export function editableTime(at: Instant): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${offset(date)}`;
}

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/**
 * A sentence of the domain, which knows no time zone, with its instants as the rows beside it show theirs; with
 * seconds where two of them would read alike.
 */
export function inLocalTime(sentence: string, now: Instant): string {
  const found = new Set(sentence.match(INSTANT));
  const alike = new Set([...found].map((text) => shortTime(Date.parse(text), now))).size < found.size;
  return sentence.replace(INSTANT, (text) => {
    const at = Date.parse(text);
    return `${shortTime(at, now)}${alike ? `:${two(new Date(at).getSeconds())}` : ""}`;
  });
}

/** What is wrong with an instant that somebody types, with the way out; null when it can be taken. */
export function instantTrouble(text: string, now: Instant): string | null {
  if (parseInstant(text.trim()) !== null) return null;
  if (lacksZone(text)) {
    return `Add the zone, since each machine has its own: ${text.trim()}${offset(new Date(now))}`;
  }
  return `Write it like ${editableTime(now)}.`;
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const two = (n: number) => String(n).padStart(2, "0");

/** Text from people or from git, for labels in which VS Code would draw `$(name)` as an icon. */
export function labelText(text: string, longest?: number): string {
  return plainText(text, longest).replace(/\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g, "\\$&");
}

/** A sentence without its hint at the command line: in the editor the same thing is a button or a command. */
export function withoutCommandLine(sentence: string): string {
  return sentence
    .replace(/ \(dropclock [^)]*\)/g, "")
    .replace(/[;,] (?:go on with|see|open one with|try again with): dropclock .*$/s, ".")
    .replace(/: dropclock [a-z].*$/s, ".");
}

/** The same for notifications, in which `[words](command:…)` would become a link. */
export function messageText(text: string, longest = 600): string {
  return plainText(text, longest).replaceAll("](", "] (");
}
