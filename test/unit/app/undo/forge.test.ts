import assert from "node:assert/strict";
import { type ForgeHosts, forgeRepository, tokenFor } from "../../../../src/app/undo/forge.ts";

const at = (address: string | null, environment: NodeJS.ProcessEnv = {}, hosts?: ForgeHosts) =>
  forgeRepository(address, environment, hosts);

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
    "https://git.example.com/acme/shop.git",
    "https://gitlab.com/acme",
    "https://gitlab.com.evil.example/acme/shop",
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

  it("may be on any of several servers that the clone's configuration names", () => {
    const hosts = {
      github: ["https://git.example.com", "https://acme.ghe.com"],
      gitlab: ["https://lab.example.com"],
    };
    assert.equal(at("git@git.example.com:acme/shop.git", {}, hosts)!.api, "https://git.example.com/api/v3");
    assert.equal(at("https://acme.ghe.com/acme/shop", {}, hosts)!.api, "https://api.acme.ghe.com");
    const lab = at("git@lab.example.com:group/team/shop.git", {}, hosts)!;
    assert.deepEqual(
      [lab.kind, lab.path, lab.api, lab.web],
      [
        "gitlab",
        "group/team/shop",
        "https://lab.example.com/api/v4",
        "https://lab.example.com/group/team/shop",
      ],
    );
    assert.equal(at("git@other.example.com:acme/shop.git", {}, hosts), null);
  });

  it("is at GitLab's own, or at the one whose pipeline this is", () => {
    assert.equal(at("git@gitlab.com:group/team/shop.git")!.path, "group/team/shop");
    const run = {
      CI_SERVER_URL: "https://lab.example.com/gitlab",
      CI_API_V4_URL: "https://lab.example.com/gitlab/api/v4",
    };
    assert.equal(at("https://lab.example.com/acme/shop.git", run)!.api, run.CI_API_V4_URL);
  });
});

describe("the token of a forge", () => {
  const github = (host: string) => ({ kind: "github" as const, host });
  const gitlab = (host: string) => ({ kind: "gitlab" as const, host });

  it("is the one that is named after its host, else the one that is usual there", () => {
    const environment = {
      GITHUB_TOKEN: "public",
      GH_ENTERPRISE_TOKEN: "enterprise",
      GITLAB_TOKEN: "lab",
      DROPCLOCK_TOKEN_GIT_EXAMPLE_COM: "own",
    };
    assert.equal(tokenFor(github("github.com"), environment), "public");
    assert.equal(tokenFor(github("git.example.com"), environment), "own");
    assert.equal(tokenFor(github("acme.ghe.com"), environment), "enterprise");
    assert.equal(tokenFor(gitlab("gitlab.com"), environment), "lab");
    assert.equal(tokenFor(github("github.com"), {}), null);
  });

  it("goes to no other host than it is for", () => {
    const environment = {
      GITHUB_TOKEN: "public",
      GH_ENTERPRISE_TOKEN: "one",
      GH_HOST: "one.example.com",
      GITLAB_TOKEN: "lab",
    };
    assert.equal(tokenFor(github("two.example.com"), environment), null);
    assert.equal(tokenFor(gitlab("lab.example.com"), environment), null);
    const run = { CI_SERVER_URL: "https://lab.example.com", DROPCLOCK_TOKEN: "project" };
    assert.equal(tokenFor(gitlab("lab.example.com"), run), "project");
    assert.equal(tokenFor(gitlab("gitlab.com"), run), null);
  });
});
