import assert from "node:assert/strict";
import fc from "fast-check";
import { eventPath, safeName } from "../../../src/ledger/eventPath.ts";

const ID = "01JDCFXM00ABCDEFGHJKMNPQRS";

describe("event path", () => {
  it("shards by the subject and ends with the id", () => {
    const path = eventPath({ subject: "incident/2026-11-23-checkout-5xx", id: ID });
    assert.match(path, new RegExp(`^incident/[0-9a-f]{2}/2026-11-23-checkout-5xx/${ID}\\.json$`));
    assert.equal(path, eventPath({ subject: "incident/2026-11-23-checkout-5xx", id: ID }));
  });

  it("leaves nothing that git or a file system takes for something special", () => {
    const names = [
      "..",
      ".",
      ".git",
      ".GIT",
      "git~1",
      ".gitmodules",
      "a/../b",
      "a\\b",
      "con",
      "NUL.txt",
      "lpt1",
      "x.",
      "x ",
      "",
      "ÆØÅ",
      "a:b",
      "*",
      "\u200c.git",
      "-x",
      "%2e",
      "\ud800",
    ];
    for (const name of names) {
      const safe = safeName(name);
      assert.match(safe, /^[A-Za-z0-9%_-](?:[A-Za-z0-9%._-]*[A-Za-z0-9%_-])?$/, name);
      assert.doesNotMatch(safe, /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
    }
    assert.equal(safeName("2026.11.23_a-b"), "2026.11.23_a-b");
  });

  it("can be read back as long as it is not cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), (name) => {
        // Each byte takes three letters at most, and what is cut is shorter than the limit as well.
        if (Buffer.byteLength(name) * 3 <= 200) assert.equal(decodeURIComponent(safeName(name)), name);
      }),
    );
  });

  it("cuts long names and keeps them apart", () => {
    const [a, b] = [safeName(`${"é".repeat(250)}a`), safeName(`${"é".repeat(250)}b`)];
    assert.notEqual(a, b);
    for (const safe of [a, b]) {
      assert.ok(safe.length <= 200, `${safe.length}`);
      assert.doesNotMatch(safe, /%(?![0-9A-F]{2})/);
    }
  });
});
