import { type ImportStream, quoted } from "./runImport.ts";
import type { RawEntry } from "./treeDifference.ts";

const BY = "Dropclock <dropclock@localhost>";
const UNITED = "Unite two ledgers\n";
const RESTORED = "Put back what was taken out\n";

export interface Union {
  ref: string;
  /** The first gives the tree that the entries are put into; the second, if any, is the one that they come from. */
  parents: readonly [string, string?];
  /** Seconds since 1970. */
  time: number;
  entries: readonly RawEntry[];
}

/**
 * What makes one commit of two, or puts entries back. Nothing in it is of the machine or the moment, so that everybody who unites the same
 * two makes the very same commit. It names nobody: whoever entered an event is told by the commit that added it, on
 * its side, and what is in neither of the two was slipped in.
 */
export function unionStream({ ref, parents, time, entries }: Union): ImportStream {
  const [first, second] = parents;
  const message = second === undefined ? RESTORED : UNITED;
  const head = [
    `commit ${ref}`,
    "mark :1",
    `author ${BY} ${time} +0000`,
    `committer ${BY} ${time} +0000`,
    `data ${message.length}`,
    `${message}from ${first}`,
    ...(second === undefined ? [] : [`merge ${second}`]),
  ];
  const changes = entries.map(({ mode, oid, path }) => `M ${mode} ${oid} ${quoted(path)}`);
  return {
    commands: Buffer.from([...head, ...changes, "", ""].join("\n"), "latin1"),
    commits: [entries.map(({ path }) => path)],
  };
}
