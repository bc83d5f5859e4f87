import { type CloneSettings, readCloneSettings } from "../../git/cloneSettings.ts";
import { Git } from "../../git/git.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { BRANCHES, listRefs, type Refs } from "../../git/revision.ts";

/** Everything that a reading asks of refs, in one process. */
export const READ_REFS = [...BRANCHES, "refs/dropclock"];

/** What git was asked before the rest of the program was loaded. */
export interface EarlyAnswers {
  repository: Promise<Repository | null>;
  refs: Promise<Refs>;
  settings: Promise<CloneSettings>;
}

/**
 * Starts git on what every first reading needs, whatever the policy says. A failure waits for whoever asks.
 * @param binary The program; undefined: `git` of the PATH.
 */
export function askEarly(dir: string, binary?: string): EarlyAnswers {
  const git = new Git(dir, { binary });
  const answers = {
    repository: openRepository(dir, { binary }),
    refs: listRefs(git, READ_REFS),
    settings: readCloneSettings(git),
  };
  for (const answer of Object.values(answers)) answer.catch(() => {});
  return answers;
}
