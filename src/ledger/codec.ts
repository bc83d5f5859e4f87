import { isUtf8 } from "node:buffer";
import type { LedgerEvent, StoredEvent } from "../domain/event/event.ts";
import { checkEventData } from "../domain/record/eventData.ts";
import { formatInstant, parseInstant } from "../domain/time/instant.ts";

/** Why the data of an event of a known type is malformed; null when it is fine or the type is unknown. */
export type DataCheck = (type: string, data: Record<string, unknown>) => string | null;

/** Bytes of one event, at most. */
export const LARGEST_EVENT = 64 * 1024;

export const TOO_LARGE = "is larger than 64 KiB";

const LONGEST_SUBJECT = 512;
const LONGEST_AUTHOR = 400;
/** How deeply data may be nested; any deeper, a reader could run out of stack. */
const DEEPEST_DATA = 32;

const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const TYPE = /^[a-z][a-z-]{0,40}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that have no place in a name
const SUBJECT = /^[a-z][a-z0-9-]{0,39}\/[^\u0000-\u001f\u007f-\u009f]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** Reads one entry of a ledger: an event, or the reason why it is not one. Never throws. */
export function decodeEntry(bytes: Buffer, checkData?: DataCheck): LedgerEvent | string {
  if (bytes.length > LARGEST_EVENT) return TOO_LARGE;
  if (!isUtf8(bytes)) return "is not UTF-8 text";
  return decodeEvent(bytes.toString("utf8"), checkData);
}

/**
 * Reads one event: the event, or the reason why it is not one. Never throws. Written by hand, because a ledger may hold a
 * hundred thousand. Unknown types, fields and kinds of subjects come from a newer version and are accepted.
 */
export function decodeEvent(text: string, checkData: DataCheck = checkEventData): LedgerEvent | string {
  if (text.length > LARGEST_EVENT) return TOO_LARGE;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (!isObject(value)) return "is not a JSON object";
  const { v, id, data } = value;
  if (!Number.isInteger(v) || (v as number) < 1) return "has no version";
  if (typeof id !== "string" || !ID.test(id)) return "has no id that is a ULID";
  const subject = subjectOf(value.subject);
  if (subject === null) return "has no subject of the form kind/name";
  const type = typeOf(value.type);
  if (type === null) return "has no type that is a short word";
  const at = instantOf(value.at);
  if (at === null) return "has no instant in at";
  const recorded = instantOf(value.recorded);
  if (recorded === null) return "has no instant in recorded";
  const by = authorOf(value.by);
  if (by === null) return "has no author in by";
  if (!isObject(data)) return "has no object in data";
  const reason = dangerIn(data, 0) ?? checkData(type, data);
  return reason ?? { id, subject, type, at, recorded, by, data };
}

/** One line of JSON with a line break, its keys in a fixed order. `decodeEvent` reads it back unchanged. */
export function encodeEvent({ v, id, subject, type, at, recorded, by, data }: StoredEvent): string {
  return `${JSON.stringify({ v, id, subject, type, at, recorded, by, data })}\n`;
}

/** An event as this version stores it. */
export function toStored({ id, subject, type, at, recorded, by, data }: LedgerEvent): StoredEvent {
  return { v: 1, id, subject, type, at: formatInstant(at), recorded: formatInstant(recorded), by, data };
}

const subjectOf = remembered((text) => text.length <= LONGEST_SUBJECT && SUBJECT.test(text));
const typeOf = remembered((text) => TYPE.test(text));
const authorOf = remembered((text) => text.length <= LONGEST_AUTHOR && ONE_LINE.test(text));

/** How many texts of a kind are remembered. */
const REMEMBERED = 5_000;

// Most texts repeat: a text that was checked needs no second check, and is in memory once.
function remembered(isGood: (text: string) => boolean): (value: unknown) => string | null {
  const good = new Map<string, string>();
  return (value) => {
    if (typeof value !== "string") return null;
    const known = good.get(value);
    if (known !== undefined) return known;
    if (!isGood(value)) return null;
    if (good.size === REMEMBERED) good.clear();
    good.set(value, value);
    return value;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function instantOf(value: unknown): number | null {
  return typeof value === "string" && value.length <= 64 ? parseInstant(value) : null;
}

// Keys that are harmless in JSON, but not to code that copies or walks it.
function dangerIn(value: object, depth: number): string | null {
  if (depth > DEEPEST_DATA) return "has data that is nested too deeply";
  for (const key in value) {
    if (key === "__proto__") return "has a key named __proto__ in data";
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner !== "object" || inner === null) continue;
    const reason = dangerIn(inner, depth + 1);
    if (reason) return reason;
  }
  return null;
}
