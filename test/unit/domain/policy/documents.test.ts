import assert from "node:assert/strict";
import { DEFAULT_POLICY } from "../../../../src/domain/policy/policy.ts";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { checkProblems, v1 } from "../../../support/record/policyCases.ts";
import { marked } from "../../../support/record/policyText.ts";

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

describe("publish.url in the policy", () => {
  const urlOf = (url: string) => readPolicy(`version: 1\npublish: { url: "${url}" }`).policy?.publish.url;

  it("is null where nobody has said, and ends with a slash", () => {
    assert.equal(readPolicy("version: 1").policy?.publish.url, null);
    assert.equal(urlOf("https://status.example.com/incidents/"), "https://status.example.com/incidents/");
    assert.equal(urlOf("https://status.example.com/incidents"), "https://status.example.com/incidents/");
  });

  for (const [url, complaint] of [
    ["status.example.com", "must be an address such as https://status.example.com/incidents/"],
    ["https://", "must be an address such as https://status.example.com/incidents/"],
    ["https://ana:pw@x.test/", "must not hold a user name or a password: everybody reads it"],
    ["https://x.test/?a=1", "must end before the ? or #: the pages' names follow it"],
  ] as const) {
    it(`is refused at its place: ${url}`, () => {
      const { text, place } = marked(`version: 1\npublish: { url: «"${url}"» }`);
      const [problem, ...more] = readPolicy(text).problems;
      assert.equal(more.length, 0);
      assert.ok(problem!.message.includes(complaint), problem!.message);
      assert.deepEqual(problem!.place, place);
    });
  }
});
