import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import type { Signature } from "../domain/gate/vote.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { configurationFiles, WhileUnchanged } from "./cloneSettings.ts";
import type { Git } from "./git.ts";
import { usefulLine } from "./gitFailure.ts";
import { fileAt, ObjectReader } from "./objects.ts";
import { renameOver } from "./renameOver.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

const SIDE_BY_SIDE = 4;
/** A key expires without a change in any file. */
const TRUSTED_FOR_MS = 900_000;
/** To be raised when a verdict on the same signature may change. */
const FORM = 1;

const UNSIGNED: Verdict = { good: false, signer: null, complaint: null, lasting: true };

/** Verdicts by commit. What gave them is named by the digest of the lists of keys and of git's settings. */
interface Known {
  anchor: string;
  digest: string;
  verdicts: Map<string, Verdict>;
}

/**
 * Whether git accepts the signatures of commits. Verified once, as long as nothing changes that says which keys are
 * trusted; what depends on lists of keys alone is kept in git's directory, for the next program.
 */
export class Signatures {
  readonly #repository: Repository;
  readonly #current = new WhileUnchanged<Known>(TRUSTED_FOR_MS);
  #last: Known | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * The current verdicts; the same object until a file changes that they depend on, null if that is
   * not known. No process.
   */
  current(anchor: string): object | null {
    const known = this.#current.recall();
    return known?.anchor === anchor ? known.verdicts : null;
  }

