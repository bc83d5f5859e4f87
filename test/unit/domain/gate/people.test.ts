import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readMailmap } from "../../../../src/domain/gate/people.ts";
import { TemporaryRepository } from "../../../support/git/temporaryRepository.ts";

const MAILMAP = `# who is who
Ana <ana@example.com> <ana@home.org>
<ana@example.com> <ANA@old.example> # since the merger
Bo Berg <bo@example.com> Bo <shared@example.com>\r
Only A Name <cy@example.com>
<cy@example.com> Cy Cole <shared@example.com>
no entry
<broken
`;

const PEOPLE = [
  "Ana <ana@home.org>",
  "Somebody <Ana@Home.org>",
  "A <ana@old.example>",
  "Bo <shared@example.com>",
  "Cy Cole <shared@example.com>",
  "Di <shared@example.com>",
  "Cy <cy@example.com>",
  "Di <di@example.com>",
];

describe("git's list of who is who", () => {
  it("is read as git reads it", () => {
    const repository = TemporaryRepository.make();
    writeFileSync(join(repository.dir, ".mailmap"), MAILMAP);
    const personOf = readMailmap(MAILMAP);
    const byGit = PEOPLE.map((person) => /<(.*)>/.exec(repository.git("check-mailmap", person))![1]!);
    assert.deepEqual(
      PEOPLE.map(personOf),
      byGit.map((mail) => mail.toLowerCase()),
    );
    assert.equal(personOf("Ana <ana@home.org>"), "ana@example.com");
  });

  it("leaves everybody who they are where there is none", () => {
    assert.equal(readMailmap(null)("Ana <ANA@home.org>"), "ana@home.org");
  });
});
