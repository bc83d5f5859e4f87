import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeNew } from "../../../../src/app/project/files.ts";
import { replaceText } from "../../../../src/app/project/scaffold.ts";
import { temporaryFolder } from "../../../support/git/temporaryRepository.ts";
import { smallDisk } from "../../../support/hostile/smallDisk.ts";

describe("a text that is replaced", () => {
  const root = temporaryFolder();
  const path = join(root, "a.md");
  const held = () => readFileSync(path, "utf8");

  it("is made where there was none, and only then", async () => {
    await replaceText(root, "a.md", null, "one\n");
    assert.equal(held(), "one\n");
    await assert.rejects(replaceText(root, "a.md", null, "two\n"), /a\.md has changed meanwhile/);
    assert.equal(held(), "one\n");
  });

  it("is replaced only while it is what the new one was made from", async () => {
    await replaceText(root, "a.md", "one\n", "two\n");
    await assert.rejects(replaceText(root, "a.md", "one\n", "three\n"), /changed meanwhile/);
    await assert.rejects(replaceText(root, "gone.md", "one\n", "three\n"), /changed meanwhile/);
    assert.equal(held(), "two\n");
  });

  it("keeps who may read it, and leaves no half behind", async () => {
    chmodSync(path, 0o600);
    await replaceText(root, "a.md", "two\n", "three\n");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(root), ["a.md"]);
  });

  it("is left alone where it is not UTF-8", async () => {
    writeFileSync(path, Buffer.from([0x61, 0xe9, 0x0a]));
    await assert.rejects(replaceText(root, "a.md", "a\ufffd\n", "b\n"), /is not UTF-8/);
    assert.equal(readFileSync(path).length, 3);
  });
});

describe("a file that is written once and never overwritten", () => {
  it("is not there by half after a full disk, and can be written later", async function () {
    const disk = smallDisk();
    if (disk === null) return this.skip();
    const text = "x".repeat(300_000);
    writeFileSync(join(disk.path, "fill"), Buffer.alloc(400_000));
    await assert.rejects(writeNew(disk.path, "a.md", text), /a\.md cannot be written \(ENOSPC\)/);
    assert.deepEqual(readdirSync(disk.path), ["fill"]);
    rmSync(join(disk.path, "fill"));
    assert.equal(await writeNew(disk.path, "a.md", text), true);
    assert.equal(await writeNew(disk.path, "a.md", "other"), false);
    assert.equal(readFileSync(join(disk.path, "a.md"), "utf8"), text);
    disk.remove();
  });
});
