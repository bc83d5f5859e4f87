import type { StoredEvent } from "../domain/event.ts";
import { plainText } from "../domain/plainText.ts";
import { eventPath } from "./eventPath.ts";
import { identityOf } from "./identity.ts";
import type { NewEntry } from "./newEntries.ts";

/** Lines in the message of one commit, at most. */
const LONGEST_MESSAGE = 50;

export interface ImportOptions {
  ref: string;
  /** The commit to build on; null: the ledger begins here. */
  tip: string | null;
  /** Of the commits, in milliseconds. */
  now: number;
}

/**
 * The input of `git fast-import` that adds entries: one commit for each group, in one move of the ref. Git prints
 * the names of the commits.
 */
export function importStream(groups: readonly NewEntry[][], { ref, tip, now }: ImportOptions): Buffer {
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
  for (let i = 1; i <= mark; i++) parts.push(`get-mark :${i}\n`);
  // Without `done` git takes a stream that was cut off for an error, and moves nothing.
  parts.push("done\n");
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "utf8") : part)));
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

/** What a commit that adds these says of itself. */
export function commitMessage(events: readonly StoredEvent[]): string {
  const lines = events.slice(0, LONGEST_MESSAGE).map(({ subject, type }) => `${plainText(subject)}: ${type}`);
  return lines.length === 1 ? `${lines[0]}\n` : `${events.length} events\n\n${lines.join("\n")}\n`;
}
