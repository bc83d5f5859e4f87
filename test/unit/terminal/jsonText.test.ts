import assert from "node:assert/strict";
import { jsonText } from "../../../src/terminal/jsonText.ts";

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
