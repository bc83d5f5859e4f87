import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { inProject } from "../../../support/folders/projectRoot.ts";

const SIGNAL = "  - name: a signal\n";

/** A snippet as a policy: some are a whole list of signals, some one signal, some a part of one. */
function policyOf(snippet: string): string {
  const head = "version: 1\nflags: { file: flags.json }\n";
  if (snippet.startsWith("signals:")) return head + snippet;
  const signal = snippet.startsWith("  - name:") ? snippet : SIGNAL + snippet;
  const needsBreach = /^ {4}(?:prometheus|json):/m.test(signal) && !signal.includes("breach:");
  return `${head}signals:\n${signal}${needsBreach ? '    breach: "> 1"\n' : ""}`;
}

describe("the guide to signals", () => {
  const guide = readFileSync(inProject("media/guide/signals.md"), "utf8");
  const snippets = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);

  it("shows policies that are valid, all of them", () => {
    assert.ok(snippets.length >= 15);
    for (const snippet of snippets) {
      const { policy, problems } = readPolicy(policyOf(snippet));
      assert.deepEqual(
        problems.map(({ message }) => message),
        [],
        snippet,
      );
      assert.equal(policy!.signals.length, 1, snippet);
    }
  });
});
