import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { readFileAt } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import type { FileEdit } from "../../git/undoCommit.ts";
import type { PlannedStep } from "./undoPlan.ts";

/**
 * The flags file with the flags of all `flags` steps off, as an edit of a tree; none where there are no such steps or
 * nothing to switch.
 * @throws {HumanError} when the file is not there, or a flag is not in it.
 */
export async function flagEdits(
  repository: Repository,
  { flags }: Policy,
  steps: readonly PlannedStep[],
  tree: string,
): Promise<FileEdit[]> {
  const keys = steps.flatMap(({ step, done }) => ("flags" in step && !done ? step.flags : []));
  if (keys.length === 0) return [];
  if (!flags)
    throw new HumanError("usage", "The policy names no flags.file, so no flag can be switched off.");
  const text = await readFileAt(repository, tree, flags.file);
  if (text === null)
    throw new HumanError(
      "usage",
      `${plainText(flags.file)} is not on the branch, so no flag can be switched off.`,
    );
  const { switchOff } = await import("../../documents/flagdFile.ts");
  const edited = switchOff(text, keys, flags.file);
  return edited === text ? [] : [{ path: flags.file, text: edited }];
}
