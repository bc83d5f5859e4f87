import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dropRepository } from "../support/git/dropRepository.ts";
import { inTurn, status, WebhookReceiver } from "../support/monitoring/webhookReceiver.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const NOW = "2026-11-23T10:30:00Z";

const policy = (url: string) => `version: 1
service: Checkout
updates:
  every: 1h
  channels:
    - { name: chat, slack: { secret: chat-webhook } }
    - name: page
      webhook:
        url: ${url}/page
        body: '{ "state": {{ status }}, "message": {{ text }}, "n": {{ number }} }'
    - { name: paste, clipboard: true }
`;

async function scene(receiver: WebhookReceiver) {
  const repository = dropRepository();
  repository.git("config", "user.name", "Ana");
  repository.git("config", "user.email", "ana@example.com");
  repository.commit(
    { ".dropclock/policy.yaml": policy(receiver.url) },
    { at: Date.parse("2026-11-23T09:01:00Z"), message: "chore: policy" },
  );
  const environment = { DROPCLOCK_SECRET_CHAT_WEBHOOK: `${receiver.url}/services/T0/s3cret` };
  const run = (at: string, ...args: string[]) =>
    runCommandLine(repository.dir, [`DROPCLOCK_CLOCK=${at}`, ...args], environment);
  const opening = [
    "--title",
    "Payments fail",
    "--started",
    "2026-11-23T10:00Z",
    "--detected",
    "2026-11-23T10:10Z",
  ];
  const id = (await run(NOW, "incident", "open", ...opening)).stdout.trim();
  const json = async (at: string, ...args: string[]) => {
    const { stdout, stderr } = await run(at, ...args, "--json");
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout);
  };
  const finish = (path: string) => {
    const file = join(repository.dir, path);
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/<!--[\s\S]*?-->/g, "Cards are refused & carts are kept."),
    );
  };
  return { repository, run, json, id, finish };
}

