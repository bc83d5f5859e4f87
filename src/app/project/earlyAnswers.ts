import type { Tag } from "../../domain/drop/drop.ts";
import { type CloneSettings, readCloneSettings } from "../../git/cloneSettings.ts";
import { Git } from "../../git/git.ts";
import { BRANCHES, listRefs, type Refs } from "../../git/refs.ts";
import { openRepository, type Repository } from "../../git/repository.ts";
import { releaseTags } from "../../git/tags.ts";

/** Everything that a reading asks of refs, in one process. */
export const READ_REFS = [...BRANCHES, "refs/dropclock"];

/** What git was asked before the rest of the program was loaded. */
export interface EarlyAnswers {
  repository: Promise<Repository | null>;
  refs: Promise<Refs>;
  settings: Promise<CloneSettings>;
  /** Left out: nobody asked before it was known which of them are releases. */
  tags?: Promise<Tag[]>;
}

/**
 * Starts git on what every first reading needs, whatever the policy says. A failure waits for whoever asks.
 * @param options.tags Also those, which is for whoever fetches nothing first.
 * @param options.binary The program; undefined: `git` of the PATH.
 */
export function askEarly(
  dir: string,
  { tags = false, binary }: { tags?: boolean; binary?: string | undefined } = {},
): EarlyAnswers {
  const git = new Git(dir, { binary });
  const answers: EarlyAnswers = {
    repository: openRepository(dir, { binary }),
    refs: listRefs(git, READ_REFS),
    settings: readCloneSettings(git),
    ...(tags ? { tags: releaseTags({ git }) } : {}),
  };
  for (const answer of Object.values(answers)) answer.catch(() => {});
  return answers;
}
