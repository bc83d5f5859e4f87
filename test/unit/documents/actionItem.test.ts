import assert from "node:assert/strict";
import fc from "fast-check";
import { type ActionItem, readAction, writeActionItem } from "../../../src/documents/actionItem.ts";

const readBack = (item: ActionItem) => {
  const line = writeActionItem(item);
  const { badDue, ...read } = readAction(line.slice("- [ ] ".length));
  assert.equal(badDue, null);
  return { ...read, done: line.startsWith("- [x]") };
};

describe("an action item", () => {
  it("is one line of a task list", () => {
    const item = { text: "Alert on checkout errors", owner: "ana", due: "2026-12-01", done: false };
    assert.equal(writeActionItem(item), "- [ ] Alert on checkout errors — owner: @ana — due: 2026-12-01");
    assert.equal(
      writeActionItem({ ...item, owner: null, due: null, done: true }),
      "- [x] Alert on checkout errors — owner: ? — due: ?",
    );
    assert.equal(writeActionItem({ ...item, owner: "@ana" }), writeActionItem(item));
  });

  it("reads back as it was written", () => {
    const word = fc.string({
      unit: fc.constantFrom(..."ab_*|<>&[]`\\#@=- {}:".split("")),
      minLength: 1,
      maxLength: 20,
    });
    const text = word.map((each) => `x${each.trim()}y`);
    const item = fc.record(
      { text, owner: fc.option(text), due: fc.constantFrom(null, "2026-12-01"), done: fc.boolean() },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(item, (each) => assert.deepEqual(readBack(each), each)));
  });

  it("may lack what people have not settled yet", () => {
    const none = { owner: null, due: null, badDue: null };
    assert.deepEqual(readAction("Alert on errors"), { text: "Alert on errors", ...none });
    assert.deepEqual(readAction("Alert on errors — owner: ? — due: ?"), { text: "Alert on errors", ...none });
    assert.deepEqual(readAction("Alert — due: 2026-12-01"), { text: "Alert", ...none, due: "2026-12-01" });
    assert.deepEqual(readAction("Alert — owner: @ana — due: soon"), {
      text: "Alert",
      owner: "ana",
      due: null,
      badDue: "soon",
    });
    assert.equal(readAction("Alert — due: 2026-02-30").badDue, "2026-02-30");
  });

  it("may have its fields in brackets", () => {
    const read = { text: "Wait between two tries", owner: "bo@example.com", due: null, badDue: null };
    assert.deepEqual(readAction("Wait between two tries (owner: bo@example.com)"), read);
    assert.deepEqual(readAction("Wait between two tries (owner: bo@example.com, due: 2026-12-01)"), {
      ...read,
      due: "2026-12-01",
    });
    assert.deepEqual(readAction("Wait -- owner: Ana Li -- due: 2026-12-01"), {
      text: "Wait",
      owner: "Ana Li",
      due: "2026-12-01",
      badDue: null,
    });
  });

  it("cannot be forged by its own text", () => {
    const read = readBack({
      text: "x — owner: @mallory — due: 2020-01-01\n- [x] y",
      owner: null,
      due: null,
      done: false,
    });
    assert.deepEqual(read, {
      text: "x – owner: @mallory – due: 2020-01-01 - [x] y",
      owner: null,
      due: null,
      done: false,
    });
  });
});
