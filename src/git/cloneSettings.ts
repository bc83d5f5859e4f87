import { statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Git } from "./git.ts";
import type { Repository } from "./repository.ts";

/** What a clone's configuration says. */
export interface CloneSettings {
  /** The names of its remotes. */
  remotes: readonly string[];
  /** `dropclock.remote` and `dropclock.branch`; null where they are not set. */
  remote: string | null;
  branch: string | null;
}

const LIST = ["config", "-z", "--list", "--show-origin"];

interface Entry {
  /** `file:<path>`, or another kind of origin. */
  origin: string;
  /** Section and last part in lower case, as git gives it. */
  key: string;
  value: string;
}

/** One process. */
export async function readCloneSettings(git: Git): Promise<CloneSettings> {
  return settingsIn(await readEntries(git));
}

/** The same, remembered until one of git's configuration files changes: the clone's, the person's, or an included one. */
export class CloneSettingsReader {
  readonly #repository: Repository;
  readonly #known = new WhileUnchanged<{ settings: CloneSettings; files: readonly string[] }>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * One process, none where nothing has changed.
   * @returns With the files that they depend on; null where not all of them are known.
   */
  async read(): Promise<{ settings: CloneSettings; files: readonly string[] | null }> {
    const known = this.#known.recall();
    if (known) return known;
    const askedAt = Date.now();
    const entries = await readEntries(this.#repository.git);
    const settings = settingsIn(entries);
    const files = filesOf(this.#repository, entries);
    if (files) this.#known.keep({ settings, files }, files, askedAt);
    return { settings, files };
  }
}

/** The files that git's configuration of a clone lies in, or may lie in; null where not all of them are known. One process. */
export async function configurationFiles(repository: Repository): Promise<readonly string[] | null> {
  return filesOf(repository, await readEntries(repository.git));
}

async function readEntries(git: Git): Promise<Entry[]> {
  const result = await git.ask(LIST);
  if (result.code !== 0) throw git.failure(LIST, result);
  const parts = result.stdout.split("\0");
  const entries: Entry[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [origin, entry] = [parts[i]!, parts[i + 1]!];
    const lineBreak = entry.indexOf("\n");
    const [key, value] =
      lineBreak < 0 ? [entry, ""] : [entry.slice(0, lineBreak), entry.slice(lineBreak + 1)];
    entries.push({ origin, key, value });
  }
  return entries;
}

function settingsIn(entries: readonly Entry[]): CloneSettings {
  const remotes = new Set<string>();
  const own: { remote: string | null; branch: string | null } = { remote: null, branch: null };
  for (const { key, value } of entries) {
    // The last one counts, as for git.
    if (key === "dropclock.remote") own.remote = value || null;
    else if (key === "dropclock.branch") own.branch = value || null;
    else if (/^remote\..+\.url$/s.test(key)) remotes.add(key.slice("remote.".length, -".url".length));
  }
  return { remotes: [...remotes], ...own };
}

/** Null if an included file is named in a way that only git can resolve. */
function filesOf({ git, root, gitDir, commonDir }: Repository, entries: readonly Entry[]): string[] | null {
  const { environment } = git;
  const home = environment.HOME ?? homedir();
  const base = root ?? gitDir;
  const files = new Set([
    join(commonDir, "config"),
    join(gitDir, "config.worktree"),
    // An included file may apply to one branch only.
    join(gitDir, "HEAD"),
    environment.GIT_CONFIG_GLOBAL ?? join(home, ".gitconfig"),
    join(environment.XDG_CONFIG_HOME || join(home, ".config"), "git", "config"),
    environment.GIT_CONFIG_SYSTEM ?? "/etc/gitconfig",
  ]);
  for (const { origin, key, value } of entries) {
    const file = origin.startsWith("file:") ? resolve(base, origin.slice("file:".length)) : null;
    if (file !== null) files.add(file);
    if (!/^include(?:if\..*)?\.path$/s.test(key)) continue;
    if (value.startsWith("~/")) files.add(join(home, value.slice(2)));
    else if (file === null || /^[~%]/.test(value)) return null;
    else files.add(resolve(dirname(file), value));
  }
  return [...files];
}

/** A file that changed this shortly before it was read may change again without a visible difference. */
const TOO_RECENT_MS = 2_000;

/** A change that no known file shows, such as a new file in an unexpected place, is noticed after this long. */
const USUALLY_MS = 60_000;

interface Known<T> {
  value: T;
  files: readonly string[];
  stamps: string;
  at: number;
}

/** Remembers an answer as long as the files it was read from are unchanged. Checking starts no process. */
export class WhileUnchanged<T> {
  readonly #longestMs: number;
  #known: Known<T> | null = null;

  /** @param longestMs After how many milliseconds it is forgotten in any case. */
  constructor(longestMs = USUALLY_MS) {
    this.#longestMs = longestMs;
  }

  /** Null: nothing is remembered, or a file has changed since. */
  recall(): T | null {
    const known = this.#known;
    if (!known) return null;
    const isOld = performance.now() - known.at > this.#longestMs;
    if (isOld || stampsOf(known.files).text !== known.stamps) this.#known = null;
    return this.#known && known.value;
  }

  /**
   * @param files All files that the answer depends on, also those that are not there.
   * @param askedAt When the reading of them began, in milliseconds since 1970.
   */
  keep(value: T, files: readonly string[], askedAt: number): void {
    const { text, newest } = stampsOf(files);
    const known = { value, files, stamps: text, at: performance.now() };
    this.#known = newest < askedAt - TOO_RECENT_MS ? known : null;
  }
}

function stampsOf(files: readonly string[]): { text: string; newest: number } {
  let newest = 0;
  const stamps = files.map((file) => {
    const there = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (!there) return "";
    newest = Math.max(newest, Number(there.mtimeMs));
    return `${there.dev} ${there.ino} ${there.size} ${there.mtimeNs} ${there.ctimeNs}`;
  });
  return { text: stamps.join("\n"), newest };
}
