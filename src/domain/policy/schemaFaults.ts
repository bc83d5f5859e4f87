import type * as z from "zod";
import { homesOf, keysAt } from "../schemaShape.ts";
import { nearest } from "../text/nearest.ts";
import { enumerate, faultAt, labelOf, type PolicyFault, type PolicyPath, replaceBy, shown } from "./fault.ts";
import { repairOf } from "./policyRepair.ts";
import { policySchema } from "./schema.ts";

type Issue = z.core.$ZodIssue;

/** More unknown keys than this in one map are no slips. */
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

/** Whether a missing key stands there under a name that is nearly right: then that is what people are told. */
function isMisspelt(path: PolicyPath, root: unknown): boolean {
  if (path.length === 0 || valueAt(root, path) !== undefined) return false;
  const parent = path.slice(0, -1);
  const known = keysAt(policySchema, parent);
  const keys = Object.keys(valueAt(root, parent) as object);
  return keys.some((key) => !known.includes(key) && nearest(key, known) === path.at(-1));
}

/** The branch of a union whose kind of value is right, only not all that is in it. */
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

/** Whether somebody may have written the secret itself where only its name, or an address without it, belongs. */
function maySecretBe(path: PolicyPath, value: unknown): boolean {
  if (path.includes("auth") || path.at(-1) === "secret") return typeof value !== "object";
  return path.at(-1) === "url" && typeof value === "string";
}

/** The words of which one was expected, those of a union included. */
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
