import * as z from "zod";
import { nearest } from "../text/nearest.ts";
import { parseDuration, writeDuration } from "../time/duration.ts";
import { enumerate, faultAt, labelOf, type PolicyFault, type PolicyPath, replaceBy, shown } from "./fault.ts";
import { policySchema } from "./schema.ts";
import { DURATION_EXPECTED } from "./schemaParts.ts";
import { BREACH_EXPECTED } from "./signals.ts";
import { DATE_EXPECTED, SPAN_EXPECTED } from "./targets.ts";

type Issue = z.core.$ZodIssue;

/** More unknown keys than this in one map are not typing errors. */
const MOST_KEYS = 200;

/** What zod found, as sentences. A value under `url` or `auth` is never repeated: it may hold a password. */
export function schemaFaults(issues: readonly Issue[], value: unknown): PolicyFault[] {
  return issues.flatMap((issue) => faultsOf(issue, [], value));
}

function faultsOf(issue: Issue, base: PolicyPath, root: unknown): PolicyFault[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.slice(0, MOST_KEYS).map((key) => unknownKey(path, key));
    case "invalid_key":
      return [wrongKey(path, issue.issues[0]?.message ?? "a text")];
    case "invalid_union": {
      const branch = closestBranch(issue.errors);
      if (branch) return branch.flatMap((inner) => faultsOf(inner, path, root));
      return [wrongValue(path, issue, root)];
    }
    default:
      return isMisspelt(path, root) ? [] : [wrongValue(path, issue, root)];
  }
}

/** Whether a missing key is there under a similar name: then that is reported instead. */
function isMisspelt(path: PolicyPath, root: unknown): boolean {
  if (path.length === 0 || valueAt(root, path) !== undefined) return false;
  const parent = path.slice(0, -1);
  const known = keysAt(policySchema, parent);
  const keys = Object.keys(valueAt(root, parent) as object);
  return keys.some((key) => !known.includes(key) && nearest(key, known) === path.at(-1));
}

/** The branch of a union whose kind of value fits, though not its content. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === "unrecognized_keys"),
  );
}

function wrongValue(path: PolicyPath, issue: Issue, root: unknown): PolicyFault {
  const value = valueAt(root, path);
  const key = path.at(-1);
  if (value === undefined) return missingKey(path, issue.message);
  if (path.length === 0 && value === null)
    return faultAt(path, "must not be `null`; empty the file for the defaults");
  if (path.length === 1 && key === "version") return wrongVersion(path, value);
  if (value === null) {
    return faultAt(path, `is empty; write ${issue.message}, or remove the key`);
  }
  const words = wordsOf(issue);
  const secret = maySecretBe(path, value);
  const repair = secret || key === "url" ? undefined : repairOf(issue, value, path);
  const meant = repair === undefined && typeof value === "string" ? nearest(value, words) : null;
  const not = secret ? "this text" : shown(value);
  const question = meant === null ? "" : ` (did you mean \`${meant}\`?)`;
  const contrast = not === "this text" ? "" : `, not ${not}`;
  return faultAt(path, `must be ${issue.message}${contrast}${question}`, repair ?? meant ?? undefined);
}

/** Whether someone may have written the secret itself where only its name, or an address without it, belongs. */
function maySecretBe(path: PolicyPath, value: unknown): boolean {
  if (path.includes("auth") || path.at(-1) === "secret") return typeof value !== "object";
  return path.at(-1) === "url" && typeof value === "string";
}

