import { parseInstant } from "../time/instant.ts";

export type Data = Record<string, unknown>;

/** Why data is malformed; null when it is fine. */
export type Check = (data: Data) => string | null;

export const none: Check = () => null;

export const text =
  (key: string): Check =>
  (data) =>
    typeof data[key] === "string" && data[key] !== "" ? null : `needs a text in data.${key}`;

export const optional =
  (key: string, check: Check): Check =>
  (data) =>
    data[key] === undefined || data[key] === null ? null : check(data);

export const optionalText = (key: string): Check =>
  optional(key, (data) => (typeof data[key] === "string" ? null : `data.${key} is not a text`));

export const oneOf =
  (key: string, words: readonly string[]): Check =>
  (data) =>
    words.includes(data[key] as string) ? null : `data.${key} is none of ${words.join(", ")}`;

/** The full name of a git object: anything else could mean something different to git. */
export const objectName =
  (key: string): Check =>
  (data) =>
    typeof data[key] === "string" && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(data[key])
      ? null
      : `data.${key} is not the full name of a commit`;

/** Milliseconds, or another number that is not below zero. */
export const amount =
  (key: string): Check =>
  (data) =>
    typeof data[key] === "number" && Number.isFinite(data[key]) && data[key] >= 0
      ? null
      : `data.${key} is not a number of zero or more`;

export const instant =
  (key: string): Check =>
  (data) =>
    typeof data[key] === "string" && parseInstant(data[key]) !== null
      ? null
      : `data.${key} is not an instant`;

export const texts =
  (key: string): Check =>
  (data) =>
    Array.isArray(data[key]) && data[key].every((each) => typeof each === "string")
      ? null
      : `data.${key} is not a list of texts`;

export const all =
  (...checks: Check[]): Check =>
  (data) => {
    for (const check of checks) {
      const reason = check(data);
      if (reason) return reason;
    }
    return null;
  };
