import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { MONDAY, TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

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
    assert.match(
      stdout,
      /## \[drop-2\] - \d{4}-\d\d-\d\d \(assumed\)\n\n### Added\n\n- \*\*tax:\*\* know the tax\n/,
    );
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
    assert.match(stdout, /^## \[drop-1\] - [\d-]+ \(assumed\)\n\n### Added\n\n- carts\n$/);
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
    assert.match(
      file(),
      /## \[drop-2\] - [\d-]+ \(assumed\) \[YANKED\]\n\n\*\*Rolled back on [\d-]+\*\* with drop-3: /,
    );
    assert.match(file(), /### Removed\n\n- \*\*tax:\*\* know the tax \(reverted; first in drop-2\)/);
    repository.git("revert", "--no-edit", "HEAD~1");
    repository.tag("drop-4", { annotated: true, at: MONDAY + 2 * 86_400_000 });
    await write();
    assert.doesNotMatch(file(), /YANKED/);
    assert.match(file(), /Rolled back on [\d-]+ with drop-3, and reapplied on [\d-]+ with drop-4\./);
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

  it("adds the newest alone where it is told to, and says what it left out", async () => {
    const few = await run("--write", "--last", "1");
    assert.equal(few.stdout.trim(), "CHANGELOG.md: added drop-2");
    assert.match(few.stderr, /Only the newest 1 drop can be added; 1 drop left out: drop-1\./);
    assert.equal(await write(), "CHANGELOG.md: added drop-1");
    const wrong = await run("--last", "no");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--last “no” is not a number of drops/);
  });

  it("tells what merges and squashes say, and a revert that changed nothing not at all", async () => {
    const tip = () => repository.git("rev-parse", "HEAD");
    repository.git("checkout", "--quiet", "-b", "cards");
    repository.commit({ "cards.txt": "1\n" }, { message: "half" });
    repository.git("checkout", "--quiet", "main");
    const title = "Merge pull request #78 from acme/cards\n\nfeat!: gift cards";
    repository.git("merge", "--quiet", "--no-ff", "cards", "-m", title);
    repository.commit({ "old.txt": "1\n" }, { message: "feat: old cache" });
    const [old, message] = [
      tip(),
      (sha: string) => `Revert "feat: old cache"\n\nThis reverts commit ${sha}.`,
    ];
    repository.git("commit", "--quiet", "--allow-empty", "-m", message(old));
    repository.tag("drop-3", { annotated: true, at: MONDAY + 86_400_000 });
    const { stdout } = await run("drop-3");
    assert.match(stdout, /### Added\n\n- \*\*Breaking:\*\* gift cards \(#78\)\n- old cache\n$/);
    repository.commit(
      { "old.txt": null, "new.txt": "1\n" },
      { message: `feat: new cache (#13)\n\n* ${message(old)}` },
    );
    repository.commit({ "colours.txt": "1\n" }, { message: "revert: the colours of the cart" });
    repository.tag("drop-4", { annotated: true, at: MONDAY + 2 * 86_400_000 });
    const squash = await run("drop-4");
    assert.match(
      squash.stdout,
      /- new cache \(#13\)\n\n### Removed\n\n- old cache \(reverted; first in drop-3\)\n\nReverts that match no known change:\n\n- the colours of the cart\n$/,
    );
  });

  it("goes by the policy, and links what the remote has pages for, without its password", async () => {
    repository.commit({
      ".dropclock/policy.yaml":
        'version: 1\nchangelog: { skip: ["^feat: bot"], authors: true, sections: { docs: Papers } }\n',
    });
    repository.commit({ "d.txt": "1\n" }, { message: "docs: say how" });
    repository.commit({ "e.txt": "1\n" }, { message: "feat: bot noise" });
    repository.commit({ "f.txt": "1\n" }, { message: "fix: know `a` (#5)" });
    repository.tag("drop-3", { annotated: true, at: MONDAY + 86_400_000 });
    // The ledger is known here, so that nothing is missing where the remote cannot be reached.
    const opened = await runCommandLine(repository.dir, ["incident", "open", "--title", "Checkout fails"]);
    assert.equal(opened.code, 0, opened.stderr);
    repository.git("remote", "add", "origin", "https://ana:hunter2@github.com/acme/shop.git");
    const { code, stdout, stderr } = await run("drop-3");
    assert.equal(code, 0, stderr);
    const web = "https://github.com/acme/shop";
    const author = repository.git("log", "-1", "--format=%an");
    assert.doesNotMatch(stdout + stderr, /hunter2|bot noise/);
    assert.ok(stdout.startsWith(`## [drop-3](${web}/compare/drop-2...drop-3) - `), stdout);
    assert.match(stdout, /### Papers\n\n- say how \(\[[0-9a-f]{7}\]/);
    assert.ok(stdout.includes(`- know \`a\` ([#5](${web}/pull/5)) ([`), stdout);
    assert.ok(stdout.trim().endsWith(` by ${author}`), stdout);
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
