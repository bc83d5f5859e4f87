import { posix } from "node:path";
import { type Disposable, RelativePattern, Uri, workspace } from "vscode";
import type { Project, Reading } from "../../app/project.ts";
import { POLICY_PATH } from "../../domain/policy.ts";

export type Watched = "git" | "policy" | "documents";

/** The files of a git directory that tell of refs, beside the refs themselves. The index changes all the time. */
const TELLING = /^(HEAD|FETCH_HEAD|packed-refs|shallow|config)$/;

/**
 * Watches what a reading depends on. Only plain folders are watched, none with all that is below: such watchers work
 * outside the workspace too, and no setting can switch them off.
 */
export class ProjectWatcher {
  readonly #project: Project;
  readonly #changed: (what: Watched) => void;
  readonly #folders = new Map<string, Disposable>();

  constructor(project: Project, changed: (what: Watched) => void) {
    this.#project = project;
    this.#changed = changed;
    this.#watch(foldersOf(project, null));
  }

  /** Watches what the latest reading was made from. */
  follow(reading: Reading): void {
    this.#watch(foldersOf(this.#project, reading));
  }

  dispose(): void {
    for (const watcher of this.#folders.values()) watcher.dispose();
    this.#folders.clear();
  }

  #watch(wanted: Map<string, Folder>): void {
    for (const [path, watcher] of this.#folders) {
      if (wanted.has(path)) continue;
      watcher.dispose();
      this.#folders.delete(path);
    }
    for (const [path, folder] of wanted) {
      if (!this.#folders.has(path)) this.#folders.set(path, this.#watchFolder(path, folder));
    }
  }

  #watchFolder(path: string, { what, only }: Folder): Disposable {
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(path), "*"));
    const see = (uri: Uri) => {
      const name = posix.basename(uri.path);
      // Git writes beside the target and renames; the rename is what counts.
      if (name.endsWith(".lock") || (only && !only.test(name))) return;
      this.#changed(what);
    };
    watcher.onDidChange(see);
    watcher.onDidCreate(see);
    watcher.onDidDelete(see);
    return watcher;
  }
}

interface Folder {
  what: Watched;
  only?: RegExp;
}

function foldersOf({ root, repository }: Project, reading: Reading | null): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  const add = (base: string, path: string, folder: Folder) => folders.set(posix.join(base, path), folder);
  const policy = reading?.facts.policy.policy;
  add(root, posix.dirname(POLICY_PATH), { what: "policy" });
  add(root, `${posix.dirname(POLICY_PATH)}/templates`, { what: "documents" });
  if (policy) {
    add(root, policy.documents.postmortems, { what: "documents" });
    add(root, policy.documents.runbooks, { what: "documents" });
  }
  if (!repository) {
    add(root, "", { what: "git", only: /^\.git$/ });
    return folders;
  }
  const { gitDir, commonDir } = repository;
  add(gitDir, "", { what: "git", only: TELLING });
  add(commonDir, "", { what: "git", only: TELLING });
  add(commonDir, "reftable", { what: "git" });
  for (const ref of ["refs/dropclock/ledger", ...releaseRefs(reading)]) {
    add(commonDir, posix.dirname(ref), { what: "git" });
  }
  return folders;
}

/** The release branch, and a tag by the policy's pattern; loose refs lie in folders of these names. */
function releaseRefs(reading: Reading | null): string[] {
  if (!reading) return ["refs/heads/any", "refs/tags/any"];
  const { branch, policy } = reading.facts;
  const fixed = policy.policy.drops.tags.replace(/[*?[{(!].*$/, "");
  return [branch?.ref ?? "refs/heads/any", `refs/tags/${fixed}any`];
}
