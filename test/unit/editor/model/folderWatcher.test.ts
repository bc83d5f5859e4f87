import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FolderWatcher } from "../../../../src/editor/model/folderWatcher.ts";
import { eventually } from "../../../support/eventually.ts";
import { freshFolder } from "../../../support/folders/freshFolder.ts";

describe("the watcher of a folder", () => {
  let root: { path: string; remove: () => void };
  let seen: string[] = [];
  let watcher: FolderWatcher;
  const watch = (...parts: string[]) => {
    watcher = new FolderWatcher(join(root.path, ...parts), (name) => seen.push(name));
  };
  const write = (...parts: string[]) => writeFileSync(join(root.path, ...parts), "");
  const sees = (name: string) =>
    eventually(() => assert.ok(seen.includes(name), `saw ${JSON.stringify(seen)}, not ${name}`));

  beforeEach(() => {
    root = freshFolder("watcher");
    seen = [];
  });
  afterEach(() => {
    watcher.dispose();
    root.remove();
  });

  it("sees what comes, changes and goes", async () => {
    watch();
    write("a");
    await sees("a");
    seen = [];
    rmSync(join(root.path, "a"));
    await sees("a");
  });

  it("sees what comes in a folder that was not there, however fast it was made", async () => {
    watch("refs", "dropclock", "deep");
    mkdirSync(join(root.path, "refs/dropclock/deep"), { recursive: true });
    write("refs", "dropclock", "deep", "ledger");
    await eventually(() => assert.ok(seen.length > 0));
    seen = [];
    write("refs", "dropclock", "deep", "other");
    await sees("other");
  });

  it("goes on when the folder went and came again", async () => {
    mkdirSync(join(root.path, "tags"));
    watch("tags");
    rmSync(join(root.path, "tags"), { recursive: true });
    await sees("");
    seen = [];
    mkdirSync(join(root.path, "tags"));
    await sees("");
    seen = [];
    write("tags", "drop-1");
    await sees("drop-1");
  });

  it("waits quietly where a file is in the way", async () => {
    write("a");
    watch("a", "b");
    rmSync(join(root.path, "a"));
    mkdirSync(join(root.path, "a/b"), { recursive: true });
    await sees("");
    seen = [];
    write("a", "b", "c");
    await sees("c");
  });

  it("is silent once it is disposed of", async () => {
    watch();
    watcher.dispose();
    write("a");
    await delay(100);
    assert.deepEqual(seen, []);
  });
});
