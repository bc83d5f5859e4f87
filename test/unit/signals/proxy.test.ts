import assert from "node:assert/strict";
import { proxyFor } from "../../../src/signals/proxy.ts";

const PROXY = "http://proxy:3128";

describe("the proxy of the environment", () => {
  const cases: [string, NodeJS.ProcessEnv, boolean][] = [
    ["http://prom:9090", { http_proxy: PROXY }, true],
    ["http://prom:9090", { HTTP_PROXY: PROXY }, true],
    ["http://prom:9090", { https_proxy: PROXY }, false],
    ["https://prom", { HTTPS_PROXY: PROXY }, true],
    ["https://prom", { all_proxy: PROXY }, true],
    ["http://prom:9090", {}, false],
    ["http://prom:9090", { http_proxy: "" }, false],
    ["http://prom:9090", { http_proxy: PROXY, no_proxy: "*" }, false],
    ["http://a.corp.example", { http_proxy: PROXY, no_proxy: "other, .corp.example" }, false],
    ["http://corp.example", { http_proxy: PROXY, NO_PROXY: "corp.example" }, false],
    ["http://notcorp.example", { http_proxy: PROXY, no_proxy: "corp.example" }, true],
    ["http://prom:9090", { http_proxy: PROXY, no_proxy: "prom:9090" }, false],
    ["http://prom:9091", { http_proxy: PROXY, no_proxy: "prom:9090" }, true],
    ["https://prom", { https_proxy: PROXY, no_proxy: "prom:443" }, false],
    ["http://[::1]:9090", { http_proxy: PROXY, no_proxy: "::1" }, false],
    ["http://[::1]:9090", { http_proxy: PROXY, no_proxy: "[::1]:9090" }, false],
    ["http://[::1]:9091", { http_proxy: PROXY, no_proxy: "[::1]:9090" }, true],
  ];
  for (const [url, environment, proxied] of cases) {
    it(`is ${proxied ? "taken" : "not taken"} for ${url} with ${JSON.stringify(environment)}`, () => {
      assert.equal(proxyFor(new URL(url), environment), proxied ? PROXY : null);
    });
  }
});