/** The words that were allowed, those of a union included. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(wordsOf) : [];
}

function missingKey(path: PolicyPath, expected: string): PolicyFault {
  if (path.length === 1 && path[0] === "version") {
    const fault = faultAt([], "must say in which version it is written; add `version: 1`");
    return { ...fault, fix: { title: "Add version: 1", before: "version: 1" } };
  }
  const parent = path.slice(0, -1);
  return faultAt(parent, `must have \`${path.at(-1)}\`: ${expected}`);
}

function wrongVersion(path: PolicyPath, value: unknown): PolicyFault {
  const newer = typeof value === "number" && Number.isInteger(value) && value > 1;
  return newer
    ? faultAt(
        path,
        `is ${value}, which this Dropclock is too old to read; update Dropclock, or write version 1`,
      )
    : faultAt(path, `must be the number 1, not ${shown(value)}`, 1);
}

function unknownKey(path: PolicyPath, key: string): PolicyFault {
  const known = keysAt(policySchema, path);
  const where = path.length === 0 ? "the policy" : labelOf(path).replace(/^An/, "an");
  const subject = `There is no key ${shown(key)} in ${where}`;
  const at = { path: [...path, key], on: "key" as const };
  const meant = nearest(key, known, 1);
  const homes = meant === null ? homesOf(policySchema, key) : [];
  if (homes.length > 0) return { ...at, message: `${subject}; it belongs ${homeText(homes)}.` };
  const perhaps = meant ?? nearest(key, known);
  if (perhaps !== null) {
    return { ...at, message: `${subject} (did you mean \`${perhaps}\`?).`, fix: replaceBy(perhaps) };
  }
  if (known.length > 10) return { ...at, message: `${subject}; correct its name, or remove it.` };
  return { ...at, message: `${subject}; there ${known.length === 1 ? "is" : "are"} ${enumerate(known)}.` };
}

function homeText(homes: readonly string[]): string {
  const named = homes.filter((home) => home !== "");
  const under = named.length > 0 ? `under ${enumerate(named, "or")}` : "";
  if (named.length === homes.length) return under;
  return `${under}${under && ", or "}at the outermost level`;
}

function wrongKey(path: PolicyPath, expected: string): PolicyFault {
  const key = String(path.at(-1));
  const meant = dayKey(key);
  const question = meant === null ? "" : ` (did you mean \`${meant}\`?)`;
  return {
    path,
    on: "key",
    message: `A key of ${labelOf(path.slice(0, -1))} must be ${expected}, not ${shown(key)}${question}.`,
    fix: meant === null ? undefined : replaceBy(meant),
  };
}

/** `Monday`, `Mon - Thu`, `mon–fri`: days as people write them. */
function dayKey(key: string): string | null {
  if (key.length > 60) return null;
  const days = key.toLowerCase().split(/\s*[-–—]\s*|\s+to\s+/);
  const short = days.map((day) => /^(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}$/.exec(day.trim())?.[1]);
  if (short.length > 2 || short.some((day) => day === undefined)) return null;
  return short.join("-");
}

/** Undefined where the path leads to nothing. */
function valueAt(root: unknown, path: PolicyPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** What was clearly meant by a value that the schema refuses; undefined if it is not clear. */
function repairOf(issue: z.core.$ZodIssue, value: unknown, path: PolicyPath): unknown {
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

/** `30 min`, `1.5 hours`, `2H`; a bare number is minutes, or seconds for a reading interval. */
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

/** `0.02`, `=> 2`, `> 2%`. A bare number is read as a limit that must not be exceeded. */
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

/** `25.12.2026`, `2026/12/25`, `2026-1-5`. Slashes with the year last are ambiguous, so they are not read. */
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

type Schema = z.core.$ZodType;

/** The keys that the schema knows at a path; empty if any key is allowed. */
function keysAt(schema: Schema, path: PolicyPath): string[] {
  const keys = new Set<string>();
  for (const shape of shapesAt(schema, path)) for (const key of Object.keys(shape)) keys.add(key);
  return [...keys];
}

/** Whether the schema takes this value in the place that the path leads to. */
function accepts(schema: Schema, path: PolicyPath, value: unknown): boolean {
  return schemasAt(schema, path).some((node) => z.safeParse(node, value).success);
}

/** Every place of the schema that has this key, as the path of the map it belongs to, lists left out. */
function homesOf(schema: Schema, key: string): string[] {
  const homes: string[] = [];
  const visit = (node: Schema, trail: string[]) => {
    for (const option of optionsOf(node)) {
      const { def } = option._zod as z.core.$ZodTypes["_zod"];
      if (def.type === "array") visit(def.element, trail);
      if (def.type !== "object") continue;
      if (Object.hasOwn(def.shape, key)) homes.push(trail.join("."));
      for (const [name, child] of Object.entries(def.shape)) visit(child, [...trail, name]);
    }
  };
  visit(schema, []);
  return [...new Set(homes)];
}

function shapesAt(schema: Schema, path: PolicyPath): z.core.$ZodShape[] {
  return schemasAt(schema, path).flatMap((node) => {
    const { def } = node._zod as z.core.$ZodTypes["_zod"];
    return def.type === "object" ? [def.shape] : [];
  });
}

function schemasAt(schema: Schema, path: PolicyPath): Schema[] {
  let nodes = optionsOf(schema);
  for (const step of path) nodes = nodes.flatMap((node) => childrenOf(node, step)).flatMap(optionsOf);
  return nodes;
}

function childrenOf(node: Schema, step: string | number): Schema[] {
  const { def } = node._zod as z.core.$ZodTypes["_zod"];
  if (def.type === "array") return [def.element];
  if (def.type === "record") return [def.valueType];
  if (def.type !== "object") return [];
  const child = Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
  return child ? [child] : [];
}

/** The schema without the wrappers for optional and nullable. */
function optionsOf(node: Schema): Schema[] {
  const { def } = node._zod as z.core.$ZodTypes["_zod"];
  if (def.type === "optional" || def.type === "nullable") return optionsOf(def.innerType);
  if (def.type === "union") return (def.options as readonly Schema[]).flatMap(optionsOf);
  return [node];
}
