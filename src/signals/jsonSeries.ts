import type { Increment } from "../domain/detection/counters.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type Instant, parseInstant } from "../domain/time/instant.ts";
import { ReadingFailed } from "./secrets.ts";

const MINUTE = 60_000;
/** Normal's own blocks are five minutes; what is counted in longer ones hides its bursts. */
const LONGEST_INTERVAL = 5 * MINUTE;

/**
 * What a JSON pointer (RFC 6901) leads to; undefined where it leads nowhere. Two more steps than the RFC has: `*` stands
 * for each entry of a list, and `key=value` for the first entry of a list that has it, because servers leave out what
 * has no data, and a place in a list is then another one's.
 */
function follow(json: unknown, pointer: string): unknown {
  return step(json, pointer.split("/").slice(1));
}

function step(value: unknown, path: readonly string[]): unknown {
  const [escaped, ...rest] = path;
  if (escaped === undefined) return value;
  const token = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
  if (Array.isArray(value)) {
    if (token === "*") return value.map((each) => step(each, rest));
    const [key = "", wanted] = splitOnce(token);
    const found =
      wanted === undefined
        ? /^\d{1,9}$/.test(token) && value[Number(token)]
        : value.find((each) => String(own(each, key)) === wanted);
    return found === false || found === undefined ? undefined : step(found, rest);
  }
  return step(own(value, token), rest);
}

function splitOnce(token: string): [string, string | undefined] {
  const at = token.indexOf("=");
  return at < 0 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
}

const own = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

/** A number, or a text that is one; null for what has no data. Undefined: it is none. */
function numberOf(value: unknown): number | null | undefined {
  if (value === null) return null;
  // Sentry wraps each number: [{ "count": 3 }].
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === "object")
    return numberOf(own(value[0], "count"));
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Seconds or milliseconds since 1970, or ISO 8601. */
function instantOf(value: unknown): Instant | null {
  if (typeof value === "string" && !/^\d+(?:\.\d+)?$/.test(value)) {
    const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value) ? value : `${value}Z`;
    return parseInstant(zoned) ?? (Number.isNaN(Date.parse(zoned)) ? null : Date.parse(zoned));
  }
  const number = numberOf(value);
  if (typeof number !== "number") return null;
  return Math.round(number > 1e11 ? number : number * 1000);
}

/** The number that a threshold judges; of a series the last one that is there. Null: no data. */
export function lastNumber(json: unknown, pointer: string, host: string): number | null {
  const found = follow(json, pointer);
  if (!Array.isArray(found) || numberOf(found) !== undefined) {
    const number = numberOf(found);
    if (number === undefined) throw nowhere(pointer, host);
    return number;
  }
  const numbers = found.map((entry) => numberOf(isPair(entry) ? entry[1] : entry));
  if (numbers.includes(undefined)) throw nowhere(pointer, host);
  return numbers.findLast((number) => number != null) ?? null;
}

const isPair = (entry: unknown): entry is [unknown, unknown] => Array.isArray(entry) && entry.length === 2;

const nowhere = (pointer: string, host: string) =>
  new ReadingFailed(
    `In the answer of ${host}, ${plainText(pointer, 120)} leads to no number; correct the pointer in the policy.`,
  );

interface Pointers {
  bad: string;
  all: string;
  at: string | null;
}

/**
 * Bad events among all, from two series of one answer: pairs of time and number, or numbers whose times stand at `at`.
 * A number counts what came from its time until the next one's.
 * @param to When the stretch ends that was asked for: the last interval is not longer.
 * @throws {ReadingFailed} where a pointer leads to no series, or its intervals are too long.
 */
export function incrementsIn(json: unknown, pointers: Pointers, to: Instant, host: string): Increment[] {
  const times = pointers.at === null ? null : follow(json, pointers.at);
  const all = seriesAt(json, pointers.all, times, host);
  const bad = seriesAt(json, pointers.bad, times, host);
  const instants = [...new Set([...all.keys(), ...bad.keys()])].sort((a, b) => a - b);
  const gaps = instants.slice(1).map((at, i) => at - instants[i]!);
  const interval = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? MINUTE;
  if (interval > LONGEST_INTERVAL)
    throw new ReadingFailed(
      `${host} counts in intervals of ${Math.round(interval / MINUTE)} minutes; ask for five minutes or less.`,
    );
  return instants.flatMap((from) => {
    const at = Math.min(from + interval, to);
    const events = Math.max(all.get(from) ?? 0, bad.get(from) ?? 0);
    return at > from ? [{ from, at, bad: bad.get(from) ?? 0, all: events }] : [];
  });
}

function seriesAt(json: unknown, pointer: string, times: unknown, host: string): Map<Instant, number> {
  const found = follow(json, pointer);
  if (typeof numberOf(found) === "number")
    throw new ReadingFailed(
      `In the answer of ${host}, ${plainText(pointer, 120)} leads to one number; ask for a series in intervals of five minutes or less.`,
    );
  if (!Array.isArray(found)) throw nowhere(pointer, host);
  const series = new Map<Instant, number>();
  for (const [i, entry] of found.entries()) {
    const [time, value] = times === null ? (isPair(entry) ? entry : []) : [(times as unknown[])?.[i], entry];
    const [at, number] = [instantOf(time), numberOf(value)];
    if (at === null)
      throw new ReadingFailed(
        `In the answer of ${host}, the numbers at ${plainText(pointer, 120)} have no times; say where they are under \`at\`.`,
      );
    if (number === undefined || (number !== null && number < 0)) throw nowhere(pointer, host);
    series.set(at, (series.get(at) ?? 0) + (number ?? 0));
  }
  return series;
}
