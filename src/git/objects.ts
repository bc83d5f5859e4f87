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

// By far the most are blobs, and making a text of each header would take half of the time.
function typeAt(bytes: Buffer, start: number, end: number): string {
  return bytes[start] === 98 ? "blob" : bytes.toString("latin1", start, end);
}

function numberAt(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let i = start; i < end; i++) number = number * 10 + bytes[i]! - 48;
  return number;
}
