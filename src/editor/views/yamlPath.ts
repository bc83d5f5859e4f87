/** Where a cursor stands in a YAML text, by indentation and brackets: good enough while the text is being typed. */
interface YamlPath {
  /** The keys around the cursor, outermost first. */
  parents: string[];
  /** The key whose value is being typed; null where a key is. */
  key: string | null;
}

export function yamlPathAt(lines: readonly string[], line: number, column: number): YamlPath {
  const before = (lines[line] ?? "").slice(0, column);
  const { stack, key } = inLine(before);
  const indent = /^[\s-]*$/.test(before) ? column : indentOf(before);
  return { parents: [...above(lines, line, indent), ...stack], key };
}

/** The word under a cursor where it is a key, with the keys around it. */
export function keyAt(lines: readonly string[], line: number, column: number): string[] | null {
  const text = lines[line] ?? "";
  for (const match of text.matchAll(/([A-Za-z][\w-]*)\s*:(?=\s|$)/g)) {
    const from = match.index;
    const to = from + match[1]!.length;
    if (column < from || column > to) continue;
    return [...yamlPathAt(lines, line, from).parents, match[1]!];
  }
  return null;
}

/** The keys that stand in the map around the cursor already, without the one that is being typed. */
export function keysBeside(lines: readonly string[], line: number, column: number): Set<string> {
  const text = lines[line] ?? "";
  const open = openBrace(text.slice(0, column));
  if (open >= 0) return keysInBraces(text, open, column);
  const before = text.slice(0, column);
  const indent = /^[\s-]*$/.test(before) ? column : indentOf(before);
  const begins = /^\s*- /.test(before);
  return new Set([
    ...(begins ? [] : keysInBlock([...lines.slice(0, line)].reverse(), indent, true)),
    ...keysInBlock(lines.slice(line + 1), indent, false),
  ]);
}

/** Where the brace stands that a cursor at the end of this text is in; -1 outside of any. */
function openBrace(before: string): number {
  const open: number[] = [];
  for (const { 0: brace, index } of before.matchAll(/[{}]/g)) {
    if (brace === "{") open.push(index);
    else open.pop();
  }
  return open.at(-1) ?? -1;
}

function keysInBraces(text: string, open: number, column: number): Set<string> {
  const keys = new Set<string>();
  let depth = 0;
  for (const { 0: token, 1: name, index } of text
    .slice(open + 1)
    .matchAll(/([A-Za-z][\w-]*)\s*:(?=\s|$)|[{}[\]]/g)) {
    if (name !== undefined) {
      const from = open + 1 + index;
      if (depth === 0 && (column < from || column > from + name.length)) keys.add(name);
    } else if (token === "{" || token === "[") depth++;
    else if (--depth < 0) break;
  }
  return keys;
}

/** The keys that are indented as much, up to where their map ends: at what is indented less, or at another item. */
function keysInBlock(lines: readonly string[], indent: number, upwards: boolean): string[] {
  const keys: string[] = [];
  for (const text of lines) {
    if (/^\s*(?:#|$)/.test(text)) continue;
    const own = indentOf(text);
    const begins = /^\s*- /.test(text) && own === indent;
    if (own < indent || (begins && !upwards)) break;
    const found = own === indent ? /^[\s-]*?([A-Za-z][\w-]*)\s*:(?=\s|$)/.exec(text) : null;
    if (found) keys.push(found[1]!);
    if (begins) break;
  }
  return keys;
}

function inLine(before: string): { stack: string[]; key: string | null } {
  const stack: string[] = [];
  let key: string | null = null;
  for (const [token, name] of before.matchAll(/([A-Za-z][\w-]*)\s*:(?=\s|$)|[{},[\]]/g)) {
    if (name !== undefined) key = name;
    else if (token === "{" || token === "[") {
      if (key !== null) stack.push(key);
      // In a list of plain values the key is still the one whose value is typed.
      if (token === "{") key = null;
    } else if (token === "," && !/\[[^\]]*$/.test(before)) key = null;
    else if (token === "}" || token === "]") key = stack.pop() ?? null;
  }
  const inList = /\[[^\]{]*$/.test(before);
  return { stack: inList ? stack.slice(0, -1) : stack, key };
}

/** The keys of the lines above that are indented less, each less than the one before. */
function above(lines: readonly string[], line: number, indent: number): string[] {
  const keys: string[] = [];
  let limit = indent;
  for (let at = line - 1; at >= 0 && limit > 0; at--) {
    const text = lines[at]!;
    if (/^\s*(?:#|$)/.test(text)) continue;
    const found = /^[\s-]*?([A-Za-z][\w-]*)\s*:(?=\s|$)/.exec(text);
    const own = indentOf(text);
    if (own >= limit) continue;
    if (found) keys.unshift(found[1]!);
    limit = own;
  }
  return keys;
}

/** A dash of a list counts as indentation: what follows it stands in line with its siblings below. */
const indentOf = (text: string) => /^\s*(?:- +)*/.exec(text)![0].length;

/** The part of JSON Schema that helps people write a policy. */
export interface SchemaNode {
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  type?: string;
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  allOf?: SchemaNode[];
  /** The name of a key of the policy whose node this one is as well: `#/properties/targets`. */
  $ref?: string;
}

/** The node that a path of keys leads to; through lists without counting their items. */
export function nodeAt(schema: SchemaNode, path: readonly string[]): SchemaNode | null {
  let node: SchemaNode = schema;
  for (const key of path) {
    const next = variants(node)
      .map((each) => child(each, key))
      .find((each) => each !== null);
    if (!next) return null;
    const [, same] = /^#\/properties\/(\w+)$/.exec(next.$ref ?? "") ?? [];
    node = (same === undefined ? null : schema.properties?.[same]) ?? next;
  }
  return node;
}

/** The keys that may stand in a node, in the schema's order. */
export function keysOf(node: SchemaNode): [string, SchemaNode][] {
  const keys = new Map<string, SchemaNode>();
  for (const each of variants(node)) {
    for (const [key, value] of Object.entries(each.properties ?? {}))
      if (!keys.has(key)) keys.set(key, value);
  }
  return [...keys];
}

/** The values that a node names itself: what it allows, its default, its examples. As YAML. */
export function valuesOf(node: SchemaNode): string[] {
  const named = variants(node).flatMap((each) => [
    ...(each.default === undefined ? [] : [each.default]),
    ...(each.const === undefined ? [] : [each.const]),
    ...(each.enum ?? []),
    ...(each.examples ?? []),
    ...(each.type === "boolean" ? [true, false] : []),
    ...(each.type === "null" ? [null] : []),
  ]);
  const flat = named.filter((value) => typeof value !== "object" || value === null);
  return [...new Set(flat.map((value) => scalar(value)))];
}

const child = ({ properties, additionalProperties }: SchemaNode, key: string): SchemaNode | null =>
  properties?.[key] ?? (typeof additionalProperties === "object" ? additionalProperties : null);

function variants(node: SchemaNode): SchemaNode[] {
  const parts = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  if (node.items) parts.push(node.items);
  return [node, ...parts.flatMap(variants)];
}

// What YAML would read as something else than the text it is goes into quotes.
function scalar(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return /^[A-Za-z0-9][\w ./-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|[\d.]+)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
