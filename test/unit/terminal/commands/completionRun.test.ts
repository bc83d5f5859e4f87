import assert from "node:assert/strict";
import fc from "fast-check";
import { completionAt, completionText, cursorIn } from "../../../../src/terminal/commands/completionRun.ts";
import { COMMANDS } from "../../../../src/terminal/commands.ts";

const at = (...words: string[]) => cursorIn(words.slice(0, -1), words.at(-1) ?? "", COMMANDS);
const placeholderAt = (...words: string[]) => {
  const { place } = at(...words);
  return place.kind === "value" ? place.placeholder : place.kind;
};
const noProject = () => Promise.reject(new Error("There is no project here."));
const offered = async (...words: string[]) => {
  const completion = await completionAt(at(...words), COMMANDS, noProject);
  return typeof completion === "string" ? completion : completion.map(({ value }) => value);
};

describe("completion", () => {
  it("tells by the words before the cursor what may stand at it", () => {
    const places: [string[], string][] = [
      [[""], "name"],
      [["incident", ""], "name"],
      [["help", "incident", "sh"], "name"],
      [["incident", "show", ""], "ID"],
      [["incident", "show", "x", ""], "nothing"],
      [["incident", "mark", "x", "mit"], "MILESTONE"],
      [["incident", "note", "x", "a", "b"], "TEXT"],
      [["--json", "gate", "--to", ""], "STAGE"],
      [["gate", "--to=b"], "STAGE"],
      [["gate", "--to", "broad", ""], "TAG"],
      [["gate", "--to=broad", ""], "TAG"],
      [["-C", "elsewhere", "undo", ""], "TAG"],
      [["-C", ""], "DIR"],
      [["undo", "--to", ""], "DROP"],
      [["update", "x", "--send", ""], "CHANNEL"],
      [["incident", "retract", "x", ""], "EVENT"],
      [["gate", "-"], "option"],
      [["gate", "--", "-"], "TAG"],
      [["nonsense", ""], "nothing"],
      [["status", ""], "nothing"],
      [["help", "status", ""], "nothing"],
    ];
    for (const [words, place] of places) assert.equal(placeholderAt(...words), place, words.join(" "));
    assert.equal(at("-C", "elsewhere", "undo", "").directory, "elsewhere");
    assert.equal(at("undo", "--directory=elsewhere", "").directory, "elsewhere");
  });

  it("knows the words that bash has taken apart", async () => {
    assert.deepEqual(await offered("incident", "open", "--severity", "=", "ma"), ["major"]);
    assert.deepEqual(await offered("incident", "open", "--severity", "="), ["critical", "major", "minor"]);
    assert.deepEqual(await offered("incident", "open", "--severity=ma"), ["--severity=major"]);
    assert.equal(
      placeholderAt("incident", "mark", "--at", "2026-11-23T10", ":", "04Z", "x", ""),
      "MILESTONE",
    );
  });

  it("offers what the table of commands holds, and asks no project for it", async () => {
    assert.deepEqual(await offered("incident", "re"), ["resume", "reopen", "retract", "repolicy"]);
    assert.deepEqual(await offered("drop", "promote", "--"), [
      "--drop",
      "--why",
      "--json",
      "--directory",
      "--service",
      "--at",
      "--help",
      "--version",
    ]);
    assert.deepEqual(await offered("drop", "promote", "--drop", "x", "--d"), ["--directory"]);
    assert.deepEqual(await offered("incident", "severity", "x", "m"), ["major", "minor"]);
    assert.deepEqual(await offered("update", "x", "--status", "m"), ["monitoring"]);
    assert.deepEqual(await offered("completion", ""), ["bash", "zsh", "fish", "powershell"]);
    assert.equal(await offered("gate", "--report", ""), "files");
    assert.equal(await offered("publish", "--out", ""), "folders");
    const firsts = (await offered("")) as string[];
    assert.deepEqual(new Set(firsts), new Set([...COMMANDS.map(({ name }) => name.split(" ")[0]), "help"]));
  });

  it("offers only what continues the word, whatever is typed", async () => {
    const known = COMMANDS.flatMap(({ name, options }) => [
      ...name.split(" "),
      ...Object.keys(options ?? {}).map((each) => `--${each}`),
    ]);
    const word = fc.oneof(fc.constantFrom(...known, "=", ":", "--", "-C", "help", ""), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
        const cursor = at(...words);
        const completion = await completionAt(cursor, COMMANDS, noProject).catch(() => []);
        if (typeof completion === "string") return;
        const typed = [cursor.current, cursor.current.slice(cursor.current.indexOf("=") + 1)];
        for (const { value } of completion)
          assert.ok(
            typed.some((each) => value.startsWith(each)),
            value,
          );
      }),
    );
  });

  it("is told to the shell a line each", () => {
    assert.equal(
      completionText([{ value: "a", about: "two\nlines\tof it" }, { value: "b" }]),
      "a\ttwo lines of it\nb\n",
    );
    assert.equal(completionText("files"), ":files\n");
    const [, about = ""] = completionText([{ value: "a", about: "x".repeat(200) }])
      .trimEnd()
      .split("\t");
    assert.equal(about.length, 70);
  });
});
