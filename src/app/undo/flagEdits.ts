import { HumanError } from "../../domain/humanError.ts";
import { plainText } from "../../domain/plainText.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { readFileAt } from "../../git/history.ts";
import type { Repository } from "../../git/repository.ts";
import type { FileEdit } from "../../git/undoCommit.ts";
import type { PlannedStep } from "./undoPlan.ts";

/**
 * The flags file with the flags of all `flags` steps off, as an edit of a tree; none where there are no such steps or
 * nothing to switch. A flag that came with the drop goes with it.
 * @param tree The tree to be edited.
 * @param branch The tree of the branch as it is.
 * @throws {HumanError} when the file is not there, or a flag is not in it.
 */
export async function flagEdits(
  repository: Repository,
  { flags }: Pick<Policy, "flags">,
  steps: readonly PlannedStep[],
  { tree, branch }: { tree: string; branch: string },
): Promise<FileEdit[]> {
  const keys = steps.flatMap(({ step, done }) => ("flags" in step && !done ? step.flags : []));
  if (keys.length === 0) return [];
  if (!flags)
    throw new HumanError("usage", "The policy names no flags.file, so no flag can be switched off.");
  const { switchOff, flagsOf } = await import("../../documents/flagdFile.ts");
  const [text, today] = await Promise.all(
    [tree, branch].map((each) => readFileAt(repository, each, flags.file)),
  );
  if (today === null || today === undefined)
    throw new HumanError(
      "usage",
      `${plainText(flags.file)} is not on the branch, so no flag can be switched off.`,
    );
  const left = text ? flagsOf(text, flags.file) : [];
  const gone = flagsOf(today, flags.file).filter((key) => !left.includes(key));
  const wanted = keys.filter((key) => !gone.includes(key));
  if (wanted.length === 0) return [];
  const edited = switchOff(text ?? today, wanted, flags.file);
  return edited === text ? [] : [{ path: flags.file, text: edited }];
}
