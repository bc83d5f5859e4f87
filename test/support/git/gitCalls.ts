import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Git } from "../../../src/git/git.ts";
import { type TemporaryRepository, temporaryFolder } from "./temporaryRepository.ts";

/** A git that notes down each call, so that a test can count processes. */
export function countingGit(repository: TemporaryRepository) {
  const folder = temporaryFolder();
  const binary = join(folder, "git");
  const log = join(folder, "calls");
  writeFileSync(
    binary,
    `#!/bin/sh\nfor word; do case $word in *=*) ;; [a-z]*-*|log|var|push|fetch|config) echo "$word" >> '${log}'; break;; esac; done\nexec git "$@"\n`,
  );
  chmodSync(binary, 0o755);
  const git = new Git(repository.dir, { environment: repository.environment, binary });
  return {
    git,
    binary,
    calls: (): string[] => {
      const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      rmSync(log, { force: true });
      return calls;
    },
  };
}
