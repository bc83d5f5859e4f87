import { type Document, isScalar, type ParsedNode, parseDocument, visit } from "yaml";
import type { Policy } from "../policy/policy.ts";
import { plainText } from "../text/plainText.ts";
import { canonical, isMap, parseJson } from "./dependencyChanges.ts";

/** A feature flag that differs between two versions of a flagd definition. */
export interface FlagChange {
  key: string;
  /** In a few words: `added`, `removed`, or what of it changed. */
  what: string;
}

/** A flag by its parts: its own keys, and the shared rules that it refers to. */
type Flag = Record<string, unknown>;

/** By key; for a key in several flag sets, by set too. Without a prototype, because people choose the keys. */
type Flags = Map<string, { key: string; flag: Flag }>;

/**
 * The flags that differ, by key: also where what differs is a shared rule (`$evaluators`) that they refer to, or the
 * metadata that they inherit. An absent file has none.
 * @returns Null when one of the versions cannot be read.
 */
export function changedFlags(before: string | null, after: string | null): FlagChange[] | null {
  try {
    const [old, now] = [readFlags(before), readFlags(after)];
    return old && now ? differences(old, now) : null;
  } catch (error) {
    // A value that is nested too deeply; one that a YAML alias puts into itself has no end.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function differences(old: Flags, now: Flags): FlagChange[] {
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort();
  return ids.flatMap((id) => {
    const [before, after] = [old.get(id), now.get(id)];
    const what = difference(before?.flag, after?.flag);
    return what === null ? [] : [{ key: (before ?? after)!.key, what }];
  });
}

/** The flags of a flagd definition; null if it is not one. */
function readFlags(text: string | null): Flags | null {
  if (text === null) return new Map();
  const definition = parse(text);
  if (!isMap(definition) || Object.keys(definition).some(isMisspelt)) return null;
  const named = namedFlags(definition.flags);
  const shared = own(definition, "$evaluators") ?? {};
  if (!named || !isMap(shared)) return null;
  const flags: Flags = new Map();
  for (const { key, value } of named) {
    const flag = completeFlag(isMap(value) ? value : { flag: value }, shared, own(definition, "metadata"));
    const set = isMap(flag.metadata) ? own(flag.metadata, "flagSetId") : undefined;
    // A list may contain a key again, in another set; twice in the same set is ambiguous.
    const id = Array.isArray(definition.flags) ? canonical([key, set ?? null]) : key;
    if (flags.has(id)) return null;
    flags.set(id, { key, flag });
  }
  return flags;
}

/** Go, in which flagd is written, takes `Flags` for `flags`, and where both are there, the two for one. */
const isMisspelt = (key: string) => PARTS.some((part) => part !== key && part === key.toLowerCase());
const PARTS = ["flags", "$evaluators", "metadata"];

/** A map by key, or a list of flags that name their own. */
function namedFlags(flags: unknown): { key: string; value: unknown }[] | null {
  if (isMap(flags)) return Object.entries(flags).map(([key, value]) => ({ key, value }));
  if (!Array.isArray(flags)) return null;
  const named = flags.flatMap((value) =>
    isMap(value) && typeof value.key === "string" ? [{ key: value.key, value }] : [],
  );
  return named.length === flags.length ? named : null;
}

/** A flag with all that it gets from elsewhere in the file. */
function completeFlag(flag: Flag, shared: Record<string, unknown>, metadata: unknown): Flag {
  const complete: Flag = Object.assign(Object.create(null), flag);
  if (isMap(metadata) && (flag.metadata === undefined || isMap(flag.metadata)))
    complete.metadata = { ...metadata, ...flag.metadata };
  for (const name of references(flag, shared)) complete[`shared rule ${name}`] = own(shared, name) ?? null;
  return complete;
}

/** The shared rules that a flag names by `$ref`, and those that these name in turn. */
function references(flag: unknown, shared: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (isMap(value)) {
      for (const [key, inner] of Object.entries(value)) {
        look(inner);
        if (key !== "$ref" || typeof inner !== "string" || names.has(inner)) continue;
        names.add(inner);
        look(own(shared, inner));
      }
    }
  };
  look(flag);
  return names;
}

const own = (map: Record<string, unknown>, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined);

function difference(before: Flag | undefined, after: Flag | undefined): string | null {
  if (!before) return after ? "added" : null;
  if (!after) return "removed";
  const parts = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = parts.filter((part) => canonical(before[part]) !== canonical(after[part]));
  return changed.length === 0
    ? null
    : changed.map((part) => partWords(part, before[part], after[part])).join(", ");
}

