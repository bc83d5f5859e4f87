import assert from "node:assert/strict";
import fc from "fast-check";
import { forgeOf } from "../../../../src/domain/change/forge.ts";

const SHA = "c".repeat(40);

describe("the pages of a repository", () => {
  for (const [address, web] of [
    ["https://github.com/acme/shop.git", "https://github.com/acme/shop"],
    ["https://ana:token@github.com/acme/shop", "https://github.com/acme/shop"],
    ["git@github.com:acme/shop.git", "https://github.com/acme/shop"],
    ["github.com:acme/shop.git", "https://github.com/acme/shop"],
    ["ssh://git@ssh.github.com:443/acme/shop.git", "https://github.com/acme/shop"],
    ["git://github.com/acme/shop.git/", "https://github.com/acme/shop"],
    ["https://github.example.com/acme/shop", "https://github.example.com/acme/shop"],
    ["https://gitlab.com/acme/team/shop.git", "https://gitlab.com/acme/team/shop"],
    ["ssh://git@gitlab.example.com:2222/acme/shop.git", "https://gitlab.example.com/acme/shop"],
    ["git@bitbucket.org:acme/shop.git", "https://bitbucket.org/acme/shop"],
    ["https://ana@bitbucket.org/acme/shop.git", "https://bitbucket.org/acme/shop"],
    [
      "https://bitbucket.example.com/scm/SHOP/web.git",
      "https://bitbucket.example.com/projects/SHOP/repos/web",
    ],
    [
      "ssh://git@bitbucket.example.com:7999/~ana/web.git",
      "https://bitbucket.example.com/users/ana/repos/web",
    ],
    ["https://codeberg.org/acme/shop.git", "https://codeberg.org/acme/shop"],
    ["http://gitea.example.com:3000/acme/shop.git", "http://gitea.example.com:3000/acme/shop"],
    ["https://acme@dev.azure.com/acme/Shop/_git/web", "https://dev.azure.com/acme/Shop/_git/web"],
    ["git@ssh.dev.azure.com:v3/acme/My%20Shop/web", "https://dev.azure.com/acme/My%20Shop/_git/web"],
    ["https://acme.visualstudio.com/Shop/_git/web", "https://acme.visualstudio.com/Shop/_git/web"],
  ] as const) {
    it(`are known by ${address}`, () => assert.equal(forgeOf(address)?.web, web));
  }

  it("are not known of another host, of a path, or of what is no address", () => {
    for (const address of [
      "https://git.example.com/acme/shop.git",
      "https://notgithub.com.evil.test/acme/shop",
      "https://github.com/acme",
      "https://github.com/acme/../shop)](x",
      "git@github.com:acme/sh op.git",
      "/srv/github.com/acme/shop.git",
      "C:\\git\\github.com\\shop",
      "../github.com/acme/shop.git",
      "file:///srv/github.com/acme/shop",
      "ext::sh -c x",
      "",
    ])
      assert.equal(forgeOf(address), null, address);
    assert.equal(forgeOf(null), null);
  });

  it("have the names that each forge gives them", () => {
    const pages = (address: string) => {
      const forge = forgeOf(address)!;
      const all = [
        forge.commit(SHA),
        forge.issue("1"),
        forge.pull("2"),
        forge.release("v2", "v1"),
        forge.release("v1", null),
      ];
      return all.map((page) => page.replace(forge.web, ""));
    };
    assert.deepEqual(pages("git@github.com:acme/shop"), [
      `/commit/${SHA}`,
      "/issues/1",
      "/pull/2",
      "/compare/v1...v2",
      "/releases/tag/v1",
    ]);
    assert.deepEqual(pages("git@gitlab.com:acme/shop"), [
      `/-/commit/${SHA}`,
      "/-/issues/1",
      "/-/merge_requests/2",
      "/-/compare/v1...v2",
      "/-/tags/v1",
    ]);
    assert.deepEqual(pages("git@codeberg.org:acme/shop"), [
      `/commit/${SHA}`,
      "/issues/1",
      "/pulls/2",
      "/compare/v1...v2",
      "/releases/tag/v1",
    ]);
    assert.deepEqual(pages("git@bitbucket.org:acme/shop"), [
      `/commits/${SHA}`,
      "/issues/1",
      "/pull-requests/2",
      "/branches/compare/v2%0Dv1",
      "/src/v1",
    ]);
    assert.equal(
      forgeOf("https://dev.azure.com/acme/Shop/_git/web")!.issue("7"),
      "https://dev.azure.com/acme/Shop/_workitems/edit/7",
    );
  });

  it("hold no password, and nothing that would end a link, whatever the tag", () => {
    const name = fc.oneof(fc.string(), fc.constantFrom("cart/v1", "v1)](x", "a\\b", "<x>", "\ud800"));
    const address = fc.constantFrom(
      "https://u:hunter2@github.com/a/b",
      "git@gitlab.com:a/b",
      "https://u:hunter2@dev.azure.com/a/b/_git/c",
      "https://u:hunter2@bitbucket.org/a/b",
      "https://u:hunter2@bitbucket.example.com/scm/a/b",
    );
    fc.assert(
      fc.property(address, name, name, (each, tag, previous) => {
        const forge = forgeOf(each)!;
        for (const page of [forge.release(tag, previous), forge.release(tag, null)]) {
          assert.match(page, /^https:\/\/[\w./%?=&~-]+$/);
          assert.doesNotMatch(page, /hunter2/);
        }
      }),
    );
  });
});
