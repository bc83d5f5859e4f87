import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { LedgerEvent, StoredEvent } from "../domain/event/event.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "../git/git.ts";
import { usefulLine } from "../git/gitFailure.ts";
import { type DataCheck, decodeEntry, encodeEvent } from "./codec.ts";
import type { EventIndex } from "./eventIndex.ts";
import { eventPath } from "./eventPath.ts";
import { LEDGER_REF } from "./ledgerHead.ts";
import { identityOf } from "./provenance.ts";
import { type ImportStream, isLocked, type Refusal, runImport, TO_DISK } from "./runImport.ts";

/** Someone may have to enter the passphrase of a key, or touch one. Milliseconds. */
const SIGNING_MS = 120_000;

/**
 * Adds entries of one author in a commit that git signs as configured here (OpenPGP, X.509 or SSH), and moves the
 * ledger ref there, if it is still where it was. Git's import cannot sign, so it makes the tree under a temporary ref.
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
    const result = await git.ask(args);
    if (result.code !== 0)
      return { failure: git.failure(args, result), locked: isLocked(result.stderr), disturbed: false };
    return { head, written: entries.map((entry) => ({ ...entry, commit: head })) };
  } finally {
    await git.ask(["update-ref", "-d", ref]);
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

/** An entry that was written, and the commit that added it. */
export interface Written extends NewEntry {
  commit: string;
}

/**
 * Adds entries on top of a commit and moves the ledger ref there, all or nothing; each author's in a commit of their
 * own. Git refuses when the ref has something that the tip lacks. One process.
 */
export async function importEntries(
  git: Git,
  commonDir: string,
  entries: readonly NewEntry[],
  { tip, now }: { tip: string | null; now: number },
): Promise<{ head: string; written: Written[] } | Refusal> {
  const groups = byAuthor(entries);
  const outcome = await runImport(git, commonDir, importStream(groups, { ref: LEDGER_REF, tip, now }));
  if (!("head" in outcome)) return outcome;
  const written = groups.flatMap((group, i) =>
    group.map((entry) => ({ ...entry, commit: outcome.commits[i]! })),
  );
  return { head: outcome.head, written };
}

/** Lines in the message of one commit, at most. */
const LONGEST_MESSAGE = 50;

interface ImportOptions {
  ref: string;
  /** The parent commit; null: the ledger begins here. */
  tip: string | null;
  /** Of the commits, in milliseconds. */
  now: number;
}

/** The commands that add entries: one commit per group, one move of the ref. */
export function importStream(groups: readonly NewEntry[][], { ref, tip, now }: ImportOptions): ImportStream {
  const parts: (string | Buffer)[] = [];
  const time = `${Math.max(0, Math.floor(now / 1000))} +0000`;
  let mark = 0;
  for (const group of groups) {
    mark += 1;
    const { by } = group[0]!.event;
    const author = `${identityOf(by)} ${time}`;
    parts.push(`commit ${ref}\nmark :${mark}\nauthor ${author}\ncommitter ${author}\n`);
    parts.push(...data(Buffer.from(commitMessage(group.map(({ event }) => event)), "utf8")));
    if (mark === 1 && tip !== null) parts.push(`from ${tip}\n`);
    for (const { event, bytes } of group) parts.push(`M 100644 inline ${eventPath(event)}\n`, ...data(bytes));
  }
  return {
    commands: Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : part)),
    ),
    commits: groups.map((group) => group.map(({ event }) => eventPath(event))),
  };
}

const data = (bytes: Buffer) => [`data ${bytes.length}\n`, bytes, "\n"];

/** Groups that are never empty. */
export function byAuthor(entries: readonly NewEntry[]): NewEntry[][] {
  const groups = new Map<string, NewEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.event.by);
    if (group) group.push(entry);
    else groups.set(entry.event.by, [entry]);
  }
  return [...groups.values()];
}

/** The message of a commit that adds these. */
function commitMessage(events: readonly StoredEvent[]): string {
  const lines = events.slice(0, LONGEST_MESSAGE).map(({ subject, type }) => `${plainText(subject)}: ${type}`);
  return lines.length === 1 ? `${lines[0]}\n` : `${events.length} events\n\n${lines.join("\n")}\n`;
}

/** An event to be written, with its bytes. */
interface NewEntry {
  event: StoredEvent;
  bytes: Buffer;
}

/**
 * The events that still have to be written: those that are recorded already are left out, so that an append may be
 * tried again.
 * @throws {HumanError} when an event could not be read back, or its id is recorded for another one.
 */
export function entriesToAdd(
  events: readonly StoredEvent[],
  index: EventIndex,
  checkData?: DataCheck,
): NewEntry[] {
  const fresh = new Map<string, NewEntry>();
  for (const event of events) {
    const bytes = Buffer.from(encodeEvent(event), "utf8");
    const decoded = decodeEntry(bytes, checkData);
    if (typeof decoded === "string")
      throw new HumanError("usage", `This event ${decoded}, so it is not written.`);
    const twin = fresh.get(event.id);
    const known = index.get(event.id);
    if (twin ? !twin.bytes.equals(bytes) : known && !isDeepStrictEqual(asClaimed(known), decoded)) {
      throw new HumanError("usage", `The id ${event.id} belongs to another event already; make a new one.`);
    }
    if (!known && !twin) fresh.set(event.id, { event, bytes });
  }
  return [...fresh.values()];
}

const asClaimed = ({ enteredBy: _, touched: __, ...event }: LedgerEvent): LedgerEvent => event;
