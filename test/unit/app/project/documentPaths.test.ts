import assert from "node:assert/strict";
import fc from "fast-check";
import { safeFileName } from "../../../../src/app/project/documentPaths.ts";

const SAFE = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

describe("a safe file name", () => {
  it("is the name itself where that is tame", () => {
    for (const name of ["2026-11-23-checkout-5xx", "drop-42", "v1.2.3", "2026-11-23-kassen-står-stille"]) {
      assert.equal(safeFileName(name), name);
    }
  });

  it("leads nowhere, whatever the name", () => {
    const hostile = [
      "../../x",
      "/etc/passwd",
      "C:\\x",
      "..",
      ".",
      "",
      "a/b",
      "a\0b",
      "nul",
      "CON.txt",
      "com1",
      "x.",
      " ",
      "-rf",
      ".git",
      "é",
      "x".repeat(4000),
      "ж".repeat(120),
    ];
    for (const name of hostile) {
      const safe = safeFileName(name);
      assert.match(safe, SAFE, name);
      assert.doesNotMatch(safe, RESERVED, name);
      assert.ok(!safe.includes("..") && !safe.endsWith(".") && Buffer.byteLength(safe) <= 180, name);
    }
  });

  it("is another one for another name", () => {
    const part = fc.constantFrom("a", "/", "..", "-", ".", " ", "\\", "nul", "é", "e\u0301");
    const name = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        assert.match(safeFileName(a), SAFE);
        assert.equal(safeFileName(a) === safeFileName(b), a === b);
      }),
      { numRuns: 1000 },
    );
  });
});
