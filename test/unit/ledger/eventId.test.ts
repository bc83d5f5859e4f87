import assert from "node:assert/strict";
import { decodeTime } from "ulid";
import { newEventId } from "../../../src/ledger/eventId.ts";

describe("event id", () => {
  it("tells its time and rises within a millisecond, also when the clock goes back", () => {
    const now = Date.parse("2300-01-01T00:00:00Z");
    const ids = [newEventId(now), newEventId(now), newEventId(now - 60_000), newEventId(now + 1)];
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(decodeTime(ids[0]!), now);
    for (const id of ids) assert.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it("does not take the beginning of time for now", () => {
    assert.match(newEventId(0), /^[0-9A-HJKMNP-TV-Z]{26}$/);
  });
});
