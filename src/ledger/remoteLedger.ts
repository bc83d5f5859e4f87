import { setTimeout as delay } from "node:timers/promises";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "../git/git.ts";
import { GitFailure } from "../git/gitFailure.ts";
import { accessTo, NETWORK_MS, type RemoteAccess } from "../git/remote.ts";
import { isCommit, LEDGER_REF } from "./ledgerHead.ts";
import { apart, countNew, keepSeen, remoteHeads, trackingRef } from "./remoteHeads.ts";
import { TO_DISK } from "./runImport.ts";
import { mergeLedgerHead } from "./union.ts";

export interface SyncResult {
  /** `none`: there is nothing to share with. */
  state: "in-step" | "unreachable" | "none";
  /** Why the remote could not be reached. */
  reason: string | null;
  /** The remote was read, but what is new here could not be pushed: `reason` says why. */
  readOnly?: true;
  /** Entries that were new here, and that were new there. */
  fetched: number;
  pushed: number;
  /** Whether both sides had something new. */
  united: boolean;
  /** Whether the remote had lost entries. It has them again when the state is `in-step`. */
  rewound: boolean;
}

export interface RemoteLedgerOptions {
  /** How long the remote may be silent, in milliseconds; left out: 10 s. */
  timeoutMs?: number;
  /** How often to retry while others keep pushing; left out: 10. */
  tries?: number;
}

type Tally = Omit<SyncResult, "state" | "reason" | "readOnly">;

/** The same ledger at a remote of the repository: brought into step by fetch, union and push, with no server of ours. */
export class RemoteLedger {
  readonly #git: Git;
  readonly #remote: string;
  readonly #options: RemoteLedgerOptions;
  #access: RemoteAccess | null = null;
  /** Why the last try failed. */
  #lost = "";
  /** Whether the remote was read in this turn. */
  #read = false;
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<SyncResult> | null = null;

  constructor(git: Git, remote: string, options: RemoteLedgerOptions = {}) {
    this.#git = git;
    this.#remote = remote;
    this.#options = options;
  }

  /** Brings both into step; one look at the remote if nothing is new. A remote error is a result, not an exception. */
  sync(): Promise<SyncResult> {
    return this.#inTurn(false);
  }

  /** The same after something was written here: usually one push is enough. */
  share(): Promise<SyncResult> {
    return this.#inTurn(true);
  }

  /** Whether there is such a remote. No network. */
  async exists(): Promise<boolean> {
    this.#access ??= await accessTo(this.#git, this.#remote, this.#options.timeoutMs ?? NETWORK_MS);
    return this.#access !== null;
  }

