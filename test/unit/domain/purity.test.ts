import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";

describe("domain", () => {
  it("has no clock, no randomness and no surroundings of its own", () => {
    const files = globSync("src/domain/**/*.ts");
    assert.ok(files.length > 10);
    for (const file of files) {
      const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      assert.doesNotMatch(code, /Date\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|Temporal\.Now/, file);
    }
  });
});
