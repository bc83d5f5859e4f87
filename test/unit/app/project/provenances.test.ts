import assert from "node:assert/strict";
import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { READ_REFS } from "../../../../src/app/project/earlyAnswers.ts";
import { Project } from "../../../../src/app/project/project.ts";
import { readCloneSettings } from "../../../../src/git/cloneSettings.ts";
import { listRefs } from "../../../../src/git/refs.ts";
import { openRepository } from "../../../../src/git/repository.ts";
import { countingGit } from "../../../support/git/gitCalls.ts";
import { SshKeys } from "../../../support/git/signingKeys.ts";
import { COUNCIL_POLICY, councilTeam } from "../../../support/people/councilTeam.ts";

const SIGNED = COUNCIL_POLICY.replace("from: high", "from: high, signed: true");
const LONG_AGO = new Date("2026-01-01T00:00:00Z");

/** What changed within the last two seconds is looked at again; so nothing did. */
function age(...files: string[]): void {
  for (const file of files)
    if (statSync(file).mtimeMs > LONG_AGO.getTime()) utimesSync(file, LONG_AGO, LONG_AGO);
}

describe("signatures of what counts", () => {
  it("are verified once, and again when the keys that are trusted change", async () => {
    const keys = new SshKeys();
    const { di, commit } = councilTeam(SIGNED);
    commit({ "src/app.ts": "2\n" });
    const clone = di.repository;
    clone.git("config", "gpg.format", "ssh");
    clone.git("config", "gpg.ssh.allowedSignersFile", keys.allowedSigners);
    clone.git("config", "user.signingKey", keys.make("di@example.com"));
    const ship = await di.run("drop", "ship", "drop-2", "--push");
    assert.equal(ship.code, 0, ship.stderr);

    const { binary, calls } = countingGit(clone);
    const opened = (await openRepository(clone.dir, { binary, environment: clone.environment }))!;
    const project = await Project.open(clone.dir, {
      now: Date.now,
      early: {
        repository: Promise.resolve(opened),
        refs: listRefs(opened.git, READ_REFS),
        settings: readCloneSettings(opened.git),
      },
    });
    const configuration = [".git/config", ".git/HEAD"].map((path) => join(clone.dir, path));
    const read = async (options = {}) => {
      age(keys.allowedSigners, clone.environment.GIT_CONFIG_GLOBAL!, ...configuration);
      calls();
      const { uncounted, ledger } = await project.read(options);
      return [uncounted.size, ledger.authors, calls().filter((call) => call === "verify-commit").length];
    };
    assert.deepEqual(
      await read({ authors: false, clocksOnly: true }),
      [0, "checked", 1],
      "no reading believes more",
    );
    assert.deepEqual(await read(), [0, "checked", 0]);
    const allowed = readFileSync(keys.allowedSigners);
    writeFileSync(keys.allowedSigners, "");
    assert.deepEqual(await read(), [1, "checked", 1], "nobody is trusted any more");
    assert.deepEqual(await read(), [1, "checked", 0]);
    writeFileSync(keys.allowedSigners, allowed);
    assert.deepEqual(await read(), [0, "checked", 1]);
    clone.git("config", "gpg.ssh.allowedSignersFile", "none");
    assert.deepEqual(await read(), [1, "checked", 1], "another list");
    assert.deepEqual(await read(), [1, "checked", 0]);
  });
});
