import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { isTimeZone, nearestTimeZone } from "../../../../src/domain/policy/calendar.ts";
import { globComplaint, refComplaint, tagPatternComplaint } from "../../../../src/domain/text/gitNames.ts";
import { nearest } from "../../../../src/domain/text/nearest.ts";
import { isWithin, normalPath, pathComplaint } from "../../../../src/domain/text/repositoryPath.ts";

describe("the nearest word", () => {
  const words = ["targets", "timeZone", "warnAt", "drops", "for"];
  const cases: [string, string | null][] = [
    ["targts", "targets"],
    ["tragets", "targets"],
    ["targetss", "targets"],
    ["TARGETS", "targets"],
    ["time_zone", "timeZone"],
    ["time zone", "timeZone"],
    ["warn-at", "warnAt"],
    ["fro", "for"],
    ["x", null],
    ["", null],
    ["--", null],
    ["something", null],
    ["x".repeat(10_000), null],
  ];
  for (const [word, meant] of cases) {
    it(`to ${word.slice(0, 20)} is ${meant}`, () => assert.equal(nearest(word, words), meant));
  }
  it("may be wanted nearer", () => {
    assert.equal(nearest("tarrgetss", words), "targets");
    assert.equal(nearest("tarrgetss", words, 1), null);
  });
  it("is the word itself where it is known (law)", () => {
    fc.assert(fc.property(fc.constantFrom(...words), (word) => assert.equal(nearest(word, words), word)));
    fc.assert(fc.property(fc.string(), (word) => void nearest(word, words)));
  });
});

describe("a time zone", () => {
  for (const name of [
    "UTC",
    "GMT",
    "CET",
    "Europe/Oslo",
    "europe/oslo",
    "America/Argentina/Buenos_Aires",
    "Etc/GMT+5",
    "EST5EDT",
    "Asia/Kathmandu",
  ]) {
    it(`may be ${name}`, () => assert.equal(isTimeZone(name), true));
  }
  for (const name of [
    "",
    "Z",
    "+02:00",
    "-0500",
    "Oslo",
    "BST",
    "IST",
    "PST",
    "UTC+2",
    "GMT-3",
    "Europe/Nowhere",
    "Europe/Oslo ",
    "../etc",
    "x".repeat(200),
  ]) {
    it(`is not ${name.slice(0, 20)}`, () => assert.equal(isTimeZone(name), false));
  }
  it("is guessed from its city, or a slip of the pen", () => {
    assert.equal(nearestTimeZone("Oslo"), "Europe/Oslo");
    assert.equal(nearestTimeZone("new york"), "America/New_York");
    assert.equal(nearestTimeZone("Europe/Berln"), "Europe/Berlin");
    assert.equal(nearestTimeZone("utc"), "UTC");
    assert.equal(nearestTimeZone("BST"), null);
    assert.equal(nearestTimeZone("+02:00"), null);
  });
  it("is asked for without an exception (law)", () => {
    fc.assert(fc.property(fc.string(), (name) => isTimeZone(name) || void nearestTimeZone(name)));
  });
});

describe("the name of a branch", () => {
  const names = [
    "main",
    "release/1.x",
    "a-b",
    "ä",
    "a.b",
    "#1",
    "!x",
    "a+b",
    "{x}",
    "a,b",
    "x'y",
    "-x",
    "a..b",
    "a b",
    "a~",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[b",
    "a\\b",
    "/a",
    "a/",
    "a//b",
    ".a",
    "a/.b",
    "a.lock",
    "a.lock/b",
    "a.",
    "a@{b",
    "a\x01",
    "a\x7f",
    "refs",
    "HEADS",
  ];
  for (const name of names) {
    it(`${JSON.stringify(name)} is judged as git does`, () => {
      const { status } = spawnSync("git", ["check-ref-format", "--branch", name]);
      assert.equal(refComplaint(name) === null, status === 0);
    });
  }
  it("is never an option, whatever it is (law)", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        if (refComplaint(name) === null)
          assert.ok(!name.startsWith("-") && !/[\s:\\]/.test(name) && name !== "");
        void tagPatternComplaint(name);
        void globComplaint(name);
      }),
    );
  });
});

describe("a path of the policy", () => {
  it("stays inside the repository, whatever it is (law)", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      ".",
      "..",
      "/",
      "\\",
      ".git",
      ".GIT",
      "~",
      "C:",
      " ",
      "docs",
      "-",
      "git~1",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = pieces.join("");
        const complaint = pathComplaint(path);
        if (complaint?.replacement !== undefined) assert.equal(pathComplaint(complaint.replacement), null);
        if (complaint) return;
        const normal = normalPath(path);
        assert.notEqual(normal, "");
        assert.ok(!/^[/~-]|\\|:|(^|\/)\.\.?(\/|$)|(^|\/)\.git(\/|$)/i.test(normal), normal);
        assert.equal(pathComplaint(normal), null);
        assert.equal(normalPath(normal), normal);
      }),
      { numRuns: 2000 },
    );
  });
  it("is within a folder or not", () => {
    assert.ok(isWithin("docs/a", "docs"));
    assert.ok(isWithin("Docs", "docs"));
    assert.ok(!isWithin("docs2", "docs"));
    assert.ok(!isWithin("docs", "docs/a"));
  });
});
