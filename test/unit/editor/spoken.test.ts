import assert from "node:assert/strict";
import { spoken } from "../../../src/editor/status/spoken.ts";

describe("a length of time said aloud", () => {
  it("has its two largest units, in words", () => {
    const MINUTE = 60_000;
    assert.equal(spoken(30_000), "less than a minute");
    assert.equal(spoken(MINUTE), "1 minute");
    assert.equal(spoken(-72 * MINUTE), "1 hour 12 minutes");
    assert.equal(spoken((2 * 1440 + 60 + 5) * MINUTE), "2 days 1 hour");
  });
});
