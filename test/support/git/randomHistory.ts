import { spawnSync } from "node:child_process";
import { seeded } from "../seeded.ts";
import { MONDAY, TemporaryRepository } from "./temporaryRepository.ts";

type Dice = ReturnType<typeof seeded>;

interface File {
  mode: "100644" | "100755" | "120000" | "160000";
  /** Of a gitlink: a commit's name. */
  content: Buffer;
}

type Files = Map<string, File>;

/** Names that git takes, and that something on the way might not. */
const NAMES = [
  "app.txt",
  "src/deep/down/code.ts",
  "sp ace.txt",
  "ünï/é.txt",
  'quo"te.txt',
  "tab\tname",
  "new\nline",
  "-dash",
  "--option=x",
  "🎉",
  "*glob*",
  ":(top)colon",
  "back\\slash",
  "docs/log.md",
  "CHANGELOG.md",
];

const LINES = 40;

/**
 * A repository with two drops and commits on top, made at random: changes, new files, deletions, renames, modes, links,
 * submodules, binary files, CRLF, empty commits, merges of one branch and of several. The same for the same seed.
 */
export function randomHistory(seed: number): { repository: TemporaryRepository; merges: number } {
  const dice = seeded(seed);
  const repository = TemporaryRepository.make();
  const commits: Written[] = [];
  let files: Files = new Map(
    NAMES.slice(0, 4 + dice.below(NAMES.length - 4)).map((name) => [name, textFile(dice)]),
  );
  let tip = write(commits, files, []);
  const grow = (count: number) => {
    for (let i = 0; i < count; i++) {
      const sides = dice.below(4) === 0 ? 1 + dice.below(2) : 0;
      ({ tip, files } =
        sides > 0 ? merge(dice, commits, tip, files, sides) : step(dice, commits, tip, files));
    }
    return tip;
  };
  const drops = [grow(1 + dice.below(2)), grow(1 + dice.below(5))];
  grow(dice.below(5));
  importInto(repository, commits, tip);
  repository.git("config", "core.protectNTFS", "false");
  const named = repository
    .git("log", "--format=%H %s", "--all")
    .split("\n")
    .map((line) => line.split(" "));
  const shaOf = (mark: number) => named.find(([, subject]) => subject === `c${mark}`)![0]!;
  drops.forEach((mark, i) => {
    repository.git("tag", `drop-${i + 1}`, shaOf(mark));
  });
  repository.git("-c", "advice.detachedHead=false", "checkout", "-q", "-f", "main");
  return { repository, merges: commits.filter(({ parents }) => parents.length > 1).length };
}

interface Written {
  mark: number;
  parents: number[];
  files: Files;
}

function write(commits: Written[], files: Files, parents: number[]): number {
  const mark = commits.length + 1;
  commits.push({ mark, parents, files: new Map(files) });
  return mark;
}

function step(dice: Dice, commits: Written[], tip: number, before: Files, under = "") {
  const files = new Map(before);
  // A commit may change nothing.
  for (let n = dice.below(4); n > 0; n--) change(dice, files, under);
  return { tip: write(commits, files, [tip]), files };
}

/** Branches that change what nobody else does, merged at once. */
function merge(dice: Dice, commits: Written[], tip: number, before: Files, sides: number) {
  const files = new Map(before);
  const parents = [tip];
  for (let i = 0; i < sides; i++) {
    const under = `side ${commits.length}/`;
    let side = { tip, files: new Map(before) };
    for (let n = 1 + dice.below(2); n > 0; n--) side = step(dice, commits, side.tip, side.files, under);
    for (const [path, file] of side.files) if (path.startsWith(under)) files.set(path, file);
    if (side.tip !== tip) parents.push(side.tip);
  }
  change(dice, files, "");
  return { tip: write(commits, files, parents), files };
}

function change(dice: Dice, files: Files, under: string): void {
  const own = [...files.keys()].filter((path) => path.startsWith(under));
  const fresh = () => `${under}${dice.pick(["", "moved/", "x y/"])}${dice.pick(NAMES)}.${dice.below(1000)}`;
  const path = own.length > 0 ? dice.pick(own) : fresh();
  const file = files.get(path);
  if (!file || dice.below(6) === 0) return void files.set(fresh(), anyFile(dice));
  switch (dice.below(6)) {
    case 0:
      files.delete(path);
      return;
    case 1:
      files.delete(path);
      files.set(fresh(), file);
      return;
    case 2:
      if (file.mode.startsWith("100"))
        files.set(path, { ...file, mode: file.mode === "100644" ? "100755" : "100644" });
      return;
    case 3:
      files.set(path, anyFile(dice));
      return;
    default:
      files.set(path, { ...file, content: edited(dice, file) });
  }
}

function edited(dice: Dice, { mode, content }: File): Buffer {
  if (mode === "160000") return link(dice);
  const lines = content.toString("latin1").split("\n");
  const i = dice.below(lines.length);
  lines[i] = `${lines[i]!.endsWith("\r") ? "\r" : ""}changed ${dice.below(1000)}`;
  if (dice.below(4) === 0) lines.splice(dice.below(lines.length), 0, `new ${dice.below(1000)}`);
  return Buffer.from(lines.join("\n"), "latin1");
}

function anyFile(dice: Dice): File {
  switch (dice.below(6)) {
    case 0:
      return { mode: "100644", content: Buffer.from([0, 1, 2, 255, dice.below(256), dice.below(256)]) };
    case 1:
      return { mode: "120000", content: Buffer.from(dice.pick(NAMES).replaceAll("\n", "")) };
    case 2:
      return { mode: "160000", content: link(dice) };
    case 3:
      return { mode: "100755", content: Buffer.from(textOf(dice).replaceAll("\n", "\r\n")) };
    default:
      return textFile(dice);
  }
}

const link = (dice: Dice) => Buffer.from(dice.pick("123456789abcdef".split("")).repeat(40));
const textFile = (dice: Dice): File => ({ mode: "100644", content: Buffer.from(textOf(dice)) });
const textOf = (dice: Dice) =>
  Array.from({ length: LINES }, (_, i) => `line ${i} of ${dice.below(4)}\n`).join("");

function importInto(repository: TemporaryRepository, commits: readonly Written[], tip: number): void {
  const parts: (string | Buffer)[] = [];
  for (const { mark, parents, files } of commits) {
    const [first, ...others] = parents;
    const when = `Ana <ana@example.com> ${MONDAY / 1000 + mark * 60} +0000`;
    const message = `c${mark}`;
    parts.push(`commit refs/heads/c\nmark :${mark}\ncommitter ${when}\ndata ${message.length}\n${message}\n`);
    if (first !== undefined) parts.push(`from :${first}\n`);
    for (const other of others) parts.push(`merge :${other}\n`);
    parts.push("deleteall\n");
    for (const [path, { mode, content }] of files) {
      if (mode === "160000") parts.push(`M ${mode} ${content} ${quoted(path)}\n`);
      else parts.push(`M ${mode} inline ${quoted(path)}\ndata ${content.length}\n`, content, "\n");
    }
    // A root of its own is only the first; what is not named goes on from its parent.
    parts.push(`reset refs/heads/c\nfrom :${mark}\n\n`);
  }
  parts.push(`reset refs/heads/main\nfrom :${tip}\n\n`);
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const result = spawnSync("git", ["fast-import", "--quiet", "--force"], {
    cwd: repository.dir,
    env: repository.environment,
    input,
  });
  if (result.status !== 0) throw new Error(`fast-import: ${result.stderr}`);
  repository.git("update-ref", "-d", "refs/heads/c");
}

const quoted = (path: string) =>
  `"${path.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
