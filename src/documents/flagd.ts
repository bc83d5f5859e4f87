import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from "yaml";
import { readFlagText } from "../domain/change/flags.ts";
import { TextPlaces } from "../domain/policy/places.ts";
import type { Place } from "../domain/policy/policy.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";

/** A flag of a flagd definition. */
export interface Flag {
  key: string;
  /** The place of its key in the text. */
  place: Place;
  enabled: boolean;
  /** The variant that everyone gets; null if it depends on who asks, or on the code's own default. */
  everybody: string | null;
  /** Everyone gets it, and it is on. */
  fullyOn: boolean;
}

export interface FlagFault {
  message: string;
  place: Place;
}

interface FlagFile {
  flags: Flag[];
  faults: FlagFault[];
}

/** Reads an OpenFeature flagd definition, JSON or YAML, by the schema of flagd. Never throws, whatever the text. */
export function readFlags(text: string): FlagFile {
  const places = new TextPlaces(text);
  const fault = (message: string, range: readonly [number, number]): FlagFault => ({
    message,
    place: places.place(places.firstLine([range[0], range[1]])),
  });
  const { document, fault: broken } = readFlagText(text);
  if (broken) {
    const message = broken.tooLarge
      ? "The file is too large to be read."
      : "This is neither JSON nor YAML from here on, or says two things under one key.";
    return { flags: [], faults: [fault(message, [broken.at, broken.at + 1])] };
  }
  const flags = isMap(document.contents) ? document.contents.get("flags", true) : null;
  const pairs = isMap(flags) ? (flags.items as NamedFlag[]) : isSeq(flags) ? listed(flags.items) : null;
  if (!pairs) {
    const message = "An OpenFeature flagd definition is a map with `flags`.";
    return { flags: [], faults: [fault(message, [0, Math.min(1, text.length)])] };
  }
  const read = pairs.map((pair) => readFlag(pair, places, fault));
  return { flags: read.flatMap(({ flag }) => flag ?? []), faults: read.flatMap(({ faults }) => faults) };
}

type NamedFlag = { key: Node; value: Node | null };

/** In a list, each flag contains its own name. */
const listed = (items: readonly unknown[]): NamedFlag[] =>
  (items as Node[]).map((value) => ({
    key: (isMap(value) && (value.get("key", true) as Node)) || value,
    value,
  }));

type Fault = (message: string, range: readonly [number, number]) => FlagFault;

function readFlag(
  { key, value }: NamedFlag,
  places: TextPlaces,
  fault: Fault,
): { flag: Flag | null; faults: FlagFault[] } {
  const range = rangeOf(key);
  const name = isScalar(key) ? String(key.value) : "";
  const shown = `The flag “${plainText(name, 60)}”`;
  if (!isMap(value)) return { flag: null, faults: [fault(`${shown} must be a map.`, range)] };
  const content = value.toJSON() as Record<string, unknown>;
  const variants = isPlainMap(content.variants) ? content.variants : {};
  const faults = faultsOf(content, variants, shown).map(({ part, message }) =>
    fault(message, part === null ? range : rangeIn(value, part, range)),
  );
  const enabled = content.state === "ENABLED";
  const served = enabled && faults.length === 0 ? servedToAll(content) : null;
  const everybody = served !== null && Object.hasOwn(variants, served) ? served : null;
  const fullyOn = everybody !== null && isOn(everybody, variants[everybody]);
  return { flag: { key: name, place: places.place(range), enabled, everybody, fullyOn }, faults };
}

interface Complaint {
  /** The key whose value is wrong; null: one is missing. */
  part: string | null;
  message: string;
}

/** What flagd's own schema refuses. */
function faultsOf(
  content: Record<string, unknown>,
  variants: Record<string, unknown>,
  shown: string,
): Complaint[] {
  const faults: Complaint[] = [];
  const { state, defaultVariant, targeting } = content;
  const part = (name: string) => (Object.hasOwn(content, name) ? name : null);
  if (state !== "ENABLED" && state !== "DISABLED")
    faults.push({ part: part("state"), message: `${shown} needs a \`state\`: ENABLED or DISABLED.` });
  const kinds = new Set(Object.values(variants).map(kindOf));
  if (Object.keys(variants).length === 0)
    faults.push({ part: part("variants"), message: `${shown} needs \`variants\`, each with a value.` });
  else if (kinds.size > 1 || kinds.has("nothing"))
    faults.push({ part: "variants", message: `${shown} must have \`variants\` of one kind.` });
  if (defaultVariant !== undefined && defaultVariant !== null) {
    if (typeof defaultVariant !== "string" || !Object.hasOwn(variants, defaultVariant))
      faults.push({
        part: "defaultVariant",
        message: `${shown} must name one of its variants as \`defaultVariant\`.`,
      });
  }
  if (targeting !== undefined && !isPlainMap(targeting))
    faults.push({ part: "targeting", message: `${shown} must have a map as \`targeting\`.` });
  return faults;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "object" ? "object" : typeof value;
}

