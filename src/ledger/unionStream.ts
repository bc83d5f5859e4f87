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
 * The input of `git fast-import` that makes one commit of two. Nothing in it is of the machine or the moment, so that
 * everybody who unites the same two makes the very same commit. Git prints its name.
 */
export function unionStream({ ref, parents, time, entries }: Union): Buffer {
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
  return Buffer.from([...head, ...changes, "", "get-mark :1", "done", ""].join("\n"), "latin1");
}

// As git reads paths that hold anything.
function quoted(path: string): string {
  if (/^[\w.%/-]+$/.test(path)) return path;
  const bytes = [...Buffer.from(path, "latin1")];
  return `"${bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
}
