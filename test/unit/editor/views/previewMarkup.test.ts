import assert from "node:assert/strict";
import { HtmlValidate } from "html-validate";
import type { Publication } from "../../../../src/app/documents/publish.ts";
import { PREVIEW_POLICY, previewMarkup } from "../../../../src/editor/views/previewMarkup.ts";
import { at } from "../../../support/record/events.ts";
import { draftOf } from "../../../support/record/publicSample.ts";

const LINKS = { publish: "command:dropclock.publishRecord", summary: (id: string) => `command:x?${id}` };

function publication(title: string, note = "see https://x.test"): Publication {
  const opened = {
    type: "opened",
    at: at("10:04"),
    data: { title, severity: "critical", kind: "real", drop: "drop-1" },
  };
  const rest = [
    { type: "detected", at: at("10:04"), data: {} },
    { type: "note", at: at("10:10"), data: { text: note } },
  ];
  const resolved = { type: "resolved", at: at("12:00"), data: {} };
  return {
    record: {
      site: { service: "Checkout", url: null },
      withheld: [],
      files: new Map(),
      drafts: [draftOf([opened, ...rest, resolved]), draftOf([opened, ...rest])],
    },
    plan: {
      root: "/shop",
      folder: "public/incidents",
      changes: [
        { name: "index.html", change: "kept", why: "it is not one of Dropclock's" },
        { name: "feed.xml", change: "new", why: null },
      ],
    },
  };
}

/** The two sides of the incident that becomes public. */
function sides(markup: string) {
  const incident = markup.slice(markup.lastIndexOf('<section class="side public">'));
  const [left, right] = incident.split('<section class="side inside">');
  return { left: left!, right: right! };
}

describe("the preview of the public record", () => {
  it("shows what becomes public on one side, and what does not on the other", () => {
    const { left, right } = sides(previewMarkup(publication("Checkout fails"), LINKS));
    assert.match(left, /<dt>Title<\/dt><dd>Checkout fails<\/dd>/);
    assert.match(left, /Customers told: missed, not within 1.h/);
    assert.doesNotMatch(left, /x\.test|drop-1|Ana Silva/);
    for (const inside of ["drop-1", "Ana Silva &lt;ana@example.com&gt;", "see https://x.test"])
      assert.ok(right.includes(inside), inside);
  });

  it("shows a title that must not get out, and why, on the inner side alone", () => {
    const { left, right } = sides(previewMarkup(publication("db-prod-3 is down"), LINKS));
    assert.match(left, /<dt>Title<\/dt><dd>Critical incident<\/dd>/);
    assert.match(
      right,
      /<dt>Title<\/dt><dd>db-prod-3 is down <span class="leak">\(it holds the name of a machine: “db-prod-3”\)/,
    );
  });

  it("names the incidents that stay inside as a whole, and the files that are left alone", () => {
    const markup = previewMarkup(publication("Checkout fails"), LINKS);
    assert.match(
      markup,
      /Stay inside as a whole<\/h2>\n<ul>\n<li>Checkout fails <span class="quiet">Customers have not been told/,
    );
    assert.match(markup, /index\.html <span class="leak">left alone: it is not one of Dropclock&#39;s/);
  });

  it("runs nothing, loads nothing, and is valid with whatever words in it", async () => {
    const hostile = "<script>alert(1)</script><a href='command:x'>y</a>\" onload=x {{ 1 }}";
    const markup = previewMarkup(publication(hostile, hostile), LINKS);
    assert.doesNotMatch(markup, /<script|<a href='|\sstyle=|\son\w+="/);
    assert.match(PREVIEW_POLICY, /^default-src 'none'; style-src 'sha256-[^']+'$/);
    const { results } = await new HtmlValidate().validateString(markup);
    assert.deepEqual(
      results.flatMap(({ messages }) => messages.map(({ message, line }) => `${line}: ${message}`)),
      [],
    );
  });
});
