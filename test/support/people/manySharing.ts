import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { personsState } from "../git/untouched.ts";
import { appendInProcess } from "../processes/appendingProcesses.ts";
import { LEDGER_REF } from "../record/ledgerHand.ts";
import { idsOf } from "../record/storedEvents.ts";
import { seeded } from "../seeded.ts";
import { makeTeam, NO_BRANCHES, plantHook } from "./team.ts";

const CLONES = 4;
const PROCESSES = 8;

/**
 * Eight processes on four clones of one remote that refuses every branch, each writing and sharing so many events, a
 * quarter of them killed at a random instant. Throws when one event that was acknowledged is not in every clone after
 * a sync, when the heads differ, or when anything of the person's was touched.
 */
export async function manySharing({ events, seed }: { events: number; seed: number }) {
  const began = performance.now();
  const random = seeded(seed);
  const { bare, mates } = makeTeam(CLONES);
  plantHook(bare, "update", NO_BRANCHES);
  for (const { repository } of mates) repository.write("app.txt", "changed and not committed");
  const before = mates.map(({ repository }) => personsState(repository));

  const writers = await Promise.all(
    Array.from({ length: PROCESSES }, (_, i) =>
      appendInProcess(mates[i % CLONES]!.repository, {
        name: `writer${i}`,
        count: events,
        worker: "shareWorker",
        ...(i % 4 === 3
          ? { killAfter: 1 + random.below(Math.ceil(events * 0.7)), killDelayMs: random.below(300) }
          : {}),
      }),
    ),
  );
  // What the killed ones had started goes on to its end.
  await delay(500);
  for (const { killed, code, stderr, acknowledged } of writers)
    if (!killed) assert.deepEqual({ code, count: acknowledged.length }, { code: 0, count: events }, stderr);
  const writtenMs = performance.now() - began;

  for (let round = 0; round < 2; round++)
    for (const { remote } of mates) {
      const { state, reason } = await remote.sync();
      assert.equal(state, "in-step", reason ?? "");
    }
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  const head = bare.git("rev-parse", LEDGER_REF);
  const commits = mates[0]!.commits;
  for (const [i, mate] of mates.entries()) {
    assert.equal(mate.head, head);
    const content = await mate.ledger.read();
    const known = new Set(idsOf(content));
    assert.deepEqual(
      acknowledged.filter((id) => !known.has(id)),
      [],
    );
    assert.deepEqual(content.skipped, []);
    assert.equal(mate.repository.git("fsck", "--strict", "--no-dangling"), "");
    assert.deepEqual(personsState(mate.repository), before[i]);
    assert.deepEqual((await mate.remote.sync()).fetched, 0);
  }
  assert.equal(mates[0]!.commits, commits);
  assert.equal(bare.git("fsck", "--strict", "--no-dangling"), "");
  const killed = writers.filter((writer) => writer.killed).length;
  return { acknowledged: acknowledged.length, killed, commits, writtenMs: Math.round(writtenMs) };
}
