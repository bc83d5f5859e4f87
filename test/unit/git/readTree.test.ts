import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Git } from "../../../src/git/git.ts";
import { readTree } from "../../../src/git/readTree.ts";
import { eventually } from "../../support/eventually.ts";
import { isAlive } from "../../support/isAlive.ts";
import { TemporaryRepository, temporaryFolder } from "../../support/temporaryRepository.ts";

/** So many that two readers share them. */
const MANY = 1_001;

describe("the files of a tree", () => {
  it("are read no further once one of them cannot be read", async () => {
    const repository = TemporaryRepository.make();
    const names = Array.from({ length: MANY - 1 }, (_, i) => `b${i}`);
    repository.commit({ a: "lost", ...Object.fromEntries(names.map((name) => [name, "x"])) });
    const { git, readers } = gitWithout(repository, repository.git("rev-parse", "HEAD:a"));
    const visit = { largest: 100, wants: () => true, onFile: () => {} };
    await assert.rejects(readTree(git, "HEAD", visit), /cat-file/);
    // Two that failed at the lost file, through a temporary file and through a pipe, and the one that was stopped.
    await eventually(() => assert.deepEqual(readers().filter(isAlive), []));
    assert.equal(readers().length, 3);
  });
});

/** A git whose `cat-file` fails at one object once two of them have begun, and takes its time for all others. */
function gitWithout(repository: TemporaryRepository, lost: string): { git: Git; readers: () => number[] } {
  const folder = temporaryFolder();
  const [binary, log] = [join(folder, "git"), join(folder, "readers")];
  writeFileSync(
    binary,
    `#!/bin/sh
case "$*" in
  *" cat-file "*)
    echo $$ >>'${log}'
    read -r first
    [ "$first" = ${lost} ] || exec sleep 60
    while [ "$(wc -l <'${log}')" -lt 2 ]; do sleep 0.05; done
    exit 128 ;;
esac
exec git "$@"
`,
  );
  chmodSync(binary, 0o755);
  return {
    git: new Git(repository.dir, { environment: repository.environment, binary }),
    readers: () => readFileSync(log, "utf8").trim().split("\n").map(Number),
  };
}
