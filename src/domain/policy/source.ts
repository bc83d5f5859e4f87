import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from "yaml";
import { nearest } from "../text/nearest.ts";
import type { PolicyPath } from "./fault.ts";

/** Offsets into the text, the end not included. */
export type Range = readonly [from: number, to: number];

/** Something wrong with the text as YAML. */
export interface Trouble {
  range: Range;
  message: string;
  fix?: { title: string; range: Range; text: string } | undefined;
}

/** A value of the text and where it stands; what an alias names stands where its anchor is. */
export interface Located {
  value: unknown;
  range: Range;
  style: "plain" | "single" | "double" | "block" | "flow";
  entries: Map<string | number, { key: Range | null; located: Located }>;
  /** This part could not be read and was reported, so nothing more is said about it. */
  broken: boolean;
  /** How many values it contains, those behind aliases counted each time. */
  size: number;
}

interface PolicySource {
  /** Null for a text that contains only comments. */
  root: Located | null;
  troubles: Trouble[];
}

const DEEPEST = 20;
const MOST_VALUES = 20_000;
const MOST_TROUBLES = 500;

/** Reads YAML 1.2 into plain values with their places. Errors are collected; it does not stop at the first. */
export function readSource(text: string): PolicySource {
  const document = parse(text);
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const troubles = errors.slice(0, MOST_TROUBLES).map((error) => yamlTrouble(error, text));
  if (troubles.length > 0) return { root: null, troubles: withoutEchoes(troubles, text) };
  if (document.directives?.yaml.version !== "1.2") return { root: null, troubles: [oldYaml(text)] };
  return new Walk(document, text).run();
}

function parse(text: string): Document {
  // Each error of the library is an exception with a stack trace, which costs far more than everything else.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, {
      version: "1.2",
      schema: "core",
      prettyErrors: false,
      resolveKnownTags: false,
      // The library would compare every key with every other one; the walk below checks duplicates instead.
      uniqueKeys: false,
    });
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** One mistake causes several parser errors: once per place, and the same message once per line, is enough. */
function withoutEchoes(troubles: readonly Trouble[], text: string): Trouble[] {
  const kept: Trouble[] = [];
  for (const trouble of troubles) {
    const last = kept.at(-1);
    const between = last && text.slice(last.range[0], trouble.range[0]);
    if (between === "" || (last?.message === trouble.message && !between?.includes("\n"))) continue;
    kept.push(trouble);
  }
  return kept;
}

function oldYaml(text: string): Trouble {
  const from = Math.max(0, text.indexOf("%YAML"));
  return { range: [from, from + 5], message: "A policy is written in YAML 1.2; remove the %YAML line." };
}

/** Whether a path leads to, or through, something that could not be read. */
export function leadsToBroken(root: Located, path: PolicyPath): boolean {
  let place: Located | undefined = root;
  for (const step of path) {
    if (place?.broken) break;
    place = place?.entries.get(step)?.located;
  }
  return place?.broken ?? false;
}

/** Finds what a path leads to; null when the text has no such place. */
export function locate(root: Located, path: PolicyPath): { key: Range | null; located: Located } | null {
  let place: { key: Range | null; located: Located } = { key: null, located: root };
  for (const step of path) {
    const next = place.located.entries.get(step);
    if (!next) return null;
    place = next;
  }
  return place;
}

