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
    assert.deepEqual(readAction("Wait between two tries, owner bo@example.com."), read);
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

  it("may name people by their names, in a bracket with the day", () => {
    const day = "2026-12-01";
    for (const [words, owner] of [
      ["Wait (Bo, 2026-12-01)", "Bo"],
      ["Wait (bo, 2026-12-01) ", "bo"],
      ["Wait (Bo Ek – due 2026-12-01).", "Bo Ek"],
      ["Wait [2026-12-01, Bo]", "Bo"],
      ["Wait (Bo by 1 December 2026)", "Bo"],
      ["Wait (**José Álvarez-Ruiz**, *2026-12-01*)", "José Álvarez-Ruiz"],
      ["Wait (Bo & Cy, 2026-12-01)", "Bo & Cy"],
      ["Wait (bo@example.com, 2026-12-01)", "bo@example.com"],
      ["Wait (owner Bo, 2026-12-01)", "Bo"],
    ] as const)
      assert.deepEqual(readAction(words), { text: "Wait", owner, due: day, badDue: null }, words);
    assert.equal(readAction("Wait (Bo, 2026-12-01) — owner: @ana").owner, "ana");
    for (const words of [
      "by 2026-12-01",
      "Mon, 2026-12-01",
      "see docs, 2026-12-01",
      "?, 2026-12-01",
      "tbd, 2026-12-01",
    ])
      assert.equal(readAction(`Wait (${words})`).owner, null, words);
    assert.deepEqual(readAction("Look at what broke (since 2026-11-23)").due, null);
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

  describe("has its owner and its date where a person sees them", () => {
    const FORMS = [
      "Alert — owner: @ana — due: 2026-12-09.",
      "Alert — owner: @ana — due: 2026-12-09!",
      "Alert — owner: @ana — due: 2026-12-09 <!-- 7 -->",
      "Alert — owner: @ana — due: **2026-12-09**",
      "Alert — owner: @ana — due: `2026-12-09`",
      "Alert — owner: __ana__ — due: _2026-12-09_.",
      "Alert — due: 2026-12-09 — owner: @ana.",
      "Alert **owner:** @ana **due:** 2026-12-09.",
      "**Alert** – *owner*: @ana – *due*: 2026-12-09",
      "Alert <b>owner:</b> ana; <b>due:</b> 2026-12-09",
      "Alert (due 2026-12-09) @ana",
      "Alert @ana (due 2026-12-09)",
      "Alert [due 2026-12-09] (@ana)",
      "Alert [owner: @ana, due: 2026-12-09]",
      "Alert (owner: @ana; due: 2026-12-09)",
      "Alert {due: 2026-12-09, owner: ana}",
      "@ana: Alert, due 2026-12-09",
      "@ana Alert by 2026-12-09",
      "Alert, Owner: Ana <ana@example.com>, Due: 2026-12-09",
      "Alert — Owner: Ana <ana@example.com> — Due: 2026-12-09",
      "Alert owner: ana due: 2026-12-09",
      "Alert owner:@ana due:2026-12-09",
      "Alert - owner: @ana - due: 2026-12-09",
      "Alert -- owner: ana -- due: 2026-12-09",
      "Alert — @ana — 2026-12-09",
      "Alert (@ana, 2026-12-09)",
      "Alert (2026-12-09, @ana)",
      "Alert → @ana, 2026-12-09",
      "Alert [@ana](https://example.com/ana) due [2026-12-09](https://example.com/day)",
      "Alert — owner: [@ana](https://example.com/ana) — due: 2026-12-09",
      "Due 2026-12-09: Alert — owner: ana",
      "Owner: ana — Alert — due: 2026-12-09",
      "Alert — due by 2026-12-09, owned by @ana",
      "Alert — assignee: @ana — deadline: 9 December 2026",
      "Alert — owner: @ana — due: Wed, 9 Dec 2026",
      "Alert — owner: @ana — due: Dec 9, 2026",
      "Alert — owner: @ana — due: 2026/12/09",
      "Alert — owner: @ana — due: 2026-12-09T10:00Z",
      "Alert — owner: @ana — due: ~~2026-12-01~~ 2026-12-09",
      "Alert — owner: @ana — due: 2026-12-01 → 2026-12-09",
      "Alert 📅 2026-12-09 @ana",
      "Alert [due:: 2026-12-09] [owner:: ana]",
    ];
    for (const form of FORMS)
      it(form, () => {
        const { owner, ...read } = readAction(form);
        assert.equal(owner!.toLowerCase(), "ana");
        assert.deepEqual(read, { text: "Alert", due: "2026-12-09", badDue: null });
      });

    it("keeps what is beside them", () => {
      const ana = { owner: "ana", due: "2026-12-09", badDue: null };
      const beside: [string, string][] = [
        ["Alert — owner: @ana — due: 2026-12-09 (#12)", "Alert (#12)"],
        ["Alert — owner: @ana — due: 2026-12-09 #12", "Alert #12"],
        ["Alert — owner: @ana — due: 2026-12-09 ([#12](https://example.com/12))", "Alert (#12)"],
        ["Alert — owner: @ana — due: 2026-12-09, [PAY-1](https://example.com)", "Alert PAY-1"],
        ["Alert — owner: @ana (SRE) — due: 2026-12-09", "Alert (SRE)"],
        ["Alert. Owner: ana. Due: 2026-12-09.", "Alert."],
      ];
      for (const [form, text] of beside) assert.deepEqual(readAction(form), { text, ...ana }, form);
    });

    it("takes nothing for them that is none", () => {
      const nothing = { owner: null, due: null, badDue: null };
      for (const text of [
        "Fix the outage due to load",
        "Ask the owner of the queue",
        "Roll out by the owner: slowly",
        "Ask @bo for the graph of 2026-11-23",
        "mail bo@example.com about it",
        "Alert (done 2026-11-30)",
        "Alert (since 2026-11-30)",
      ])
        assert.deepEqual(readAction(text), { text, ...nothing });
      assert.equal(readAction("Upgrade `@types/node`").owner, null);
      assert.equal(readAction("Alert <!-- due: 2026-12-09 -->").due, null);
      assert.equal(readAction("Alert — due: 01/12/2026").badDue, "01/12/2026");
      assert.deepEqual(readAction("Alert — owner: TBD — due: tbd"), { text: "Alert", ...nothing });
    });

    it("names several people, teams, and people by their whole names", () => {
      const ownerOf = (who: string) => readAction(`Alert — owner: ${who} — due: 2026-12-09`).owner;
      assert.equal(ownerOf("@ana, @bo"), "ana, bo");
      assert.equal(ownerOf("@acme/sre"), "acme/sre");
      assert.equal(ownerOf("J. Smith."), "J. Smith");
      assert.equal(ownerOf("Ana Li <ana@example.com>"), "Ana Li");
    });
  });
});
