import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { deliveryTo } from "../../../../src/app/updates/channels.ts";
import { deliver } from "../../../../src/app/updates/delivery.ts";
import type { Channel } from "../../../../src/domain/policy/policy.ts";
import { SELF_SIGNED } from "../../../support/monitoring/selfSigned.ts";
import {
  type Answering,
  inTurn,
  silence,
  status,
  WebhookReceiver,
} from "../../../support/monitoring/webhookReceiver.ts";

const SECRET = "s3cret-token";
const KEY = "0123456789abcdef0123456789abcdef";

async function sendTo(channel: (url: string) => Exclude<Channel, { kind: "clipboard" }>, answer: Answering) {
  const receiver = await WebhookReceiver.start(answer);
  const to = channel(receiver.url);
  const secret = to.kind === "slack" ? `${receiver.url}/services/${SECRET}` : SECRET;
  const pauses: number[] = [];
  const wait = async (ms: number) => pauses.push(ms);
  const send = async () => {
    const delivery = await deliveryTo(to, '{"text":"hello"}', KEY, async () => secret);
    return deliver(delivery, { fetch, timeLimit: 300, wait });
  };
  return { receiver, pauses, send };
}

const webhook = (url: string) =>
  ({ name: "w", kind: "webhook", url: `${url}/in`, secret: "w", body: null }) as const;
const slack = () => ({ name: "s", kind: "slack", secret: "s" }) as const;
const github = (api: string) =>
  ({ name: "g", kind: "github", repository: "acme/checkout", issue: 7, secret: "g", api }) as const;

