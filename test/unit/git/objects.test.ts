import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type GitObject,
  ObjectFrames,
  parseTree,
  type TreeEntry,
  TreeLines,
} from "../../../src/git/objects.ts";

const OID = "0123456789abcdef0123456789abcdef01234567";

/** The bytes in chunks that end anywhere. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}
const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe("object frames", () => {
  const object = fc.oneof(
    fc.record({ type: fc.constantFrom("blob", "tree", "commit"), content: fc.uint8Array({ maxLength: 80 }) }),
    fc.constant({ type: null, content: null }),
  );

  it("are the same however the bytes are cut, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 12 }), cuts, fc.nat(60), (objects, at, largest) => {
        const bytes = Buffer.concat(
          objects.flatMap(({ type, content }) =>
            type === null
              ? [Buffer.from("refs/none^{tree} missing\n")]
              : [Buffer.from(`${OID} ${type} ${content!.length}\n`), content!, Buffer.from("\n")],
          ),
        );
        const found: GitObject[] = [];
        const keep = ({ type, content }: GitObject) =>
          found.push({ type, content: content && Buffer.from(content) });
        const frames = new ObjectFrames((type) => (type === "blob" ? largest : 1000), keep);
        for (const chunk of cutAt(bytes, at)) frames.push(chunk);
        const expected = objects.map(({ type, content }) => ({
          type,
          content: content && (type !== "blob" || content.length <= largest) ? Buffer.from(content) : null,
        }));
        assert.deepEqual(found, expected);
      }),
    );
  });
});

describe("tree entries", () => {
  const entry = fc.record(
    {
      mode: fc.constantFrom("100644", "100755", "120000", "160000"),
      oid: fc.constant(OID),
      path: fc.string({ unit: "grapheme", minLength: 1 }).map((path) => path.replaceAll("\0", "0")),
    },
    { noNullPrototype: true },
  );

  it("are read from a listing however it is cut", () => {
    fc.assert(
      fc.property(fc.array(entry), cuts, (entries, at) => {
        const listing = entries.map(
          ({ mode, oid, path }) => `${mode} ${mode === "160000" ? "commit" : "blob"} ${oid}\t${path}\0`,
        );
        const found: TreeEntry[] = [];
        const lines = new TreeLines((line) => found.push(line));
        for (const chunk of cutAt(Buffer.from(listing.join("")), at)) lines.push(chunk);
        assert.deepEqual(found, entries);
      }),
    );
  });

  it("are read from a tree object, and rubbish in one does no harm", () => {
    const object = (entries: TreeEntry[]) =>
      Buffer.concat(
        entries.flatMap(({ mode, oid, path }) => [Buffer.from(`${mode} ${path}\0`), Buffer.from(oid, "hex")]),
      );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const expected = entries.map((one) => ({ ...one, path: `folder/${one.path}` }));
        assert.deepEqual(parseTree(object(entries), 20, "folder/"), expected);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseTree(Buffer.from(bytes), 20, "")),
    );
  });
});