describe("dropclock update", function () {
  // A score of processes each, on a machine that may have other things to do.
  this.timeout(300_000);

  it("writes the next update, sends it once to each channel, and starts the clock of the next", async () => {
    const receiver = await WebhookReceiver.start(inTurn(status(500), status(200)));
    const { repository, run, json, id, finish } = await scene(receiver);
    const first = await json(NOW, "update", id);
    assert.deepEqual(first, { path: `docs/updates/${id}-1.md`, created: true });
    const draft = readFileSync(join(repository.dir, first.path), "utf8");
    assert.match(
      draft,
      /^---\nincident: ".*"\nupdate: 1\nstatus: investigating\n---\n\n# Checkout: Payments fail\n/,
    );
    assert.ok(!/ana|example\.com|drop-2/i.test(draft), draft);
    assert.deepEqual(await json(NOW, "update", id, "--status", "identified"), { ...first, created: false });
    assert.equal(
      readFileSync(join(repository.dir, first.path), "utf8"),
      draft.replace("status: investigating", "status: identified"),
    );

    const open = await run(NOW, "update", id, "--send", "chat", "--yes");
    assert.equal(open.code, 1);
    assert.match(open.stderr, /docs\/updates\/.*-1\.md:\d+: “Who is affected” has an open question/);
    finish(first.path);

    const shown = await run(NOW, "update", id, "--send", "chat");
    assert.equal(shown.code, 1);
    assert.match(shown.stdout, /Target {3}the webhook in the secret “chat-webhook”/);
    assert.match(shown.stdout, /\| \*Identified\*\n {2}\|\n {2}\| \*Checkout: Payments fail\*/);
    assert.match(shown.stdout, /Cards are refused &amp; carts are kept/);
    assert.match(shown.stdout, /Nothing was sent; say yes, or add --yes/);
    assert.ok(!shown.stdout.includes("s3cret"));
    assert.equal(receiver.requests.length, 0);

    const sent = await json(NOW, "update", id, "--send", "chat", "--yes");
    assert.equal(sent.outcome, "sent");
    assert.deepEqual(
      receiver.messages.map((body) => JSON.parse(body)),
      [{ text: sent.text }],
    );
    assert.equal(receiver.requests.length, 2);
    const again = await json("2026-11-23T10:31:00Z", "update", id, "--send", "chat", "--yes");
    assert.equal(again.outcome, "sent before");
    assert.equal(receiver.requests.length, 2);

    const page = await json("2026-11-23T10:32:00Z", "update", id, "--send", "page", "--yes");
    assert.deepEqual(Object.keys(JSON.parse(page.text)), ["state", "message", "n"]);
    assert.equal(JSON.parse(receiver.messages[1]!).state, "identified");

    const { timeline, nextUpdate, publicStatus } = await json("2026-11-23T10:45:00Z", "incident", "show", id);
    const told = timeline
      .map(({ type, data }: { type: string; data: { channel?: string } }) => `${type} ${data.channel ?? ""}`)
      .filter((each: string) => /^(sent|updated)/.test(each));
    assert.deepEqual(told.sort(), ["sent chat", "sent page", "updated chat"]);
    assert.equal(publicStatus, "identified");
    assert.deepEqual(nextUpdate, {
      everyMs: 3_600_000,
      lastAt: "2026-11-23T10:30:00.000Z",
      dueAt: "2026-11-23T11:30:00.000Z",
      remainingMs: 2_700_000,
      overdue: false,
    });
    const late = await json("2026-11-23T11:31:00Z", "status");
    assert.equal(late.incidents[0].nextUpdate.overdue, true);
    assert.match((await run("2026-11-23T11:31:00Z", "status")).stdout, /next update +overdue +1m over +1h/);
    assert.deepEqual(await json(NOW, "update", id), { path: `docs/updates/${id}-2.md`, created: true });
  });

  it("lets nothing of the team's out by itself, and asks twice about what people wrote", async () => {
    const receiver = await WebhookReceiver.start();
    const { repository, run, json, id, finish } = await scene(receiver);
    const title = "Bo (bo@example.com) broke https://wiki.internal/pay with ghp_0123456789abcdef0123";
    await run(NOW, "incident", "mark", id, "mitigated", "--at-time", NOW, "--text", "kubectl rollout undo");
    const other = (await run(NOW, "incident", "open", "--title", title, "--drop", "drop-2")).stdout.trim();
    const { path } = await json(NOW, "update", other);
    const draft = readFileSync(join(repository.dir, path), "utf8").split("\n---\n")[1]!;
    assert.match(draft, /^\n# Checkout: an incident\n/);
    assert.ok(!/bo|example|wiki|ghp_|ana|kubectl|drop-2/i.test(draft), draft);
    finish(path);
    const file = join(repository.dir, path);
    const finished = readFileSync(file, "utf8");
    writeFileSync(file, `${finished}\nAsk Ana at https://wiki.internal/pay.\n`);
    const refused = await run(NOW, "update", other, "--send", "page", "--yes");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /should not get out: it holds .*a link.*Say it without, or add --allow-leaks/,
    );
    assert.equal(receiver.requests.length, 0);
    for (const leak of [
      `${"We are sorry. ".repeat(90)}Ask Ana.`,
      "Ask bo\\@example.com",
      "See https\\://wiki/d/abc",
      "bo&#64;example.com",
    ]) {
      writeFileSync(file, `${finished}\n${leak}\n`);
      const { code, stderr } = await run(NOW, "update", other, "--send", "page", "--yes");
      assert.deepEqual([code, /should not get out/.test(stderr)], [1, true], leak);
    }
    writeFileSync(file, `${finished}\nAsk Ana at https://wiki.internal/pay.\n`);
    const meant = await json(NOW, "update", other, "--send", "page", "--yes", "--allow-leaks");
    assert.equal(meant.outcome, "sent");
  });

  it("puts nothing on record that was not accepted", async () => {
    const receiver = await WebhookReceiver.start(status(404));
    const { run, json, id, finish } = await scene(receiver);
    finish((await json(NOW, "update", id)).path);
    const { code, stderr } = await run(NOW, "update", id, "--send", "page", "--yes");
    assert.equal(code, 3);
    assert.match(stderr, /127\.0\.0\.1:\d+ answered 404\./);
    const { timeline } = await json(NOW, "incident", "show", id);
    assert.ok(timeline.every(({ type }: { type: string }) => type !== "sent" && type !== "updated"));
    const unknown = await run(NOW, "update", id, "--send", "pgae", "--yes");
    assert.deepEqual(
      [unknown.code, unknown.stderr],
      [2, "dropclock: There is no channel “pgae”; did you mean “page”? There are chat, page, paste.\n"],
    );
    const pasted = await json(NOW, "update", id, "--send", "paste", "--yes");
    assert.deepEqual([pasted.outcome, pasted.target], ["sent", "the clipboard"]);
  });

  it("sends once when two press at the same moment", async () => {
    let release: (() => void) | null = null;
    const receiver = await WebhookReceiver.start((_, __, response) => {
      release = () => response.writeHead(200).end();
      arrived();
    });
    let arrived = () => {};
    const here = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { run, json, id, finish } = await scene(receiver);
    finish((await json(NOW, "update", id)).path);
    const first = run(NOW, "update", id, "--send", "page", "--yes");
    await here;
    const second = await run(NOW, "update", id, "--send", "page", "--yes");
    release!();
    assert.deepEqual([second.code, (await first).code], [3, 0]);
    assert.match(
      second.stderr,
      /-1\.md is being sent to page at this moment \(process \d+ on .*\); wait for it/,
    );
    assert.equal((await json(NOW, "update", id, "--send", "page", "--yes")).outcome, "sent before");
    assert.equal(receiver.requests.length, 1);
    const { timeline } = await json(NOW, "incident", "show", id);
    const told = timeline.filter(({ type }: { type: string }) => type === "updated" || type === "sent");
    assert.equal(told.length, 2);
  });

  it("tells a service's name to no channel where it holds what must not get out", async () => {
    const receiver = await WebhookReceiver.start();
    const { repository, run, json, id, finish } = await scene(receiver);
    const channel = `{ name: all, webhook: { url: ${receiver.url}/in } }`;
    const policy = `version: 1\nservice: Checkout of kari@example.com\nupdates: { channels: [${channel}] }\n`;
    repository.commit({ ".dropclock/policy.yaml": policy }, { message: "chore: policy" });
    finish((await json(NOW, "update", id)).path);
    assert.equal((await run(NOW, "update", id, "--send", "all", "--yes")).code, 0);
    assert.equal(JSON.parse(receiver.messages[0]!).service, null);
  });

  it("goes by the proxy of the environment", async () => {
    const proxy = await WebhookReceiver.start(inTurn(status(502), status(200)));
    const nobody = await WebhookReceiver.start();
    const { repository, json, id, finish } = await scene(nobody);
    finish((await json(NOW, "update", id)).path);
    const args = [`DROPCLOCK_CLOCK=${NOW}`, "update", id, "--send", "page", "--yes"];
    const { code } = await runCommandLine(repository.dir, args, { http_proxy: proxy.url, no_proxy: "" });
    assert.equal(code, 0);
    assert.deepEqual([nobody.requests.length, proxy.requests.length], [0, 2]);
    const [request] = proxy.requests;
    assert.deepEqual([request!.method, request!.path], ["POST", `${nobody.url}/page`]);
    assert.equal(JSON.parse(proxy.messages[0]!).state, "investigating");
  });
});
