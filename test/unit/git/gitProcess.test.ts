import assert from "node:assert/strict";
import { closeSync, readdirSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Spool } from "../../../src/git/gitProcess.ts";
import { GitLedger } from "../../../src/ledger/gitLedger.ts";
import { MONDAY, TemporaryRepository, temporaryFolder } from "../../support/git/temporaryRepository.ts";
import { smallDisk } from "../../support/hostile/smallDisk.ts";
import { runProcess } from "../../support/processes/runProcess.ts";
import { idsOf, stored } from "../../support/record/storedEvents.ts";

/** With another folder for temporary files. */
async function withTemporaryFolder<T>(folder: string, work: () => Promise<T> | T): Promise<T> {
  const names = ["TMPDIR", "TMP", "TEMP"];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = folder;
  try {
    return await work();
  } finally {
    names.forEach((name, i) => {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    });
  }
}

describe("a spool", () => {
  it("gives what is written while it is written, to the last byte, and leaves no file", async () => {
    const folder = temporaryFolder();
    await withTemporaryFolder(folder, async () => {
      const spool = Spool.make()!;
      const pieces = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1 + i * 997, i));
      const taken: Buffer[] = [];
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const following = spool.follow((chunk) => {
        taken.push(Buffer.from(chunk));
        begin();
      }, ended);
      writeSync(spool.writer, pieces[0]!);
      await begun;
      for (const piece of pieces.slice(1)) writeSync(spool.writer, piece);
      closeSync(spool.writer);
      end();
      await following;
      assert.ok(Buffer.concat(taken).equals(Buffer.concat(pieces)));
      assert.deepEqual(readdirSync(folder), []);
    });
  });

  it("is done without where no temporary file can be made", async () => {
    const ledger = await ledgerOf(10);
    await withTemporaryFolder("/nowhere/at/all", async () => {
      assert.equal(Spool.make(), null);
      await readsAll(ledger);
    });
  });

  it("is done without where the disk for temporary files is full: nothing is missing, nothing comes twice", async function () {
    const ledger = await ledgerOf(3_000);
    const disk = smallDisk();
    if (disk === null) return this.skip();
    try {
      await withTemporaryFolder(disk.path, () => readsAll(ledger));
      assert.deepEqual(readdirSync(disk.path), []);
    } finally {
      disk.remove();
    }
  });
});

describe("where no more files can be opened", () => {
  it("git is not started, says why, and leaves neither an open file nor one on the disk", async function () {
    if (process.platform === "win32") return this.skip();
    const folder = temporaryFolder();
    const crowded = fileURLToPath(new URL("../../support/processes/crowdedWorker.ts", import.meta.url));
    const env = { ...process.env, TMPDIR: folder };
    const { code, stdout, stderr } = await runProcess(
      "sh",
      ["-c", 'ulimit -n 64 && exec "$0" "$1"', process.execPath, crowded],
      { env },
    );
    assert.equal(code, 0, stderr);
    const tries: { before: number; outcome: string; after: number }[] = JSON.parse(stdout);
    for (const { before, outcome, after } of tries) {
      assert.match(outcome, /^git cannot be started, for too many files are open/);
      assert.equal(after, before);
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});

interface Filled {
  repository: TemporaryRepository;
  ids: string[];
}

async function ledgerOf(size: number): Promise<Filled> {
  const repository = TemporaryRepository.make();
  const events = Array.from({ length: size }, (_, i) =>
    stored({ subject: `incident/i${i % 40}`, data: { text: "n".repeat(200) } }),
  );
  await new GitLedger(repository.product(), { now: () => MONDAY }).append(events);
  return { repository, ids: idsOf({ events }) };
}

async function readsAll({ repository, ids }: Filled): Promise<void> {
  const content = await new GitLedger(repository.product(), { now: () => MONDAY }).read();
  assert.deepEqual(idsOf(content), ids);
  assert.deepEqual(content.skipped, []);
}
