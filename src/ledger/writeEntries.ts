import { randomUUID } from "node:crypto";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "../git/git.ts";
import { usefulLine } from "../git/gitFailure.ts";
import type { Written } from "./importEntries.ts";
import { commitMessage, importStream } from "./importStream.ts";
import { LEDGER_REF } from "./ledgerHead.ts";
import type { NewEntry } from "./newEntries.ts";
import { isLocked, type Refusal, runImport, TO_DISK } from "./runImport.ts";

/** Somebody may have to enter the passphrase of a key, or touch one. Milliseconds. */
const SIGNING_MS = 120_000;

/**
 * Adds entries of one author in a commit that git signs as it is set up here (OpenPGP, X.509 or SSH), and moves the
 * ledger ref there, if it is still where it was. Git's import cannot sign, so it makes the tree under a name of its own.
 * @throws {HumanError} when git cannot sign.
 */
export async function signedImport(
  git: Git,
  commonDir: string,
  entries: readonly NewEntry[],
  { tip, now }: { tip: string | null; now: number },
): Promise<{ head: string; written: Written[] } | Refusal> {
  const ref = `refs/dropclock/unsigned-${randomUUID()}`;
  const unsigned = await runImport(git, commonDir, importStream([[...entries]], { ref, tip, now }));
  if (!("head" in unsigned)) return unsigned;
  try {
    const head = await signedCommit(git, unsigned.head, tip, entries);
    const args = [...TO_DISK, "update-ref", LEDGER_REF, head, tip ?? "0".repeat(head.length)];
    const result = await git.feed(args);
    if (result.code !== 0)
      return { failure: git.failure(args, result), locked: isLocked(result.stderr), disturbed: false };
    return { head, written: entries.map((entry) => ({ ...entry, commit: head })) };
  } finally {
    await git.feed(["update-ref", "-d", ref]);
  }
}

async function signedCommit(
  git: Git,
  unsigned: string,
  tip: string | null,
  entries: readonly NewEntry[],
): Promise<string> {
  const settings = [...TO_DISK, "-c", "i18n.commitEncoding=UTF-8"];
  const parents = tip === null ? [] : ["-p", tip];
  const args = [...settings, "commit-tree", "-S", ...parents, "-F", "-", `${unsigned}^{tree}`];
  const input = commitMessage(entries.map(({ event }) => event));
  const result = await git.with({ timeoutMs: SIGNING_MS }).feed(args, { input });
  if (result.code === 0) return result.stdout.toString().trim();
  const said =
    usefulLine(result.stderr.replace(/^error: gpg failed to sign the data:?\n?/m, "")) || "it gave no reason";
  throw new HumanError(
    "service",
    `The policy wants signed entries, and git cannot sign: ${plainText(said, 200)}; set user.signingKey (and gpg.format for SSH keys), and see that git commit -S works here.`,
  );
}
