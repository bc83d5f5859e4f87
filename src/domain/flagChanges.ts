import { parse as parseYaml } from "yaml";

/** A feature flag that differs between two versions of a flagd definition. */
export interface FlagChange {
  key: string;
  /** In a few words: `added`, `removed`, or what of it changed. */
  what: string;
}

type Flags = Record<string, Record<string, unknown>>;

/**
 * The flags that differ, by key. An absent file has none.
 * @returns Null when one of the versions cannot be read, so that nobody can tell.
 */
export function changedFlags(before: string | null, after: string | null): FlagChange[] | null {
  const [old, now] = [readFlags(before), readFlags(after)];
  if (!old || !now) return null;
  try {
    return differences(old, now);
  } catch (error) {
    // A value too deep to follow; one that an alias of YAML puts into itself has no end.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function differences(old: Flags, now: Flags): FlagChange[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return keys.flatMap((key) => {
    const what = difference(old[key], now[key]);
    return what === null ? [] : [{ key, what }];
  });
}

/** The flags of a flagd definition; null where it is none. Prototypes are kept away from keys that people choose. */
function readFlags(text: string | null): Flags | null {
  if (text === null) return {};
  const definition = parse(text);
  if (!isMap(definition)) return null;
  const flags: Flags = Object.create(null);
  for (const [key, flag] of Object.entries(isMap(definition.flags) ? definition.flags : {}))
    flags[key] = isMap(flag) ? flag : { flag };
  return flags;
}

function difference(before: Flags[string] | undefined, after: Flags[string] | undefined): string | null {
  if (!before) return after ? "added" : null;
  if (!after) return "removed";
  const parts = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = parts.filter((part) => canonical(before[part]) !== canonical(after[part]));
  return changed.length === 0
    ? null
    : changed.map((part) => partWords(part, before[part], after[part])).join(", ");
}

/** Short values tell what happened; long ones, such as targeting rules, only that they did. */
function partWords(part: string, before: unknown, after: unknown): string {
  const short = (value: unknown) => typeof value === "string" || typeof value === "boolean";
  return short(before) && short(after) ? `${part} ${before} → ${after}` : `${part} changed`;
}

/** The same text for the same value, in whatever order its keys stand. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    isMap(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** JSON, or YAML, which flagd takes as well; null where it is neither. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parsedYaml(text);
  }
}

function parsedYaml(text: string): unknown {
  try {
    return parseYaml(text, { logLevel: "error" });
  } catch {
    return null;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
