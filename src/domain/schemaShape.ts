import * as z from "zod";
import type { PolicyPath } from "./policy/fault.ts";

type Schema = z.core.$ZodType;

/** The keys that a path of the schema knows; empty where any key goes. */
export function keysAt(schema: Schema, path: PolicyPath): string[] {
  const keys = new Set<string>();
  for (const shape of shapesAt(schema, path)) for (const key of Object.keys(shape)) keys.add(key);
  return [...keys];
}

/** Whether the schema takes this value in the place that the path leads to. */
export function accepts(schema: Schema, path: PolicyPath, value: unknown): boolean {
  return schemasAt(schema, path).some((node) => z.safeParse(node, value).success);
}

/** Every place of the schema that has this key, as the path of the map it belongs to, lists left out. */
export function homesOf(schema: Schema, key: string): string[] {
  const homes: string[] = [];
  const visit = (node: Schema, trail: string[]) => {
    for (const option of optionsOf(node)) {
      const { def } = option._zod as z.core.$ZodTypes["_zod"];
      if (def.type === "array") visit(def.element, trail);
      if (def.type !== "object") continue;
      if (Object.hasOwn(def.shape, key)) homes.push(trail.join("."));
      for (const [name, child] of Object.entries(def.shape)) visit(child, [...trail, name]);
    }
  };
  visit(schema, []);
  return [...new Set(homes)];
}

function shapesAt(schema: Schema, path: PolicyPath): z.core.$ZodShape[] {
  return schemasAt(schema, path).flatMap((node) => {
    const { def } = node._zod as z.core.$ZodTypes["_zod"];
    return def.type === "object" ? [def.shape] : [];
  });
}

function schemasAt(schema: Schema, path: PolicyPath): Schema[] {
  let nodes = optionsOf(schema);
  for (const step of path) nodes = nodes.flatMap((node) => childrenOf(node, step)).flatMap(optionsOf);
  return nodes;
}

function childrenOf(node: Schema, step: string | number): Schema[] {
  const { def } = node._zod as z.core.$ZodTypes["_zod"];
  if (def.type === "array") return [def.element];
  if (def.type === "record") return [def.valueType];
  if (def.type !== "object") return [];
  const child = Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
  return child ? [child] : [];
}

/** What may stand in the place of a schema, without the wrappers that say optional or nullable. */
function optionsOf(node: Schema): Schema[] {
  const { def } = node._zod as z.core.$ZodTypes["_zod"];
  if (def.type === "optional" || def.type === "nullable") return optionsOf(def.innerType);
  if (def.type === "union") return (def.options as readonly Schema[]).flatMap(optionsOf);
  return [node];
}
