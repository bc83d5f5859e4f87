import {
  type Document,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";

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
  const edits = [...new Set(keys)].flatMap((key) => editOf(flagNamed(flags, key, path), key, source));
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
  return flagsIn(text, path).flags.items.flatMap((pair) => nameOf(pair) ?? []);
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

function flagsIn(text: string, path: string): { document: Document; flags: YAMLMap } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: true, uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new HumanError(
      "usage",
      `${plainText(path)}:${line}:${col}: the flags cannot be read; mend the file first.`,
    );
  }
  const flags = isMap(document.contents) ? document.contents.get("flags", true) : null;
  if (isMap(flags)) return { document, flags };
  throw new HumanError("usage", `${plainText(path)} has no “flags”; is it an OpenFeature flagd definition?`);
}

function flagNamed(flags: YAMLMap, key: string, path: string): YAMLMap {
  const flag = flags.get(key, true);
  if (isMap(flag)) return flag;
  const known = flags.items.slice(0, 5).map(({ key: each }) => plainText(String(each), 60));
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
  const space = /[ \t\r\n]*$/.exec(text.slice(0, at))![0];
  return { from: at, to: at, by: flow ? `"state": "DISABLED",${space}` : `state: DISABLED${space || "\n"}` };
}

const quotedLike = (written: string) =>
  /^["']/.test(written) ? `${written[0]}DISABLED${written[0]}` : "DISABLED";

const nameOf = ({ key }: Pair) => (isScalar(key) ? String(key.value) : null);
