import assert from "node:assert/strict";
import fc from "fast-check";
import { editLines } from "../../../src/documents/frontMatter.ts";
import { normal, readParts, refreshParts, staleParts } from "../../../src/documents/generatedParts.ts";
import { timelineTable } from "../../../src/documents/postmortem.ts";
import { fieldEdit, findAgain, readPostmortem, tickEdit } from "../../../src/documents/postmortemFile.ts";
import { timelineOf } from "../../../src/domain/record/timeline.ts";
import { at, event } from "../../support/record/events.ts";
import { incidentOf, MITIGATED } from "./sampleFacts.ts";

const tick = (text: string, index: number, done = true) => {
  const edit = tickEdit(readPostmortem(text).actions[index]!, done);
  return edit ? editLines(text, [edit]) : text;
};
const set = (line: string, name: "owner" | "due", value: string) =>
  editLines(line, [fieldEdit(line, readPostmortem(line).actions[0]!, name, value)]);

describe("ticking an action", () => {
  it("changes one character, whatever the list and the line endings", () => {
    const text = "# T\r\n\r\n- [ ] one\r\n> * [ ] two\r\n1. [x] three\r\n   + [ ] four\n";
    const bits = [tick(text, 0), tick(text, 1), tick(text, 2, false), tick(text, 3)];
    assert.deepEqual(bits, [
      text.replace("[ ] one", "[x] one"),
      text.replace("[ ] two", "[x] two"),
      text.replace("[x] three", "[ ] three"),
      text.replace("[ ] four", "[x] four"),
    ]);
    assert.equal(tick(text, 2, true), text);
  });

  it("touches no other byte of any document", () => {
    const line = fc.constantFrom(
      "- [ ] a",
      "  - [x] b",
      "text",
      "",
      "```",
      "> - [ ] c",
      "| t |",
      "<!--",
      "-->",
      "---",
      "\u00a0é\u2028x",
    );
    const ending = fc.constantFrom("\n", "\r\n", "\r");
    const lines = fc.array(fc.tuple(line, ending), { maxLength: 20 });
    fc.assert(
      fc.property(lines, fc.nat(), (parts, n) => {
        const text = parts.flat().join("");
        const { actions } = readPostmortem(text);
        if (actions.length === 0) return;
        const action = actions[n % actions.length]!;
        const ticked = tick(text, n % actions.length, !action.done);
        assert.equal(ticked.length, text.length);
        const changed = [...text].filter((letter, i) => letter !== [...ticked][i]);
        assert.equal(changed.length, 1);
        assert.equal(readPostmortem(ticked).actions[n % actions.length]!.done, !action.done);
      }),
    );
  });

  it("finds an action again that has moved, and refuses to guess", () => {
    const seen = readPostmortem("- [ ] a\n- [ ] b\n").actions[1]!;
    assert.equal(findAgain("# T\n\n- [ ] a\n- [ ] b\n", seen).line, 3);
    assert.throws(() => findAgain("- [ ] a\n- [ ] b!\n", seen), /changed in the meantime/);
    assert.throws(() => findAgain("- [ ] b\n\ntext\n\n- [ ] b\n", seen), /changed in the meantime/);
  });
});

describe("filling in an action", () => {
  it("puts a field where it stands, or where it belongs", () => {
    assert.equal(set("- [ ] A", "owner", "@ana"), "- [ ] A — owner: @ana");
    assert.equal(set("- [ ] A — owner: ? — due: ?", "owner", "@ana"), "- [ ] A — owner: @ana — due: ?");
    assert.equal(
      set("- [ ] A — owner: ? — due: ?", "due", "2026-12-01"),
      "- [ ] A — owner: ? — due: 2026-12-01",
    );
    assert.equal(set("- [ ] A — due: soon  ", "due", "2026-12-01"), "- [ ] A — due: 2026-12-01  ");
    assert.equal(
      set("- [ ] A — due: 2026-12-01", "owner", "@ana"),
      "- [ ] A — owner: @ana — due: 2026-12-01",
    );
    assert.equal(set("- [ ] A (owner: , due: x)", "owner", "@ana"), "- [ ] A (owner: @ana, due: x)");
    assert.equal(
      set("- [ ] A **due:** soon. (#1)", "due", "2026-12-01"),
      "- [ ] A **due:** 2026-12-01. (#1)",
    );
    assert.equal(set("- [ ] A [due: **soon**] @bo", "owner", "@ana"), "- [ ] A [due: **soon**] @ana");
    assert.equal(set("- [ ] A\r\n  more\r\n", "owner", "@ana"), "- [ ] A\r\n  more — owner: @ana\r\n");
  });
});

