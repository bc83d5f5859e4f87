import { type Document, isMap, isPair, isScalar, isSeq, type Pair, visit, type YAMLMap } from "yaml";
import { readFlagText } from "../domain/flagText.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";

/**
 * Switches flags of an OpenFeature flagd file off, by their state; whatever else is in the file stays as it is, byte
 * for byte. Flags that are off already stay so.
 * @param text JSON or YAML.
 * @param path For errors.
 * @throws {HumanError} with the place, when the file cannot be read or holds no such flag.
 */
export function switchOff(text: string, keys: readonly string[], path: string): string {
  // What is not UTF-8 was read as this letter, and would be written back as it.
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
  // From the end, so that the places before stay where they are.
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

interface NamedFlag {
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

function flagsIn(text: string, path: string): { document: Document; flags: NamedFlag[] } {
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

function ofPair(pair: Pair): NamedFlag | null {
  const key = nameOf(pair);
  return key === null ? null : { key, flag: pair.value };
}

/** In a list a flag says its own name, and another set may have one of that name as well. */
function ofItem(item: unknown): NamedFlag | null {
  const key = isMap(item) ? item.get("key") : null;
  return typeof key === "string" ? { key, flag: item } : null;
}

function flagsNamed(flags: readonly NamedFlag[], key: string, path: string): YAMLMap[] {
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
