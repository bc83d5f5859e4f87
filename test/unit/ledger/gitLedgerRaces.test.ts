import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { MONDAY, TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { personsState } from "../../support/git/untouched.ts";
import { appendInProcess } from "../../support/processes/appendingProcesses.ts";
import { LEDGER_REF } from "../../support/record/ledgerHand.ts";
import { idsOf, stored } from "../../support/record/storedEvents.ts";
import { seeded } from "../../support/seeded.ts";

const WRITERS = 8;
const EVENTS = 25;

describe("git ledger, written by many", () => {
  it("loses no event that was acknowledged, although every fourth writer is killed", async function () {
    this.timeout(300_000);
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    const linked = repository.worktree("linked");
    const before = personsState(repository);
    const random = seeded(8);

    const writers = await Promise.all(
      Array.from({ length: WRITERS }, (_, i) =>
        appendInProcess(repository, {
          dir: i % 2 ? linked : repository.dir,
          name: `writer${i}`,
          count: EVENTS,
          ...(i % 4 === 3 ? { killAfter: 1 + random.below(EVENTS - 2) } : {}),
        }),
      ),
    );

    for (const [i, { killed, code, stderr, acknowledged }] of writers.entries()) {
      assert.equal(killed, i % 4 === 3, stderr);
      if (!killed) assert.deepEqual({ code, count: acknowledged.length }, { code: 0, count: EVENTS }, stderr);
    }
    const ledger = new GitLedger(repository.product(), { now: () => MONDAY });
    const { events, skipped } = await ledger.read();
    const known = new Set(idsOf({ events }));
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    assert.deepEqual(
      acknowledged.filter((id) => !known.has(id)),
      [],
    );
    // The one that a killed writer was about to write may be there or not.
    assert.ok(
      events.length <= acknowledged.length + WRITERS / 4,
      `${events.length} of ${acknowledged.length}`,
    );
    assert.deepEqual(skipped, []);
    assert.equal(repository.git("fsck", "--strict", "--no-dangling"), "");
    assert.equal(Number(repository.git("rev-list", "--count", LEDGER_REF)), events.length);
    // Whoever writes next takes away what the killed ones have left in the queue.
    await ledger.append([stored()]);
    assert.deepEqual(personsState(repository), before);
  });

  it("loses none while git clears up and prunes without mercy, again and again", async function () {
    this.timeout(300_000);
    const repository = TemporaryRepository.make();
    repository.commit({ a: "1" });
    const commonDir = join(repository.dir, ".git");
    const ledger = new GitLedger(repository.product(), { now: () => MONDAY, commonDir });
    await ledger.append([stored()]);
    const script = "while [ ! -e stop ]; do git gc -q --prune=now; done";
    const gc = spawn("sh", ["-c", script], {
      cwd: repository.dir,
      env: repository.environment,
      stdio: "ignore",
    });
    const acknowledged: string[] = [];
    for (let i = 0; i < 25; i++) {
      const event = stored({
        subject: `incident/${i % 3}`,
        by: i % 2 ? "Bo <bo@example.com>" : "Cy <cy@example.com>",
      });
      await ledger.append([event]);
      acknowledged.push(event.id);
    }
    repository.write("stop", "");
    await once(gc, "exit");
    const { events } = await new GitLedger(repository.product(), { now: () => MONDAY }).read();
    const known = new Set(idsOf({ events }));
    assert.deepEqual(
      acknowledged.filter((id) => !known.has(id)),
      [],
    );
    assert.equal(repository.git("fsck", "--strict", "--no-dangling"), "");
  });
});
