import { type ImportStream, quoted } from "./runImport.ts";
import type { RawEntry } from "./treeDifference.ts";

const BY = "Dropclock <dropclock@localhost>";
const MESSAGE = "Unite two ledgers\n";

export interface Union {
  ref: string;
  /** The first gives the tree that the entries are put into. */
  parents: readonly [string, string];
  /** Seconds since 1970. */
  time: number;
  entries: readonly RawEntry[];
}

/**
 * What makes one commit of two. Nothing in it is of the machine or the moment, so that everybody who unites the same
 * two makes the very same commit. It names nobody: whoever entered an event is told by the commit that added it, on
 * its side, and what is in neither of the two was slipped in.
 */
export function unionStream({ ref, parents, time, entries }: Union): ImportStream {
  const head = [
    `commit ${ref}`,
    "mark :1",
    `author ${BY} ${time} +0000`,
    `committer ${BY} ${time} +0000`,
    `data ${MESSAGE.length}`,
    `${MESSAGE}from ${parents[0]}`,
    `merge ${parents[1]}`,
  ];
  const changes = entries.map(({ mode, oid, path }) => `M ${mode} ${oid} ${quoted(path)}`);
  return {
    commands: Buffer.from([...head, ...changes, "", ""].join("\n"), "latin1"),
    commits: [entries.map(({ path }) => path)],
  };
}
