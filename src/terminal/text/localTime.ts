import type { Instant } from "../../domain/instant.ts";

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
      name = findName(at) ?? offsetName(offset);
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

/** How people there call the zone (CET, EST); each English knows the names of its own part of the world. */
const ENGLISHES = ["en-GB", "en-US", "en-AU", "en-IN"];

function findName(at: Instant): string | null {
  for (const locale of ENGLISHES) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(at);
    const name = parts.find(({ type }) => type === "timeZoneName")?.value;
    if (name && /^[A-Z]{2,5}$/.test(name)) return name;
  }
  return null;
}

const offsetName = (minutes: number) =>
  `UTC${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
