import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileAt } from "./blobAt.ts";
import { configurationFiles } from "./cloneSettings.ts";
import type { Repository } from "./repository.ts";

/** How git is to verify signatures: settings for its command line, and what to take away afterwards. */
export interface TrustedSigners {
  settings: readonly string[];
  /** The files that say whose signatures count, those of OpenPGP too; null where not all of them are known. */
  files: readonly string[] | null;
  /** Names all of git's settings on signatures and what the lists of keys hold; not the keyrings. */
  digest: string;
  dispose(): Promise<void>;
}

const LISTS = ["gpg.ssh.allowedsignersfile", "gpg.ssh.revocationfile"];

/**
 * The lists of keys that git is set up with here, none of them from a work tree: whoever has their branch checked out
 * must not decide whose signature counts. A list inside the repository is read from a commit.
 * @param commit Of the anchor branch.
 */
export async function trustedSigners(repository: Repository, commit: string): Promise<TrustedSigners> {
  const [configuration, all] = await Promise.all([configurationFiles(repository), configured(repository)]);
  const place = (path: string) => resolve(repository.root ?? repository.gitDir, path);
  const lists = [...all].filter(([key]) => LISTS.includes(key));
  const files = configuration && [
    ...configuration,
    ...lists.map(([, path]) => place(path)),
    ...keyrings(repository),
  ];
  const hash = createHash("sha256").update(JSON.stringify([...all]));
  const settings: string[] = [];
  let folder: string | null = null;
  const dispose = async () => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const [i, [key, path]] of lists.entries()) {
      const within = pathInRepository(repository, path);
      // One that is not on the branch allows nobody.
      const content =
        within === null
          ? await readFile(place(path)).catch(() => Buffer.alloc(0))
          : ((await fileAt(repository, commit, within)) ?? Buffer.alloc(0));
      hash.update(`\0${content.length}\0`).update(content);
      if (within === null) continue;
      folder ??= await mkdtemp(join(tmpdir(), "dropclock-signers-"));
      const file = join(folder, `${i}`);
      await writeFile(file, content, { mode: 0o600 });
      settings.push("-c", `${key}=${file}`);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { settings, files, digest: hash.digest("hex"), dispose };
}

/** All that git is set up with on signatures; of several values the last counts. One process. */
async function configured({ git }: Repository): Promise<Map<string, string>> {
  const args = ["config", "--type=path", "-z", "--get-regexp", "^gpg\\."];
  const { code, stdout, stderr } = await git.feed(args);
  if (code !== 0 && code !== 1) throw git.failure(args, { code, stderr });
  const last = new Map<string, string>();
  for (const entry of stdout.toString("utf8").split("\0")) {
    const [key, ...path] = entry.split("\n");
    if (key && path.length > 0) last.set(key, path.join("\n").replace(/^:\(optional\)/, ""));
  }
  return last;
}

/** Where GnuPG keeps keys, and how far each is trusted. */
function keyrings({ git: { environment } }: Repository): string[] {
  const folder = environment.GNUPGHOME ?? join(environment.HOME ?? homedir(), ".gnupg");
  const names = ["pubring.kbx", "pubring.gpg", "trustdb.gpg", "trustlist.txt", "gpg.conf", "common.conf"];
  return [...names, join("public-keys.d", "pubring.db")].map((name) => join(folder, name));
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
