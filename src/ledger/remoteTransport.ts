import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";
import type { RemoteAccess } from "../git/remote.ts";
import { LEDGER_REF } from "./ledgerHead.ts";
import { trackingRef } from "./remoteHeads.ts";
import { TO_DISK } from "./runImport.ts";
import { unreachable } from "./unreachable.ts";

/** The ledger's head at the remote; null while it has none. One process, one round trip. */
export async function lookAtRemote({ git, address }: RemoteAccess): Promise<string | null> {
  const args = ["ls-remote", "--quiet", "--end-of-options", address, LEDGER_REF];
  const { stdout } = await succeed(git, args);
  for (const line of stdout.toString().split("\n")) {
    const [oid, ref] = line.split("\t");
    if (oid && ref === LEDGER_REF) return oid;
  }
  return null;
}

// Nothing but the ledger, into its own place: no tags, no FETCH_HEAD, no clean-up afterwards, and nothing that the
// clone's configuration would have a fetch do beside.
const FETCH = [
  ...TO_DISK,
  "-c",
  "fetch.writeCommitGraph=false",
  "fetch",
  "--progress",
  "--no-tags",
  "--no-prune",
  "--no-write-fetch-head",
  "--no-auto-maintenance",
  "--no-recurse-submodules",
  "--no-show-forced-updates",
  "--no-filter",
  "--refmap=",
  "--end-of-options",
];

/** What came between: git's own words. Another try may find it gone. */
export interface Lost {
  lost: string;
}

/** Brings what the remote's ledger has, and where it stands. */
export async function fetchLedger({ git, address }: RemoteAccess, remote: string): Promise<Lost | null> {
  const args = [...FETCH, address, `+${LEDGER_REF}:${trackingRef(remote)}`];
  const { code, stderr } = await reach(git, args);
  if (code === 0) return null;
  if (/couldn't find remote ref|cannot lock ref|\.lock': File exists/.test(stderr))
    return { lost: unreachable(git.failure(args, { code, stderr })).reason };
  throw unreachable(git.failure(args, { code, stderr }));
}

// The reasons of a server, or of git itself, when another push came first.
const RACE =
  /fetch first|non-fast-forward|stale info|failed to update ref|cannot lock ref|incorrect old value|reference already exists|failed to lock/;

/**
 * Sends the ledger and nothing else; never by force.
 * @returns What the remote had before, cut short as git tells it, null for nothing.
 */
export async function pushLedger(
  { git, address }: RemoteAccess,
  head: string,
): Promise<{ before: string | null } | Lost> {
  const flags = ["--porcelain", "--progress", "--no-verify", "--no-signed", "--recurse-submodules=no"];
  const args = ["push", ...flags, "--end-of-options", address, `${head}:${LEDGER_REF}`];
  const { code, stdout, stderr } = await reach(git, args);
  const line =
    stdout
      .toString()
      .split("\n")
      .find((each) => each.includes(`:${LEDGER_REF}\t`)) ?? "";
  const [flag, , summary = ""] = line.split("\t");
  if (code === 0) return { before: before(flag, summary, head) };
  const refused = flag === "!" ? (/\(([^)]*)\)\s*$/.exec(summary)?.[1] ?? summary) : undefined;
  if (refused !== undefined && RACE.test(refused)) return { lost: refused };
  throw unreachable(git.failure(args, { code, stderr }), refused);
}

function before(flag: string | undefined, summary: string, head: string): string | null {
  if (flag === "*") return null;
  return flag === "=" ? head : summary.split("..")[0]!;
}

async function reach(git: Git, args: readonly string[]) {
  try {
    return await git.feed(args);
  } catch (error) {
    throw error instanceof GitFailure ? unreachable(error) : error;
  }
}

async function succeed(git: Git, args: readonly string[]) {
  const result = await reach(git, args);
  if (result.code === 0) return result;
  throw unreachable(git.failure(args, result));
}
