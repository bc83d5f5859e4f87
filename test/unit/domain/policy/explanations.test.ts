import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { strip } from "../../../../.build/explanations.mjs";
import { inProject } from "../../../support/folders/projectRoot.ts";

describe("a bundle without what explains the policy", () => {
  it("is the code without those calls, whatever stands in them", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
    const text = 'a.meta({ x: ")", y: `${f(")")}` }).optional()\n  .describe("it\\"s (so").min(1)';
    assert.equal(strip(text), "a.optional().min(1)");
    assert.throws(() => strip("a.meta({"), /has no end/);
  });

  it("is whole code in each file of the policy", () => {
    const folder = inProject("src/domain/policy");
    for (const name of readdirSync(folder)) {
      const code = strip(readFileSync(`${folder}/${name}`, "utf8"));
      assert.doesNotThrow(() => transformSync(code, { loader: "ts" }), name);
      assert.doesNotMatch(code, /\.(?:meta|describe)\(/);
    }
  });
});