describe("a message to a webhook", () => {
  it("arrives once, with its key and its secret", async () => {
    const { receiver, send } = await sendTo(webhook, status(204));
    assert.deepEqual(await send(), { tries: 1 });
    const [request] = receiver.requests;
    assert.deepEqual(
      [request!.method, request!.path, request!.body, request!.headers["idempotency-key"]],
      ["POST", "/in", '{"text":"hello"}', KEY],
    );
    assert.equal(request!.headers.authorization, `Bearer ${SECRET}`);
  });

  it("arrives once at a receiver that answers 500 twice and then 200", async () => {
    const { receiver, pauses, send } = await sendTo(webhook, inTurn(status(500), status(503), status(200)));
    assert.deepEqual(await send(), { tries: 3 });
    assert.deepEqual(receiver.messages, ['{"text":"hello"}']);
    assert.ok(pauses[1]! > pauses[0]!);
  });

  it("arrives once at a receiver that is too slow to say so", async () => {
    const { receiver, send } = await sendTo(webhook, inTurn(silence, status(200)));
    assert.deepEqual(await send(), { tries: 2 });
    assert.deepEqual([receiver.requests.length, receiver.messages.length], [2, 1]);
  });

  it("waits as long as the receiver asks for", async () => {
    const { pauses, send } = await sendTo(webhook, inTurn(status(429, { "retry-after": "20" }), status(200)));
    await send();
    assert.deepEqual(pauses, [20_000]);
  });

  it("waits until the instant that the receiver names, by the receiver's own clock", async () => {
    const date = "Mon, 23 Nov 2026 10:00:00 GMT";
    const busy = status(503, { date, "retry-after": "Mon, 23 Nov 2026 10:00:25 GMT" });
    const { pauses, send } = await sendTo(webhook, inTurn(busy, status(200)));
    await send();
    assert.deepEqual(pauses, [25_000]);
    const past = status(503, { date, "retry-after": "Mon, 23 Nov 2026 09:00:00 GMT" });
    const late = await sendTo(webhook, inTurn(past, status(200)));
    await late.send();
    assert.deepEqual(late.pauses, [1000]);
  });

  it("is given up in the end, and in words without the secret", async () => {
    const { receiver, send } = await sendTo(webhook, status(500));
    await assert.rejects(send(), /answered 500\. Tried 4 times; a further try is safe/);
    assert.equal(receiver.requests.length, 4);
    const refused = await sendTo(slack, status(403));
    await assert.rejects(refused.send(), (error: Error) => {
      assert.match(error.message, /does not accept the secret \(403\)/);
      assert.ok(!error.message.includes(SECRET));
      return true;
    });
    assert.equal(refused.receiver.requests.length, 1);
    const { receiver: gone, send: sendNowhere } = await sendTo(webhook, status(200));
    gone.stop();
    await assert.rejects(sendNowhere(), /refused the connection/);
  });

  it("is given up at once where the certificate is not to be trusted", async () => {
    const server = createServer(SELF_SIGNED, (_, response) => response.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { pauses, send } = await sendTo(() => webhook(`https://localhost:${port}`), status(200));
    await assert.rejects(send(), /The TLS certificate of localhost:\d+ is self-signed.*\.$/);
    assert.deepEqual(pauses, []);
    server.close();
  });

  it("is not carried on by a redirect", async () => {
    const other = await WebhookReceiver.start();
    for (const code of [301, 302, 307, 308]) {
      const { receiver, send } = await sendTo(webhook, status(code, { location: `${other.url}/in` }));
      await assert.rejects(send(), new RegExp(`redirects \\(${code}\\), and that is not followed`));
      assert.equal(receiver.requests.length, 1);
    }
    assert.equal(other.requests.length, 0);
  });

  it("does not leave without its secret, or with one that cannot be", async () => {
    const channel = webhook("https://status.example.com");
    await assert.rejects(
      deliveryTo(channel, "{}", KEY, async () => null),
      /DROPCLOCK_SECRET_W/,
    );
    await assert.rejects(
      deliveryTo(channel, "{}", KEY, async () => "a\nb"),
      /is no token/,
    );
    for (const address of ["http://example.com/x", "not an address", "https://u:p@example.com/"]) {
      await assert.rejects(
        deliveryTo(slack(), "x", KEY, async () => address),
        /is no webhook address/,
      );
    }
  });
});

describe("a message to Slack's kind of webhook", () => {
  it("is its text, at the address in the secret", async () => {
    const { receiver, send } = await sendTo(slack, status(200));
    await send();
    assert.equal(receiver.requests[0]!.path, `/services/${SECRET}`);
    assert.deepEqual(JSON.parse(receiver.requests[0]!.body), { text: '{"text":"hello"}' });
    assert.equal(receiver.requests[0]!.headers.authorization, undefined);
  });
});

describe("a comment at GitHub", () => {
  const comments: string[] = [];
  const server =
    (...posts: Answering[]): Answering =>
    (request, _, response) => {
      if (request.method === "GET") {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(comments.map((body) => ({ body }))));
        return;
      }
      comments.push(JSON.parse(request.body).body);
      posts.shift()!(request, 0, response);
    };
  beforeEach(() => comments.splice(0));

  it("is made once, although GitHub knows no keys and the answer got lost", async () => {
    const { receiver, send } = await sendTo(github, server(silence));
    assert.deepEqual(await send(), { tries: 2 });
    assert.equal(comments.length, 1);
    assert.match(comments[0]!, /^\{"text":"hello"\}\n\n<!-- dropclock:[0-9a-f]{32} -->$/);
    assert.equal(
      receiver.requests.at(-1)!.path,
      "/repos/acme/checkout/issues/7/comments?per_page=100&page=1",
    );
    assert.deepEqual(await send(), { tries: 1 });
    assert.equal(comments.length, 1);
  });

  it("is not made again while GitHub cannot tell whether it is there", async () => {
    const lists: Answering[] = [status(200), status(502), status(502)];
    const { receiver, send } = await sendTo(github, (request, n, response) => {
      const answer = request.method === "GET" ? lists.shift() : undefined;
      if (answer === undefined || lists.length === 2) server(silence)(request, n, response);
      else answer(request, n, response);
    });
    assert.deepEqual(await send(), { tries: 4 });
    assert.equal(comments.length, 1);
    assert.equal(receiver.requests.filter(({ method }) => method === "POST").length, 1);
  });

  it("is not made where the secret may not even read", async () => {
    const { receiver, send } = await sendTo(github, status(401));
    await assert.rejects(send(), /does not accept the secret \(401\)/);
    assert.equal(receiver.requests.length, 1);
  });
});
