import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitScriptOn } from "../../../src/git/gitFailure.ts";
import { renameOver } from "../../../src/git/renameOver.ts";
import { temporaryFolder } from "../../support/git/temporaryRepository.ts";

describe("putting a file in the place of another", () => {
  const held = (code: string, times: number) => {
    let tries = 0;
    const rename = async () => {
      if (tries++ < times) throw Object.assign(new Error(code), { code });
    };
    return { rename, tries: () => tries };
  };

  it("replaces it", async () => {
    const folder = temporaryFolder();
    const [from, to] = [join(folder, "new"), join(folder, "old")];
    writeFileSync(from, "new");
    writeFileSync(to, "old");
    await renameOver(from, to);
    assert.equal(readFileSync(to, "utf8"), "new");
  });

  it("is tried again on Windows while somebody holds the file, and gives up in the end", async () => {
    const pauses: number[] = [];
    const wait = async (ms: number) => pauses.push(ms);
    for (const code of ["EPERM", "EACCES", "EBUSY"]) {
      const { rename, tries } = held(code, 3);
      await renameOver("a", "b", { rename, platform: "win32", wait });
      assert.equal(tries(), 4);
    }
    assert.deepEqual(pauses.slice(0, 3), [10, 20, 50]);
    const { rename, tries } = held("EBUSY", 100);
    await assert.rejects(renameOver("a", "b", { rename, platform: "win32", wait }), /EBUSY/);
    assert.equal(tries(), 7);
  });

  it("is tried once where that is no sign of a reader, or another error", async () => {
    const wait = async () => assert.fail("waited");
    for (const [code, platform] of [
      ["EACCES", "linux"],
      ["EBUSY", "darwin"],
      ["ENOENT", "win32"],
      ["ENOSPC", "win32"],
    ] as const) {
      const { rename, tries } = held(code, 1);
      await assert.rejects(renameOver("a", "b", { rename, platform, wait }), new RegExp(code));
      assert.equal(tries(), 1);
    }
  });
});

describe("a git that cannot be started on Windows", () => {
  it("is told apart from none where a script has its name", () => {
    const there = new Set(["C:\\Tools\\git.cmd", "D:\\Shims\\git.bat"]);
    const exists = (file: string) => there.has(file);
    assert.equal(gitScriptOn("C:\\Windows;C:\\Tools;", exists), "C:\\Tools\\git.cmd");
    assert.equal(gitScriptOn("D:\\Shims\\", exists), "D:\\Shims\\git.bat");
    assert.equal(gitScriptOn("C:\\Windows", exists), null);
  });
});
