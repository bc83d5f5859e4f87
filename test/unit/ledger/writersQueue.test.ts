import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { inWritersQueue } from "../../../src/ledger/writersQueue.ts";
import { temporaryFolder } from "../../support/git/temporaryRepository.ts";

const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

describe("writers' queue", () => {
  let folder: string;
  const ticket = (host: string, pid: number | undefined) => {
    const path = join(folder, `dropclock-writer-000000000000001-${host}-${pid}-x`);
    writeFileSync(path, "");
    return path;
  };

  beforeEach(() => {
    folder = temporaryFolder();
  });

  it("lets a writer through where nobody waits, and leaves nothing behind", async () => {
    let writing = 0;
    const write = () =>
      inWritersQueue(folder, async (waited) => {
        writing += 1;
        assert.equal(writing, 1);
        await new Promise((resolve) => setImmediate(resolve));
        writing -= 1;
        return waited;
      });
    const results: boolean[] = [];
    for (let i = 0; i < 3; i++) results.push(await write());
    assert.deepEqual(results, [false, false, false]);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("waits for who came first", async () => {
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const first = inWritersQueue(folder, async () => {
      begun.resolve();
      await until(() => readdirSync(folder).length === 2);
      order.push("first");
    });
    await begun.promise;
    // Tickets of one millisecond have no order.
    const drawn = Date.now();
    await until(() => Date.now() > drawn);
    await inWritersQueue(folder, async () => order.push("second"));
    await first;
    assert.deepEqual(order, ["first", "second"]);
  });

  it("does not wait for the dead, nor for tickets that are old", async () => {
    const dead = spawnSync("git", ["--version"]).pid;
    ticket(HOST, dead);
    const old = ticket("0badcafe", 1);
    utimesSync(old, 0, 0);
    assert.equal(await inWritersQueue(folder, async (waited) => waited), false);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("ends for whoever fails, and lets those through that may not draw a ticket", async () => {
    await assert.rejects(
      inWritersQueue(folder, async () => {
        throw new RangeError("no");
      }),
      RangeError,
    );
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(await inWritersQueue(join(folder, "nope"), async () => "through"), "through");
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
