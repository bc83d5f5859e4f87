import assert from "node:assert/strict";
import { gitHubRepository } from "../../../../src/app/undo/pullRequest.ts";

const at = (address: string | null, environment: NodeJS.ProcessEnv = {}) =>
  gitHubRepository(address, environment);

describe("the repository at GitHub that a remote means", () => {
  for (const address of [
    "https://github.com/acme/shop",
    "https://github.com/acme/shop.git",
    "https://user@github.com/acme/shop.git/",
    "git@github.com:acme/shop.git",
    "ssh://git@github.com/acme/shop.git",
    "ssh://git@ssh.github.com:443/acme/shop.git",
    "git://github.com/acme/shop.git",
  ]) {
    it(`is found in ${address}`, () => {
      const found = at(address)!;
      assert.deepEqual(
        [found.path, found.api, found.web],
        ["acme/shop", "https://api.github.com", "https://github.com/acme/shop"],
      );
    });
  }

  for (const address of [
    null,
    "",
    "/srv/shop.git",
    "C:\\shop",
    "../shop.git",
    "https://gitlab.com/acme/shop.git",
    "https://github.com.evil.example/acme/shop",
    "https://evil.example/github.com/acme/shop",
    "https://github.com/acme",
    "https://github.com/acme/shop/more",
    "https://github.com/../..",
    "https://github.com/a b/shop",
    "git@evil.example:github.com/shop",
  ]) {
    it(`is none in ${address}`, () => assert.equal(at(address), null));
  }

  it("may be on a server of the company's own, which its pipelines name", () => {
    const server = { GITHUB_SERVER_URL: "https://git.example.com" };
    assert.equal(at("git@git.example.com:acme/shop.git"), null);
    assert.equal(at("git@git.example.com:acme/shop.git", server)!.api, "https://git.example.com/api/v3");
    const named = { ...server, GITHUB_API_URL: "https://api.example.com" };
    assert.equal(at("https://git.example.com/acme/shop", named)!.api, "https://api.example.com");
  });
});
