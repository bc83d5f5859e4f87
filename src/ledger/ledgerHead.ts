import { createHash } from "node:crypto";
import { HumanError } from "../domain/text/humanError.ts";
import type { Git } from "../git/git.ts";
import { listRefs, type Refs } from "../git/refs.ts";

export const LEDGER_REF = "refs/dropclock/ledger";

/**
 * The commit that the ledger ref names; null if there is none. Git looks for this exact name, so that no branch or
 * tag passes for the ledger. One process.
 */
export async function ledgerHead(git: Git): Promise<string | null> {
  return (await refHeads(git, [LEDGER_REF])).get(LEDGER_REF) ?? null;
}

/** What these refs name, if they exist. They contain no pattern characters. One process. */
export async function refHeads(git: Git, refs: readonly string[]): Promise<Map<string, string>> {
  return headsAmong(await listRefs(git, refs), refs);
}

/** The same, from a list with these refs and others. @throws {HumanError} when the ledger's object is missing. */
export function headsAmong({ refs, broken }: Refs, wanted: readonly string[]): Map<string, string> {
  if (broken.includes(LEDGER_REF)) throw damagedLedger("it names no object");
  return new Map(refs.filter(({ name }) => wanted.includes(name)).map(({ name, oid }) => [name, oid]));
}

/** Whether an object is a commit, or a tag of one: whoever may push a ref may put it on anything. One process. */
export async function isCommit(git: Git, oid: string): Promise<boolean> {
  const { code } = await git.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", `${oid}^{commit}`]);
  return code === 0;
}

/** The error for a ledger ref without events. */
export function damagedLedger(reason: string, options?: ErrorOptions): HumanError {
  return new HumanError(
    "service",
    `The ledger ref ${LEDGER_REF} is damaged: ${reason}. Fetch it from a clone that has it (git fetch REMOTE +${LEDGER_REF}:${LEDGER_REF}), or put back a commit that git fsck --lost-found lists (git update-ref ${LEDGER_REF} COMMIT).`,
    options,
  );
}

/** The object name that git gives to these bytes as a file, in the format of another object name. */
export function blobName(bytes: Buffer, like: string): string {
  const hash = createHash(like.length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
