import assert from "node:assert/strict";
import { DEFAULT_POLICY } from "../../../../src/domain/policy/policy.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { checkProblems, v1 } from "../../../support/policyCases.ts";

const NO_PATTERN = "must be a regular expression such as ^release:.";

describe("changelog in the policy", () => {
  it("has patterns, authors and headings, each of which may be left out", () => {
    const read = (text: string) => readPolicy(v1(text)).policy?.changelog;
    const defaults = DEFAULT_POLICY.changelog;
    assert.deepEqual(read(""), defaults);
    assert.deepEqual(read("changelog: { authors: true }"), { ...defaults, authors: true });
    assert.deepEqual(read('changelog: { skip: ["^fix: x"], sections: { feat: News, docs: Papers } }'), {
      skip: ["^fix: x"],
      authors: false,
      sections: { feat: "News", docs: "Papers" },
    });
    assert.deepEqual(read("changelog: { skip: [] }")?.skip, []);
  });

  checkProblems([
    [v1('changelog: { skip: [«"("»] }'), `An entry of \`skip\` ${NO_PATTERN}`],
    [
      v1('changelog: { skip: ["^a", «"(?=b)"»] }'),
      "An entry of `skip` must not look ahead, look behind, or switch flags.",
    ],
    [v1('changelog: { skip: [«"(a)\\\\1"»] }'), "An entry of `skip` must not refer back to a group."],
    [
      v1('changelog: { skip: [«"(a{99}){99}"»] }'),
      "An entry of `skip` is too large; shorten it, or repeat less often.",
    ],
  ]);

  checkProblems([
    [
      v1("changelog: { «skips»: [] }"),
      "There is no key `skips` in `changelog` (did you mean `skip`?).",
      v1("changelog: { skip: [] }"),
    ],
    [v1("changelog: { authors: «maybe» }"), "`changelog.authors` must be true or false, not `maybe`."],
    [
      v1("changelog: { sections: { «Feat»: News } }"),
      "A key of `changelog.sections` must be the type of a commit such as feat, in small letters, not `Feat`.",
    ],
  ]);
});
