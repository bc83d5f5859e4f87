import assert from "node:assert/strict";
import { manySharing } from "../support/people/manySharing.ts";

describe("sharing the ledger, written by many", () => {
  it("loses no event that was acknowledged, although a quarter of the writers is killed", async function () {
    this.timeout(300_000);
    const { acknowledged } = await manySharing({ events: 4, seed: 3 });
    assert.ok(acknowledged >= 6 * 4 + 2);
  });
});
