import {
  dropMarkdown,
  type EditedChangelog,
  editChangelog,
} from "../../documents/changelog/changelogEdit.ts";
import type { ChangelogStyle, DropEntry } from "../../documents/changelog/dropSection.ts";
import type { ChangeRules, LoggedCommit } from "../../domain/change/change.ts";
import { type DropChanges, dropChanges, type Fate } from "../../domain/change/dropChanges.ts";
import { forgeOf } from "../../domain/change/forge.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { type Release, recordOf } from "../../domain/drop/release.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { linearPattern } from "../../domain/text/linearPattern.ts";
import { patternWords } from "../../domain/text/tagNames.ts";
import { commitLog, commitsBeside } from "../../git/history.ts";
import { remoteUrl } from "../../git/push.ts";
import type { Repository } from "../../git/repository.ts";
import { LARGEST_RECORD, readText } from "../project/files.ts";
import type { Project, Reading } from "../project/project.ts";
import { refuseFiles, replaceText } from "../project/scaffold.ts";
import { mustBeDrop } from "./dropNamed.ts";

type ChangelogProject = Pick<Project, "root" | "trusted" | "repository"> & {
  read(): Promise<Pick<Reading, "release" | "anchor" | "facts">>;
};

/** What a changelog would be, and what it is. */
export interface ChangelogDraft extends EditedChangelog {
  /** Relative to the root, forward slashes. */
  path: string;
  /** What is there; null: no file. */
  before: string | null;
}

/** Drops beyond that many commits are left out. */
const MOST_COMMITS = 50_000;

interface DraftOptions {
  /** What to bring up to date, where that is not the file (an editor may hold a newer text). */
  before?: string | undefined;
  /** How many of the newest drops get an entry that is not there yet; left out: all. */
  last?: number | undefined;
}

/** The changelog with an entry for every drop. Nothing is written. */
export async function draftChangelog(
  project: ChangelogProject,
  { before, last }: DraftOptions = {},
): Promise<ChangelogDraft> {
  const reading = await project.read();
  const path = reading.release.policy.policy.documents.changelog;
  const there = before ?? (await readText(project.root, path, LARGEST_RECORD));
  const { entries, style, notes } = await readEntries(project, reading);
  const edited = editChangelog(there, entries, { style, last });
  return { path, before: there, ...edited, notes: [...edited.notes, ...notes] };
}

/** The entry of one drop alone, for a release's notes. */
export async function draftDropNotes(project: ChangelogProject, tag: string): Promise<string> {
  const reading = await project.read();
  const drop = mustBeDrop(reading.release, tag);
  const { entries, style, notes } = await readEntries(project, reading);
  const entry = entries.find((each) => each.tag === drop.tag);
  if (!entry) throw new HumanError("refused", notes.join(" "));
  return dropMarkdown(entry, style);
}

/** Writes a draft, unless the file has changed since. */
export async function writeChangelog(project: ChangelogProject, draft: ChangelogDraft): Promise<void> {
  refuseFiles(project);
  if (!draft.changed) return;
  await replaceText(project.root, draft.path, draft.before, draft.text);
}

interface Entries {
  /** Newest first. */
  entries: DropEntry[];
  style: ChangelogStyle;
  /** Sentences for people: what was left out, and why. */
  notes: string[];
}

async function readEntries(
  { repository }: ChangelogProject,
  { release, anchor, facts }: Pick<Reading, "release" | "anchor" | "facts">,
): Promise<Entries> {
  const { drops, branch, branches, policy } = release;
  if (!repository || !branch || drops.length === 0) throw new HumanError("usage", noDrops(release));
  const { changelog } = policy.policy;
  const remote = anchor && "commit" in anchor ? anchor.remote : null;
  const [ofBranch, address] = await Promise.all([
    commitLog(repository, { from: null, to: branch.commit }, MOST_COMMITS),
    remote === null ? null : remoteUrl(repository.git, remote),
  ]);
  const isWhole = ofBranch.length < MOST_COMMITS;
  const heads = [branch, ...branches].map(({ commit }) => commit);
  const tips = [...heads, ...drops.map(({ commit }) => commit)];
  const beside = isWhole ? await besideOf(repository, branch.commit, ofBranch, tips) : [];
  const commits = [...beside, ...ofBranch];
  const known = new Set(commits.map(({ sha }) => sha));
  const told = isWhole ? drops : drops.filter(({ commit }) => known.has(commit));
  const rules = rulesOf(changelog);
  const history = { drops: told.toReversed(), commits, heads: [...new Set(heads)], rules };
  const changes = new Map(dropChanges(history).map((each) => [each.tag, each]));
  const left = drops.length - told.length;
  const names = new Map<string, string[]>();
  for (const { name, commit } of facts.tags) names.set(commit, [...(names.get(commit) ?? []), name]);
  return {
    entries: told.map((drop) => ({
      ...entryOf(release, drop, known.has(drop.commit) ? changes.get(drop.tag)! : null),
      names: names.get(drop.commit) ?? [],
    })),
    style: { forge: forgeOf(address), sections: changelog.sections, authors: changelog.authors },
    notes:
      left === 0
        ? []
        : [`Only the newest ${MOST_COMMITS} commits are read; ${left} older drops are left out.`],
  };
}

/** The commits that the branch does not hold: of another release branch, or of a tag that was moved. */
async function besideOf(
  repository: Repository,
  branch: string,
  ofBranch: readonly LoggedCommit[],
  tips: readonly string[],
): Promise<LoggedCommit[]> {
  const held = new Set(ofBranch.map(({ sha }) => sha));
  const others = [...new Set(tips)].filter((commit) => !held.has(commit));
  return others.length === 0 ? [] : commitsBeside(repository, others, branch, MOST_COMMITS);
}

function rulesOf({ skip, sections }: Policy["changelog"]): ChangeRules {
  const patterns = skip.map(linearPattern).filter((each) => "test" in each);
  return {
    skips: (subject) => patterns.some((pattern) => pattern.test(subject)),
    told: new Set(Object.keys(sections)),
  };
}

function entryOf(release: Release, drop: Drop, changes: DropChanges | null): DropEntry {
  const overrides = release.log.of(`commit/${drop.commit}`).filter(({ type }) => type === "override");
  return {
    tag: drop.tag,
    previous: drop.previous,
    shippedAt: drop.shippedAt,
    shippedAssumed: drop.shippedAssumed,
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
  // A way back that is made and not merged yet brings nothing back.
  const isGoneByCommits = takenBack !== null && reapplied === null;
  if (reappliedAt === null || isGoneByCommits) return { takenBack, reapplied };
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
