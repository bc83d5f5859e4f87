import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceText } from "../../../../src/app/project/scaffold.ts";
import { temporaryFolder } from "../../../support/temporaryRepository.ts";

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
