import assert from "node:assert/strict";
import type { Anchor } from "../../../src/git/anchor.ts";
import { releaseBranchesOf } from "../../../src/git/releaseBranch.ts";

const ref = (name: string) => ({ name, oid: `tip of ${name}`, target: null, current: false });
const remote = (name: string) => ref(`refs/remotes/origin/${name}`);
const local = (name: string) => ref(`refs/heads/${name}`);
const ANCHOR: Anchor = {
  remote: "origin",
  branch: "main",
  ref: "refs/remotes/origin/main",
  commit: "tip of refs/remotes/origin/main",
  published: true,
};
const REFS = {
  refs: [
    ...["main", "release-2", "release-10", "release-1.x", "other", "dropclock/undo-v1"].map(remote),
    { ...remote("HEAD"), target: "refs/remotes/origin/main" },
    ...["release-3", "main"].map(local),
  ],
  broken: [],
};

const names = (wanted: string | string[] | null, anchor: Anchor = ANCHOR) => {
  const found = releaseBranchesOf(anchor, wanted, REFS);
  return "missing" in found ? found.missing : found.map(({ name }) => name);
};

describe("the release branches", () => {
  it("are the anchor where the policy names none", () => {
    assert.deepEqual(names(null), ["main"]);
    assert.deepEqual(names("release-2"), ["release-2"]);
  });

  it("come in the order of the patterns, those of one pattern by their versions, each once", () => {
    assert.deepEqual(names(["main", "release-*"]), ["main", "release-1.x", "release-2", "release-10"]);
    assert.deepEqual(names(["release-[0-9]*", "!*.x", "m*", "*"]), [
      "release-2",
      "release-10",
      "main",
      "other",
    ]);
  });

  it("are the remote's, and never one that an undo was made on", () => {
    const found = releaseBranchesOf(ANCHOR, ["*"], REFS);
    assert.ok(!("missing" in found));
    assert.ok(found.every(({ ref }) => ref.startsWith("refs/remotes/origin/")));
    assert.ok(!found.some(({ name }) => /^dropclock|^release-3$|^HEAD$/.test(name)));
    const here = { ...ANCHOR, remote: null, ref: "refs/heads/main" };
    assert.deepEqual(names(["*"], here), ["main", "release-3"]);
  });

  it("are an error with its way out where none matches", () => {
    const shown = "there are: main, other, release-1.x, release-2, release-10.";
    assert.equal(names("gone"), `The policy's branch “gone” is not on origin; ${shown}`);
    assert.equal(
      names(["stable-*", "!stable-0*"]),
      `No branch on origin matches “stable-*, !stable-0*”, the policy's drops.branch; ${shown}`,
    );
  });
});
