import assert from "node:assert/strict";
import { webhookProblems } from "../../../../src/app/updates/message.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";

const policyWith = (body: string) => `version: 1
updates:
  channels:
    - { name: chat, slack: { secret: chat } }
    - name: page
      webhook:
        url: https://status.example.com/api
        body: ${body}
`;

function problemsOf(body: string) {
  const text = policyWith(body);
  const { policy, problems } = readPolicy(text);
  assert.deepEqual(problems, []);
  return webhookProblems(text, policy!);
}

describe("the body of a webhook", () => {
  it("is in order when it makes JSON, whatever is in the text", () => {
    assert.deepEqual(problemsOf(`'{ "state": {{ status }}, "message": {{ text }} }'`), []);
  });

  it("is marked where it stands when it makes no JSON, with what to do", () => {
    const [problem, ...more] = problemsOf(`'{ "message": "{{ text }}" }'`);
    assert.equal(more.length, 0);
    assert.match(problem!.message, /makes no JSON; values bring their own quotation marks/);
    assert.deepEqual([problem!.place.line, problem!.place.column], [8, 15]);
  });

  it("is marked when it is no template, or asks for what there is not", () => {
    for (const body of [`'{ "message": {{ text }'`, `'{ "message": {{ author }} }'`]) {
      const problems = problemsOf(body);
      assert.equal(problems.length, 1, body);
      assert.equal(problems[0]!.place.line, 8);
    }
  });
});
