import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { changedFiles } from "../../../src/git/changes.ts";
import { fileHistory, readFileAt, recentFiles } from "../../../src/git/fileVersions.ts";
import { countCommits, dropHistory } from "../../../src/git/history.ts";
import type { CommitRange } from "../../../src/git/revision.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";

const HOUR = 3_600_000;
const LINES = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join("");

describe("history of a drop", () => {
  let repository: TemporaryRepository;
  const history = async (range: CommitRange, options?: { limit?: number }) =>
    dropHistory(await repository.open(), range, options);

  beforeEach(() => {
    repository = TemporaryRepository.make();
  });

  it("tells commits with authors, and files with what happened to them", async () => {
    repository.commit(
      { keep: "1\n", gone: "1\n2\n", "old name": LINES, bin: Buffer.from([0, 1, 2]) },
      { at: MONDAY },
    );
    repository.tag("drop-1");
    const first = repository.commit(
      { keep: "1\n2\n3\n", gone: null },
      { at: MONDAY + HOUR, author: "Bø Ås <bo@example.com>", message: "feat: more\n\nBecause." },
    );
    repository.git("mv", "old name", "new\nname");
    const second = repository.commit(
      { bin: Buffer.from([0, 3]), "dir/æ": "x" },
      { at: MONDAY + 2 * HOUR, message: "fix: less" },
    );
    repository.tag("drop-2", { annotated: true });

    const { commits, count, files, cut } = await history({ from: "drop-1", to: "drop-2" });
    assert.deepEqual(commits, [
      {
        sha: second,
        author: { name: "Ana", mail: "ana@example.com" },
        date: MONDAY + 2 * HOUR,
        subject: "fix: less",
        merge: false,
      },
      {
        sha: first,
        author: { name: "Bø Ås", mail: "bo@example.com" },
        date: MONDAY + HOUR,
        subject: "feat: more",
        merge: false,
      },
    ]);
    assert.deepEqual({ count, cut }, { count: 2, cut: false });
    assert.deepEqual(
      files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: "bin", status: "modified", from: null, additions: null, deletions: null },
        { path: "dir/æ", status: "added", from: null, additions: 1, deletions: 0 },
        { path: "gone", status: "deleted", from: null, additions: 0, deletions: 2 },
        { path: "keep", status: "modified", from: null, additions: 2, deletions: 0 },
        { path: "new\nname", status: "renamed", from: "old name", additions: 0, deletions: 0 },
      ],
    );
  });

  it("is everything up to the tag where there is no drop before", async () => {
    for (const format of ["sha1", "sha256"]) {
      repository = TemporaryRepository.make({ init: [`--object-format=${format}`] });
      repository.commit({ a: "1\n" });
      repository.commit({ b: "1\n" });
      repository.tag("drop-1");
      repository.commit({ c: "1\n" });
      const { commits, count, files } = await history({ from: null, to: "drop-1" });
      assert.deepEqual({ commits: commits.length, count }, { commits: 2, count: 2 });
      assert.deepEqual(
        files.map(({ path, additions }) => [path, additions]),
        [
          ["a", 1],
          ["b", 1],
        ],
      );
    }
  });

  it("is empty for two tags on one commit", async () => {
    const commit = repository.commit({ a: "1" });
    assert.deepEqual(await history({ from: commit, to: commit }), {
      commits: [],
      count: 0,
      files: [],
      cut: false,
    });
  });

  it("marks merges", async () => {
    const from = repository.commit({ a: "1" });
    repository.git("checkout", "-q", "-b", "side");
    repository.commit({ b: "1" });
    repository.git("checkout", "-q", "main");
    repository.commit({ c: "1" });
    repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side");
    const { commits, files } = await history({ from, to: "main" });
    assert.deepEqual(commits.map(({ merge }) => merge).filter(Boolean).length, 1);
    assert.equal(commits.length, 3);
    assert.deepEqual(
      files.map(({ path }) => path),
      ["b", "c"],
    );
  });

  it("counts the commits beyond the limit too", async () => {
    const from = repository.commit({ a: "0" });
    for (let i = 1; i <= 5; i++) repository.commit({ a: `${i}` });
    const { commits, count } = await history({ from, to: "HEAD" }, { limit: 2 });
    assert.deepEqual({ commits: commits.length, count }, { commits: 2, count: 5 });
    assert.equal(await countCommits(await repository.open(), { from, to: "HEAD" }), 5);
    assert.equal(await countCommits(await repository.open(), { from: null, to: "HEAD" }), 6);
  });

  it("says when the history is cut inside the drop", async () => {
    for (let i = 0; i < 4; i++) repository.commit({ a: `${i}` });
    repository.tag("drop-1");
    const whole = repository;
    repository = whole.clone("shallow", "--depth=2");
    const { commits, cut } = await history({ from: null, to: "drop-1" });
    assert.deepEqual({ commits: commits.length, cut }, { commits: 2, cut: true });
    const [newest, older] = commits;
    assert.equal((await history({ from: older!.sha, to: newest!.sha })).cut, false);
  });

  it("says so when an end is not there or could be more than a name", async () => {
    repository.commit({ a: "1" });
    await assert.rejects(history({ from: "drop-9", to: "HEAD" }), { name: "HumanError", message: /drop-9/ });
    const opened = await repository.open();
    for (const to of [
      "--output=x",
      "-1",
      "HEAD~1",
      "a..b",
      "^HEAD",
      "HEAD:a",
      "@{-1}",
      "a b",
      "a\nb",
      "a\0b",
      "",
    ]) {
      await assert.rejects(
        history({ from: null, to }),
        { name: "HumanError", message: /names no commit/ },
        to,
      );
      await assert.rejects(changedFiles(opened, { from: to, to: "HEAD" }), { name: "HumanError" }, to);
    }
    assert.equal(existsSync(join(repository.dir, "x")), false);
  });

  it("is not bent by the repository's configuration", async () => {
    const from = repository.commit(
      { a: `${LINES}`, ".gitattributes": "* diff=evil\n" },
      { message: "Ærlig" },
    );
    repository.git("mv", "a", "b");
    repository.commit({}, { message: "Åpen" });
    const { marker } = repository.plantTraps("post-index-change");
    const settings = {
      "log.showSignature": "true",
      "log.follow": "true",
      "log.showRoot": "false",
      "diff.renames": "false",
      "diff.external": `touch ${marker}`,
      "diff.evil.command": `touch ${marker}`,
      "diff.evil.textconv": `touch ${marker}; cat`,
      "i18n.logOutputEncoding": "ISO-8859-1",
      "core.quotePath": "true",
      "color.ui": "always",
      "format.pretty": "fuller",
    };
    for (const [key, value] of Object.entries(settings)) repository.git("config", key, value);
    const { commits, files } = await history({ from, to: "HEAD" });
    assert.deepEqual(
      commits.map(({ subject }) => subject),
      ["Åpen"],
    );
    assert.deepEqual(files, [{ path: "b", status: "renamed", from: "a", additions: 0, deletions: 0 }]);
    assert.equal((await fileHistory(await repository.open(), "b", 9)).length, 1);
    assert.equal(existsSync(marker), false);
  });
});