  // One at a time; calls during a run share the next one.
  #inTurn(pushFirst: boolean): Promise<SyncResult> {
    this.#next ??= this.#last.then(() => {
      this.#next = null;
      return this.#run(pushFirst);
    });
    this.#last = this.#next.catch(() => {});
    return this.#next;
  }

  async #run(pushFirst: boolean): Promise<SyncResult> {
    const tally: Tally = { fetched: 0, pushed: 0, united: false, rewound: false };
    if (!(await this.exists())) return { state: "none", reason: null, ...tally };
    const most = this.#options.tries ?? 10;
    this.#read = false;
    try {
      for (let tries = 1; tries <= most; tries++) {
        if (await this.#bringIntoStep(tally, pushFirst && tries === 1))
          return { state: "in-step", reason: null, ...tally };
        if (tries < most) await delay(Math.random() * Math.min(1_000, 20 * 2 ** tries));
      }
      return { state: "unreachable", reason: `others were faster ${most} times: ${this.#lost}`, ...tally };
    } catch (error) {
      // The remote, or its address, may be another one the next time.
      this.#access = null;
      const readOnly = this.#read ? ({ readOnly: true } as const) : {};
      if (error instanceof Unreachable)
        return { state: "unreachable", reason: error.reason, ...readOnly, ...tally };
      throw error;
    }
  }

  /** One try; false when somebody else came first. */
  async #bringIntoStep(tally: Tally, pushFirst: boolean): Promise<boolean> {
    let { local, seen } = await remoteHeads(this.#git, this.#remote);
    // What was seen once is kept, even if the ref here was reset by hand.
    if (seen !== null && (local === null || (await this.#lacks(local, seen))))
      local = await this.#mergeLedgerHead(seen, tally);
    if (pushFirst && local !== null && local !== seen) return this.#push(local, seen, tally);

    const remote = await this.#fetch(local, seen, tally);
    if (remote === undefined) return false;
    this.#read = true;
    if (remote !== null && remote !== local) local = await this.#mergeLedgerHead(remote, tally);
    return local === null || local === remote || this.#push(local, remote, tally);
  }

  /** The remote's head, with its objects fetched; undefined if it moved meanwhile. */
  async #fetch(local: string | null, seen: string | null, tally: Tally): Promise<string | null | undefined> {
    let remote = await lookAtRemote(this.#access!);
    if (remote === seen) return remote;
    if (remote === null || remote === local) await keepSeen(this.#git, this.#remote, remote);
    else {
      const outcome = await fetchLedger(this.#access!, this.#remote);
      if (outcome) {
        this.#lost = outcome.lost;
        return undefined;
      }
      remote = (await remoteHeads(this.#git, this.#remote)).seen;
      if (remote !== null && !(await isCommit(this.#git, remote))) {
        // What was seen before is still known, and the remote may have a ledger again next time.
        await keepSeen(this.#git, this.#remote, seen);
        throw new Unreachable(`${LEDGER_REF} names no commit there, so it is no ledger; put it back`);
      }
    }
    if (seen !== null && (remote === null || (await this.#lacks(remote, seen)))) tally.rewound = true;
    return remote;
  }

  async #mergeLedgerHead(head: string, tally: Tally): Promise<string> {
    const taken = await mergeLedgerHead(this.#git, head);
    tally.fetched += taken.taken;
    tally.united ||= taken.united;
    return taken.head;
  }

  async #push(head: string, remote: string | null, tally: Tally): Promise<boolean> {
    const outcome = await pushLedger(this.#access!, head);
    if ("lost" in outcome) {
      this.#lost = outcome.lost;
      return false;
    }
    const rewound = await this.#wasRewound(remote, outcome.before);
    tally.rewound ||= rewound;
    tally.pushed += await countNew(this.#git, rewound ? outcome.before : remote, head);
    await keepSeen(this.#git, this.#remote, head);
    return true;
  }

  /** @param before What a push found there, possibly abbreviated: an ancestor of what was pushed. */
  async #wasRewound(expected: string | null, before: string | null): Promise<boolean> {
    if (expected === null || (before !== null && expected.startsWith(before))) return false;
    return before === null || (await this.#lacks(before, expected));
  }

  async #lacks(head: string, earlier: string): Promise<boolean> {
    return (await apart(this.#git, head, earlier)).theirs > 0;
  }
}

/** The ledger's head at the remote; null while it has none. One process, one round trip. */
export async function lookAtRemote({ git, address }: RemoteAccess): Promise<string | null> {
  const args = ["ls-remote", "--quiet", "--end-of-options", address, LEDGER_REF];
  const { stdout } = await succeed(git, args);
  for (const line of stdout.split("\n")) {
    const [oid, ref] = line.split("\t");
    if (oid && ref === LEDGER_REF) return oid;
  }
  return null;
}

// Only the ledger, into its own ref: no tags, no FETCH_HEAD, no clean-up afterwards, and nothing that the
// clone's configuration adds to a fetch.
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

/** What interfered, in git's words. Another try may succeed. */
interface Lost {
  lost: string;
}

/** Fetches the remote's ledger, and gives its head. */
async function fetchLedger({ git, address }: RemoteAccess, remote: string): Promise<Lost | null> {
  const args = [...FETCH, address, `+${LEDGER_REF}:${trackingRef(remote)}`];
  const { code, stderr } = await reach(git, args);
  if (code === 0) return null;
  if (/couldn't find remote ref|cannot lock ref|\.lock': File exists/.test(stderr))
    return { lost: unreachable(git.failure(args, { code, stderr })).reason };
  throw unreachable(git.failure(args, { code, stderr }));
}

// The messages of a server, or of git itself, when another push was first.
const RACE =
  /fetch first|non-fast-forward|stale info|failed to update ref|cannot lock ref|incorrect old value|reference already exists|failed to lock/;

/**
 * Pushes the ledger and nothing else; never by force.
 * @returns What the remote had before, abbreviated as git prints it; null for nothing.
 */
async function pushLedger(
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
    return await git.ask(args);
  } catch (error) {
    throw error instanceof GitFailure ? unreachable(error) : error;
  }
}

async function succeed(git: Git, args: readonly string[]) {
  const result = await reach(git, args);
  if (result.code === 0) return result;
  throw unreachable(git.failure(args, result));
}

/** The remote could not be reached, or refused the ledger. Nothing is lost. */
class Unreachable extends HumanError {
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super("service", `The ledger's remote could not be reached: ${reason}.`, options);
    this.reason = reason;
  }
}

/** @param refused The remote's reason, if it answered. */
function unreachable(failure: GitFailure, refused?: string): Unreachable {
  return new Unreachable(reasonOf(failure, refused), { cause: failure });
}

// Progress lines are a sign of life; hints are for people who type the command.
const CHATTER =
  /^(?:remote: )?(?:Enumerating|Counting|Compressing|Writing|Receiving|Resolving|Unpacking|Delta|Total|Finding|Checking) |^(?:hint|warning|To) |^warning:/i;

function reasonOf({ stderr, timedOutAfterMs, message }: GitFailure, refused?: string): string {
  if (timedOutAfterMs !== null) return `no answer for ${timedOutAfterMs / 1000} s`;
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "remote:" && !CHATTER.test(line));
  const said = tidy(lines[0] ?? "");
  if (refused === undefined) return said || plainText(message, 200);
  const remarks = lines.filter((line) => line.startsWith("remote:")).map(tidy);
  return plainText([refused, ...remarks.slice(0, 1)].join(": "), 200);
}

// Addresses may contain passwords, which must not be in a message.
const tidy = (line: string) =>
  plainText(
    line.replace(/^(?:fatal|error|remote): (?:error: )?/, "").replace(/(?<=:\/\/)[^/@\s]*@/g, ""),
    200,
  ).replace(/\.$/, "");
