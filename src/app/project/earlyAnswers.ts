import { type CloneSettings, readCloneSettings } from "../../git/cloneSettings.ts";
import { Git } from "../../git/git.ts";
import { BRANCHES, listRefs, type Refs } from "../../git/refs.ts";
import { openRepository, type Repository } from "../../git/repository.ts";

/** Everything that a reading asks of refs, in one process. */
export const READ_REFS = [...BRANCHES, "refs/dropclock"];

/** What git was asked before the rest of the program was loaded. */
export interface EarlyAnswers {
  repository: Promise<Repository | null>;
  refs: Promise<Refs>;
  settings: Promise<CloneSettings>;
}

/** Starts git on what every first reading needs, whatever the policy says. A failure waits for whoever asks. */
export function askEarly(dir: string): EarlyAnswers {
  const git = new Git(dir);
  const answers = {
    repository: openRepository(dir),
    refs: listRefs(git, READ_REFS),
    settings: readCloneSettings(git),
  };
  for (const answer of Object.values(answers)) answer.catch(() => {});
  return answers;
}
