import type { StoredEvent } from "../domain/event/event.ts";
import { plainText } from "../domain/text/plainText.ts";
import { eventPath } from "./eventPath.ts";
import { identityOf } from "./identity.ts";
import type { NewEntry } from "./newEntries.ts";
import type { ImportStream } from "./runImport.ts";

/** Lines in the message of one commit, at most. */
const LONGEST_MESSAGE = 50;

export interface ImportOptions {
  ref: string;
  /** The commit to build on; null: the ledger begins here. */
  tip: string | null;
  /** Of the commits, in milliseconds. */
  now: number;
}

/** What adds entries: one commit for each group, in one move of the ref. */
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

/** What a commit that adds these says of itself. */
export function commitMessage(events: readonly StoredEvent[]): string {
  const lines = events.slice(0, LONGEST_MESSAGE).map(({ subject, type }) => `${plainText(subject)}: ${type}`);
  return lines.length === 1 ? `${lines[0]}\n` : `${events.length} events\n\n${lines.join("\n")}\n`;
}
