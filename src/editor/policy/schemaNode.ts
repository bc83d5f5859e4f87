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
}

/** The node that a path of keys leads to; through lists without counting their items. */
export function nodeAt(schema: SchemaNode, path: readonly string[]): SchemaNode | null {
  let node: SchemaNode = schema;
  for (const key of path) {
    const next = variants(node)
      .map((each) => child(each, key))
      .find((each) => each !== null);
    if (!next) return null;
    node = next;
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
