import assert from "node:assert/strict";
import { FlagdCore } from "@openfeature/flagd-core";
import fc from "fast-check";
import { readFlags, switchOff } from "../../../src/documents/flagd.ts";

const LOGGER = { error() {}, warn() {}, info() {}, debug() {} };
const VARIANTS = { on: true, off: false };

const file = (flag: unknown) => JSON.stringify({ flags: { f: flag } }, null, 2);
const only = (flag: unknown) => readFlags(file(flag)).flags[0]!;

describe("a flagd definition", () => {
  it("is read with the places of its keys", () => {
    const text =
      '{\n\t"flags": {\n\t\t"new-checkout": { "state": "ENABLED", "variants": { "on": true }, "defaultVariant": "on" }\n\t}\n}\n';
    const { flags, faults } = readFlags(text);
    assert.deepEqual(faults, []);
    assert.deepEqual(flags, [
      {
        key: "new-checkout",
        place: { line: 3, column: 3, endLine: 3, endColumn: 17 },
        enabled: true,
        everybody: "on",
        fullyOn: true,
      },
    ]);
  });

  it("is read from a list as from a map", () => {
    const listed =
      '{ "flags": [\n{ "key": "a", "state": "ENABLED", "variants": { "on": true }, "defaultVariant": "on" },\n3 ] }';
    const { flags, faults } = readFlags(listed);
    assert.deepEqual(
      flags.map(({ key, place, everybody }) => [key, place.line, everybody]),
      [["a", 2, "on"]],
    );
    assert.equal(faults.length, 1);
    assert.equal(faults[0]!.place.line, 3);
  });

  const everybody: [string, Record<string, unknown>, string | null, boolean][] = [
    ["no targeting", {}, "on", true],
    ["empty targeting", { targeting: {} }, "on", true],
    ["off by default", { defaultVariant: "off" }, "off", false],
    ["disabled", { state: "DISABLED" }, null, false],
    ["no default", { defaultVariant: null }, null, false],
    ["some get something else", { targeting: { if: [{ "==": [{ var: "a" }, "b"] }, "off"] } }, null, false],
    ["some get the same", { targeting: { if: [{ "==": [{ var: "a" }, "b"] }, "on"] } }, "on", true],
    ["all branches are one", { targeting: { if: [true, "off", true, "off", "off"] } }, "off", false],
    [
      "a rollout at 100 %",
      {
        defaultVariant: "off",
        targeting: {
          fractional: [
            ["on", 100],
            ["off", 0],
          ],
        },
      },
      "on",
      true,
    ],
    [
      "a rollout under way",
      {
        targeting: {
          fractional: [
            ["on", 99],
            ["off", 1],
          ],
        },
      },
      null,
      false,
    ],
    ["a rule that nobody knows", { targeting: { var: "variant" } }, null, false],
  ];
  for (const [what, over, served, fullyOn] of everybody) {
    it(`tells what everybody gets with ${what}`, () => {
      const flag = only({ state: "ENABLED", variants: VARIANTS, defaultVariant: "on", ...over });
      assert.deepEqual([flag.everybody, flag.fullyOn], [served, fullyOn]);
    });
  }

  const faults: [string, RegExp, number][] = [
    ["{", /neither JSON nor YAML/, 1],
    ["[]", /a map with `flags`/, 1],
    ["{}", /a map with `flags`/, 1],
    ['{"flags": {\n"f": 3}}', /must be a map/, 2],
    ['{"flags": {\n"f": {\n"state": "on", "variants": {"a": 1}}}}', /needs a `state`/, 3],
    ['{"flags": {\n"f": {"state": "ENABLED"}}}', /needs `variants`/, 2],
    ['{"flags": {"f": {"state": "ENABLED",\n"variants": {"a": 1, "b": "x"}}}}', /of one kind/, 2],
    [
      '{"flags": {"f": {"state": "ENABLED", "variants": {"a": 1},\n"defaultVariant": "b"}}}',
      /must name one of its variants/,
      2,
    ],
    [
      '{"flags": {"f": {"state": "ENABLED", "variants": {"a": 1},\n"targeting": []}}}',
      /a map as `targeting`/,
      2,
    ],
  ];
  for (const [text, message, line] of faults) {
    it(`says what is wrong with ${JSON.stringify(text)}, and where`, () => {
      const [fault, ...more] = readFlags(text).faults;
      assert.deepEqual(more, []);
      assert.match(fault!.message, message);
      assert.equal(fault!.place.line, line);
    });
  }

  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        readFlags(text);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (flags) => {
        readFlags(JSON.stringify({ flags }));
      }),
    );
  });

  it("is right about everybody in the eyes of the field's own evaluation", () => {
    const variant = fc.constantFrom("on", "off");
    const condition = fc.constantFrom<unknown>(
      { "==": [{ var: "plan" }, "pro"] },
      { in: [{ var: "plan" }, ["pro", "team"]] },
      { ends_with: [{ var: "mail" }, "@example.com"] },
    );
    const { rule } = fc.letrec<{ rule: unknown }>((tie) => ({
      rule: fc.oneof(
        { depthSize: "small" },
        variant,
        fc.constant(null),
        fc.tuple(condition, tie("rule")).map((parts) => ({ if: parts })),
        fc.tuple(condition, tie("rule"), tie("rule")).map((parts) => ({ if: parts })),
        fc.tuple(condition, tie("rule"), condition, tie("rule")).map((parts) => ({ if: parts })),
        fc
          .array(fc.tuple(variant, fc.constantFrom(0, 1, 50, 100)), { minLength: 2, maxLength: 3 })
          .filter((buckets) => buckets.some(([, weight]) => weight > 0))
          .map((buckets) => ({ fractional: buckets })),
      ),
    }));
    const flag = fc.record({
      state: fc.constantFrom("ENABLED", "DISABLED"),
      variants: fc.constant(VARIANTS),
      defaultVariant: variant,
      targeting: fc.oneof(
        fc.constant({}),
        rule.filter((each) => typeof each === "object" && each !== null),
      ),
    });
    const people = ["a", "b", "c", "d", "e"].flatMap((targetingKey) =>
      ["pro", "free"].map((plan) => ({
        targetingKey,
        plan,
        mail: `${targetingKey}@example.${plan === "pro" ? "com" : "org"}`,
      })),
    );
    let told = 0;
    fc.assert(
      fc.property(flag, (each) => {
        const { everybody } = only(each);
        if (everybody === null) return;
        told += 1;
        const core = new FlagdCore();
        core.setConfigurations(file(each));
        for (const person of people) {
          const { variant: served } = core.resolveBooleanEvaluation("f", false, person, LOGGER);
          assert.equal(served, everybody, JSON.stringify(each));
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(told > 20, `only ${told}`);
  });
});

describe("flags of a flagd file", () => {
  it("are switched off once, however often they are named", () => {
    const text = '{ "flags": { "x": { "state": "ENABLED" }, "y": {"variants": {} } } }';
    assert.equal(
      switchOff(text, ["x", "y", "x", "y"], "f.json"),
      '{ "flags": { "x": { "state": "DISABLED" }, "y": {"state": "DISABLED","variants": {} } } }',
    );
  });

  it("are switched off in a list too, in every set that has one of the name", () => {
    const text =
      '{ "flags": [ { "key": "x", "state": "ENABLED" }, { "key": "y", "state": "ENABLED" }, { "key": "x" } ] }';
    assert.equal(
      switchOff(text, ["x"], "f.json"),
      '{ "flags": [ { "key": "x", "state": "DISABLED" }, { "key": "y", "state": "ENABLED" }, { "state": "DISABLED", "key": "x" } ] }',
    );
    assert.throws(() => switchOff(text, ["z"], "f.json"), /has no flag “z”; it has x, y, x\./);
  });

  it("are soon found behind a flood of blanks", () => {
    const text = `{ "flags": {${" ".repeat(300_000)}"x": {${" ".repeat(300_000)}"variants": {} } } }`;
    assert.match(switchOff(text, ["x"], "f.json"), /"state": "DISABLED"/);
  });

  it("are not switched where that would switch others too", () => {
    const shared = [
      "flags:\n  x:\n    state: &s ENABLED\n  z:\n    state: *s\n",
      "flags:\n  x: &a\n    state: ENABLED\n  z: *a\n",
      "flags:\n  x: &a\n    state: ENABLED\n  z:\n    <<: *a\n",
    ];
    for (const text of shared)
      assert.throws(
        () => switchOff(text, ["x"], "f.yaml"),
        /^HumanError: f\.yaml: the flag “x” shares what it says by &[as], .*; give it a state of its own\.$/,
      );
    const alone = "flags:\n  x: &a\n    state: ENABLED\n";
    assert.equal(switchOff(alone, ["x"], "f.yaml"), alone.replace("ENABLED", "DISABLED"));
  });

  it("are not switched in a file that is not UTF-8: its other bytes would be spoilt", () => {
    const latin = Buffer.from('{"flags":{"x":{"state":"ENABLED","is":"café"}}}', "latin1").toString("utf8");
    assert.throws(
      () => switchOff(latin, ["x"], "f.json"),
      /f\.json is not in UTF-8, .*; save it as UTF-8\.$/,
    );
  });
});