  /**
   * One process to find those that are signed, a few to find whom to trust, and one or more for each that is new.
   * @param anchor The commit from which lists of keys inside the repository are read.
   * @param most So many new ones are verified.
   * @throws {HumanError} where there are too many of them to verify.
   */
  async verify(
    commits: Iterable<string>,
    anchor: string,
    most: number,
  ): Promise<ReadonlyMap<string, Signature>> {
    const recalled = this.#current.recall();
    const known = recalled?.anchor === anchor ? recalled : null;
    const asked = [...new Set(commits)];
    const isNew = (commit: string) => !known?.verdicts.has(commit);
    if (!asked.some(isNew)) return known?.verdicts ?? new Map();
    const { git } = this.#repository;
    const signed = new Set(await signedCommits(git, asked.filter(isNew)));
    const askedAt = Date.now();
    const signers = await trustedSigners(this.#repository, anchor);
    try {
      const { digest, settings, files } = signers;
      const verdicts = known?.digest === digest ? known.verdicts : await this.#lasting(digest);
      for (const commit of asked) if (isNew(commit) && !signed.has(commit)) verdicts.set(commit, UNSIGNED);
      const fresh = asked.filter((commit) => !verdicts.has(commit));
      if (fresh.length > most) throw tooMany(fresh.length, most);
      const queue = [...fresh];
      const work = async () => {
        for (let commit = queue.pop(); commit !== undefined; commit = queue.pop())
          verdicts.set(commit, await verifyCommit(git, commit, settings));
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
      this.#last = { anchor, digest, verdicts };
      if (files) this.#current.keep(this.#last, files, askedAt);
      if (fresh.length > 0) await this.#write(this.#last).catch(() => {});
      return verdicts;
    } finally {
      await signers.dispose();
    }
  }

  get #path(): string {
    return join(this.#repository.commonDir, "dropclock", "signatures.json");
  }

  /** Of those before, the ones that neither time nor another file can change. */
  async #lasting(digest: string): Promise<Map<string, Verdict>> {
    if (this.#last?.digest === digest)
      return new Map([...this.#last.verdicts].filter(([, { lasting }]) => lasting));
    try {
      const kept = JSON.parse(await readFile(this.#path, "utf8")) as Kept;
      if (kept.form !== FORM || kept.digest !== digest) return new Map();
      return new Map(kept.verdicts.map(([commit, verdict]) => [commit, { ...verdict, lasting: true }]));
    } catch {
      // None was kept, or something else lies there.
      return new Map();
    }
  }

  /** Atomic: readers see the old ones or the new ones. */
  async #write({ digest, verdicts }: Known): Promise<void> {
    const lasting = [...verdicts].filter(([, verdict]) => verdict.lasting && verdict !== UNSIGNED);
    if (lasting.length === 0) return;
    const kept: Kept = { form: FORM, digest, verdicts: lasting };
    const beside = `${this.#path}.${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
    await mkdir(dirname(this.#path), { recursive: true });
    try {
      await writeFile(beside, JSON.stringify(kept), { flag: "wx" });
      await renameOver(beside, this.#path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }
}

interface Kept {
  form: number;
  digest: string;
  verdicts: [commit: string, verdict: Verdict][];
}

const tooMany = (count: number, most: number) =>
  new HumanError(
    "service",
    `The ledger has ${count} signed entries that count for drops; more than ${most} are not verified at once. Find out who added them: dropclock log.`,
  );

/** What git says about a signature, and whether that depends only on the lists of keys: not on a keyring, nor on time. */
type Verdict = Signature & { lasting: boolean };

/**
 * What `git verify-commit` says of the signature of a commit, with OpenPGP, X.509 or SSH keys, as git is set up here.
 * Git itself takes an OpenPGP key of any trust, also one that was merely imported; here it has to be fully trusted, and
 * so has the name of its owner. One process, and what git starts for it; one more for OpenPGP.
 * @param settings As `trustedSigners` gives them.
 */
async function verifyCommit(git: Git, commit: string, settings: readonly string[] = []): Promise<Verdict> {
  const args = ["--no-replace-objects", ...settings, "verify-commit", "--raw", revision(commit)];
  const { code, stderr } = await git.ask(args);
  const signer = signerOf(stderr);
  // A list of keys is checked for the time of the signature.
  const lasting =
    /^(?:Good "git" signature |Could not verify signature|No principal matched)/m.test(stderr) &&
    !/^\[GNUPG:\] /m.test(stderr);
  // For a commit without a signature git prints nothing at all.
  if (code !== 0)
    return { good: false, signer, complaint: stderr.trim() === "" ? null : complaintOf(stderr), lasting };
  if (!/^\[GNUPG:\] /m.test(stderr))
    return { good: true, signer, owners: signer?.split(",") ?? [], complaint: null, lasting };
  if (!TRUSTED.test(stderr))
    return { good: false, signer, complaint: "its key is not fully trusted here", lasting };
  const owners = await openPgpOwners(git, stderr);
  return { good: true, signer, ...(owners === null ? {} : { owners }), complaint: null, lasting };
}

const TRUSTED = /^\[GNUPG:\] TRUST_(?:FULLY|ULTIMATE)\b/m;

/**
 * The names on an OpenPGP key that are trusted one by one. A key counts as trusted for the sake of any of them, and its
 * maker may have written somebody else's beside that. Null for X.509, where the issuer vouches for the one name.
 */
async function openPgpOwners(git: Git, status: string): Promise<string[] | null> {
  if (/^\[GNUPG:\] TRUST_\w+ 0 (?:shell|chain|steed)\b/m.test(status)) return null;
  const [, key] = /^\[GNUPG:\] VALIDSIG (?:\S+ ){9}([0-9A-F]+)\s*$/m.exec(status) ?? [];
  if (key === undefined) return [];
  const listed = await listKey(git, key);
  return listed.split("\n").flatMap((line) => {
    const fields = line.split(":");
    if (fields[0] !== "uid" || !/^[fu]$/.test(fields[1] ?? "")) return [];
    return [
      (fields[9] ?? "").replace(/\\x([0-9a-f]{2})/gi, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
    ];
  });
}

async function listKey(git: Git, key: string): Promise<string> {
  const setting = await git.ask([
    "config",
    "--type=path",
    "-z",
    "--get-regexp",
    "^gpg\\.(openpgp\\.)?program$",
  ]);
  const programs = new Map(setting.stdout.split("\0").map((entry) => entry.split("\n") as [string, string]));
  const program = programs.get("gpg.openpgp.program") ?? programs.get("gpg.program") ?? "gpg";
  const args = ["--batch", "--no-tty", "--with-colons", "--list-keys", key];
  const { stdout } = await promisify(execFile)(program, args, {
    cwd: git.dir,
    env: git.environment,
    timeout: LISTING_MS,
  }).catch(() => ({ stdout: "" }));
  return stdout;
}

const LISTING_MS = 10_000;

/** The owner of the key: gpg's status lines name a user id, ssh-keygen a principal. */
function signerOf(stderr: string): string | null {
  const gpg = /^\[GNUPG:\] (?:GOODSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|BADSIG) \S+ (.+)$/m.exec(stderr)?.[1];
  return gpg ?? /^Good "git" signature for (.+?) with /m.exec(stderr)?.[1] ?? null;
}

const GPG_TROUBLES: readonly (readonly [RegExp, string])[] = [
  [/^\[GNUPG:\] BADSIG/m, "the signature does not fit what it signs"],
  [/^\[GNUPG:\] REVKEYSIG/m, "the key was revoked"],
  [/^\[GNUPG:\] EXPKEYSIG/m, "the key has expired"],
  [/^\[GNUPG:\] EXPSIG/m, "the signature has expired"],
  [/^\[GNUPG:\] NO_PUBKEY/m, "the key is not known here"],
];

function complaintOf(stderr: string): string {
  const known = GPG_TROUBLES.find(([pattern]) => pattern.test(stderr));
  if (known) return known[1];
  if (/allowedSignersFile needs to be configured/.test(stderr))
    return "gpg.ssh.allowedSignersFile is not set, so no SSH key is known here";
  if (/^Signature verification failed: incorrect signature/m.test(stderr))
    return "the signature does not fit what it signs";
  if (/^Good "git" signature with /m.test(stderr) || /No principal matched/.test(stderr))
    return "its SSH key is not among the allowed signers";
  return usefulLine(stderr) || "it cannot be verified";
}

/** A commit of the ledger names a few entries and no more. */
const LARGEST_COMMIT = 256 * 1024;

/** Those of some commits that have a signature of any kind, without verifying it. One process. */
async function signedCommits(git: Git, commits: readonly string[]): Promise<string[]> {
  if (commits.length === 0) return [];
  const reader = new ObjectReader(git, () => LARGEST_COMMIT);
  try {
    const objects = await Promise.all(commits.map((commit) => reader.read(commit)));
    // Git itself decides about what is too large to read here.
    return commits.filter((_, i) => objects[i]!.content === null || hasSignature(objects[i]!.content));
  } finally {
    reader.close();
  }
}

const hasSignature = (content: Buffer) =>
  /^gpgsig(?:-sha256)? /m.test(content.toString("latin1").split("\n\n", 1)[0]!);

/** How git verifies signatures: settings for its command line, and what to remove afterwards. */
interface TrustedSigners {
  settings: readonly string[];
  /** The files that say whose signatures count, those of OpenPGP too; null where not all of them are known. */
  files: readonly string[] | null;
  /** Names all of git's settings on signatures and what the lists of keys hold; not the keyrings. */
  digest: string;
  dispose(): Promise<void>;
}

const LISTS = ["gpg.ssh.allowedsignersfile", "gpg.ssh.revocationfile"];

/**
 * The lists of keys that git is configured with here, none of them from a work tree: the author of a checked-out branch
 * must not decide whose signature counts. A list inside the repository is read from a commit.
 * @param commit Of the anchor branch.
 */
async function trustedSigners(repository: Repository, commit: string): Promise<TrustedSigners> {
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
      // A list that is not on the branch allows nobody.
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
  const { code, stdout, stderr } = await git.ask(args);
  if (code !== 0 && code !== 1) throw git.failure(args, { code, stderr });
  const last = new Map<string, string>();
  for (const entry of stdout.split("\0")) {
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
