import type * as z from "zod";
import { accepts } from "../schemaShape.ts";
import { parseDuration, writeDuration } from "../time/duration.ts";
import type { PolicyPath } from "./fault.ts";
import { BREACH_EXPECTED } from "./policySchemaSignal.ts";
import { policySchema } from "./schema.ts";
import { DURATION_EXPECTED } from "./schemaParts.ts";
import { DATE_EXPECTED, SPAN_EXPECTED } from "./targets.ts";

/** What somebody plainly meant by a value that the schema refuses; undefined where it is not plain. */
export function repairOf(issue: z.core.$ZodIssue, value: unknown, path: PolicyPath): unknown {
  const meant = guess(issue, value, path);
  return meant !== undefined && accepts(policySchema, path, meant) ? meant : undefined;
}

function guess(issue: z.core.$ZodIssue, value: unknown, path: PolicyPath): unknown {
  const expected = issue.message;
  if (expected.startsWith(DURATION_EXPECTED)) return durationMeant(value, path);
  if (expected === BREACH_EXPECTED) return comparisonMeant(value);
  if (expected === SPAN_EXPECTED) return spanMeant(value);
  if (expected === DATE_EXPECTED) return dateMeant(value);
  if (issue.code !== "invalid_type") return undefined;
  switch (issue.expected) {
    case "boolean":
      return booleanMeant(value);
    case "number":
    case "int":
      return numberMeant(value);
    case "array":
      return typeof value === "string" ? [value] : undefined;
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
    default:
      return undefined;
  }
}

const UNIT_WORDS: Record<string, number> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
const DURATION_WORDS =
  /(\d{1,6}(?:\.\d{1,3})?)\s*(w|wks?|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)(?![a-z])/gi;

/** `30 min`, `1.5 hours`, `2H`; a bare number is minutes, or seconds where something is read over and over. */
function durationMeant(value: unknown, path: PolicyPath): string | undefined {
  const text = String(value).trim();
  if (/^\d{1,6}$/.test(text)) {
    const seconds = path.at(-1) === "sync" || (path.at(-1) === "every" && path[0] === "signals");
    return `${Number(text)}${seconds ? "s" : "m"}`;
  }
  if (typeof value !== "string" || text.length > 60) return undefined;
  if (parseDuration(text.toUpperCase()) !== null) return text.toUpperCase();
  const rest = text.replace(DURATION_WORDS, "").replace(/,|\band\b/g, "");
  if (rest.trim() !== "") return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_WORDS)) {
    seconds += Number(amount) * UNIT_WORDS[unit![0]!.toLowerCase()]!;
  }
  return Number.isInteger(seconds) && seconds > 0 ? writeDuration(seconds * 1000) : undefined;
}

/** `0.02`, `=> 2`, `> 2%`. A bare number is taken for a limit that must not be exceeded. */
function comparisonMeant(value: unknown): string | undefined {
  const m = /^([<>=!]{0,2})\s*([-+]?[\d.]{1,12})\s*(%?)$/.exec(String(value).trim());
  if (!m) return undefined;
  const operator = { "": ">", "=": "==", "=>": ">=", "=<": "<=", "<>": "!=" }[m[1]!] ?? m[1]!;
  const amount = m[3] === "%" ? Number((Number(m[2]) / 100).toPrecision(12)) : Number(m[2]);
  return `${operator} ${amount}`;
}

/** `9-17`, `9:00 - 17:30`, `09:00–17:00`. */
function spanMeant(value: unknown): string | undefined {
  const m = /^\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?\s*$/.exec(String(value));
  if (!m) return undefined;
  const [, h1, m1 = "00", h2, m2 = "00"] = m;
  return `${h1!.padStart(2, "0")}:${m1}-${h2!.padStart(2, "0")}:${m2}`;
}

/** `25.12.2026`, `2026/12/25`, `2026-1-5`. Slashes with the year last mean two things, so: nothing. */
function dateMeant(value: unknown): string | undefined {
  const text = String(value);
  const [, d, m, y] = /^\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*$/.exec(text) ?? [];
  const [, year = y, month = m, day = d] = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*$/.exec(text) ?? [];
  return year && month && day ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : undefined;
}

function booleanMeant(value: unknown): boolean | undefined {
  const word = String(value).toLowerCase();
  if (["true", "yes", "on", "y", "1"].includes(word)) return true;
  return ["false", "no", "off", "n", "0"].includes(word) ? false : undefined;
}

function numberMeant(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const m = /^([-+]?\d{1,9}(?:\.\d{1,9})?)\s*(%?)$/.exec(value.trim());
  if (!m) return undefined;
  return m[2] === "%" ? Number((Number(m[1]) / 100).toPrecision(12)) : Number(m[1]);
}
