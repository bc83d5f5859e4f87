import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { readFlagText } from "../domain/flagText.ts";
import { TextPlaces } from "../domain/policy/places.ts";
import type { Place } from "../domain/policy/policy.ts";
import { plainText } from "../domain/text/plainText.ts";
import { servedToAll } from "../signals/flagTargeting.ts";

/** A flag of a flagd definition. */
export interface Flag {
  key: string;
  /** Of its key in the text. */
  place: Place;
  enabled: boolean;
  /** The variant that everybody gets; null where it depends on who asks, or on the code's own default. */
  everybody: string | null;
  /** Everybody gets it, and it is on. */
  fullyOn: boolean;
}

export interface FlagFault {
  message: string;
  place: Place;
}

export interface FlagFile {
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

/** In a list, each flag says its own name. */
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
  /** The key whose value is at fault; null: one is missing. */
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

/** A boolean says it itself; of other kinds, what is not plainly off. */
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
