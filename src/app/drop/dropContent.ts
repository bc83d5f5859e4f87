import { changedPackages, isPackageJson } from "../../domain/change/dependencyChanges.ts";
import type { FlagChange } from "../../domain/change/flags.ts";
import type { DropContent } from "../../domain/change/risk.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { ChangedFile } from "../../git/changes.ts";
import { type DropSource, oneByOne } from "../../git/dropReader.ts";
import { recentFiles } from "../../git/fileVersions.ts";
import type { Repository } from "../../git/repository.ts";
import type { CommitRange } from "../../git/revision.ts";

/** Two processes each; of more than so many, nobody reads what changed in each. */
const MOST_PACKAGES = 20;

/** Reads of a drop what the rules of the policy look at, and nothing else. */
export async function readDropContent(
  repository: Repository,
  { risk, flags }: Pick<Policy, "risk" | "flags">,
  range: CommitRange,
  source: DropSource = oneByOne(repository),
): Promise<DropContent> {
  const byLines = risk.some(({ lines }) => lines !== undefined);
  const files = await (byLines ? source.measured(range) : source.changed(range));
  const spans = [...new Set(risk.flatMap(({ untested }) => (untested ? [untested.within] : [])))];
  return {
    files,
    flags: flags && risk.some((rule) => rule.flags) ? await comparedFlags(source, range, flags.file) : null,
    packages: risk.some(({ dependencies }) => dependencies)
      ? await readPackages(source, range, files)
      : new Map(),
    recent: new Map(
      await Promise.all(
        spans.map(async (within) => [within, await recentFiles(repository, range.to, within)] as const),
      ),
    ),
  };
}

async function readPackages(
  source: DropSource,
  range: CommitRange,
  files: readonly ChangedFile[],
): Promise<DropContent["packages"]> {
  const packages = new Map<string, readonly string[] | null>();
  const names = files.flatMap(({ path, from }) => (from === null ? [path] : [path, from]));
  for (const [i, path] of names.filter(isPackageJson).entries()) {
    packages.set(path, i < MOST_PACKAGES ? await compared(source, range, path, changedPackages) : null);
  }
  return packages;
}

/**
 * The flags that a range adds, changes or removes. The parser is loaded for that alone. Null where that cannot be done,
 * as where the file is at neither end: a file that is not there is none in which nothing changed.
 */
export async function comparedFlags(
  source: Pick<DropSource, "file">,
  range: CommitRange,
  file: string,
): Promise<FlagChange[] | null> {
  const { changedFlags } = await import("../../domain/change/flags.ts");
  return compared(source, range, file, changedFlags);
}

/** A file at both ends of a range, compared. Null where that cannot be done, or it is at neither. */
async function compared<T>(
  source: Pick<DropSource, "file">,
  { from, to }: CommitRange,
  path: string,
  compare: (before: string | null, after: string | null) => T | null,
): Promise<T | null> {
  try {
    const before = from === null ? null : await source.file(from, path);
    const after = await source.file(to, path);
    return before === null && after === null ? null : compare(before, after);
  } catch {
    return null;
  }
}
