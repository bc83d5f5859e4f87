import { writeDuration } from "../time/duration.ts";
import type { Policy, PolicyChange } from "./policy.ts";

/** Keys whose numbers are milliseconds, wherever they stand. */
const DURATIONS = /(?:^targets\..+|(?:^|\.)(?:for|every|soak|sync|within))$/;

/** What differs between two policies, key by key, in the order of their keys. */
export function policyDifference(before: Policy, after: Policy): PolicyChange[] {
  const changes: PolicyChange[] = [];
  compare(before, after, "", changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, changes: PolicyChange[]): void {
  const [left, right] = [partsOf(before), partsOf(after)];
  if (!left || !right || isReordered(before, left, right)) {
    const change = { path, before: written(before, path), after: written(after, path) };
    if (change.before !== change.after) changes.push(change);
    return;
  }
  for (const key of new Set([...left.keys(), ...right.keys()]))
    compare(left.get(key), right.get(key), path === "" ? key : `${path}.${key}`, changes);
}

/** In lists such as `stages` the order matters. */
function isReordered(list: unknown, left: Parts, right: Parts): boolean {
  if (!Array.isArray(list) || left.size !== right.size) return false;
  const names = [...right.keys()];
  return names.every((name) => left.has(name)) && [...left.keys()].some((name, i) => name !== names[i]);
}

type Parts = ReadonlyMap<string, unknown>;

/** The parts that are compared one by one: the keys of a map, the names of a list. Null: it is one value. */
function partsOf(value: unknown): Parts | null {
  if (!Array.isArray(value)) return isMap(value) ? new Map(Object.entries(value)) : null;
  const names = value.map((each) => (isMap(each) && typeof each.name === "string" ? each.name : null));
  const named =
    names.length > 0 && names.every((name) => name !== null) && new Set(names).size === names.length;
  return named ? new Map(value.map((each, i) => [names[i]!, each])) : null;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** As the policy writes it. */
function written(value: unknown, path: string): string | null {
  if (value === undefined) return null;
  if (typeof value === "number" && DURATIONS.test(path)) return writeDuration(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
