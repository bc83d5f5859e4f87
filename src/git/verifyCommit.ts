import type { Signature } from "../domain/vote.ts";
import type { Git } from "./git.ts";
import { usefulLine } from "./gitFailure.ts";
import { revision } from "./revision.ts";

/**
 * What `git verify-commit` says of the signature of a commit, with OpenPGP, X.509 or SSH keys, as git is set up here.
 * One process, and what git starts for it.
 */
export async function verifyCommit(git: Git, commit: string): Promise<Signature> {
  const args = ["verify-commit", "--raw", revision(commit)];
  const { code, stderr } = await git.feed(args);
  const signer = signerOf(stderr);
  // Git says nothing at all of a commit without a signature.
  if (code !== 0)
    return { good: false, signer, complaint: stderr.trim() === "" ? null : complaintOf(stderr) };
  return { good: true, signer, complaint: null };
}

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
  if (/^Good "git" signature with /m.test(stderr) || /No principal matched/.test(stderr))
    return "its SSH key is not among the allowed signers";
  return usefulLine(stderr) || "it cannot be verified";
}
