import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Git } from "../../../src/git/git.ts";
import { isAlive } from "../../../src/git/gitProcess.ts";
import { readTree } from "../../../src/git/trees.ts";
import { eventually } from "../../support/eventually.ts";
import { TemporaryRepository, temporaryFolder } from "../../support/git/temporaryRepository.ts";

/** So many that two readers share them. */
const MANY = 1_001;

describe("the files of a tree", () => {
  it("are read no further once one of them cannot be read", async () => {
    const repository = TemporaryRepository.make();
    const names = Array.from({ length: MANY - 1 }, (_, i) => `b${i}`);
    // The last names are read first.
    repository.commit({ c: "lost", ...Object.fromEntries(names.map((name) => [name, "x"])) });
    const { git, readers } = gitWithout(repository, repository.git("rev-parse", "HEAD:c"));
    const visit = { largest: 100, wants: () => true, onFile: () => {} };
    await assert.rejects(readTree(git, "HEAD", visit), /cat-file/);
    // Two that failed at the lost file, through a temporary file and through a pipe, and the one that was stopped.
    await eventually(() => assert.deepEqual(readers().filter(isAlive), []));
    assert.equal(readers().length, 3);
  });

  it("are each read once, where a part of the list is lost on the way", async () => {
    const repository = TemporaryRepository.make();
    const names = Array.from({ length: 20 }, (_, i) => `b${i}`);
    repository.commit(Object.fromEntries(names.map((name) => [`in/${name}.json`, `text of ${name}`])));
    const read: string[] = [];
    await readTree(gitWithAFullDisk(repository), "HEAD", {
      largest: 100,
      wants: () => true,
      onFile: ({ path }, { content }) => read.push(`${path} ${content}`),
    });
    assert.deepEqual(read.sort(), names.map((name) => `in/${name}.json text of ${name}`).sort());
  });

  it("are none where there is no such tree", async () => {
    const repository = TemporaryRepository.make();
    const visit = { largest: 100, wants: () => true, onFile: () => {} };
    await assert.rejects(readTree(repository.product(), "a".repeat(40), visit), /ls-tree/);
  });
});

/** A git that gives the first bytes of a list and fails, the first time. */
function gitWithAFullDisk(repository: TemporaryRepository): Git {
  const folder = temporaryFolder();
  const [binary, once] = [join(folder, "git"), join(folder, "once")];
  writeFileSync(
    binary,
    `#!/bin/sh
case "$*" in
  *" ls-tree "*)
    if [ ! -e '${once}' ]; then
      : >'${once}'
      git "$@" | head -c 500
      exit 128
    fi ;;
esac
exec git "$@"
`,
  );
  chmodSync(binary, 0o755);
  return new Git(repository.dir, { environment: repository.environment, binary });
}

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
