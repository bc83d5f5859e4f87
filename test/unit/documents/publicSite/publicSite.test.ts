import assert from "node:assert/strict";
import fc from "fast-check";
import { publicSite } from "../../../../src/documents/publicSite/publicSite.ts";
import type { PublicIncident } from "../../../../src/domain/public/publicIncident.ts";
import { publicSample } from "../../../support/record/publicSample.ts";
import { type Element, readXml } from "../../../support/strictXml.ts";

const RELATIVE = { service: "Checkout", url: null };
const ABSOLUTE = { service: "Checkout", url: "https://status.example.com/incidents/" };
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ATOM = "http://www.w3.org/2005/Atom";

const fileOf = (
  name: string,
  site = ABSOLUTE as { service: string | null; url: string | null },
  incidents = publicSample(),
) => publicSite(site, incidents).get(name)!;

describe("the Atom feed", () => {
  const feedOf = (...args: [site?: typeof RELATIVE | typeof ABSOLUTE, incidents?: PublicIncident[]]) =>
    readXml(fileOf("feed.xml", ...args));

  it("keeps the rules of RFC 4287", () => {
    for (const site of [RELATIVE, ABSOLUTE]) {
      const feed = feedOf(site);
      assert.equal(feed.name, "feed");
      assert.equal(feed.attributes.xmlns, ATOM);
      assertOnce(feed, ["id", "title", "updated", "author"]);
      for (const each of [feed, ...feed.all("entry")]) {
        assert.match(
          each.one("id"),
          /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        assert.match(each.one("updated"), RFC3339);
        assert.notEqual(each.one("title"), "");
        const alternates = each.all("link").filter(({ attributes }) => attributes.rel === "alternate");
        assert.equal(alternates.length, 1);
      }
      for (const entry of feed.all("entry"))
        assertOnce(entry, ["id", "title", "updated", "published", "summary"]);
      const ids = feed.all("entry").map((entry) => entry.one("id"));
      assert.equal(new Set([...ids, feed.one("id")]).size, ids.length + 1);
    }
  });

  it("says of a length that it is a guess, as the page does", () => {
    const [open, ...over] = publicSample();
    const guesses = [open!, ...over.map((each) => ({ ...each, estimated: true }))];
    for (const name of ["feed.xml", "feed.json", "index.html"]) {
      const length = /lasted [^,.<"(]+ \(estimated\)/g;
      assert.equal(fileOf(name, ABSOLUTE, guesses).match(length)?.length, over.length, name);
      assert.doesNotMatch(fileOf(name), /estimated\)/);
    }
  });

  it("names itself and its pages where it is known where they lie", () => {
    const self = feedOf()
      .all("link")
      .find(({ attributes }) => attributes.rel === "self");
    assert.equal(self?.attributes.href, "https://status.example.com/incidents/feed.xml");
    for (const entry of feedOf().all("entry"))
      assert.match(
        entry.all("link")[0]!.attributes.href!,
        /^https:\/\/status\.example\.com\/incidents\/[\d-]+[0-9a-f]{8}\.html$/,
      );
  });

  it("tells when something changed, by the events and never by the clock on the wall", () => {
    const feed = feedOf();
    const newest = feed
      .all("entry")
      .map((entry) => entry.one("updated"))
      .sort()
      .at(-1);
    assert.equal(feed.one("updated"), newest);
    assert.equal(feedOf(ABSOLUTE, []).one("updated"), "1970-01-01T00:00:00Z");
  });

  it("is well-formed whatever people write", () => {
    const text = fc
      .array(fc.nat({ max: 0xffff }), { maxLength: 30 })
      .map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(text, text, (title, impact) => {
        const hostile = publicSample().map((each) => ({ ...each, title, impact }));
        readXml(fileOf("feed.xml", { service: title, url: null }, hostile));
        JSON.parse(fileOf("feed.json", { service: title, url: null }, hostile));
      }),
      { numRuns: 50 },
    );
  });
});

describe("the JSON feed", () => {
  const FEED_KEYS = new Set(
    "_dropclock version title home_page_url feed_url language authors items".split(" "),
  );
  const ITEM_KEYS = new Set(
    "id url title content_text date_published date_modified tags language".split(" "),
  );

  it("keeps the rules of version 1.1", () => {
    const feed = JSON.parse(fileOf("feed.json"));
    assert.equal(feed.version, "https://jsonfeed.org/version/1.1");
    assert.deepEqual(
      Object.keys(feed).filter((key) => !FEED_KEYS.has(key)),
      [],
    );
    assert.equal(typeof feed.title, "string");
    assert.deepEqual(feed.authors, [{ name: "Checkout" }]);
    assert.equal(feed.feed_url, "https://status.example.com/incidents/feed.json");
    assert.equal(feed.items.length, publicSample().length);
    const ids = new Set();
    for (const item of feed.items) {
      assert.deepEqual(
        Object.keys(item).filter((key) => !ITEM_KEYS.has(key)),
        [],
      );
      ids.add(item.id);
      assert.match(item.url, /^https:\/\//);
      assert.match(item.date_published, RFC3339);
      assert.match(item.date_modified, RFC3339);
      assert.equal(typeof item.content_text, "string");
      assert.ok(item.tags.every((tag: unknown) => typeof tag === "string"));
    }
    assert.equal(ids.size, feed.items.length);
  });

  it("tells the same incidents by the same names as the Atom feed", () => {
    const json = JSON.parse(fileOf("feed.json"));
    const atom = readXml(fileOf("feed.xml"));
    assert.deepEqual(
      json.items.map(({ id }: { id: string }) => id),
      atom.all("entry").map((entry) => entry.one("id")),
    );
  });

  it("holds no markup, not even as text", () => {
    const hostile = publicSample().map((each) => ({ ...each, title: "</script><b>&" }));
    const text = fileOf("feed.json", ABSOLUTE, hostile);
    assert.doesNotMatch(text, /[<>&]/);
    assert.equal(JSON.parse(text).items[0].title, "</script><b>&");
  });
});

function assertOnce(element: Element, names: string[]): void {
  for (const name of names) assert.equal(element.all(name).length, 1, name);
}
