import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "../support/commandLine.ts";
import { MONDAY, TemporaryRepository } from "../support/temporaryRepository.ts";

describe("dropclock changelog", () => {
  let repository: TemporaryRepository;

  beforeEach(() => {
    repository = TemporaryRepository.make();
    repository.commit({ "a.txt": "1\n" }, { message: "feat: carts" });
    repository.tag("drop-1");
    repository.commit({ "b.txt": "1\n" }, { message: "feat(tax): know the tax" });
    repository.commit({ "c.txt": "1\n" }, { message: "test: more" });
    repository.tag("drop-2");
  });

  const run = (...args: string[]) => runCommandLine(repository.dir, ["changelog", ...args]);
  const file = () => readFileSync(join(repository.dir, "CHANGELOG.md"), "utf8");

  async function write(): Promise<string> {
    const { code, stdout, stderr } = await run("--write");
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  it("prints, and writes nothing unless it is told to", async () => {
    const { code, stdout } = await run();
    assert.equal(code, 0);
    assert.match(stdout, /## \[drop-2\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- \*\*tax:\*\* know the tax\n/);
    assert.throws(file, /ENOENT/);
    assert.equal(await write(), "CHANGELOG.md: added drop-2, drop-1");
    assert.equal(file(), stdout);
    assert.equal(await write(), "CHANGELOG.md: up to date");
    assert.equal(file(), stdout);
  });

  it("tells machines what it did to which drop", async () => {
    const report = JSON.parse((await run("--json", "--write")).stdout);
    assert.deepEqual(
      { ...report, at: 0, text: 0 },
      {
        at: 0,
        path: "CHANGELOG.md",
        changed: true,
        written: true,
        sections: [
          { tag: "drop-2", state: "new" },
          { tag: "drop-1", state: "new" },
        ],
        notes: [],
        text: 0,
      },
    );
    assert.equal(report.text, file());
  });

  it("prints one drop for a release's notes, and knows no other", async () => {
    const { stdout } = await run("drop-1");
    assert.match(stdout, /^## \[drop-1\] - [\d-]+\n\n### Added\n\n- carts\n$/);
    const wrong = await run("drop-9");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /There is no drop “drop-9”/);
  });

  it("says of a drop that was reverted, and of one that came back, that it was so", async () => {
    await write();
    repository.git("revert", "--no-edit", "HEAD~1");
    repository.commit({ "d.txt": "1\n" }, { message: "fix: rounding" });
    repository.tag("drop-3", { annotated: true, at: MONDAY + 86_400_000 });
    await write();
    assert.match(file(), /## \[drop-2\] - [\d-]+ \[YANKED\]\n\n\*\*Taken back on [\d-]+\*\* with drop-3: /);
    assert.match(file(), /### Removed\n\n- \*\*tax:\*\* know the tax \(taken back; first in drop-2\)/);
    repository.git("revert", "--no-edit", "HEAD~1");
    repository.tag("drop-4", { annotated: true, at: MONDAY + 2 * 86_400_000 });
    await write();
    assert.doesNotMatch(file(), /YANKED/);
    assert.match(file(), /Taken back on [\d-]+ with drop-3, and reapplied on [\d-]+ with drop-4\./);
    assert.match(file(), /### Added\n\n- \*\*tax:\*\* know the tax \(reapplied; first in drop-2\)/);
  });

  it("keeps what people wrote, in their line breaks", async () => {
    const byHand = "# Our log\r\n\r\n## drop-1\r\n\r\n- in our own words\r\n";
    repository.write("CHANGELOG.md", byHand);
    assert.equal(await write(), "CHANGELOG.md: added drop-2");
    const text = file();
    assert.doesNotMatch(text, /(?<!\r)\n/);
    const [start, end] = [text.indexOf("<!-- dropclock"), text.indexOf("## drop-1")];
    assert.equal(text.slice(0, start) + text.slice(end), byHand);
  });

  it("writes over nothing that is not UTF-8, and follows no link out of the repository", async () => {
    repository.write("CHANGELOG.md", Buffer.from("# L\xe9gende\n", "latin1"));
    const latin = await run("--write");
    assert.equal(latin.code, 1);
    assert.match(latin.stderr, /is not UTF-8/);
    const other = TemporaryRepository.make();
    other.commit({ "a.txt": "1\n" }, { message: "feat: x" });
    other.tag("drop-1");
    other.write("../outside.md", "mine\n");
    symlinkSync("../outside.md", join(other.dir, "CHANGELOG.md"));
    const linked = await runCommandLine(other.dir, ["changelog", "--write"]);
    assert.equal(linked.code, 1);
    assert.match(linked.stderr, /CHANGELOG\.md is a symbolic link, which is not followed/);
  });

  it("has nothing to tell where there is no drop", async () => {
    const { code, stderr } = await runCommandLine(TemporaryRepository.make().dir, ["changelog"]);
    assert.equal(code, 2);
    assert.match(stderr, /no commits yet/);
  });
});