/** For a boolean its value; for other kinds, anything that is not clearly off. */
function isOn(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  return Boolean(value) && name.toLowerCase() !== "off";
}

function rangeIn(flag: YAMLMap, part: string, fallback: [number, number]): [number, number] {
  const node = flag.get(part, true) as Node | undefined;
  return node?.range ? [node.range[0], node.range[1]] : fallback;
}

const rangeOf = (node: Node): [number, number] => (node.range ? [node.range[0], node.range[1]] : [0, 0]);

const isPlainMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Switches off flags of an OpenFeature flagd file, by their state; everything else in the file is kept, byte
 * for byte. Flags that are off already are unchanged.
 * @param text JSON or YAML.
 * @param path For errors.
 * @throws {HumanError} with the place, when the file cannot be read or holds no such flag.
 */
export function switchOff(text: string, keys: readonly string[], path: string): string {
  // Bytes that are not UTF-8 were read as this character, and would be written back as it.
  if (text.includes("\uFFFD"))
    throw new HumanError(
      "usage",
      `${plainText(path)} is not in UTF-8, so no flag in it can be switched without spoiling the rest; save it as UTF-8.`,
    );
  const { document, flags } = flagsIn(text, path);
  const source = { text, path, aliased: aliasesIn(document) };
  const edits = [...new Set(keys)].flatMap((key) =>
    flagsNamed(flags, key, path).flatMap((flag) => editOf(flag, key, source)),
  );
  // From the end, so that earlier places do not move.
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((whole, { from, to, by }) => whole.slice(0, from) + by + whole.slice(to), text);
}

/**
 * The flags that a flagd file defines.
 * @throws {HumanError} when it cannot be read.
 */
export function flagsOf(text: string, path: string): string[] {
  return flagsIn(text, path).flags.map(({ key }) => key);
}

interface WrittenFlag {
  key: string;
  flag: unknown;
}

interface Edit {
  from: number;
  to: number;
  by: string;
}

interface Source {
  text: string;
  path: string;
  /** The anchors that something in the file is an alias of. */
  aliased: ReadonlySet<string>;
}

function flagsIn(text: string, path: string): { document: Document; flags: WrittenFlag[] } {
  const { document, fault } = readFlagText(text);
  if (fault) {
    const before = text.slice(0, fault.at).split("\n");
    throw new HumanError(
      "usage",
      `${plainText(path)}:${before.length}:${before.at(-1)!.length + 1}: the flags cannot be read; mend the file first.`,
    );
  }
  const flags = isMap(document.contents) ? document.contents.get("flags", true) : null;
  const named = isMap(flags) ? flags.items.map(ofPair) : isSeq(flags) ? flags.items.map(ofItem) : null;
  if (named) return { document, flags: named.filter((flag) => flag !== null) };
  throw new HumanError("usage", `${plainText(path)} has no “flags”; is it an OpenFeature flagd definition?`);
}

function ofPair(pair: Pair): WrittenFlag | null {
  const key = nameOf(pair);
  return key === null ? null : { key, flag: pair.value };
}

/** In a list a flag contains its own name, and another set may have a flag of that name as well. */
function ofItem(item: unknown): WrittenFlag | null {
  const key = isMap(item) ? item.get("key") : null;
  return typeof key === "string" ? { key, flag: item } : null;
}

function flagsNamed(flags: readonly WrittenFlag[], key: string, path: string): YAMLMap[] {
  const found = flags.filter((each) => each.key === key).map(({ flag }) => flag);
  if (found.length > 0 && found.every((flag) => isMap(flag))) return found;
  const known = flags.slice(0, 5).map((each) => plainText(each.key, 60));
  const hint = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
  throw new HumanError("usage", `${plainText(path)} has no flag “${plainText(key, 60)}”; ${hint}.`);
}

