import assert from "node:assert/strict";
import { HtmlValidate } from "html-validate";
import { publicSite } from "../../../../src/documents/publicSite/publicSite.ts";
import type { PublicIncident } from "../../../../src/domain/public/publicIncident.ts";
import { publicSample } from "../../../support/record/publicSample.ts";

const SITE = { service: "Checkout", url: null };
const HOSTILE =
  "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp; {{ 7 | times: 7 }} {% raw %} [a](b) **c** ]]> --> \u0000\u0008\ufffe";

const pagesOf = (incidents: readonly PublicIncident[], site = SITE) =>
  [...publicSite(site, incidents)].filter(([name]) => name.endsWith(".html"));

describe("the public pages", () => {
  const validator = new HtmlValidate({ extends: ["html-validate:standard", "html-validate:a11y"] });

  async function assertValid(pages: [string, string][]) {
    for (const [name, text] of pages) {
      const { results } = await validator.validateString(text, name);
      const messages = results.flatMap((result) => result.messages);
      assert.deepEqual(
        messages.map(({ ruleId, message, line }) => `${name}:${line} ${ruleId}: ${message}`),
        [],
      );
    }
  }

  it("are valid HTML", async () => {
    await assertValid(pagesOf(publicSample()));
    await assertValid(pagesOf([]));
  });

  it("keep hostile words as text, valid all the same", async () => {
    const hostile = publicSample().map((each) => ({
      ...each,
      title: HOSTILE,
      impact: HOSTILE,
      done: [HOSTILE],
      moments: each.moments.map((moment) => ({ ...moment, text: moment.kind === "told" ? HOSTILE : null })),
    }));
    const pages = pagesOf(hostile, { service: HOSTILE, url: null });
    await assertValid(pages);
    for (const [, text] of pages) {
      assert.doesNotMatch(text, /<script|<img|onerror=alert\(1\)>|[^\P{Cc}\n]|\ufffe/u);
      assert.match(text, /&lt;script&gt;alert\(1\)/);
      assert.match(text, /\{\{ 7 \| times: 7 \}\}/);
    }
  });

  it("show what customers were told with its time, as it was sent", () => {
    const [first] = publicSample();
    const text = "# Search &amp; Find\n\n- **R&amp;D** works \\*again\\*\n\n2 < 3";
    const moments = first!.moments.map((moment) => (moment.kind === "told" ? { ...moment, text } : moment));
    const [, page] = pagesOf([{ ...first!, moments }]).at(-1)!;
    assert.match(
      page,
      /Customers told.*<time [^>]*>[^<]+<\/time><p class="said">Search &amp; Find\n\n- R&amp;D works \*again\*\n\n2 &lt; 3<\/p><\/li>/,
    );
  });

  it("show of an update no character that turns the reading direction or drives a terminal", () => {
    const [first] = publicSample();
    const text = "\u001b[31mred\u202e\u2066 evil\n  - one\n\u0007two";
    const moments = first!.moments.map((moment) => (moment.kind === "told" ? { ...moment, text } : moment));
    const [, page] = pagesOf([{ ...first!, moments }]).at(-1)!;
    assert.match(page, /<p class="said">\[31mred evil\n {2}- one\ntwo<\/p>/);
  });

  it("are one file each: nothing is loaded, no script runs, no style stands in an attribute", () => {
    for (const [name, text] of pagesOf(publicSample())) {
      assert.doesNotMatch(
        text,
        /<script|<iframe|<form|\son\w+=|\sstyle=|@import|url\(|https?:\/\/(?!www\.w3\.org)/,
        name,
      );
      for (const [, link] of text.matchAll(/href="([^"]*)"/g))
        assert.match(
          link!,
          /^(?:data:image\/svg\+xml|index\.html$|feed\.(?:xml|json)$|\d{4}-\d\d-\d\d-[0-9a-f]{8}\.html$)/,
        );
    }
  });

  it("link to every page, and from every page back", () => {
    const pages = new Map(pagesOf(publicSample()));
    const index = pages.get("index.html")!;
    for (const name of pages.keys()) {
      if (name === "index.html") continue;
      assert.ok(index.includes(`href="${name}"`));
      assert.ok(pages.get(name)!.includes('href="index.html"'));
    }
  });

  it("have names that tell the day and nothing else, and hold when the title changes", () => {
    const names = (incidents: PublicIncident[]) => pagesOf(incidents).map(([name]) => name);
    const before = names(publicSample());
    const after = names(
      publicSample().map((each) => ({ ...each, title: "another", impact: "x", status: "resolved" as const })),
    );
    assert.deepEqual(after, before);
    for (const name of before) assert.match(name, /^(?:index|\d{4}-\d\d-\d\d-[0-9a-f]{8})\.html$/);
  });

  it("are the same bytes for the same incidents", () => {
    assert.deepEqual(publicSite(SITE, publicSample()), publicSite(SITE, publicSample()));
  });
});
