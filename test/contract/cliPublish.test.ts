import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredEvent } from "../../src/domain/event/event.ts";
import { GitLedger } from "../../src/ledger/gitLedger.ts";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";
import { stored } from "../support/record/storedEvents.ts";

/** Everything that must not get out, each as people write it. */
const SECRETS = [
  "ana@example.com",
  "Kari Nordmann",
  "https://grafana.corp.example/d/7",
  "kubectl rollout undo deploy/checkout",
  "ghp_0123456789abcdefghij",
  "db-prod-3",
  "+47 22 22 22 22",
  "/etc/checkout/config.yaml",
];
const ALL = SECRETS.join(" ");

describe("dropclock publish", () => {
  let repository: TemporaryRepository;

  beforeEach(() => {
    repository = TemporaryRepository.make();
    repository.commit(
      { "a.txt": "1\n" },
      { message: "feat: carts", author: "Kari Nordmann <kari@example.com>" },
    );
    repository.tag("drop-1");
  });

  async function run(...args: string[]) {
    const { code, stdout, stderr } = await runCommandLine(repository.dir, args);
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
    return { stdout: stdout.trim(), stderr };
  }

  const append = (...events: StoredEvent[]) =>
    new GitLedger(repository.product(), { now: Date.now }).append(events);

  /** An event of an incident at a time of day. */
  function event(id: string, type: string, time: string, data: Record<string, unknown> = {}): StoredEvent {
    const at = `2026-11-23T${time}:00.000Z`;
    return stored({ subject: `incident/${id}`, type, at, recorded: at, data });
  }

  const opening = (id: string, title: string, kind = "real") => [
    event(id, "opened", "10:04", { title, severity: "critical", drop: "drop-1", kind }),
    event(id, "detected", "10:04"),
  ];

  /** An incident that is over. */
  const over = (id: string, title = "Checkout fails", kind = "real") =>
    append(...opening(id, title, kind), event(id, "mitigated", "11:00"), event(id, "resolved", "12:00"));

  const folder = (path = "public/incidents") => join(repository.dir, path);
  const names = (path?: string) => readdirSync(folder(path)).sort();
  const everything = (path?: string) =>
    names(path)
      .map((name) => `${name}\n${readFileSync(join(folder(path), name), "utf8")}`)
      .join("\n");

  it("writes an index, a page for each real incident, and two feeds; the second time nothing", async () => {
    await over("one");
    await over("two", "A drill", "drill");
    await over("three", "A test", "test");
    const { stdout } = await run("publish");
    assert.equal(stdout, "public/incidents: 1 incident; files: 4 new");
    const [page, ...others] = names();
    assert.match(page!, /^2026-11-23-[0-9a-f]{8}\.html$/);
    assert.deepEqual(others, ["feed.json", "feed.xml", "index.html"]);
    assert.match(everything(), /Checkout fails/);
    assert.doesNotMatch(everything(), /A drill|A test/);
    const before = everything();
    assert.equal((await run("publish")).stdout, "public/incidents: 1 incident; files: 4 unchanged");
    assert.equal(everything(), before);
  });

  it("lets nothing out that a person can fill in, wherever they do", async () => {
    repository.write(
      ".dropclock/policy.yaml",
      `version: 1\nservice: ${JSON.stringify(`Checkout of ${SECRETS[0]}`)}\n`,
    );
    const id = "2026-11-23-ana-example-com-ghp-0123456789abcdefghij";
    await append(
      ...opening(id, ALL),
      event(id, "mitigated", "11:00", { how: ALL }),
      event(id, "updated", "11:05", { text: ALL, channel: ALL, status: ALL }),
      event(id, "resolved", "12:00", { text: ALL }),
      event(id, "postmortem", "12:30", { path: ALL, commit: ALL }),
      event(id, "note", "12:31", { text: ALL }),
      event(id, "action", "12:31", { text: ALL, owner: "Liv Ullmann", due: ALL }),
      event(id, "severity", "12:32", { to: "major", why: ALL }),
      event(id, "paused", "12:33", { why: ALL }),
      event(id, "resumed", "12:34", { why: ALL }),
      event(id, "reopened", "12:35", { why: ALL }),
      event(id, "summary", "12:36", { title: "Liv Ullmann broke it", impact: ALL, done: ALL }),
      event(id, "something-newer", "12:37", { title: ALL }),
    );
    const { stderr } = await run("publish");
    assert.match(stderr, /Service is not public: it holds a name and an e-mail address\./);
    assert.match(stderr, /title is left out, for it holds a name/);
    const out = everything();
    for (const secret of [...SECRETS, "Kari", "Nordmann", "Ana", "kubectl", "grafana", "Liv", "drop-1", id])
      assert.ok(!out.toLowerCase().includes(secret.toLowerCase()), `${secret} got out`);
    assert.match(out, /Major incident/);
  });

  it("lets each of them out alone as little as all together", async () => {
    for (const [i, secret] of SECRETS.entries()) await over(`incident-${i}`, `Trouble with ${secret}`);
    const { stdout } = await run("publish");
    assert.match(stdout, new RegExp(`^public/incidents: ${SECRETS.length} incidents;`));
    for (const secret of SECRETS) assert.ok(!everything().includes(secret), `${secret} got out`);
  });

  it("keeps HTML, Markdown and Liquid in a title as text", async () => {
    await over("x", "<script>alert(1)</script> {{ 7 | times: 7 }} {% raw %} *b* & co");
    await run("publish");
    const pages = names().filter((name) => name.endsWith("l"));
    for (const name of pages) {
      const text = readFileSync(join(folder(), name), "utf8");
      assert.doesNotMatch(text, /<script>/);
      assert.match(
        text,
        /&lt;script&gt;alert\(1\)&lt;\/script&gt; \{\{ 7 \| times: 7 \}\} \{% raw %\} \*b\* &amp; co/,
      );
    }
  });

  it("tells what was written for the public, and refuses there what must not get out", async () => {
    await over("leaky", ALL);
    const done = ["--done", "Ana restarted it"];
    const wrong = await runCommandLine(repository.dir, ["incident", "summary", "leaky", ...done]);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /What was done holds a name \(“Ana”\), which must not become public; say it without\./,
    );
    await run(
      "incident",
      "summary",
      "leaky",
      "--title",
      "Payments failed",
      "--impact",
      "One in five could not pay.",
    );
    await run("publish");
    assert.match(everything(), /<h1>Payments failed<\/h1>/);
    assert.match(everything(), /<h2>Impact<\/h2>\n<p>One in five could not pay\.<\/p>/);
    const none = await runCommandLine(repository.dir, ["incident", "summary", "leaky"]);
    assert.equal(none.code, 2);
  });

  it("holds back what customers have not been told of, and says so", async () => {
    await append(...opening("open", "Not told yet"));
    const { stdout, stderr } = await run("publish");
    assert.match(stdout, /0 incidents; files: 3 new/);
    assert.match(stderr, /is held back: Customers have not been told of it yet/);
    assert.doesNotMatch(everything(), /Not told yet/);
  });

  it("writes nothing in a dry run, and tells machines what becomes public and what does not", async () => {
    await over("one");
    const report = JSON.parse((await run("publish", "--dry-run", "--json")).stdout);
    assert.equal(existsSync(folder()), false);
    assert.equal(report.written, false);
    assert.deepEqual([...new Set(report.files.map(({ change }: { change: string }) => change))], ["new"]);
    const [told] = report.incidents;
    assert.deepEqual([told.id, told.public.title, told.heldBack], ["one", "Checkout fails", null]);
    assert.deepEqual(
      told.withheld.map(({ what }: { what: string }) => what),
      ["Drop", "People"],
    );
    assert.equal("openedEvent" in told.public, false);
  });

  it("writes over no file that it did not write, nor over one that somebody changed", async () => {
    await over("one");
    repository.write("public/incidents/index.html", "<h1>mine</h1>\n");
    repository.write("public/incidents/2020-01-01-aaaaaaaa.html", "<h1>mine too</h1>\n");
    const first = await run("publish");
    assert.match(first.stderr, /index\.html was left alone: it is not one of Dropclock's/);
    assert.equal(readFileSync(join(folder(), "index.html"), "utf8"), "<h1>mine</h1>\n");
    const [, page] = names();
    const path = join(folder(), page!);
    const changed = readFileSync(path, "utf8").replace("<h1>", "<h1>Better: ");
    writeFileSync(path, changed);
    const second = await run("publish");
    assert.match(second.stderr, /\.html was left alone: somebody has changed it/);
    assert.equal(readFileSync(path, "utf8"), changed);
    assert.ok(names().includes("2020-01-01-aaaaaaaa.html"));
  });

  it("knows its own again after a checkout that turned the line breaks", async () => {
    await over("one");
    await run("publish");
    for (const name of names()) {
      const path = join(folder(), name);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
    }
    assert.match((await run("publish")).stdout, /files: 4 unchanged/);
  });

  it("takes a page away when its incident is taken back", async () => {
    const [opened, ...rest] = opening("one", "Never happened");
    await append(opened!, ...rest, event("one", "resolved", "12:00"));
    await run("publish");
    await append(event("one", "retracted", "12:01", { event: opened!.id, why: "never happened" }));
    assert.match((await run("publish")).stdout, /0 incidents; files: 3 changed, 1 removed/);
    assert.deepEqual(names(), ["feed.json", "feed.xml", "index.html"]);
  });

  it("writes elsewhere when it is told to, and follows no link out of there", async () => {
    await over("one");
    const out = temporaryFolder();
    await run("publish", "--out", join(out, "site"));
    assert.equal(readdirSync(join(out, "site")).length, 4);
    assert.equal(existsSync(folder()), false);
    symlinkSync(out, folder("public"));
    const linked = await runCommandLine(repository.dir, ["publish"]);
    assert.equal(linked.code, 1);
    assert.match(linked.stderr, /public is a symbolic link, which is not followed; put a real folder there/);
  });

  it("keeps the name of its feed when an older incident becomes public later", async () => {
    const feedId = () => /<id>(.*?)<\/id>/.exec(readFileSync(join(folder(), "feed.xml"), "utf8"))![1];
    const earlier = opening("one", "Held back at first").map((each) => ({
      ...each,
      at: each.at.replace("-23T", "-20T"),
    }));
    await append(...earlier);
    await over("two");
    await run("publish");
    const before = feedId();
    await append(event("one", "resolved", "14:00"));
    assert.match((await run("publish")).stdout, /2 incidents/);
    assert.equal(feedId(), before);
  });

  it("writes nowhere in git's own folder, and nowhere for a folder that nobody named", async () => {
    await over("one");
    symlinkSync(join(repository.dir, ".git"), join(repository.dir, "link"));
    for (const out of [".git", ".git/pages", "link", "link/new/pages"]) {
      const { code, stderr } = await runCommandLine(repository.dir, ["publish", "--out", out]);
      assert.deepEqual([code, /is git's own place/.test(stderr)], [1, true], out);
    }
    assert.equal(existsSync(join(repository.dir, ".git/pages")), false);
    assert.equal((await runCommandLine(repository.dir, ["publish", "--out", ""])).code, 2);
    assert.equal(existsSync(join(repository.dir, "index.html")), false);
  });

  it("ends where a folder cannot be made", async () => {
    await over("one");
    repository.write("file", "");
    for (const out of [
      "file",
      "file/below",
      ...(process.platform === "linux" ? ["/proc/dropclock/x"] : []),
    ]) {
      const { code, stderr } = await runCommandLine(repository.dir, ["publish", "--out", out]);
      assert.deepEqual(
        [code, /cannot be made \(E|file is not a folder; move it/.test(stderr)],
        [3, true],
        out,
      );
    }
  });
});
