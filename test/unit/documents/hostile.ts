import assert from "node:assert/strict";

/** What a title, a name or a path from elsewhere may hold. */
export const HOSTILE =
  "<img src=x onerror=alert(1)> | [run](command:workbench.action.quit) ![x](http://evil.example/x.png) `rm` {{ now }} {% raw %} --> <!-- /dropclock:timeline -->\n# heading\n- [x] done — owner: @eve — due: 2020-01-01\u001b[31m\u202etxt";

/** Asserts that none of it came to life in a document, and that no table lost its shape. */
export function assertInert(document: string): void {
  assert.doesNotMatch(document, /<img|(?<!\\)\]\(|(?<!\\)`rm|\{\{|\{%|^# heading|\u202e|[^\P{Cc}\n]/mu);
  assert.doesNotMatch(document, /^- \[x\] done/m);
  assert.doesNotMatch(document, /(?<!\\)\[(?![ x]\] |slug\])/);
  assert.equal(document.split("<!-- /dropclock:timeline -->").length <= 2, true);
  assert.equal(document.split("<!--").length, document.split("-->").length);
  for (const table of document.match(/(?:^\|.*\n)+/gm) ?? []) {
    const widths = new Set(
      table
        .trim()
        .split("\n")
        .map((row) => row.match(/(?<!\\)\|/g)!.length),
    );
    assert.equal(widths.size, 1, table);
  }
}
