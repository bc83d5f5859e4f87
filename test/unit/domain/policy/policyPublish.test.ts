import assert from "node:assert/strict";
import { readPolicy } from "../../../../src/domain/policy/readPolicy.ts";
import { marked } from "../../../support/policyText.ts";

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
