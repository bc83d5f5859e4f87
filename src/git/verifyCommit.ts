import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Signature } from "../domain/vote.ts";
import type { Git } from "./git.ts";
import { usefulLine } from "./gitFailure.ts";
import { ObjectReader } from "./objectReader.ts";
import { revision } from "./revision.ts";

/** What git says of a signature, and whether that depends on the lists of keys alone: not on a keyring, nor on time. */
export type Verdict = Signature & { lasting: boolean };

/**
 * What `git verify-commit` says of the signature of a commit, with OpenPGP, X.509 or SSH keys, as git is set up here.
 * Git itself takes an OpenPGP key of any trust, also one that was merely imported; here it has to be fully trusted, and
 * so has the name of its owner. One process, and what git starts for it; one more for OpenPGP.
 * @param settings As `trustedSigners` gives them.
 */
export async function verifyCommit(
  git: Git,
  commit: string,
  settings: readonly string[] = [],
): Promise<Verdict> {
  const args = ["--no-replace-objects", ...settings, "verify-commit", "--raw", revision(commit)];
  const { code, stderr } = await git.feed(args);
  const signer = signerOf(stderr);
  // A list of keys is asked about the time at which it was signed.
  const lasting =
    /^(?:Good "git" signature |Could not verify signature|No principal matched)/m.test(stderr) &&
    !/^\[GNUPG:\] /m.test(stderr);
  // Git says nothing at all of a commit without a signature.
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
  const setting = await git.feed([
    "config",
    "--type=path",
    "-z",
    "--get-regexp",
    "^gpg\\.(openpgp\\.)?program$",
  ]);
  const programs = new Map(
    setting.stdout
      .toString("utf8")
      .split("\0")
      .map((entry) => entry.split("\n") as [string, string]),
  );
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
export async function signedCommits(git: Git, commits: readonly string[]): Promise<string[]> {
  if (commits.length === 0) return [];
  const reader = new ObjectReader(git, () => LARGEST_COMMIT);
  try {
    const objects = await Promise.all(commits.map((commit) => reader.read(commit)));
    // What is too large to look at is for git to say.
    return commits.filter((_, i) => objects[i]!.content === null || hasSignature(objects[i]!.content));
  } finally {
    reader.close();
  }
}

const hasSignature = (content: Buffer) =>
  /^gpgsig(?:-sha256)? /m.test(content.toString("latin1").split("\n\n", 1)[0]!);
