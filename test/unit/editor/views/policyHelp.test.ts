import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  keyAt,
  keysBeside,
  keysOf,
  nodeAt,
  type SchemaNode,
  valuesOf,
  yamlPathAt,
} from "../../../../src/editor/views/yamlPath.ts";
import { inProject } from "../../../support/folders/projectRoot.ts";

/** The path at the bar in a text. */
function at(text: string) {
  const lines = text.replace("|", "").split("\n");
  const before = text.slice(0, text.indexOf("|")).split("\n");
  return { lines, line: before.length - 1, column: before.at(-1)!.length };
}
function path(text: string): string {
  const { lines, line, column } = at(text);
  const { parents, key } = yamlPathAt(lines, line, column);
  return `${parents.join(".")}${key === null ? "" : ` = ${key}`}`;
}
function key(text: string): string | undefined {
  const { lines, line, column } = at(text);
  return keyAt(lines, line, column)?.join(".");
}

describe("the place in a policy", () => {
  it("is told by indentation", () => {
    assert.equal(path("|"), "");
    assert.equal(path("version: 1\nser|"), "");
    assert.equal(path("drops:\n  tags: x\n  |"), "drops");
    assert.equal(path("targets:\n  critical:\n    detect: 30m\n\n    # more\n    |"), "targets.critical");
    assert.equal(path("targets:\n  critical:\n    detect: 30m\n  |"), "targets");
    assert.equal(path("targets:\n  critical:\n    detect: 30m\n|"), "");
  });

  it("is told by brackets", () => {
    assert.equal(path("targets:\n  critical: { |"), "targets.critical");
    assert.equal(path("targets:\n  critical: { detect: 30m, |"), "targets.critical");
    assert.equal(path("targets:\n  critical: { detect: |"), "targets.critical = detect");
    assert.equal(path("calendar:\n  for: [update, |"), "calendar = for");
    assert.equal(path("drops: { tags: x }\n|"), "");
  });

  it("is told in lists", () => {
    assert.equal(path("risk:\n  - paths: [a]\n    level: |"), "risk = level");
    assert.equal(path("risk:\n  - |"), "risk");
    assert.equal(path("risk:\n  - { lines: 800, level: |"), "risk = level");
    assert.equal(path("rollback:\n  steps:\n    - revert: { push: |"), "rollback.steps.revert = push");
  });

  it("knows the key under the cursor", () => {
    assert.equal(key("targets:\n  critical: { det|ect: 30m }"), "targets.critical.detect");
    assert.equal(key("targets:\n  crit|ical:\n    detect: 30m"), "targets.critical");
    assert.equal(key("service: Check|out"), undefined);
  });
});

describe("the keys beside the cursor in a policy", () => {
  const beside = (text: string) => {
    const { lines, line, column } = at(text);
    return [...keysBeside(lines, line, column)].sort().join(" ");
  };

  it("are those of its map, above and below", () => {
    assert.equal(
      beside("version: 1\n|\ntargets:\n  major:\n    detect: 2h\ndrops: {}"),
      "drops targets version",
    );
    assert.equal(
      beside("version: 1\ntargets:\n  major:\n    detect: 2h\n  |\n  minor: {}\nrisk: []"),
      "major minor",
    );
    assert.equal(beside("version: 1\nser|"), "version");
  });

  it("are those of its braces", () => {
    assert.equal(beside("targets:\n  major: { detect: 2h, |, update: 1h }\n  minor: {}"), "detect update");
    assert.equal(beside("signals:\n  - { name: a, prometheus: { url: x, | }, for: 5m }"), "url");
    assert.equal(beside("targets: { major: { detect: 2h }, |"), "major");
    assert.equal(beside("targets: { maj|or: { detect: 2h } }"), "");
  });

  it("are those of its item in a list", () => {
    const risk = "risk:\n  - lines: 800\n    level: high\n";
    assert.equal(beside(`${risk}    |\n  - paths: [a]\n`), "level lines");
    assert.equal(beside(`${risk}  - |`), "");
    assert.equal(beside(`${risk}  - |\n    because: large\n  - paths: [a]`), "because");
  });
});

describe("the help for a policy", () => {
  const schema = JSON.parse(readFileSync(inProject("media/policy.schema.json"), "utf8")) as SchemaNode;
  const keys = (...parts: string[]) => keysOf(nodeAt(schema, parts)!).map(([name]) => name);

  it("finds the keys of each section", () => {
    assert.ok(keys().includes("targets"));
    assert.deepEqual(keys("targets"), ["critical", "major", "minor"]);
    assert.deepEqual(keys("targets", "critical"), ["detect", "mitigate", "update", "postmortem"]);
    assert.ok(keys("calendar").includes("timeZone"));
    assert.ok(keys("risk").includes("because"));
    assert.ok(keys("rollback", "steps").includes("revert"));
    assert.ok(keys("signals").includes("breach"));
    assert.equal(nodeAt(schema, ["nothing", "here"]), null);
  });

  it("finds the values that a key names", () => {
    const values = (...parts: string[]) => valuesOf(nodeAt(schema, parts)!);
    assert.ok(values("targets", "critical", "detect").includes("30m"));
    assert.ok(values("risk", "level").includes("high"));
    assert.ok(values("council", "signed").includes("false"));
  });

  it("explains every key of the first two levels", () => {
    for (const [name, node] of keysOf(schema)) {
      assert.ok(node.description, name);
      for (const [inner, child] of keysOf(node)) assert.ok(child.description, `${name}.${inner}`);
    }
  });
});
