import { isAscii } from "node:buffer";
import type { Git } from "./git.ts";
import type { GitProcess } from "./gitProcess.ts";
import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

const ARGS = ["--no-replace-objects", "cat-file", "--batch"];

interface Request {
  resolve: (object: GitObject) => void;
  reject: (error: unknown) => void;
}

/** A conversation with one `cat-file`: an answer takes a tenth of a millisecond, a process of its own several. */
export class ObjectReader {
  readonly #git: Git;
  readonly #process: GitProcess;
  readonly #waiting: Request[] = [];
  #failure: unknown = null;

  /** @param largest Bytes of the largest object of a type whose content is wanted. */
  constructor(git: Git, largest: (type: string) => number) {
    this.#git = git;
    const frames = new ObjectFrames(largest, ({ type, content }) =>
      this.#waiting.shift()?.resolve({ type, content: content && Buffer.from(content) }),
    );
    this.#process = git.open(ARGS, (chunk) => frames.push(chunk));
    this.#process.ended.then(
      (ending) => this.#fail(this.#git.failure(ARGS, ending)),
      (error) => this.#fail(error),
    );
  }

  /**
   * Several may be asked for at once.
   * @param name An object name, perhaps with a suffix such as `^{tree}`; never text from outside.
   * @throws {GitFailure} when git ends before it has answered.
   */
  read(name: string): Promise<GitObject> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#process.write(`${name}\n`);
    });
  }

  close(): void {
    this.#process.end();
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

const LINE_FEED = 10;
const SPACE = 32;

/** What `cat-file` answered to one request. */
export interface GitObject {
  /** `commit`, `tree`, `blob` or `tag`; null when there is no such object. */
  type: string | null;
  /** Null when it is missing or larger than what is kept. Valid until the next chunk comes. */
  content: Buffer | null;
}

/** Cuts the output of `cat-file --batch` into objects. It goes by the sizes that git gives, never by the content. */
export class ObjectFrames {
  readonly #largest: (type: string) => number;
  readonly #onObject: (object: GitObject) => void;
  #rest: Buffer | null = null;
  /** Bytes still to come of an object that is not kept. */
  #toDrop = 0;

  /** @param largest Bytes of the largest object of a type that is kept; larger ones pass by. */
  constructor(largest: (type: string) => number, onObject: (object: GitObject) => void) {
    this.#largest = largest;
    this.#onObject = onObject;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    let start = 0;
    while (start < bytes.length) {
      const next = this.#next(bytes, start);
      if (next === start) {
        // A copy, for the chunk is not ours to keep.
        this.#rest = Buffer.from(bytes.subarray(start));
        return;
      }
      start = next;
    }
  }

  // Where the next object begins; the same place while this one is not complete.
  #next(bytes: Buffer, start: number): number {
    if (this.#toDrop > 0) {
      const end = Math.min(bytes.length, start + this.#toDrop);
      this.#toDrop -= end - start;
      return end;
    }
    const lineEnd = bytes.indexOf(LINE_FEED, start);
    if (lineEnd < 0) return start;
    // `<oid> <type> <size>`, or `<what was asked for> missing`.
    const afterOid = bytes.indexOf(SPACE, start);
    const afterType = bytes.indexOf(SPACE, afterOid + 1);
    if (afterType < 0 || afterType > lineEnd) {
      this.#onObject({ type: null, content: null });
      return lineEnd + 1;
    }
    const type = typeAt(bytes, afterOid + 1, afterType);
    const size = numberAt(bytes, afterType + 1, lineEnd);
    const end = lineEnd + 1 + size;
    if (size > this.#largest(type)) {
      this.#onObject({ type, content: null });
      this.#toDrop = size + 1;
      return lineEnd + 1;
    }
    if (end >= bytes.length) return start;
    this.#onObject({ type, content: bytes.subarray(lineEnd + 1, end) });
    return end + 1;
  }
}

// Nearly all are blobs, and converting each header to a string would take half of the time.
function typeAt(bytes: Buffer, start: number, end: number): string {
  return bytes[start] === 98 ? "blob" : bytes.toString("latin1", start, end);
}

function numberAt(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let i = start; i < end; i++) number = number * 10 + bytes[i]! - 48;
  return number;
}

/** One entry of a tree, with its whole path. */
export interface TreeEntry {
  /** As git writes it, without leading zeros: `100644` a file, `40000` a tree, `160000` a commit, `120000` a link. */
  mode: string;
  oid: string;
  /** Bytes that are not UTF-8 are replaced: good enough for showing it, and for checking its ending. */
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

/** What a commit has at a path. */
export interface TreeBlob {
  oid: string;
  /** A link is not followed. */
  kind: "file" | "link" | "folder" | "submodule";
}

const KINDS: Readonly<Record<string, TreeBlob["kind"]>> = {
  "120000": "link",
  "40000": "folder",
  "160000": "submodule",
};

/** @param mode With or without leading zeros. */
export const kindOf = (mode: string): TreeBlob["kind"] => KINDS[mode.replace(/^0+/, "")] ?? "file";

/** What a commit has at a path; null where it has nothing. One process. */
export async function blobAt({ git }: Repository, commit: string, path: string): Promise<TreeBlob | null> {
  const args = [
    "--no-replace-objects",
    "--literal-pathspecs",
    "ls-tree",
    "-z",
    "--full-tree",
    "--end-of-options",
    revision(commit),
    path,
  ];
  const output = await git.read(args);
  const [, mode, oid] = /^(\d+) \w+ ([0-9a-f]+)\t/.exec(output) ?? [];
  return oid === undefined ? null : { oid, kind: kindOf(mode!) };
}

/** The bytes of a file; null where a commit has none at that path: a link may lead back into the work tree. Two processes. */
export async function fileAt(repository: Repository, commit: string, path: string): Promise<Buffer | null> {
  const entry = await blobAt(repository, commit, path);
  if (entry?.kind !== "file") return null;
  const args = ["--no-replace-objects", "cat-file", "blob", entry.oid];
  const content = await repository.git.feed(args, {});
  if (content.code !== 0) throw repository.git.failure(args, content);
  return content.stdout;
}
