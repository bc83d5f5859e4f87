import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AnswerMemory } from "../../../../src/app/project/answerMemory.ts";
import { eventually } from "../../../support/eventually.ts";
import { TemporaryRepository, temporaryFolder } from "../../../support/git/temporaryRepository.ts";

describe("what git was found to answer", () => {
  async function openedRepository() {
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    return repository.open();
  }

  /** How many answers the only file holds, once it is written whole. */
  const kept = (folder: string) =>
    JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), "utf8")).entries.length;

  it("is asked once, for these objects, this repository and this build", async () => {
    const folder = temporaryFolder();
    const [repository, other] = [await openedRepository(), await openedRepository()];
    const memory = (build = "1", of = repository) => new AnswerMemory(folder, build, of);
    let asked = 0;
    const ask = async () => ({ level: "high", asked: ++asked });
    assert.deepEqual(await memory().of(["risk", "c0ffee"], ask), { level: "high", asked: 1 });
    await eventually(() => assert.equal(kept(folder), 1));
    assert.deepEqual(await memory().of(["risk", "c0ffee"], ask), { level: "high", asked: 1 });
    assert.equal((await memory().of(["risk", "decade"], ask)).asked, 2);
    assert.equal((await memory("2").of(["risk", "c0ffee"], ask)).asked, 3);
    assert.equal((await memory("1", other).of(["risk", "c0ffee"], ask)).asked, 4);
  });

  it("is no failure, no answer of a history that is cut, and nothing that cannot be read", async () => {
    const folder = temporaryFolder();
    const repository = await openedRepository();
    const memory = new AnswerMemory(folder, "1", repository);
    await assert.rejects(
      memory.of(["a"], async () => {
        throw new Error("gone");
      }),
      /gone/,
    );
    assert.equal(await memory.of(["a"], async () => 1), 1);
    await eventually(() => assert.equal(kept(folder), 1));
    writeFileSync(join(folder, readdirSync(folder)[0]!), "{");
    assert.equal(await new AnswerMemory(folder, "1", repository).of(["a"], async () => 2), 2);
    const empty = temporaryFolder();
    const cut = new AnswerMemory(empty, "1", Object.assign(Object.create(repository), { shallow: true }));
    assert.deepEqual([await cut.of(["a"], async () => 3), await cut.of(["a"], async () => 4)], [3, 4]);
    assert.deepEqual(readdirSync(empty), []);
  });
});
