import { dropMarkdown, type EditedChangelog, editChangelog } from "../documents/changelog/changelogEdit.ts";
import type { DropEntry } from "../documents/changelog/dropSection.ts";
import type { LoggedCommit } from "../domain/change.ts";
import type { Drop } from "../domain/drop.ts";
import { type DropChanges, dropChanges, type Fate } from "../domain/dropChanges.ts";
import { HumanError } from "../domain/humanError.ts";
import { type Release, recordOf } from "../domain/release.ts";
import { patternWords } from "../domain/tagPattern.ts";
import { commitLog } from "../git/commitLog.ts";
import type { Repository } from "../git/repository.ts";
import { mustBeDrop } from "./dropNamed.ts";
import { readText } from "./files.ts";
import { isFileInside } from "./insideRoot.ts";
import type { Project } from "./project.ts";
import { replaceText } from "./replaceText.ts";
import { refuseFiles } from "./scaffold.ts";

export type ChangelogProject = Pick<Project, "root" | "trusted" | "repository"> & {
  read(): Promise<{ release: Release }>;
};

/** What a changelog would be, and what it is. */
export interface ChangelogDraft extends EditedChangelog {
  /** Relative to the root, forward slashes. */
  path: string;
  /** What is there; null: no file. */
  before: string | null;
}

/** A year and more of weekly drops; what is older is not looked at again. */
const MOST_DROPS = 100;
const MOST_COMMITS = 20_000;

/**
 * The changelog with an entry for every drop. Nothing is written.
 * @param before What to bring up to date, where that is not the file (an editor may hold a newer text).
 */
export async function draftChangelog(project: ChangelogProject, before?: string): Promise<ChangelogDraft> {
  const { release } = await project.read();
  const path = release.policy.policy.documents.changelog;
  const there =
    before ?? ((await isFileInside(project.root, path)) ? await readText(project.root, path) : null);
  return { path, before: there, ...editChangelog(there, await dropEntries(project, release)) };
}

/** The entry of one drop alone, for a release's notes. */
export async function draftDropNotes(project: ChangelogProject, tag: string): Promise<string> {
  const { release } = await project.read();
  mustBeDrop(release, tag);
  const entries = await dropEntries(project, release, tag);
  return dropMarkdown(entries.find((entry) => entry.tag === tag)!);
}

/** Writes a draft, unless the file has changed since. */
export async function writeChangelog(project: ChangelogProject, draft: ChangelogDraft): Promise<void> {
  refuseFiles(project);
  if (!draft.changed) return;
  await replaceText(project.root, draft.path, draft.before, draft.text);
}

/** Newest first. */
async function dropEntries(
  { repository }: ChangelogProject,
  release: Release,
  upTo?: string,
): Promise<DropEntry[]> {
  const { drops, branch } = release;
  if (!repository || !branch || drops.length === 0) throw new HumanError("usage", noDrops(release));
  const oldest = upTo === undefined ? 0 : drops.findIndex(({ tag }) => tag === upTo) + 1;
  const told = drops.slice(0, Math.max(MOST_DROPS, oldest));
  const commits = await commitsOf(repository, release, told);
  const changes = new Map(dropChanges(told.toReversed(), commits).map((each) => [each.tag, each]));
  const known = new Set(commits.map(({ sha }) => sha));
  return told.map((drop) => entryOf(release, drop, known.has(drop.commit) ? changes.get(drop.tag)! : null));
}

/** What the drops hold, and what came after them, on all release branches: newest first, each before its parents. */
async function commitsOf(
  repository: Repository,
  release: Release,
  told: readonly Drop[],
): Promise<LoggedCommit[]> {
  // Where every drop that is told builds on one that is not, nothing before that one is asked for.
  const next = release.drops[told.length];
  const later = new Set(next ? release.laterThan(next) : []);
  const from = next && told.every((drop) => later.has(drop)) ? next.commit : null;
  let commits: LoggedCommit[] = [];
  for (const { commit } of release.branches.toReversed()) {
    const log = await commitLog(repository, { from, to: commit }, MOST_COMMITS);
    const own = new Set(log.map(({ sha }) => sha));
    commits = [...commits.filter(({ sha }) => !own.has(sha)), ...log];
  }
  return commits;
}

function entryOf(release: Release, drop: Drop, changes: DropChanges | null): DropEntry {
  const overrides = release.log.of(`commit/${drop.commit}`).filter(({ type }) => type === "override");
  return {
    tag: drop.tag,
    shippedAt: drop.shippedAt,
    changes,
    fate: fateOf(release, drop, changes),
    overrides: overrides.map(({ by, at, data }) => ({
      by,
      at,
      why: typeof data.why === "string" ? data.why : "no reason given",
    })),
  };
}

/** The record knows first, for an undo is on record before a drop has it; commits know of what was done by hand. */
function fateOf(release: Release, { tag }: Drop, changes: DropChanges | null): Fate {
  const { undone, reappliedAt } = recordOf(release, tag);
  const { takenBack, reapplied } = changes?.whole ?? { takenBack: null, reapplied: null };
  if (undone) {
    const since = reapplied && reapplied.at > undone.at ? reapplied : null;
    return { takenBack: { at: undone.at, drop: takenBack?.drop ?? null }, reapplied: since };
  }
  if (reappliedAt === null) return { takenBack, reapplied };
  const last = release.log
    .of(`drop/${tag}`)
    .findLast(({ type, at }) => type === "rolled-back" && at <= reappliedAt);
  return {
    takenBack: takenBack ?? (last ? { at: last.at, drop: null } : null),
    reapplied: { at: reappliedAt, drop: reapplied?.drop ?? null },
  };
}

const noDrops = ({ branchMissing, policy }: Release) =>
  branchMissing ??
  `There is no drop yet, so there is nothing to tell: no tag matches “${patternWords(policy.policy.drops.tags)}”.`;
