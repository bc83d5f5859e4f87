import assert from "node:assert/strict";
import { policyDifference } from "../../../../src/domain/policy/difference.ts";
import { changeWords, draftWords } from "../../../../src/domain/policy/policy.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";

const policy = (text: string) => {
  const { policy: read, problems } = readPolicy(`version: 1\n${text}`);
  assert.deepEqual(problems, []);
  return read!;
};
const changes = (before: string, after: string) =>
  policyDifference(policy(before), policy(after)).map(changeWords);

const STAGES = (...names: string[]) => `stages: [${names.map((name) => `{ name: ${name} }`).join(", ")}]`;

describe("the difference of two policies", () => {
  it("is nothing where both say the same, however it is written", () => {
    assert.deepEqual(
      changes("targets: { critical: { detect: 30m } }", "targets: { critical: { detect: PT30M } }"),
      [],
    );
    assert.deepEqual(changes("", "warnAt: [0.5, 0.8]"), []);
  });

  it("names each value, as the policy writes it", () => {
    assert.deepEqual(
      changes(
        "targets: { critical: { mitigate: 2h } }",
        "targets: { critical: { mitigate: 15m, update: null } }",
      ),
      ["targets.critical.mitigate: 2h → 15m", "targets.critical.update: 1h → null"],
    );
    assert.deepEqual(changes("service: a", "service: b\ndrills: { every: 30d }"), [
      "service: a → b",
      "drills.every: 90d → 30d",
    ]);
  });

  it("tells the parts of a list apart by their names, and minds their order", () => {
    assert.deepEqual(changes(STAGES("a", "b"), STAGES("a", "c", "b")), [
      'stages.c: nothing → {"name":"c","soak":0}',
    ]);
    assert.equal(changes(STAGES("a", "b"), STAGES("b", "a")).length, 1);
    const signal = (breach: string) =>
      `signals: [{ name: errors, prometheus: { url: "http://p:9090", query: up }, breach: "${breach}" }]`;
    assert.deepEqual(changes(signal("> 1"), signal("> 2")), ["signals.errors.breach.value: 1 → 2"]);
    assert.match(changes("", signal("> 1"))[0]!, /^signals: \[\] → \[\{"name":"errors"/);
  });

  it("is told in few words", () => {
    const draft = {
      problems: [],
      changes: policyDifference(policy(""), policy("service: a")),
      outdated: false,
    };
    assert.equal(draftWords(draft, "main"), "1 change, in force once it is on main");
    const broken = readPolicy("version: 1\nx: 1\ny: 1").problems;
    assert.equal(
      draftWords({ ...draft, problems: broken }, "main"),
      "2 errors in this work tree; main is in force",
    );
    assert.match(draftWords({ ...draft, outdated: true }, undefined), /earlier version in this work tree/);
  });
});