function editOf(flag: YAMLMap, key: string, { text, path, aliased }: Source): Edit[] {
  const state = flag.items.find((pair): pair is Pair => isPair(pair) && nameOf(pair) === "state");
  const value = state?.value;
  const anchor = flag.anchor ?? (isScalar(value) ? value.anchor : undefined);
  if (anchor !== undefined && aliased.has(anchor))
    throw new HumanError(
      "usage",
      `${plainText(path)}: the flag “${plainText(key, 60)}” shares what it says by &${plainText(anchor, 60)}, so to switch it off would switch others too; give it a state of its own.`,
    );
  if (isScalar(value) && value.range) {
    if (value.value === "DISABLED") return [];
    const [from, to] = value.range;
    return [{ from, to, by: quotedLike(text.slice(from, to)) }];
  }
  const first = flag.items[0]?.key;
  if (state === undefined && isScalar(first) && first.range)
    return [before(first.range[0], text, flag.flow === true)];
  throw new HumanError(
    "usage",
    `${plainText(path)}: the flag “${plainText(key, 60)}” has no state to switch; give it one: "state": "ENABLED".`,
  );
}

function aliasesIn(document: Document): ReadonlySet<string> {
  const aliased = new Set<string>();
  visit(document, { Alias: (_, { source }) => void aliased.add(source) });
  return aliased;
}

// A key of its own before the first one, spaced as that one is.
function before(at: number, text: string, flow: boolean): Edit {
  const ahead = text.slice(0, at);
  const space = ahead.slice(ahead.trimEnd().length);
  return { from: at, to: at, by: flow ? `"state": "DISABLED",${space}` : `state: DISABLED${space || "\n"}` };
}

const quotedLike = (written: string) =>
  /^["']/.test(written) ? `${written[0]}DISABLED${written[0]}` : "DISABLED";

const nameOf = ({ key }: Pair) => (isScalar(key) ? String(key.value) : null);

/** Any variant: it depends on who asks. */
const ANY = Symbol("any");
type Outcome = string | null | typeof ANY;

/** Rules nest, but never this deeply. */
const DEEPEST = 50;

/**
 * The variant that a flag serves to everyone; null if that cannot be determined, or if it is the code's
 * own default. A gradual rollout at 100 % counts; callers without a targeting key are ignored.
 */
function servedToAll(flag: Record<string, unknown>): string | null {
  const fallback = typeof flag.defaultVariant === "string" ? flag.defaultVariant : null;
  const { targeting } = flag;
  if (targeting === undefined || isEmpty(targeting)) return fallback;
  const outcomes = new Set<Outcome>();
  collect(targeting, outcomes, 0);
  const served = new Set([...outcomes].map((outcome) => outcome ?? fallback));
  const [only] = served;
  return served.size === 1 && typeof only === "string" ? only : null;
}

/** Every variant that a rule may come to; null: the default. */
function collect(rule: unknown, outcomes: Set<Outcome>, depth: number): void {
  if (typeof rule === "string") outcomes.add(rule);
  else if (typeof rule === "boolean") outcomes.add(String(rule));
  else if (rule === null || rule === undefined) outcomes.add(null);
  else if (depth < DEEPEST && isOperation(rule, "if")) collectBranches(rule.if, outcomes, depth + 1);
  else if (isOperation(rule, "fractional")) collectBuckets(rule.fractional, outcomes);
  else outcomes.add(ANY);
}

/** `[condition, then, condition, then, …, else]`; without the last one, the default. */
function collectBranches(parts: unknown, outcomes: Set<Outcome>, depth: number): void {
  if (!Array.isArray(parts)) {
    outcomes.add(ANY);
    return;
  }
  for (let i = 1; i < parts.length; i += 2) collect(parts[i], outcomes, depth);
  collect(parts.length % 2 === 1 ? parts.at(-1) : null, outcomes, depth);
}

/** `[bucketing key?, [variant, weight?], …]`; a bucket without weight has 1, and one with 0 is never served. */
function collectBuckets(parts: unknown, outcomes: Set<Outcome>): void {
  const buckets = Array.isArray(parts) ? parts.filter((part): part is unknown[] => Array.isArray(part)) : [];
  if (buckets.length === 0) outcomes.add(ANY);
  for (const [variant, weight = 1] of buckets) {
    if (weight === 0) continue;
    outcomes.add(typeof variant === "string" && typeof weight === "number" ? variant : ANY);
  }
}

const isOperation = <K extends string>(rule: unknown, name: K): rule is Record<K, unknown> =>
  typeof rule === "object" && rule !== null && Object.keys(rule).length === 1 && Object.hasOwn(rule, name);

const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
