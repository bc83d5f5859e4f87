import assert from "node:assert/strict";
import { changedPackages, isManifest } from "../../../src/domain/dependencyChanges.ts";
import { changedFlags } from "../../../src/domain/flagChanges.ts";

const flag = (over: object = {}) => ({
  state: "ENABLED",
  variants: { on: true, off: false },
  defaultVariant: "off",
  ...over,
});
const file = (flags: object) => JSON.stringify({ $schema: "x", flags });

describe("changed flags", () => {
  it("are told with what of them changed", () => {
    const before = file({ a: flag(), b: flag(), gone: flag(), same: flag() });
    const after = file({
      a: flag({ defaultVariant: "on" }),
      b: flag({ targeting: { if: [1] } }),
      same: flag(),
      new: flag(),
    });
    assert.deepEqual(changedFlags(before, after), [
      { key: "a", what: "defaultVariant off → on" },
      { key: "b", what: "targeting changed" },
      { key: "gone", what: "removed" },
      { key: "new", what: "added" },
    ]);
  });

  it("do not depend on layout or on the order of keys", () => {
    const before = '{"flags":{"a":{"state":"ENABLED","variants":{"on":true,"off":false}}}}';
    const after = '{ "flags": { "a": { "variants": { "off": false, "on": true }, "state": "ENABLED" } } }';
    assert.deepEqual(changedFlags(before, after), []);
  });

  it("are read from YAML as from JSON, as flagd and the editor read them", () => {
    const yaml = (on: string) =>
      `flags:\n  a: # the new checkout\n    state: ENABLED\n    variants: { "on": true, "off": false }\n    defaultVariant: "${on}"\n`;
    assert.deepEqual(changedFlags(yaml("off"), yaml("on")), [{ key: "a", what: "defaultVariant off → on" }]);
    assert.deepEqual(changedFlags(file({ a: flag() }), yaml("off")), []);
    const bomb = `a: &a [x, x]\n${[..."bcdefgh"].map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]}, `.repeat(20)}]`).join("\n")}\nflags: *h\n`;
    assert.equal(changedFlags(null, bomb), null);
  });

  it("are all of them where the file comes or goes", () => {
    assert.deepEqual(changedFlags(null, file({ a: flag() })), [{ key: "a", what: "added" }]);
    assert.deepEqual(changedFlags(file({ a: flag() }), null), [{ key: "a", what: "removed" }]);
    assert.deepEqual(changedFlags(null, null), []);
  });

  it("are unknown where a version is no flag definition", () => {
    for (const broken of ["", "{", "[]", "null", "3"])
      assert.equal(changedFlags(file({}), broken), null, broken);
  });

  it("are unknown where a version goes in circles, or deeper than anybody can follow", () => {
    const circle = "flags:\n  a: &a { state: ENABLED, targeting: *a }\n";
    const deep = `{"flags":{"a":{"targeting":${"[".repeat(50_000)}${"]".repeat(50_000)}}}}`;
    for (const endless of [circle, deep]) {
      assert.equal(changedFlags(endless, endless), null);
      assert.equal(changedFlags(file({ a: { state: "ENABLED", targeting: 1 } }), endless), null);
    }
  });

  it("take any key, also one that objects have by birth", () => {
    const after = '{"flags":{"__proto__":{"state":"ENABLED"},"constructor":{"state":"ENABLED"}}}';
    assert.deepEqual(
      changedFlags(null, after)?.map(({ key }) => key),
      ["__proto__", "constructor"],
    );
  });
});

describe("changed dependencies", () => {
  it("of a package.json are told by name and version, over all its sections", () => {
    const before = JSON.stringify({
      version: "1",
      dependencies: { a: "1", b: "1" },
      devDependencies: { c: "1" },
    });
    const after = JSON.stringify({
      version: "2",
      dependencies: { a: "2" },
      devDependencies: { c: "1", d: "1" },
    });
    assert.deepEqual(changedPackages(before, after), ["a 1 → 2", "b 1 removed", "d 1 added"]);
    assert.equal(changedPackages(before, "{"), null);
  });

  it("are seen in manifests and lock files, in whatever folder", () => {
    for (const path of ["go.mod", "a/b/Cargo.lock", "requirements-dev.txt", "App/App.csproj", "Gemfile"])
      assert.ok(isManifest(path), path);
    for (const path of ["src/go.ts", "package.json", "requirements.md", "lock.yaml"])
      assert.ok(!isManifest(path), path);
  });
});
