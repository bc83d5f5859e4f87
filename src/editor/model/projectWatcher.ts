import { dirname, join, posix } from "node:path";
import { type Disposable, RelativePattern, Uri, workspace } from "vscode";
import type { Project, Reading } from "../../app/project/project.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { isExclusion } from "../../domain/text/tagNames.ts";
import { FolderWatcher } from "./folderWatcher.ts";

export type Watched = "git" | "policy" | "documents";

/** The files of a git directory that tell of refs, beside the refs themselves. The index changes all the time. */
const TELLING = /^(HEAD|FETCH_HEAD|packed-refs|shallow|config|)$/;

/** Watches what a reading depends on: a handful of folders, none with all that is below. */
export class ProjectWatcher {
  readonly #project: Project;
  readonly #changed: (what: Watched) => void;
  readonly #folders = new Map<string, { dispose(): void }>();

  constructor(project: Project, changed: (what: Watched) => void) {
    this.#project = project;
    this.#changed = changed;
    this.follow(null);
  }

  /** Watches what the latest reading was made from. */
  follow(reading: Reading | null): void {
    const { root, repository } = this.#project;
    const wanted = new Map<string, () => { dispose(): void }>();
    const own = (folder: string, what: Watched, only?: RegExp) =>
      wanted.set(`${what} ${folder}`, () => this.#watchOwn(folder, what, only));
    const policies = join(root, posix.dirname(POLICY_PATH));
    own(policies, "policy");
    own(join(policies, "templates"), "documents");
    for (const folder of documentFolders(reading)) {
      wanted.set(`documents ${folder}`, () => this.#watchShared(join(root, folder)));
    }
    if (repository) {
      own(repository.gitDir, "git", TELLING);
      own(repository.commonDir, "git", TELLING);
      for (const ref of refsOf(reading)) own(dirname(join(repository.commonDir, ref)), "git");
    } else if (this.#project.trusted) own(join(root, ".git"), "git", TELLING);
    this.#keepTo(wanted);
  }

  dispose(): void {
    this.#keepTo(new Map());
  }

  #keepTo(wanted: Map<string, () => { dispose(): void }>): void {
    for (const [key, watcher] of this.#folders) {
      if (wanted.has(key)) continue;
      watcher.dispose();
      this.#folders.delete(key);
    }
    for (const [key, watch] of wanted) if (!this.#folders.has(key)) this.#folders.set(key, watch());
  }

  #watchOwn(folder: string, what: Watched, only?: RegExp): { dispose(): void } {
    return new FolderWatcher(folder, (name) => {
      // Git writes beside the target and renames; the rename is what counts.
      if (!name.endsWith(".lock") && (!only || only.test(name))) this.#changed(what);
    });
  }

  /** People move these folders about, which a watcher of our own would hinder on Windows. */
  #watchShared(folder: string): Disposable {
    const watcher = workspace.createFileSystemWatcher(
      new RelativePattern(Uri.file(folder), "*"),
      false,
      true,
    );
    watcher.onDidCreate(() => this.#changed("documents"));
    watcher.onDidDelete(() => this.#changed("documents"));
    return watcher;
  }
}

function documentFolders(reading: Reading | null): string[] {
  if (!reading) return [];
  const { postmortems, runbooks } = reading.facts.policy.policy.documents;
  return [postmortems, runbooks];
}

/** The ledger, the release branches, and a tag by each of the policy's patterns: loose refs lie in folders of these names. */
function refsOf(reading: Reading | null): string[] {
  const ledger = ["refs/dropclock/ledger", "reftable/tables.list"];
  if (!reading) return [...ledger, "refs/heads/any", "refs/tags/any"];
  const { branches, policy } = reading.facts;
  const { tags, branch } = policy.policy.drops;
  const fixed = tags
    .filter((pattern) => !isExclusion(pattern))
    .map((each) => each.replace(/[*?[{\\].*$/, ""));
  const released = branches.map(({ ref }) => ref).filter((ref) => ref.startsWith("refs/"));
  // A list may match a branch that is not there yet.
  const others = released.length === 0 || Array.isArray(branch) ? ["refs/heads/any"] : [];
  return [...ledger, ...released, ...others, ...fixed.map((start) => `refs/tags/${start}any`)];
}
