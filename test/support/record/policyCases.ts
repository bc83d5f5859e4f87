import assert from "node:assert/strict";
import { readPolicy } from "../../../src/domain/policy/readPolicy.ts";
import { applyFix, marked } from "./policyText.ts";

/** A text with «» around what is at fault, the message, and what the text is after the quick fix (none: no fix). */
export type Case = [text: string, message: string, fixed?: string];

export function checkProblems(cases: readonly Case[], wrap: (text: string) => string = (text) => text): void {
  for (const [source, message, fixed] of cases) {
    it(JSON.stringify(source), () => {
      const { text, place } = marked(wrap(source));
      const { policy, problems } = readPolicy(text);
      assert.equal(policy, null);
      assert.deepEqual(
        problems.map((problem) => problem.message),
        [message],
      );
      const [problem] = problems;
      assert.deepEqual(problem!.place, place);
      if (fixed === undefined) {
        assert.equal(problem!.fix, undefined);
        return;
      }
      assert.equal(applyFix(text, problem!), wrap(fixed));
      assert.deepEqual(readPolicy(wrap(fixed)).problems, []);
    });
  }
}

export const v1 = (text: string) => `version: 1\n${text}\n`;
export const calendar = (text: string) => v1(`calendar: { timeZone: UTC, ${text} }`);
export const hours = (text: string) => calendar(`hours: { ${text} }`);
export const council = (text: string) => v1(`council: { ${text} }`);
export const signal = (text: string) => v1(`signals:\n  - { name: a, ${text} }`);
export const prometheus = (text: string) => signal(`prometheus: { url: http://x, query: up }, ${text}`);
export const step = (text: string) => v1(`rollback:\n  steps:\n    - ${text}`);
export const documents = (text: string) => v1(`documents: { ${text} }`);

export const DURATION = "a duration such as 30m, 2h, 1h30m, 3d or PT30M";
export const TARGET = `\`targets.minor.detect\` must be ${DURATION}, or null for no clock`;
export const HYPHEN = "must not start with a hyphen, for git would read it as an option.";
export const VARIABLES =
  "{{ previous.tag }}, {{ previous.commit }}, {{ drop.tag }}, {{ drop.commit }}, {{ branch }}";
