import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import type { SignalAuth } from "../../../src/domain/policy/signalTerms.ts";
import { FetchHttp, type HttpOptions } from "../../../src/signals/http.ts";
import { proxiedFetch } from "../../../src/signals/proxy.ts";
import { environmentSecrets, ReadingFailed } from "../../../src/signals/secrets.ts";
import { SELF_SIGNED } from "../../support/monitoring/selfSigned.ts";
import { type LocalServer, startServer } from "../../support/monitoring/startExporter.ts";

const NEVER = new AbortController().signal;
const BEARER: SignalAuth = { scheme: "bearer", secret: "prom" };
const TOKEN = "hunter2-hunter2";

async function get(url: string, auth?: SignalAuth, over: Partial<HttpOptions> = {}) {
  const http = new FetchHttp({ fetch, secrets: async () => TOKEN, ...over });
  return http.get(new URL(url), auth, NEVER);
}

/** The sentence of a reading that must fail; it never holds the token. */
async function sentence(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ReadingFailed, String(error));
    assert.doesNotMatch(error.message, /hunter2/);
    assert.match(error.message, /^[^\n]+[.?]$/);
    return error.message;
  }
  return assert.fail("it did not fail");
}

describe("asking a monitoring server", () => {
  const servers: LocalServer[] = [];
  const serve = async (...args: Parameters<typeof startServer>) => {
    const server = await startServer(...args);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  it("shows who asks, by token or by password", async () => {
    const seen: (string | undefined)[] = [];
    const server = await serve(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end("{}");
    });
    await get(server.url);
    await get(server.url, BEARER);
    await get(server.url, { scheme: "basic", secret: "prom" }, { secrets: async () => "me:pä:ss" });
    assert.deepEqual(seen, [
      undefined,
      `Bearer ${TOKEN}`,
      `Basic ${Buffer.from("me:pä:ss").toString("base64")}`,
    ]);
  });

  it("follows a redirect on the same host, and carries nothing to another", async () => {
    const other = await serve((_, response) => response.end("{}"));
    const server = await serve(({ url }, response) => {
      const to = { "/a": "/b", "/c": `${other.url}/x?${TOKEN}`, "/d": "/d", "/e": "http://" }[url ?? ""];
      if (to) response.writeHead(302, { location: to }).end();
      else response.end('{"at":"b"}');
    });
    assert.deepEqual(await get(`${server.url}/a`, BEARER), { status: 200, json: { at: "b" } });
    assert.equal(
      await sentence(get(`${server.url}/c`, BEARER)),
      `${server.host} redirects to another host (${other.host}), and that is not followed; if it is the right one, write its address into the policy.`,
    );
    assert.equal(other.requests, 0);
    assert.match(await sentence(get(`${server.url}/d`)), /redirects in a circle/);
    assert.match(await sentence(get(`${server.url}/e`)), /redirects to no address/);
  });

  it("reads no more than the limit, whatever the server says or packs", async () => {
    const server = await serve(async (_, response) => {
      for (let i = 0; i < 100 && response.writable; i++) response.write("x".repeat(1024));
      response.end();
    });
    assert.match(
      await sentence(get(server.url, undefined, { sizeLimit: 8 * 1024 })),
      /answered with more than 8 KiB; ask for fewer series/,
    );
    assert.deepEqual(await get(server.url), { status: 200, json: undefined });
  });

  it("waits no longer than the limit, for the first byte or for the last", async () => {
    const server = await serve(({ url }, response) => {
      if (url === "/drip") response.write("{");
    });
    for (const path of ["/", "/drip"])
      assert.match(
        await sentence(get(server.url + path, BEARER, { timeLimit: 150 })),
        /did not answer within 0\.15 s/,
      );
  });

  it("says in one sentence what is wrong with the connection", async () => {
    const server = await serve(({ socket }) => socket.destroy());
    assert.match(await sentence(get(server.url)), /broke the connection off/);
    const { url } = server;
    await server.stop();
    assert.match(await sentence(get(url)), /refused the connection; is it running\?/);
    assert.match(
      await sentence(get("http://nowhere.invalid:9090")),
      /nowhere\.invalid:9090 (is not known|could not be)/,
    );
  });

  it("says what is wrong with TLS", async () => {
    const secure = createTlsServer(SELF_SIGNED, (_, response) => response.end("{}"));
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    const { port } = secure.address() as AddressInfo;
    try {
      assert.match(
        await sentence(get(`https://localhost:${port}`, BEARER)),
        /The TLS certificate of localhost:\d+ is self-signed; make its authority known with NODE_EXTRA_CA_CERTS/,
      );
    } finally {
      secure.close();
    }
    const plain = await serve((_, response) => response.end("{}"));
    assert.match(
      await sentence(get(plain.url.replace("http", "https"))),
      /does not speak TLS( as expected)?; is it http and not https\?/,
    );
  });

  const broken: [string, SignalAuth, string | null, RegExp][] = [
    ["is missing", BEARER, null, /There is no secret “prom” for .*DROPCLOCK_SECRET_PROM/],
    ["has a line break", BEARER, `${TOKEN}\n`, /is no token: it has a blank or a line break/],
    ["is no pair", { scheme: "basic", secret: "prom" }, TOKEN, /must be user:password/],
  ];
  for (const [what, auth, secret, wanted] of broken) {
    it(`sends nothing where the secret ${what}`, async () => {
      const server = await serve((_, response) => response.end("{}"));
      assert.match(await sentence(get(server.url, auth, { secrets: async () => secret })), wanted);
      assert.equal(server.requests, 0);
    });
  }

  it("asks for a secret by the server it is for", async () => {
    const asked: string[] = [];
    const server = await serve((_, response) => response.end("{}"));
    await get(`${server.url}/below`, BEARER, {
      secrets: async (...args) => {
        asked.push(args.join(" "));
        return TOKEN;
      },
    });
    assert.deepEqual(asked, [`prom ${server.url}`]);
  });

  describe("through a proxy of the environment", () => {
    it("goes by it for http, and directly where no_proxy says so", async () => {
      const seen: string[] = [];
      const proxy = await serve(({ url, headers }, response) => {
        seen.push(`${url} ${headers["proxy-authorization"]}`);
        response.end('{"by":"proxy"}');
      });
      const server = await serve((_, response) => response.end('{"by":"itself"}'));
      const pair = `Basic ${Buffer.from("me:pass").toString("base64")}`;
      const by = (environment: NodeJS.ProcessEnv) => ({ fetch: proxiedFetch(environment) });
      const http_proxy = proxy.url.replace("//", "//me:pass@");
      assert.deepEqual((await get("http://prom.example/q?a=b", undefined, by({ http_proxy }))).json, {
        by: "proxy",
      });
      assert.deepEqual(seen, [`http://prom.example/q?a=b ${pair}`]);
      const direct = await get(server.url, undefined, by({ http_proxy, no_proxy: "127.0.0.1" }));
      assert.deepEqual(direct.json, { by: "itself" });
      assert.match(
        await sentence(get(server.url, undefined, by({ HTTP_PROXY: "socks5://x" }))),
        /The proxy of the environment is no http or https address/,
      );
    });

    it("speaks TLS with the server itself, through a tunnel", async () => {
      const secure = createTlsServer(SELF_SIGNED, (_, response) => response.end("{}"));
      await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
      const { port } = secure.address() as AddressInfo;
      const tunnels: string[] = [];
      const proxy = createServer().on("connect", (request, socket) => {
        tunnels.push(request.url ?? "");
        if (request.url === "refused.example:443") socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
        else {
          const server = connect(port, "127.0.0.1", () => {
            socket.write("HTTP/1.1 200 OK\r\n\r\n");
            server.pipe(socket).pipe(server);
          });
          for (const end of [server, socket]) end.on("error", () => {});
        }
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      const https_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const through = { fetch: proxiedFetch({ https_proxy }) };
      try {
        // That the certificate is looked at shows that TLS ends at the server and not at the proxy.
        assert.match(await sentence(get(`https://localhost:${port}/q`, BEARER, through)), /is self-signed/);
        assert.match(await sentence(get("https://refused.example/q", BEARER, through)), /answered 403/);
        assert.deepEqual(tunnels, [`localhost:${port}`, "refused.example:443"]);
      } finally {
        proxy.close();
        secure.close();
      }
    });
  });
});

describe("secrets from the environment", () => {
  it("have our prefix, whatever a policy asks for", async () => {
    const environment = { DROPCLOCK_SECRET_TEAM_PROM: "a", AWS_SECRET_ACCESS_KEY: "b", EMPTY: "" };
    const secrets = environmentSecrets(environment);
    assert.equal(await secrets("team-prom", "https://x"), "a");
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => assert.notEqual(await secrets(name, "https://x"), "b")),
    );
  });
});
