import assert from "node:assert/strict";
import { existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { withFileLock } from "../../../../src/app/project/withFileLock.ts";
import { HumanError } from "../../../../src/domain/text/humanError.ts";
import { temporaryFolder } from "../../../support/git/temporaryRepository.ts";
import { smallDisk } from "../../../support/hostile/smallDisk.ts";

/** No process has this id: the highest that Linux gives is 4194304. */
const DEAD = JSON.stringify({ host: hostname(), pid: 4_194_305 });

/** Work of which only one may be going on. */
const WORK = { name: "work", busy: "Somebody is at it", wayOut: "wait for it" };

describe("work under a lock", () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = temporaryFolder();
    lock = join(folder, "dropclock-work.lock");
  });

  /** Many that press at once. Gives how many were at it at the same time, at most, and how many were let in. */
  async function pressed(times: number): Promise<{ atOnce: number; letIn: number }> {
    let [inside, atOnce, letIn] = [0, 0, 0];
    const work = async () => {
      letIn += 1;
      atOnce = Math.max(atOnce, ++inside);
      for (let i = 0; i < 50; i++) await turn();
      inside -= 1;
    };
    const answers = await Promise.allSettled(
      Array.from({ length: times }, () => withFileLock(folder, WORK, work)),
    );
    for (const answer of answers)
      if (answer.status === "rejected") assert.ok(answer.reason instanceof HumanError, answer.reason);
    return { atOnce, letIn };
  }

  it("lets one in at a time, also when a process that is gone has left one behind", async () => {
    for (let round = 0; round < 20; round++) {
      writeFileSync(lock, DEAD);
      const { atOnce, letIn } = await pressed(12);
      assert.equal(atOnce, 1);
      assert.ok(letIn >= 1);
      assert.ok(!existsSync(lock));
    }
  });

  it("leaves none behind on a full disk, which would keep everybody out for a while", async function () {
    const disk = smallDisk();
    if (disk === null) return this.skip();
    const fill = join(disk.path, "fill");
    try {
      writeFileSync(fill, Buffer.alloc(1_000_000));
    } catch {
      // As full as it can be.
    }
    await assert.rejects(
      withFileLock(disk.path, WORK, async () => {}),
      /cannot be written \(ENOSPC\)/,
    );
    rmSync(fill);
    assert.equal(await withFileLock(disk.path, WORK, async () => "done"), "done");
    disk.remove();
  });

  it("takes none away that is only half written", async () => {
    writeFileSync(lock, "");
    await assert.rejects(
      withFileLock(folder, WORK, async () => {}),
      /^HumanError: Somebody is at it; wait for it\.$/,
    );
    // Nobody writes for so long: it was left by a crash.
    const before = new Date(Date.now() - 60_000);
    utimesSync(lock, before, before);
    assert.equal(await withFileLock(folder, WORK, async () => "done"), "done");
  });
});
