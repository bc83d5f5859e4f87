import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { policyJsonSchema } from "../../../../src/domain/policy/schema.ts";
import { parseDuration } from "../../../../src/domain/time/duration.ts";

interface Schema {
  description?: string;
  default?: unknown;
  examples?: unknown[];
  pattern?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
}

const schema = policyJsonSchema() as Schema & { $schema: string };

function visit(
  node: Schema,
  path: string,
  seen: (node: Schema, path: string, isKey: boolean) => void,
  isKey = false,
): void {
  seen(node, path, isKey);
  for (const [key, child] of Object.entries(node.properties ?? {}))
    visit(child, `${path}.${key}`, seen, true);
  if (typeof node.additionalProperties === "object") visit(node.additionalProperties, `${path}.*`, seen);
  if (node.items) visit(node.items, `${path}[]`, seen);
  for (const option of node.anyOf ?? []) visit(option, path, seen);
}

describe("the JSON Schema of the policy", () => {
  it("is the one that is committed", () => {
    const committed = readFileSync("media/policy.schema.json", "utf8");
    assert.equal(committed, `${JSON.stringify(schema, null, 2)}\n`, "run npm run build");
  });

  it("explains every key in sentences", () => {
    let keys = 0;
    visit(schema, "", (node, path, isKey) => {
      if (!isKey) return;
      keys += 1;
      assert.match(node.description ?? "", /^[A-Z].{10,}\.$/, path);
    });
    assert.ok(keys > 60, `only ${keys}`);
  });

  it("is strict, and wants nothing but the version", () => {
    assert.equal(schema.$schema, "http://json-schema.org/draft-07/schema#");
    assert.deepEqual(schema.required, ["version"]);
    visit(schema, "", (node, path) => {
      if (node.type === "object") assert.notEqual(node.additionalProperties, undefined, path);
    });
  });

  it("has patterns that editors can compile, and examples and defaults that hold", () => {
    visit(schema, "", (node, path) => {
      const patterns = [node, ...(node.anyOf ?? [])].flatMap(({ pattern }) => pattern ?? []);
      for (const pattern of patterns) new RegExp(pattern, "u");
      const values = [...(node.examples ?? []), node.default ?? []].flat();
      for (const value of values) {
        if (typeof value !== "string" || patterns.length === 0) continue;
        assert.ok(
          patterns.every((pattern) => new RegExp(pattern, "u").test(value)),
          `${path}: ${value}`,
        );
      }
    });
  });

  it("tells the defaults that are in force", () => {
    const { targets, ledger, warnAt, drops } = schema.properties!;
    assert.equal(
      parseDuration(String(targets!.properties!.critical!.properties!.mitigate!.default)),
      7_200_000,
    );
    assert.equal(targets!.properties!.minor!.properties!.update!.default, null);
    assert.equal(ledger!.properties!.sync!.default, "15s");
    assert.deepEqual(warnAt!.default, [0.5, 0.8]);
    assert.equal(drops!.properties!.tags!.default, "drop-*");
  });
});
