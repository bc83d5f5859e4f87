import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Refs } from "../../git/refs.ts";
import { remoteAddresses } from "../../git/remote.ts";
import type { Repository } from "../../git/repository.ts";
import { headsAmong, LEDGER_REF } from "../../ledger/ledgerHead.ts";
import { remoteState, trackingRef } from "../../ledger/remoteHeads.ts";
import { RemoteLedger, type SyncResult } from "../../ledger/remoteLedger.ts";

/** How the ledger here stands to the one that the team shares. */
export interface Standing {
  state: "in-step" | "ahead" | "behind" | "diverged" | "none" | "unreachable" | "unknown";
  /** The remote's name; null where the policy wants none. */
  remote: string | null;
  /** Why the remote could not be reached the last time. */
  reason: string | null;
  /** Whether the remote had lost, since this process began, what was there before. */
  rewound: boolean;
  /**
   * Whether nobody knows what the team has on record: the remote could not be reached, and its ledger was never read
   * here. Then no event is not the same as nothing on record.
   */
  unread: boolean;
  /**
   * Whether what is on record here may be only a part: it was entered where the team's ledger was never read, and nobody
   * has had an answer from the remote since this process began.
   */
  partial: boolean;
  /** Events that the remote does not have, as far as is known. */
  toShare: number;
  /** Whether the remote's ledger was ever here. */
  seen: boolean;
}

const NOBODY = { reason: null, rewound: false, unread: false, partial: false, toShare: 0, seen: false };

/** Where there is nothing to share with. */
export const notShared = (remote: string | null): Standing => ({ state: "none", remote, ...NOBODY });

/** Before anybody has looked. */
export const notLookedAt = (remote: string | null): Standing => ({ state: "unknown", remote, ...NOBODY });

export interface SharingOptions {
  /** Whether whoever writes waits until it is shared too, as the command line does. */
  wait: boolean;
  /** Whether a ledger that was never read here, and cannot be, is an error in place of an empty one. */
  required?: boolean;
  /** Told what came of sharing what was written. */
  shared?: (result: SyncResult) => void;
  /** Told when sharing in the background is over. */
  done?: () => void;
  /** How long a remote may show no sign of life, in milliseconds; left out: 10 s. */
  timeoutMs?: number;
}

/** Shares the ledger of one repository with the remote that the policy names. */
export class Sharing {
  readonly #repository: Repository;
  readonly #options: SharingOptions;
  readonly #remotes = new Map<string, RemoteLedger>();
  /** By remote: why it could not be reached the last time. */
  readonly #faults = new Map<string, string>();
  /** The remotes that have answered, or could not, since this process began. */
  readonly #asked = new Set<string>();
  /** By remote: why it could not even be read the last time. */
  readonly #unread = new Map<string, string>();
  readonly #rewound = new Set<string>();
  #looked = false;