class Walk {
  readonly #document: Document;
  readonly #text: string;
  readonly #troubles: Trouble[] = [];
  /** Null while the anchored value is being read: an alias to it would never end. */
  readonly #anchors = new Map<string, Located | null>();

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
  }

  run(): PolicySource {
    const { contents } = this.#document;
    const root = contents && this.#read(contents as Node, 0);
    const isTooLarge = root !== null && root.size > MOST_VALUES;
    if (isTooLarge && this.#troubles.length === 0) this.#complain(root.range, tooMany);
    const isEmpty = !root || (root.value === null && root.range[0] === root.range[1]);
    return { root: isEmpty || isTooLarge ? null : root, troubles: this.#troubles };
  }

  #read(node: Node, depth: number): Located {
    if (isAlias(node)) return this.#readAlias(node);
    const anchor = "anchor" in node ? (node.anchor as string | undefined) : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, null);
    const located = this.#readValue(node, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, located);
    return located;
  }

  #readValue(node: Node, depth: number): Located {
    const located = empty(rangeOf(node), styleOf(node));
    if (isScalar(node)) located.value = node.value ?? null;
    else if (depth >= DEEPEST) {
      located.broken = true;
      this.#complain(located.range, "This is nested too deeply; a policy needs six levels.");
    } else if (isSeq(node)) this.#readList(node.items as Node[], located, depth);
    else if (isMap(node)) this.#readMap(node.items as Pair<Node, Node | null>[], located, depth);
    return located;
  }

  #readAlias(node: Alias): Located {
    const range = rangeOf(node);
    const anchored = this.#anchors.get(node.source);
    if (anchored && anchored.size <= MOST_VALUES) return anchored;
    if (anchored) this.#complain(range, tooMany);
    else if (anchored === null)
      this.#complain(range, `\`*${node.source}\` stands inside the very value it names; remove it.`);
    else this.#unknownAlias(range, node.source);
    return { ...empty(range, "plain"), broken: true };
  }

  #unknownAlias(range: Range, source: string): void {
    const meant = nearest(source, this.#anchors.keys());
    const quoted = JSON.stringify(`*${source}`);
    this.#complain(
      range,
      meant === null
        ? "A text that starts with * must be in quotes, for YAML reads it as an alias."
        : `There is no anchor \`&${source}\` above (did you mean \`*${meant}\`?); a text that starts with * must be in quotes.`,
      meant === null
        ? { title: `Write ${quoted}`, range, text: quoted }
        : { title: `Write *${meant}`, range, text: `*${meant}` },
    );
  }

  #readList(items: readonly Node[], list: Located, depth: number): void {
    const values: unknown[] = [];
    list.value = values;
    items.forEach((item, i) => {
      const located = this.#read(item, depth + 1);
      values.push(located.value);
      list.entries.set(i, { key: null, located });
      list.size += located.size;
    });
  }

  #readMap(pairs: readonly Pair<Node, Node | null>[], map: Located, depth: number): void {
    const values: Record<string, unknown> = {};
    map.value = values;
    if (isTemplate(pairs, map)) {
      map.broken = true;
      const quoted = JSON.stringify(this.#text.slice(...map.range));
      const fix = { title: `Write ${quoted}`, range: map.range, text: quoted };
      this.#complain(map.range, "A text that starts with {{ must be in quotes.", fix);
      return;
    }
    for (const pair of pairs) {
      const key = this.#readKey(pair.key);
      const range = rangeOf(pair.key);
      const located = pair.value ? this.#read(pair.value, depth + 1) : empty([range[1], range[1]], "plain");
      map.size += located.size;
      if (key === null) {
        map.broken = true;
        continue;
      }
      if (map.entries.has(key))
        this.#complain(range, `The key \`${brief(key)}\` stands here twice; remove one of them.`);
      else {
        values[key] = located.value;
        map.entries.set(key, { key: range, located });
      }
    }
  }

  /** The name of a key; null where it cannot be one. */
  #readKey(node: Node): string | null {
    const range = rangeOf(node);
    if (isAlias(node)) this.#complain(range, "A key cannot be an alias; write it out, or put it in quotes.");
    else if (!isScalar(node)) this.#complain(range, "A key must be a plain text, not a list or a map.");
    else {
      const key = typeof node.value === "string" ? node.value : (node.source ?? "");
      if (key === "")
        this.#complain(range, "A key is missing before the colon; write one, or remove the line.");
      else if (key === "<<")
        this.#complain(
          range,
          "YAML 1.2 has no merge keys (`<<`); use the alias as the whole value, or write its keys out.",
        );
      else if (key === "__proto__")
        this.#complain(range, "`__proto__` cannot be a key; choose another name.");
      else return key;
    }
    return null;
  }

  #complain(range: Range, message: string, fix?: Trouble["fix"]): void {
    this.#troubles.push({ range, message, fix });
  }
}

const tooMany = `The policy holds more than ${MOST_VALUES} values, those behind aliases counted each time; make it smaller.`;

/** `{{ previous.tag }}` without quotes: to YAML a map whose only key is a map. */
function isTemplate(pairs: readonly Pair<Node, Node | null>[], map: Located): boolean {
  const key = pairs.length === 1 ? pairs[0]!.key : null;
  return map.style === "flow" && isMap(key) && key.flow === true && key.range?.[0] === map.range[0] + 1;
}

function empty(range: Range, style: Located["style"]): Located {
  return { value: null, range, style, entries: new Map(), broken: false, size: 1 };
}

function rangeOf(node: Node): Range {
  return node.range ? [node.range[0], node.range[1]] : [0, 0];
}

function styleOf(node: Node): Located["style"] {
  if (isScalar(node)) {
    if (node.type === "QUOTE_SINGLE") return "single";
    if (node.type === "QUOTE_DOUBLE") return "double";
    return node.type === "PLAIN" ? "plain" : "block";
  }
  return "flow" in node && node.flow ? "flow" : "block";
}