/** Short values are shown; of long ones, such as targeting rules, only that they changed. */
function partWords(part: string, before: unknown, after: unknown): string {
  const short = (value: unknown) => typeof value === "string" || typeof value === "boolean";
  return short(before) && short(after) ? `${part} ${before} → ${after}` : `${part} changed`;
}

/** JSON, or YAML, which flagd takes as well; undefined where it is neither, or has a key twice. */
function parse(text: string): unknown {
  const json = parseJson(text);
  if (json !== undefined) return json;
  const { document } = readFlagText(text);
  try {
    return document?.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}

/** Far above any real definition; JSON is read quickly. */
const LONGEST = 1024 * 1024;
/** YAML takes much longer to read, even more so if it is invalid. */
const LONGEST_YAML = 128 * 1024;

/** A text of flags with the places of its parts; or where it is wrong, and whether because of its size. */
type FlagText =
  | { document: Document.Parsed<ParsedNode>; fault: null }
  | { document: null; fault: { at: number; tooLarge: boolean } };

/**
 * Reads JSON or YAML. A duplicate key is an error: programs differ in which of the two they take. It is checked
 * here, because the parser compares each key with all others.
 */
export function readFlagText(text: string): FlagText {
  const isJson = /^[\s\ufeff]*\{\s*"/.test(text.slice(0, 1000));
  if (text.length > (isJson ? LONGEST : LONGEST_YAML)) return faultAt(0, true);
  try {
    if (isJson) JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    // It may still be YAML, if it is not too long.
    if (text.length > LONGEST_YAML) return faultAt(0, false);
  }
  try {
    const options = { keepSourceTokens: true, prettyErrors: false, stringKeys: true } as const;
    const document = parseDocument(text, { ...options, uniqueKeys: false, logLevel: "error" });
    const at = document.errors[0]?.pos[0] ?? twinIn(document);
    return at === null ? { document, fault: null } : faultAt(at, false);
  } catch (error) {
    // Nested too deeply.
    if (error instanceof RangeError) return faultAt(0, true);
    throw error;
  }
}

const faultAt = (at: number, tooLarge: boolean): FlagText => ({ document: null, fault: { at, tooLarge } });

/** Where a duplicate key is; null where there is none. */
function twinIn(document: Document.Parsed<ParsedNode>): number | null {
  let twin: number | null = null;
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (isScalar(key) && keys.has(key.value)) {
          twin = key.range?.[0] ?? 0;
          return visit.BREAK;
        }
        if (isScalar(key)) keys.add(key.value);
      }
    },
  });
  return twin;
}

/** A flag that has been fully on for more drops than this can be removed. */
const STALE_AFTER_DROPS = 4;

/** What a flag lacks. */
export type FlagConcern = "noMetric" | "noSignal" | "stale";

/** What a flag moves, and what would show it. */
export interface FlagCare {
  metric: string | null;
  /** The signals that read that metric. */
  signals: string[];
  concerns: { kind: FlagConcern; message: string }[];
}

/**
 * @param fullyOn Whether the flag is fully on right now.
 * @param drops In how many of the newest drops it has been so, without a break; null if unknown.
 */
export function flagCare(
  key: string,
  { flags, signals }: Pick<Policy, "flags" | "signals">,
  fullyOn: boolean,
  drops: number | null,
): FlagCare {
  const metrics = flags?.metrics ?? {};
  const metric = Object.hasOwn(metrics, key) ? metrics[key]! : null;
  const readers =
    metric === null ? [] : signals.filter((signal) => reads(signal, metric)).map(({ name }) => name);
  const concerns: FlagCare["concerns"] = [];
  const shown = `“${plainText(key, 60)}”`;
  if (metric === null) {
    const message = `The flag ${shown} has no business metric; name the one that it moves under flags.metrics in the policy.`;
    concerns.push({ kind: "noMetric", message });
  } else if (readers.length === 0) {
    const message = `No signal reads ${plainText(metric, 60)}, the metric of ${shown}; add one to the policy, or nobody sees what it does.`;
    concerns.push({ kind: "noSignal", message });
  }
  if (fullyOn && drops !== null && drops > STALE_AFTER_DROPS) {
    const message = `The flag ${shown} has been fully on for ${drops} drops; remove it from the code, and then from here.`;
    concerns.push({ kind: "stale", message });
  }
  return { metric, signals: readers, concerns };
}

/** Whether a query names the metric as a whole word: `checkout_conversion` is in `rate(checkout_conversion[5m])`. */
function reads({ source }: Policy["signals"][number], metric: string): boolean {
  const text = source.kind === "prometheus" ? source.query : source.matchers.join(" ");
  const word = metric.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![A-Za-z0-9_:])${word}(?![A-Za-z0-9_:])`).test(text);
}
