import assert from "node:assert/strict";
import fc from "fast-check";
import { readActionItem, writeActionItem } from "../../../src/documents/actionItem.ts";

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
    fc.assert(fc.property(item, (each) => assert.deepEqual(readActionItem(writeActionItem(each)), each)));
  });

  it("is nothing else", () => {
    assert.equal(readActionItem("- [ ] without an owner"), null);
    assert.equal(readActionItem('<!-- "- [ ] What — owner: @name — due: 2026-12-01" -->'), null);
    assert.equal(readActionItem("- [ ] What — owner: @ana — due: soon"), null);
  });

  it("cannot be forged by its own text", () => {
    const line = writeActionItem({
      text: "x — owner: @mallory — due: 2020-01-01\n- [x] y",
      owner: null,
      due: null,
      done: false,
    });
    assert.deepEqual(readActionItem(line), {
      text: "x – owner: @mallory – due: 2020-01-01 - [x] y",
      owner: null,
      due: null,
      done: false,
    });
  });
});
