import assert from "node:assert/strict";
import fc from "fast-check";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { mutatePolicy } from "../../../support/record/mutatePolicy.ts";
import { applyFix, FULL_POLICY } from "../../../support/record/policyText.ts";
import { seeded } from "../../../support/seeded.ts";

/** Either a policy, or problems that a person can find and understand. */
function judge(text: string, { policy, problems } = readPolicy(text)): "good" | "bad" {
  if (policy) {
    assert.deepEqual(problems, []);
    return "good";
  }
  assert.ok(problems.length > 0, "neither a policy nor a problem");
  const lines = text.split("\n");
  for (const { message, place } of problems) {
    assert.match(message, /^\S.*\.$/s);
    assert.doesNotMatch(message, /undefined|\[object|NaN,|cannot be read; undo/, message);
    assert.ok(message.length < 600, message);
    assert.ok(place.line >= 1 && place.line <= lines.length + 1, message);
    assert.ok(place.column >= 1 && place.column <= (lines[place.line - 1]?.length ?? 0) + 1, message);
    assert.ok(
      place.endLine > place.line || (place.endLine === place.line && place.endColumn >= place.column),
      message,
    );
  }
  return "bad";
}

describe("a policy that was mutilated", () => {
  const random = seeded(20_261_123);
  const mutated = Array.from({ length: 500 }, () => mutatePolicy(FULL_POLICY, random));

  it("is in order or has located problems, 500 times", () => {
    const count = { good: 0, bad: 0 };
    for (const text of mutated) count[judge(text)] += 1;
    assert.ok(count.good > 50, `only ${count.good} survived`);
    assert.ok(count.bad > 250, `only ${count.bad} were found out`);
  });

  it("has quick fixes that mend what they say", () => {
    let fixes = 0;
    for (const text of mutated) {
      for (const problem of readPolicy(text).problems) {
        if (!problem.fix) continue;
        fixes += 1;
        const { line, column } = problem.place;
        const left = readPolicy(applyFix(text, problem)).problems.filter(
          ({ message, place }) =>
            message === problem.message && place.line === line && place.column === column,
        );
        assert.deepEqual(left, [], applyFix(text, problem));
      }
    }
    assert.ok(fixes > 50, `only ${fixes}`);
  });
});

describe("any text whatever", () => {
  it("is judged without an exception (law)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void judge(text)),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void judge(new TextDecoder().decode(bytes))),
      { numRuns: 500 },
    );
    const pieces = fc.constantFrom(
      "version: 1\n",
      "\n",
      "  ",
      "- ",
      ": ",
      "{",
      "}",
      "[",
      "]",
      ",",
      "&a ",
      "*a",
      "|",
      ">",
      '"',
      "'",
      "#",
      "x",
      "targets",
      "null",
      "5",
      "? ",
      "!t ",
      "---\n",
      "\t",
      "%YAML 1.1\n",
      "<<",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => void judge(parts.join(""))),
      { numRuns: 2000 },
    );
  });

  it("is judged also where it is valid JSON of any shape (law)", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8, depthSize: "small" }), (json) => void judge(json)),
      { numRuns: 500, seed: 8 },
    );
    const sections = fc.record(
      Object.fromEntries(
        [
          "drops",
          "targets",
          "warnAt",
          "calendar",
          "council",
          "risk",
          "stages",
          "signals",
          "flags",
          "rollback",
          "documents",
          "ledger",
        ].map((key) => [key, fc.jsonValue({ maxDepth: 4, depthSize: "small" })]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(sections, (policy) => void judge(JSON.stringify({ version: 1, ...policy }))),
      { numRuns: 500, seed: 4 },
    );
  });
});

describe("a hostile policy", () => {
  // Without its limits these would not end before mocha gives up.
  const quickly = (text: string): string[] => {
    const reading = readPolicy(text);
    assert.equal(judge(text, reading), "bad");
    return reading.problems.map(({ message }) => message);
  };
  const K = 1024;

  it("that laughs a billion times is refused", () => {
    const levels = [..."bcdefghijk"].map(
      (name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghijk"[i]}`).join(", ")}]`,
    );
    const messages = quickly(["version: 1", "a: &a [x, x, x, x, x, x, x, x, x]", ...levels].join("\n"));
    assert.ok(
      messages.includes(
        "The policy holds more than 20000 values, those behind aliases counted each time; make it smaller.",
      ),
    );
  });

  it("that hides many values behind aliases in a place for them is refused", () => {
    const list = Array.from({ length: 1000 }, () => "a/**").join(", ");
    const rules = Array.from({ length: 100 }, () => "  - { paths: *p, level: low, because: x }").join("\n");
    const text = `version: 1\nrisk:\n  - { paths: &p [${list}], level: low, because: x }\n${rules}`;
    assert.match(quickly(text)[0]!, /more than 20000 values/);
  });

  it("that is too long is refused unread", () => {
    assert.deepEqual(quickly(`version: 1\n#${"x".repeat(64 * K)}`), [
      "A policy has at most 65536 characters, and this one 65548; make it smaller.",
    ]);
  });

  const shapes: Record<string, string> = {
    "lists in lists": "[".repeat(60 * K),
    "lists in lists, closed": "[".repeat(30 * K) + "]".repeat(30 * K),
    "maps in maps": "{a: ".repeat(15 * K),
    "entries in entries": "- ".repeat(30 * K),
    "keys in keys": "? ".repeat(30 * K),
    "ever deeper": Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    "very many keys": Array.from({ length: 8 * K }, (_, i) => `k${i}:`).join("\n"),
    "very many anchors": "&a ".repeat(20 * K),
    "very many tags": "!a ".repeat(20 * K),
    "very many quotes": '"'.repeat(60 * K),
    "very many commas": `[${",".repeat(60 * K)}`,
    "very many braces": "}".repeat(60 * K),
    "very many directives": "%\n".repeat(30 * K),
    "very many documents": "---\n".repeat(15 * K),
    "one long line": `version: 1\nservice: ${"b ".repeat(30 * K)}`,
    "one long time zone": `version: 1\ncalendar: { timeZone: ${"b".repeat(60 * K)}, hours: {} }`,
    "one long duration": `version: 1\nupdates: { every: "${"1h ".repeat(20 * K)}" }`,
    "one long pattern": `version: 1\ndrops: { tags: "${"{a,b}".repeat(10 * K)}" }`,
    "one long command": `version: 1\nrollback: { steps: [{ run: "${"{{ ".repeat(600)}" }] }`,
    "very many unknown keys": `version: 1\ndrops: { ${Array.from({ length: 6 * K }, (_, i) => `tag${i}: 1`).join(", ")} }`,
    "very many wrong shares": `version: 1\nwarnAt: [${"x, ".repeat(15 * K)}]`,
    "very many spans": `version: 1\ncalendar: { timeZone: UTC, hours: { mon: [${'"09:00-10:00", '.repeat(4 * K)}] } }`,
  };
  for (const [name, text] of Object.entries(shapes))
    it(`made of ${name} is refused in time`, () => void quickly(text));
});
