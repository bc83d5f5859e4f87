import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeText, jsonText, withoutRunCommands } from "../../../../src/terminal/call/output.ts";

/** Whether GitHub's runner takes a line for a command: as its ActionCommand parses them, version 2 and 1. */
const isGitHubCommand = (line: string) =>
  /^[\s\u0085]*::/.test(line) || /##\[.*\]/.test(line) || /##(?:vso|teamcity)\[/.test(line);

const lines = (text: string) => text.split(/\r\n|\r|\n|\u2028|\u2029/);

describe("what the command line says", () => {
  it("is no command of a run, wherever it stands in a line", () => {
    for (const text of [
      "::error::x",
      "  ::set-output name=a::b",
      "\u00a0\u3000::add-mask::x",
      "\u200b::error::x",
      "a\n::error::x\r\n::error::y",
      "a ##[set-output name=a]b ##[add-mask]x",
      "###[error]x",
      "##[##[error]x]",
      "##\u200b[error]x",
      "#\u200d#[error]x",
      "##vso[task.setvariable variable=a]b",
      "##teamcity[message text='x']",
      "\u001b[31m::error::x",
      "a\r::error::x",
      "a\u2028::error::x",
      "::::error::x",
    ]) {
      const inert = escapeText(text, true);
      assert.ok(!lines(inert).some(isGitHubCommand), JSON.stringify(inert));
    }
    const section = escapeText("\u001b[0Ksection_start:1:x\r\u001b[0K", false);
    assert.equal(section, " [0Ksection start:1:x  [0K");
  });

  it("says the same to people", () => {
    assert.equal(
      escapeText("## Risk\n\n- `a::b` C++ std::vector #1 [x]\ttab\r\n", false),
      "## Risk\n\n- `a::b` C++ std::vector #1 [x]\ttab\r\n",
    );
    assert.equal(escapeText("::error::x", false), ": :error::x");
    assert.equal(escapeText("see ##[x]", false), "see # #[x]");
  });

  it("keeps our own colours where there are any, and no other sequence", () => {
    const red = "\u001b[31mred\u001b[39m";
    assert.equal(escapeText(red, true), red);
    assert.equal(escapeText(red, false), " [31mred [39m");
    assert.equal(escapeText("\u001b[2J\u001b]0;x\u0007\u009b31m\u001b[8mx", true), " [2J ]0;x  31m [8mx");
  });

  it("is only read, whatever it is made of (law)", () => {
    const pieces = fc.constantFrom(
      ":",
      "::",
      "#",
      "##[",
      "##",
      "[",
      "]",
      "error",
      "\n",
      "\r",
      " ",
      "\t",
      "\u200b",
      "\u001b[31m",
      "\u001b",
      "\u2028",
      "\ufeff",
      "\u0085",
      "\u202e",
      "section_start:1:x",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), fc.boolean(), (parts, painted) => {
        const inert = escapeText(parts.join(""), painted);
        assert.ok(!lines(inert).some(isGitHubCommand), JSON.stringify(inert));
        assert.doesNotMatch(inert, /\u202e|\ufeff|\u200b|section_start:/);
        assert.ok(!lines(withoutRunCommands(parts.join(""))).some(isGitHubCommand));
      }),
      { numRuns: 500 },
    );
  });
});

describe("jsonText", () => {
  it("says the same, with nothing that a terminal would obey", () => {
    const value = { title: "a\u001b[2J\u009b31m\u202eb\u2028\ufeffc", n: [1, null] };
    const text = jsonText(value);
    assert.deepEqual(JSON.parse(text), value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that must be gone
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028\ufeff]/);
  });

  it("keeps the data and hides nothing of them, nor a command of a run", () => {
    const value = { tag: "a\u{e0041}\u2066\ufe0f##[error]x ##vso[y]", "##[key]\u200b": "👩‍💻" };
    const text = jsonText(value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[\p{Cf}\p{Default_Ignorable_Code_Point}]|##\w*\[/u);
  });
});
