import assert from "node:assert/strict";
import { DEFAULT_POLICY } from "../../../../src/domain/policy/policy.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { policySchema } from "../../../../src/domain/policy/schema.ts";
import { POLICY_TEMPLATE } from "../../../../src/domain/policy/template.ts";

/** Takes the `# ` away, as an editor's command for comments does. Lines with ## explain. */
const uncomment = (text: string) => text.replace(/^# /gm, "");

describe("the policy that init writes", () => {
  it("is in order, and says what is in force anyway", () => {
    assert.deepEqual(readPolicy(POLICY_TEMPLATE), { policy: DEFAULT_POLICY, problems: [] });
  });

  it("is in order with every example in use", () => {
    const { policy, problems } = readPolicy(uncomment(POLICY_TEMPLATE));
    assert.deepEqual(problems, []);
    assert.ok(policy?.council && policy.flags && policy.rollback.steps);
    assert.equal(policy.signals.length, 3);
  });

  it("shows every section", () => {
    const sections = [...uncomment(POLICY_TEMPLATE).matchAll(/^(\w+):/gm)].map(([, key]) => key);
    assert.deepEqual(sections, Object.keys(policySchema.shape));
  });

  const examples = POLICY_TEMPLATE.split("\n\n").filter(
    (part) => /^# /m.test(part) && part !== POLICY_TEMPLATE,
  );
  for (const example of examples.filter((part) => !part.includes("# rollback:"))) {
    it(`is in order with this example alone: ${/^#? *(\w+):/m.exec(example)?.[1]}`, () => {
      assert.deepEqual(readPolicy(POLICY_TEMPLATE.replace(example, uncomment(example))).problems, []);
    });
  }

  it("explains itself where the example of a rollback needs another one", () => {
    const example = examples.find((part) => part.includes("# rollback:"))!;
    const { problems } = readPolicy(POLICY_TEMPLATE.replace(example, uncomment(example)));
    assert.deepEqual(
      problems.map(({ message }) => message),
      [
        "A `flags` step needs `flags.file`, which says where the flags are; add it.",
        "An entry of `verify` must name a signal of this policy; there is none under `signals`.",
      ],
    );
  });

  it("has plain lines that fit on a screen", () => {
    for (const line of POLICY_TEMPLATE.split("\n")) assert.match(line, /^[\x20-\x7e]{0,110}$/);
  });
});