const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

const BACKTICK_SAFE = /^[\x21-\x5f\x61-\x7e]$/;

/** What the YAML library found, as a sentence with the way out. It never repeats more of the text than one character. */
function yamlTrouble(error: YAMLError, text: string): Trouble {
  const range: Range = [error.pos[0], Math.max(error.pos[0], error.pos[1])];
  const unquoted = unquotedText(error, text);
  if (unquoted) return unquoted;
  return { range, message: sentence(error), fix: tabsFix(error, range, text) };
}

function sentence({ code, message }: YAMLError): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "YAML does not allow tabs here; indent with spaces.";
    case "BLOCK_AS_IMPLICIT_KEY":
      return "A line holds one `key: value` only; put a text with a colon in quotes, or start a new line and indent it.";
    case "MULTILINE_IMPLICIT_KEY":
      return "This is no `key: value`; a colon is missing, or the lines are not indented alike.";
    case "BAD_INDENT":
      return message.startsWith("Flow")
        ? "A [ or { is not closed, or what is inside is not indented enough; close it, or indent it more."
        : "The entries of one map or list must start in the same column; indent this line as its neighbours.";
    case "MISSING_CHAR":
      return missing(message);
    case "BAD_DQ_ESCAPE":
      return "This is no escape sequence; double the backslash, or use single quotes.";
    case "MULTIPLE_DOCS":
      return "A policy is one YAML document; remove everything from the second `---` on.";
    case "RESOURCE_EXHAUSTION":
      return "This is nested too deeply; a policy needs six levels.";
    case "TAG_RESOLVE_FAILED":
      return "A policy has no YAML tags; remove this one, or put a text that starts with ! in quotes.";
    default:
      return unexpected(code, message);
  }
}

function missing(message: string): string {
  const closing = /(?:Missing closing (.)|end with a (.))/.exec(message);
  const char = closing?.[1] ?? closing?.[2];
  if (char)
    return `The text, list or map that begins before is never closed; add the missing ${char} at its end.`;
  if (/,/.test(message)) return "A comma is missing between two entries; add it, or put the text in quotes.";
  return "A character is missing here; check the quotes, brackets and colons of this line.";
}

function unexpected(code: string, message: string): string {
  const char = /(?:character|Unexpected) (.)(?: |$)/.exec(message)?.[1];
  if (code === "BAD_SCALAR_START") return "A text that starts with this character must be in quotes.";
  if (code === "UNEXPECTED_TOKEN" && char && BACKTICK_SAFE.test(char)) {
    return `The character \`${char}\` is not expected here; remove it, or put the text in quotes.`;
  }
  if (code.includes("ALIAS") || code.includes("ANCHOR")) {
    return "An anchor or alias cannot stand here; remove it, or put the text in quotes.";
  }
  return "This cannot be read as YAML; check the indentation, colons, quotes and brackets of this line.";
}

/** A text whose first character means something else to YAML: `> 0.02`, `!= 5`, `@here`. */
function unquotedText(error: YAMLError, text: string): Trouble | null {
  const at = error.pos[0];
  let from = at;
  if (error.code === "UNEXPECTED_TOKEN" && error.message.startsWith("Not a YAML token")) {
    from = text.lastIndexOf("\n", at - 1) + 1;
    const start = Math.max(from, at - 1000);
    const header = /[:-] +(?=[>|])/.exec(text.slice(start, at));
    if (!header) return null;
    from = start + header.index + header[0].length;
  } else if (error.code !== "BAD_SCALAR_START" && error.code !== "TAG_RESOLVE_FAILED") return null;

  const rest = /^[^\n]*?(?=\s*(?:$|\n| #))/.exec(text.slice(from, from + 300))?.[0] ?? "";
  // The end of an entry in a flow list or map is unclear; and a word after ! may be meant as a tag.
  if (rest === "" || /[,[\]{}"']/.test(rest) || /^!!?\w/.test(rest)) return null;
  const quoted = JSON.stringify(rest);
  const range: Range = [from, from + rest.length];
  return {
    range,
    message: `A text that starts with ${rest[0]} must be in quotes.`,
    fix: { title: `Write ${quoted}`, range, text: quoted },
  };
}

function tabsFix({ code }: YAMLError, range: Range, text: string): Trouble["fix"] {
  if (code !== "TAB_AS_INDENT") return undefined;
  const from = text.lastIndexOf("\n", range[0] - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(from))?.[0] ?? "";
  if (!indent.includes("\t")) return undefined;
  return {
    title: "Indent with spaces",
    range: [from, from + indent.length],
    text: indent.replaceAll("\t", "  "),
  };
}
