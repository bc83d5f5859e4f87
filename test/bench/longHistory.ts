import { spawnSync } from "node:child_process";

const COMMITS = 4_000;
const FILES = 4_000;
/** Commits in the last drop, and after it. */
const DROP = 12;
const LATER = 40;
const FIRST_SECOND = 1_763_888_400;

const path = (i: number) => `src/part${i % 160}/file${i % FILES}.ts`;

const text = (i: number, n: number) =>
  Array.from(
    { length: 60 },
    (_, line) => `export const value${line} = ${line === i % 30 ? n : line};\n`,
  ).join("");

// Thousands of commits on thousands of files; two drops, and `colliding` with a change on what the second one changed.
function longHistory(): string {
  const parts: string[] = [];
  const commit = (branch: string, n: number, changes: [string, string][], from = "") => {
    const blobs = changes.map(
      ([file, content]) => `M 100644 inline ${file}\ndata ${content.length}\n${content}\n`,
    );
    parts.push(
      `commit refs/heads/${branch}\ncommitter Ana <ana@example.com> ${FIRST_SECOND + n} +0000\ndata 2\nc\n${from}${blobs.join("")}\n`,
    );
  };
  const all = Array.from({ length: FILES }, (_, i): [string, string] => [path(i), text(i, 0)]);
  commit("main", 0, all);
  const last = COMMITS - LATER;
  for (let n = 1; n <= COMMITS; n++) {
    // What came after the drop changes other files than the drop did.
    const i = n > last ? 400 + ((n * 7) % 600) : n % 400;
    commit("main", n, [[path(i), text(i, n)]]);
    if (n === last - DROP) parts.push("reset refs/tags/drop-1\nfrom refs/heads/main\n\n");
    if (n === last) parts.push("reset refs/tags/drop-2\nfrom refs/heads/main\n\n");
  }
  const changed = last % 400;
  commit("colliding", COMMITS + 1, [[path(changed), text(changed, -1)]], "from refs/heads/main\n");
  return parts.join("");
}

const { status, stderr } = spawnSync("git", ["fast-import", "--quiet"], {
  cwd: process.argv[2],
  input: longHistory(),
  encoding: "utf8",
});
if (status !== 0) throw new Error(stderr);
