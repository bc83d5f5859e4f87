import { isAscii } from "node:buffer";

/** One entry of a tree, with its whole path. */
export interface TreeEntry {
  /** As git writes it, without leading zeros: `100644` a file, `40000` a tree, `160000` a commit, `120000` a link. */
  mode: string;
  oid: string;
  /** Bytes that are no UTF-8 are replaced: good for showing, and for looking at how it ends. */
  path: string;
}

export const isFile = ({ mode }: TreeEntry) => mode.startsWith("100");
export const isTree = ({ mode }: TreeEntry) => mode === "40000";

/** Reads a tree object: `<mode> <name>\0<oid in bytes>`, again and again. */
export function parseTree(content: Buffer, oidBytes: number, folder: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const nul = content.indexOf(0, space);
    if (space < 0 || nul < 0) break;
    const path = folder + content.toString("utf8", space + 1, nul);
    const oid = content.toString("hex", nul + 1, nul + 1 + oidBytes);
    entries.push({ mode: content.toString("latin1", at, space), oid, path });
    at = nul + 1 + oidBytes;
  }
  return entries;
}

/**
 * Cuts what `ls-tree -r -z` prints into entries: `<mode> <type> <oid>\t<path>\0`. As one text for each chunk, because
 * cutting a text in pieces is much faster than reading each piece from bytes.
 */
export class TreeLines {
  readonly #onEntry: (entry: TreeEntry) => void;
  #rest = "";

  constructor(onEntry: (entry: TreeEntry) => void) {
    this.#onEntry = onEntry;
  }

  push(chunk: Buffer): void {
    const text = this.#rest + chunk.toString("latin1");
    const plain = isAscii(chunk) && !NOT_ASCII.test(this.#rest);
    let start = 0;
    for (let end = text.indexOf("\0"); end >= 0; end = text.indexOf("\0", start)) {
      const tab = text.indexOf("\t", start);
      const afterMode = text.indexOf(" ", start);
      const afterType = text.indexOf(" ", afterMode + 1);
      const path = text.slice(tab + 1, end);
      this.#onEntry({
        mode: text.startsWith(PLAIN_FILE, start) ? PLAIN_FILE : text.slice(start, afterMode),
        oid: text.slice(afterType + 1, tab),
        path: plain ? path : Buffer.from(path, "latin1").toString("utf8"),
      });
      start = end + 1;
    }
    this.#rest = text.slice(start);
  }
}

const PLAIN_FILE = "100644";
const NOT_ASCII = /[\x80-\xff]/;
