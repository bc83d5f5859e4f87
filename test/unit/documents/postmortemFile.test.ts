import assert from "node:assert/strict";
import { renderPostmortem } from "../../../src/documents/postmortem.ts";
import { readPostmortem } from "../../../src/documents/postmortemFile.ts";
import { findingsIn, isComplete, requiredSections } from "../../../src/documents/postmortemFindings.ts";
import { builtIn, postmortemFacts } from "./sampleFacts.ts";

const TODAY = "2026-12-01";
const template = await builtIn("postmortem.md");
const required = requiredSections(template.text);
const fresh = renderPostmortem(template, postmortemFacts());
const answered = fresh.replace(/<!-- (?!\/?dropclock:)[\s\S]*?-->/g, "We know that now.");

const found = (text: string, today = TODAY, wanted: readonly string[] = required) =>
  findingsIn(readPostmortem(text), today, wanted);
const kinds = (text: string, today?: string) => found(text, today, []).map(({ kind, from }) => [kind, from]);

describe("a post-mortem as a file", () => {
  it("asks one question a section, fresh from its template", () => {
    const findings = found(fresh);
    assert.ok(findings.length >= 10);
    assert.ok(findings.every(({ kind }) => kind === "open-question"));
    const lines = fresh.split("\n");
    for (const { from } of findings) assert.match(lines[from]!, /^<!-- .*\?/);
    assert.equal(readPostmortem(fresh).incident, "2026-11-23-checkout-5xx");
    assert.equal(readPostmortem(fresh).title, "Checkout 5xx");
  });

  it("is complete once each question is answered, in its place or below it", () => {
    assert.deepEqual(found(answered), []);
    const below = fresh.replace(/(<!-- (?!\/?dropclock:)[\s\S]*?-->)/g, "$1\n\nWe know that now.");
    assert.deepEqual(found(below), []);
  });

  it("must keep the core of its template, and may drop the rest", () => {
    assert.deepEqual(required, ["Summary", "Impact", "Root cause and contributing factors", "Action items"]);
    const without = (title: string) => answered.replace(new RegExp(`## ${title}\n[\\s\\S]*?(?=\n## )`), "");
    assert.deepEqual(found(without("Where we got lucky")), []);
    assert.deepEqual(
      found(without("Impact")).map(({ message }) => message),
      ["There is no section “Impact”; add it."],
    );
    assert.deepEqual(requiredSections("# T\n\n## Sammendrag\n\n## Impact ##\n"), ["Impact"]);
  });

  it("says which sections are empty, and takes a subsection for content", () => {
    const text = "# T\n\n## A\n\n<!-- later -->\n\n## B\n### C\ntext\n\n### D\n";
    assert.deepEqual(kinds(text), [
      ["empty-section", 2],
      ["empty-section", 10],
    ]);
  });

  it("says what an open action lacks, at its line", () => {
    const text = [
      "- [ ] Alert",
      "- [ ] Alarm — owner: @ana — due: 2026-11-30",
      "- [ ] Bell — owner: ana — due: soon",
      "- [x] Done without anybody",
      "  1. [ ] Nested",
      "     on two lines — due: 2026-12-01",
      "",
      "```",
      "- [ ] no action",
      "```",
      "* [X] Also done — owner: bo — due: 2020-01-01",
    ].join("\n");
    assert.deepEqual(kinds(text), [
      ["no-owner", 0],
      ["no-due", 0],
      ["overdue", 1],
      ["bad-due", 2],
      ["no-owner", 4],
    ]);
    const { actions } = readPostmortem(text);
    assert.deepEqual(
      actions.map(({ text: words, line, lastLine }) => [words, line, lastLine]),
      [
        ["Alert", 0, 0],
        ["Alarm", 1, 1],
        ["Bell", 2, 2],
        ["Done without anybody", 3, 3],
        ["Nested on two lines", 4, 5],
        ["Also done", 10, 10],
      ],
    );
  });

  it("is complete although an action is overdue", () => {
    const late = found(
      answered.replace("## Action items\n", "## Action items\n\n- [ ] A — owner: b — due: 2026-01-01\n"),
    );
    assert.deepEqual(
      late.map(({ kind }) => kind),
      ["overdue"],
    );
    assert.ok(isComplete(late));
    assert.ok(!isComplete(found(fresh)));
  });

  it("reads the same with other line endings", () => {
    for (const ending of ["\r\n", "\r"]) {
      assert.deepEqual(found(fresh.replaceAll("\n", ending)), found(fresh));
    }
  });
});