  constructor(repository: Repository, options: SharingOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /**
   * Clone and go, to be called where there is no ledger here: looks once whether the team has one. True when that
   * was waited for, so that it is worth reading again.
   */
  async firstLook(remote: string | null): Promise<boolean> {
    if (this.#looked || remote === null) return false;
    this.#looked = true;
    if (!(await this.#ledgerAt(remote).exists())) return false;
    await this.#waitOrNot(this.sync(remote));
    return this.#options.wait;
  }

  /**
   * To be called where there is no ledger here, after the first look.
   * @throws {HumanError} `service` where it is required and could not be read: an empty ledger would be a guess.
   */
  refuseUnread(remote: string | null): void {
    const reason = remote === null ? undefined : this.#unread.get(remote);
    if (this.#options.required && reason !== undefined) throw unreadLedger(remote!, reason);
  }

  /** To be called after something was written. What cannot be shared now is shared the next time. */
  async afterWriting(remote: string | null): Promise<void> {
    if (remote === null) return;
    const shared = this.#run(remote, (ledger) => ledger.share());
    await this.#waitOrNot(shared.then((result) => this.#options.shared?.(result)));
  }

  /** Brings both into step; a look at the remote when nothing is new. */
  sync(remote: string | null): Promise<SyncResult> {
    return this.#run(remote, (ledger) => ledger.sync());
  }

  /**
   * No network.
   * @param remote One that this clone has; null: none.
   * @param refs Those of the ledger, here and as it was last seen at the remote.
   */
  async standing(remote: string | null, refs: Promise<Refs>): Promise<Standing> {
    if (remote === null) return notShared(remote);
    const heads = headsAmong(await refs, [LEDGER_REF, trackingRef(remote)]);
    const [local, seen] = [LEDGER_REF, trackingRef(remote)].map((ref) => heads.get(ref) ?? null);
    const { state, toShare } = await remoteState(this.#repository.git, { local: local!, seen: seen! });
    const reason = this.#faults.get(remote) ?? null;
    const rewound = this.#rewound.has(remote);
    const unread = this.#unread.has(remote) && seen === null;
    const partial = local !== null && seen === null && (unread || !this.#asked.has(remote));
    const known = { remote, reason, rewound, unread, partial, toShare, seen: seen !== null };
    // No ledger anywhere, and nobody has been asked for one: that is not the same as being in step.
    if (local === null && seen === null && !this.#asked.has(remote)) return { state: "unknown", ...known };
    return { state: reason === null ? state : "unreachable", ...known };
  }

  #ledgerAt(remote: string): RemoteLedger {
    let ledger = this.#remotes.get(remote);
    if (!ledger) {
      const { timeoutMs } = this.#options;
      ledger = new RemoteLedger(this.#repository.git, remote, timeoutMs === undefined ? {} : { timeoutMs });
      this.#remotes.set(remote, ledger);
    }
    return ledger;
  }

  async #run(
    remote: string | null,
    work: (ledger: RemoteLedger) => Promise<SyncResult>,
  ): Promise<SyncResult> {
    this.#looked = true;
    const result = remote === null ? NOTHING : await this.#allowed(remote, work).catch(failed);
    if (remote !== null) {
      this.#asked.add(remote);
      if (result.rewound) this.#rewound.add(remote);
      if (result.state === "unreachable") this.#faults.set(remote, result.reason ?? "");
      else this.#faults.delete(remote);
      if (result.state === "unreachable" && !result.readOnly) this.#unread.set(remote, result.reason ?? "");
      else this.#unread.delete(remote);
    }
    return result;
  }

  async #allowed(remote: string, work: (ledger: RemoteLedger) => Promise<SyncResult>): Promise<SyncResult> {
    const reason = await givenClockRefusal(this.#repository, remote);
    return reason === null ? work(this.#ledgerAt(remote)) : { ...NOTHING, state: "unreachable", reason };
  }

  async #waitOrNot(work: Promise<unknown>): Promise<void> {
    if (this.#options.wait) await work;
    else void work.then(() => this.#options.done?.());
  }
}

/**
 * For whoever sums the record up by what was read.
 * @throws {HumanError} `service` where the team's was never read and cannot be: what is here is not all of it.
 */
export function refuseUnread({ remote, unread, reason }: Standing): void {
  if (unread && remote !== null) throw unreadLedger(remote, reason ?? "");
}

/** Why nothing can be said of incidents, with the way out. */
export function unreadLedger(remote: string, reason: string): HumanError {
  const name = plainText(remote, 60);
  return new HumanError(
    "service",
    `The ledger could not be fetched from ${name} (${plainText(reason, 200)}), and it was never fetched before, so nothing is known of incidents; check the access to ${name}, then try: dropclock sync`,
  );
}

const NOTHING: SyncResult = {
  state: "none",
  reason: null,
  fetched: 0,
  pushed: 0,
  united: false,
  rewound: false,
};

// A fault on this side: what was written stays written, and the reason is told like any other.
function failed(error: unknown): SyncResult {
  const reason = error instanceof Error ? error.message : String(error);
  return { ...NOTHING, state: "unreachable", reason: reason.replace(/\.$/, "") };
}

/**
 * A clock that was given in place of the machine's (`DROPCLOCK_CLOCK`) is for tests. What was entered by it says so,
 * and never leaves for anything but a local path: a ledger that holds such an entry is marked.
 */
const markOf = ({ commonDir }: Repository) => join(commonDir, "dropclock", "clock-given");

/** To be called before something is entered by a given clock. @throws {HumanError} where others would get it. */
export async function markGivenClock(repository: Repository, remote: string | null): Promise<void> {
  if (remote !== null && !(await isLocal(repository, remote)))
    throw new HumanError(
      "usage",
      `DROPCLOCK_CLOCK is for tests, and the ledger here is shared with ${plainText(remote, 60)}, which is no local path; nothing was entered: unset it.`,
    );
  const mark = markOf(repository);
  await mkdir(join(mark, ".."), { recursive: true });
  await writeFile(mark, "Entries of this ledger were made by a given clock (DROPCLOCK_CLOCK).\n");
}

/** Why the ledger must not go to a remote; null where it may. */
async function givenClockRefusal(repository: Repository, remote: string): Promise<string | null> {
  if (!existsSync(markOf(repository)) || (await isLocal(repository, remote))) return null;
  return "it holds entries made under DROPCLOCK_CLOCK, which are for tests and go to local paths only";
}

async function isLocal({ git }: Repository, remote: string): Promise<boolean> {
  const addresses = await remoteAddresses(git, remote);
  return addresses.every(
    (address) => /^file:\/\//i.test(address) || !/^[a-z][a-z\d+.-]+:|^[^/\\]+:(?!\\)/i.test(address),
  );
}
