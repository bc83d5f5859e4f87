import { existsSync, realpathSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileAt } from "./blobAt.ts";
import type { Repository } from "./repository.ts";

/** How git is to verify signatures: settings for its command line, and what to take away afterwards. */
export interface TrustedSigners {
  settings: readonly string[];
  dispose(): Promise<void>;
}

const LISTS = ["gpg.ssh.allowedsignersfile", "gpg.ssh.revocationfile"];

/**
 * The lists of keys that git is set up with here, none of them from a work tree: whoever has their branch checked out
 * must not decide whose signature counts. A list inside the repository is read from a commit.
 * @param commit Of the anchor branch.
 */
export async function trustedSigners(repository: Repository, commit: string): Promise<TrustedSigners> {
  const inside = (await configured(repository)).flatMap(([key, path]) => {
    const within = pathInRepository(repository, path);
    return within === null ? [] : [[key, within] as const];
  });
  if (inside.length === 0) return { settings: [], dispose: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "dropclock-signers-"));
  const settings: string[] = [];
  try {
    for (const [i, [key, path]] of inside.entries()) {
      const file = join(folder, `${i}`);
      // One that is not on the branch allows nobody.
      await writeFile(file, (await fileAt(repository, commit, path)) ?? "", { mode: 0o600 });
      settings.push("-c", `${key}=${file}`);
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { settings, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** The lists by their settings; of several values the last counts. One process. */
async function configured({ git }: Repository): Promise<[key: string, path: string][]> {
  const args = [
    "config",
    "--type=path",
    "-z",
    "--get-regexp",
    `^(${LISTS.join("|").replace(/\./g, "\\.")})$`,
  ];
  const { code, stdout, stderr } = await git.feed(args);
  if (code !== 0 && code !== 1) throw git.failure(args, { code, stderr });
  const last = new Map<string, string>();
  for (const entry of stdout.toString("utf8").split("\0")) {
    const [key, ...path] = entry.split("\n");
    if (key && path.length > 0) last.set(key, path.join("\n").replace(/^:\(optional\)/, ""));
  }
  return [...last];
}

/** Where a file lies in the repository, however it is named; null where it lies outside of every work tree. */
function pathInRepository({ root, gitDir, commonDir }: Repository, path: string): string | null {
  const main = basename(commonDir) === ".git" ? dirname(commonDir) : null;
  const file = resolve(root ?? gitDir, path);
  const spellings = [file, ...(existsSync(file) ? [realpathSync(file)] : [])];
  for (const top of [root, main]) {
    if (top === null) continue;
    for (const folder of [top, realpathSync(top)])
      for (const spelling of spellings) {
        const within = relative(folder, spelling);
        const isInside = within !== "" && !isAbsolute(within) && within.split(sep)[0] !== "..";
        if (isInside && within.split(sep)[0] !== ".git") return within.split(sep).join("/");
      }
  }
  return null;
}
