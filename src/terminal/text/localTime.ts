import type { Instant } from "../../domain/time/instant.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Times of day in this machine's zone, as people read them at one instant: another day is named, today is not. */
export class LocalTime {
  readonly #today: Date;
  // One name for each offset: within a zone it is the offset that changes the name.
  readonly #zones = new Map<number, string>();

  constructor(now: Instant) {
    this.#today = new Date(now);
  }

  /** `14:04 CET`; another day: `24 Nov 14:04 CET`. */
  time(at: Instant): string {
    return `${this.short(at)} ${this.#zone(at)}`;
  }

  /** Without the zone, for a place that has just named it. */
  short(at: Instant): string {
    const date = new Date(at);
    return date.toDateString() === this.#today.toDateString()
      ? clock(date)
      : `${this.#day(date)} ${clock(date)}`;
  }

  /** `23 Nov 2026 14:04 CET`. */
  full(at: Instant): string {
    const date = new Date(at);
    return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()} ${clock(date)} ${this.#zone(at)}`;
  }

  #zone(at: Instant): string {
    const offset = -new Date(at).getTimezoneOffset();
    let name = this.#zones.get(offset);
    if (name === undefined) {
      name = zoneName(at, offset);
      this.#zones.set(offset, name);
    }
    return name;
  }

  #day(date: Date): string {
    const year = date.getFullYear() === this.#today.getFullYear() ? "" : ` ${date.getFullYear()}`;
    return `${date.getDate()} ${MONTHS[date.getMonth()]}${year}`;
  }
}

const two = (n: number) => String(n).padStart(2, "0");
const clock = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

/** What JavaScript calls the commonest zones, and what people call them. */
const NAMES: Readonly<Record<string, string>> = {
  "Coordinated Universal Time": "UTC",
  "Greenwich Mean Time": "GMT",
  "British Summer Time": "BST",
  "Western European Standard Time": "WET",
  "Western European Summer Time": "WEST",
  "Central European Standard Time": "CET",
  "Central European Summer Time": "CEST",
  "Eastern European Standard Time": "EET",
  "Eastern European Summer Time": "EEST",
  "Eastern Standard Time": "EST",
  "Eastern Daylight Time": "EDT",
  "Central Standard Time": "CST",
  "Central Daylight Time": "CDT",
  "Mountain Standard Time": "MST",
  "Mountain Daylight Time": "MDT",
  "Pacific Standard Time": "PST",
  "Pacific Daylight Time": "PDT",
};

/** Each English knows the short names of its own part of the world. */
const ENGLISHES = ["en-GB", "en-US", "en-AU", "en-IN"];

// Intl takes 15 ms to start, which is a good part of the whole command, so it is asked last.
function zoneName(at: Instant, offset: number): string {
  const long = /\(([^)]+)\)$/.exec(new Date(at).toString())?.[1] ?? "";
  return NAMES[long] ?? shortName(at) ?? offsetName(offset);
}

function shortName(at: Instant): string | null {
  for (const locale of ENGLISHES) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(at);
    const name = parts.find(({ type }) => type === "timeZoneName")?.value;
    if (name && /^[A-Z]{2,5}$/.test(name)) return name;
  }
  return null;
}

const offsetName = (minutes: number) =>
  `UTC${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