describe("file in history", () => {
  it("is read as it was, or is null", async () => {
    const repository = TemporaryRepository.make();
    const opened = await repository.open();
    assert.equal(await readFileAt(opened, "HEAD", "a"), null);
    const first = repository.commit({ a: "ø1\n", "d/a:b *": "odd", empty: "" });
    repository.commit({ a: null, big: Buffer.alloc(5 * 1024 * 1024) });
    assert.equal(await readFileAt(opened, first, "a"), "ø1\n");
    assert.equal(await readFileAt(opened, "HEAD", "a"), null);
    assert.equal(await readFileAt(opened, first, "d/a:b *"), "odd");
    assert.equal(await readFileAt(opened, first, "empty"), "");
    for (const path of ["d", "nope", "../a", "a\0b", "--help", ""])
      assert.equal(await readFileAt(opened, first, path), null, path);
    assert.equal(await readFileAt(opened, "nope", "a"), null);
    assert.equal(await readFileAt(opened, "1".repeat(40), "a"), null);
    await assert.rejects(readFileAt(opened, "HEAD", "big"), {
      name: "HumanError",
      message: /larger than 4 MiB/,
    });
    await assert.rejects(readFileAt(opened, "--help", "a"), { name: "HumanError" });
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0a".repeat(32)}\nsize 9\n`;
    repository.commit({ pointer, "no pointer": `See:\n${pointer}` });
    await assert.rejects(readFileAt(opened, "HEAD", "pointer"), {
      message: /^pointer is a pointer to a file in Git LFS/,
    });
    assert.match((await readFileAt(opened, "HEAD", "no pointer"))!, /^See/);
  });

  it("names the commits that changed it, newest first", async () => {
    const repository = TemporaryRepository.make();
    const opened = await repository.open();
    assert.deepEqual(await fileHistory(opened, "p/policy.yaml", 5), []);
    const first = repository.commit({ "p/policy.yaml": "1" });
    repository.commit({ other: "1" });
    const third = repository.commit({ "p/policy.yaml": "2" });
    const fourth = repository.commit({ "p/policy.yaml": null });
    assert.deepEqual(await fileHistory(opened, "p/policy.yaml", 5), [fourth, third, first]);
    assert.deepEqual(await fileHistory(opened, "p/policy.yaml", 2), [fourth, third]);
    for (const path of ["p/*", ":(glob)**", ":/", "nope", "--all"])
      assert.deepEqual(await fileHistory(opened, path, 5), [], path);
  });
});

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
