import assert from "node:assert/strict";
import fc from "fast-check";
import { type LeakKind, leaksIn, leakWords, namesOf } from "../../../../src/domain/public/leaks.ts";
import { plainText } from "../../../../src/domain/text/plainText.ts";

const findNames = namesOf([
  "Ana Silva <ana.silva@example.com>",
  "Bo <bo@example.com>",
  "Mark Will <mwill@example.com>",
  "Checkout Bot <noreply@example.com>",
  "Contributors <noreply@example.com>",
  "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>",
  "kari@nordmann.example",
  "Øystein Ås <oystein@example.com>",
  // As a Mac may write it: the letter, and its mark after it.
  "Zoe\u0308 Mu\u0308ller <zm@example.com>",
  "José Núñez <jn@example.com>",
  "王伟 <ww@example.com>",
  "田中 太郎 <tt@example.com>",
  "김민수 <kms@example.com>",
]);

const kinds = (text: string) => leaksIn(text, findNames).map(({ kind }) => kind);

const LEAKS: Record<LeakKind, string[]> = {
  "a name": [
    "ask Ana",
    "ANA SILVA knows",
    "silva's change",
    "call Bo",
    "see Mark",
    "kari is on call",
    "Øystein deployed it",
    "by ana.silva",
    "Zoë restarted it",
    "Zoe restarted it",
    "Mueller was late",
    "Muller, then",
    "Jose restarted the shop",
    "asked NUNEZ",
    "Oystein deployed it",
    "王伟重启了服务",
    "昨日田中が再起動した",
    "김민수가 재시작",
  ],
  "an e-mail address": ["write to x@y.org", "ops＠corp.example now", "mailto:a.b+c@d.io"],
  "a handle": ["ask @sre", "deploy@host", "@kim please"],
  "a telephone number": ["call +47 22 22 22 22", "+1 (555) 123-4567"],
  "a link": [
    "see https://grafana.corp/d/1",
    "HTTP://x",
    "www.intra",
    "[run](command:x)",
    "javascript:alert(1)",
    "slack://channel",
  ],
  "the name of a machine": [
    "db-prod-3 is down",
    "on db1.eu.internal",
    "redis:6379",
    "10.0.12.7",
    "fe80::1:2:3:4",
    "localhost",
    "intranet.corp",
    "vault.local",
    "db01 is full",
    "web-03 hangs",
    "payments-db-1 is down",
  ],
  "a path": [
    "in /etc/shop/config",
    "~/shop/x",
    "C:\\shop",
    "\\\\share\\x",
    "see ../src/pay.js",
    "in src/checkout/pay.ts",
    "config/database.yml is wrong",
    "charge.py fails",
    "since pay.js:",
    "the .env is gone",
  ],
  "a command line": [
    "`rm`",
    "$ make deploy",
    "run kubectl get pods",
    "git push --force",
    "with --no-verify",
    "rm -rf it",
    "a && b",
    "$(whoami)",
    "SELECT * FROM orders",
    "DROP TABLE orders",
    "DEBUG=1",
    "psql shop",
    "tar -xf a",
  ],
  "a token": [
    "ghp_0123456789abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9",
    "password: hunter2",
    "the password is hunter2",
    "token=abc",
    "3f786850e387550fdab836ed7e6dc881de23001b",
    "commit 3f78685",
    "aGVsbG8gd29ybGQgMTIzNDU2",
  ],
};

const HARMLESS = [
  "Checkout 5xx",
  "Payments fail for carts with over 100 items",
  "Login answers HTTP 500 and 502",
  "50% of orders are delayed; 5 $ fees are charged twice",
  "API v2.3.1 rejects valid tokens since 10:04",
  "Search is slow (p95 > 3 s)",
  "iOS 17.4.1 crashes, 24/7 support is told and/or waits",
  "The password is refused, and Node.js is not at fault.",
  "Jobs in the queue wait; node 20 and web 3 too",
  "Will not load: may be the bill that is wrong",
  "The Checkout of the service is not there for users – é, 你好, ß",
  "<script>alert(1)</script> {{ 7 * 7 }} *bold* # heading",
];

/** Also what is no character at all. */
const anyText = fc.array(fc.nat({ max: 0xffff })).map((codes) => String.fromCharCode(...codes));

describe("what must not get out with a text", () => {
  for (const [kind, texts] of Object.entries(LEAKS)) {
    it(`is ${kind}`, () => {
      for (const text of texts) assert.ok(kinds(text).includes(kind as LeakKind), `${text}: ${kinds(text)}`);
    });
  }

  it("is not what any title says", () => {
    for (const text of HARMLESS) assert.deepEqual(leaksIn(text, findNames), [], text);
  });

  it("is found wherever it stands, between whatever words", () => {
    const word = fc.constantFrom(
      "checkout",
      "fails",
      "for",
      "carts",
      "since",
      "10:04",
      "–",
      "(",
      ")",
      ",",
      "“",
    );
    const words = fc.array(word, { maxLength: 20 }).map((all) => all.join(" "));
    const leak = fc.constantFrom(
      ...["x@y.org", "https://a.b/c", "db-prod-3", "kubectl get pods", "ghp_0123456789abcdef", "Ana", "@sre"],
      ...["/etc/shop/config", "+47 22 22 22 22", "10.0.0.1", "`ls`"],
    );
    fc.assert(
      fc.property(words, leak, words, (before, secret, after) => {
        assert.ok(leaksIn(`${before} ${secret} ${after}`, findNames).length > 0);
      }),
    );
  });

  it("is found behind characters that nobody sees", () => {
    assert.ok(kinds("ask\u200b Ana\u200b").includes("a name"));
    assert.ok(kinds("see\u202e https://x.test").includes("a link"));
    for (const unseen of ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\u061c", "\u034f"]) {
      assert.ok(kinds(`ask Sil${unseen}va`).includes("a name"), unseen);
      assert.ok(kinds(`run kube${unseen}ctl get pods`).includes("a command line"), unseen);
    }
  });

  it("is not taken apart by what has no width", () => {
    assert.equal(plainText("N\u200b\u00fa\u2060\u00f1\ufeffez"), "Núñez");
    assert.equal(plainText("a\u202eb\u061cc\nd"), "a b c d");
    assert.equal(plainText("🎉🎉🎉", 4), "🎉…");
  });

  it("is found however far behind it stands", () => {
    for (const before of [" ".repeat(5000), "\u200b".repeat(5000), "word ".repeat(3000), "w".repeat(990)]) {
      assert.ok(kinds(`${before} ask Silva`).includes("a name"));
      assert.ok(kinds(`${before} ghp_0123456789abcdef`).includes("a token"));
      assert.ok(kinds(`${before} https://grafana.corp/d/1 ${before}`).includes("a link"));
    }
  });

  it("is told in words", () => {
    assert.equal(
      leakWords(leaksIn("ask Ana at x@y.org, https://a.b", findNames)),
      "a name, an e-mail address and a link",
    );
  });

  it("is found in time that grows with the text alone", () => {
    for (const bad of [
      "a".repeat(50_000),
      "a-".repeat(25_000),
      "a.".repeat(25_000),
      "@".repeat(50_000),
      "0a".repeat(25_000),
      " -".repeat(25_000),
      "select ".repeat(8_000),
    ])
      leaksIn(bad, findNames);
    fc.assert(
      fc.property(anyText, (text) => void leaksIn(text, findNames)),
      { numRuns: 50 },
    );
  });
});
