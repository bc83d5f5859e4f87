import assert from "node:assert/strict";
import { recentFiles } from "../../../src/git/recentFiles.ts";
import { MONDAY, TemporaryRepository } from "../../support/temporaryRepository.ts";

const DAY = 86_400_000;

describe("recent files", () => {
  it("are those that changed within a time before a commit, by its own date", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "test/old.test.ts": "1" }, { at: MONDAY - 30 * DAY });
    repository.commit({ "test/a.test.ts": "1", "test/gone.test.ts": "1" }, { at: MONDAY - 3 * DAY });
    const tip = repository.commit({ "src/ä b.ts": "1", "test/gone.test.ts": null }, { at: MONDAY });
    repository.commit({ "test/later.test.ts": "1" }, { at: MONDAY + DAY });
    const opened = await repository.open();
    assert.deepEqual((await recentFiles(opened, tip, 14 * DAY))?.sort(), [
      "src/ä b.ts",
      "test/a.test.ts",
      "test/gone.test.ts",
    ]);
    assert.deepEqual((await recentFiles(opened, tip, DAY))?.sort(), ["src/ä b.ts"]);
  });

  it("cannot be told where the history ends inside that time", async () => {
    const whole = TemporaryRepository.make();
    whole.commit({ "a.ts": "1" }, { at: MONDAY - 3 * DAY });
    whole.commit({ "b.ts": "1" }, { at: MONDAY - 2 * DAY });
    const tip = whole.commit({ "c.ts": "1" }, { at: MONDAY });
    const cut = await whole.clone("cut", "--depth=2").open();
    assert.equal(await recentFiles(cut, tip, 14 * DAY), null);
    assert.deepEqual(await recentFiles(cut, tip, DAY), ["c.ts"]);
  });
});