describe("the generated parts of a document", () => {
  const NOW = at("15:00");
  const document = (table: string, ending = "\n") =>
    ["Before  ", "<!-- dropclock:timeline -->", table, "<!-- /dropclock:timeline -->", "", "> after é", ""]
      .join("\n")
      .replaceAll("\n", ending);
  const events = MITIGATED();
  const before = timelineOf(incidentOf(events), NOW);
  const note = event("note", at("12:40"), { data: { text: "the graph | is calm" }, recorded: at("14:00") });
  const slip = events.at(-1)!;
  const retracted = event("retracted", at("13:30"), { data: { event: slip.id, why: "wrong" } });
  const after = timelineOf(incidentOf([...events, note, retracted]), NOW);

  const linesOf = (timeline: typeof before) => timelineTable(timeline).split("\n");
  const known = new Set([...linesOf(before), ...linesOf(after)].map(normal));
  const refresh = (content: string, timeline: typeof before) =>
    refreshParts(content, new Map([["timeline", linesOf(timeline)]]), "p.md", (_, line) => known.has(line));

  it("are brought up to date, and nothing else", () => {
    for (const ending of ["\n", "\r\n"]) {
      const old = document(timelineTable(before), ending);
      assert.equal(refresh(old, after).text, document(timelineTable(after), ending));
      assert.deepEqual(refresh(old, after).changed, ["timeline"]);
      assert.deepEqual(refresh(old, before), { text: old, changed: [] });
    }
    assert.equal(refresh(document(""), after).text, document(timelineTable(after)));
  });

  it("are left alone where somebody wrote between their markers", () => {
    const mine = document(`${timelineTable(before)}\n| 12:50 | we called them | Ana |`);
    assert.throws(() => refresh(mine, after), /p\.md:\d+: .*written by hand.*move it below/);
    const mended = document(timelineTable(before).replace("took back drop", "took drop back"));
    assert.throws(() => refresh(mended, after), /written by hand/);
  });

  it("need their markers once each, in order", () => {
    for (const text of [
      "no markers",
      document("") + document(""),
      document("").split("\n").reverse().join("\n"),
    ]) {
      assert.throws(() => refresh(text, after), /once each, in this order/);
    }
  });

  it("are the same to us after a tool has formatted the file", () => {
    const padded = timelineTable(before)
      .replaceAll("| --- | --- | --- |", "| :------- | ---------- | --- |")
      .replaceAll(" | Ana |", "    | Ana |")
      .replace(/\*\(([^)]*)\)\*/g, "_($1)_");
    const formatted = document(`\n${padded}\n`);
    assert.deepEqual(refresh(formatted, before), { text: formatted, changed: [] });
    assert.equal(refresh(formatted, after).text, document(timelineTable(after)));
  });

  it("are told which disagree; what nothing generates is the person's own", () => {
    const text =
      document(timelineTable(before)).replaceAll("dropclock:timeline", "dropclock:clocks") + document("");
    const rendering = (timeline: typeof before) =>
      new Map([
        ["clocks", linesOf(timeline)],
        ["timeline", [""]],
        ["summary", ["no such part in it"]],
      ]);
    const names = (...renderings: ReturnType<typeof rendering>[]) =>
      staleParts(text, renderings).map(({ name }) => name);
    assert.deepEqual(names(rendering(before)), []);
    assert.deepEqual(names(rendering(after)), ["clocks"]);
    assert.deepEqual(names(rendering(after), rendering(before)), []);
    assert.deepEqual(names(new Map()), []);
  });

  it("are the front matter too, by what its fields say, unless the person took all markers out", () => {
    const head = (drop: string) => `---\nincident: a\ndrop: ${drop}\nreviewer: Bo\n---\n`;
    const part = document("nothing yet");
    const rendering = new Map([
      ["incident (front matter)", ["incident: a"]],
      ["drop (front matter)", ['drop: "drop-42"']],
      ["timeline", ["nothing yet"]],
    ]);
    const names = (text: string) => staleParts(text, [rendering]).map(({ name }) => name);
    assert.deepEqual(names(head("'drop-42' # ours") + part), []);
    assert.deepEqual(names(head("drop-41") + part), ["drop (front matter)"]);
    assert.deepEqual(names(head("drop-41")), []);
    const known = (_: string, line: string) => line === "drop: drop-41";
    const { text, changed } = refreshParts(head("drop-41") + part, rendering, "p.md", known);
    assert.deepEqual([text, changed], [head('"drop-42"') + part, ["drop (front matter)"]]);
    assert.throws(() => refreshParts(head("mine") + part, rendering, "p.md", known), /p\.md:3: .*by hand/);
    assert.throws(() => refreshParts(head("drop-41"), rendering, "p.md", known), /once each, in this order/);
  });

  it("do not overlap, and a half one is told at its line", () => {
    const { parts, broken } = readParts(
      "<!-- dropclock:a -->\n<!-- dropclock:b -->\n<!-- /dropclock:a -->\n<!-- /dropclock:b -->\n<!-- dropclock:c -->\n",
    );
    assert.deepEqual(parts, []);
    assert.deepEqual(broken, [
      { name: "a", line: 0 },
      { name: "b", line: 1 },
      { name: "c", line: 4 },
    ]);
  });
});
