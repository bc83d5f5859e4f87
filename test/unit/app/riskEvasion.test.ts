import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readDropContent } from "../../../src/app/drop/dropContent.ts";
import { assessRisk } from "../../../src/domain/change/risk.ts";
import { readPolicy } from "../../../src/domain/policy/readPolicy.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";

const POLICY = readPolicy(`version: 1
flags: { file: flags/f.json }
risk:
  - { paths: ["migrations/**", "services/*/db/**"], level: high, because: schema }
  - { lines: 100, level: high, because: large }
  - { flags: ["pay-*"], level: high, because: flag }
  - { dependencies: true, level: high, because: dependencies }
`).policy!;

const FLAG = { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "off" };
const flagFile = (over: object = {}, more: object = {}) =>
  JSON.stringify({ flags: { "pay-x": { ...FLAG, ...over } }, ...more });
const lines = (count: number, end = "\n") =>
  Array.from({ length: count }, (_, i) => `statement(${i});${end}`).join("");

/** What a drop may do to look smaller than it is, and the reason that must hold all the same. */
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0a".repeat(32)}\nsize 12345\n`;

const EVASIONS: Record<string, [because: string, change: (repository: TemporaryRepository) => void]> = {
  "many lines": ["large", (at) => at.write("src/b.js", lines(500))],
  "many lines that .gitattributes calls undiffable": [
    "large",
    (at) => {
      at.write(".gitattributes", "* -diff\n");
      at.write("src/b.js", lines(500));
    },
  ],
  "many lines that .gitattributes calls binary, in its own folder": [
    "large",
    (at) => {
      at.write("src/.gitattributes", "*.js binary\n");
      at.write("src/b.js", lines(500));
    },
  ],
  "a driver that shows nothing": [
    "large",
    (at) => {
      at.git("config", "diff.quiet.textconv", "true");
      at.git("config", "diff.quiet.command", "true");
      at.write(".gitattributes", "* diff=quiet\n");
      at.write("src/b.js", lines(500));
    },
  ],
  "a few bytes with a NUL": ["large", (at) => at.write("src/b.js", "\0x\n")],
  "UTF-16": ["large", (at) => at.write("src/b.cs", Buffer.from(lines(3), "utf16le"))],
  "lines that end in CR": ["large", (at) => at.write("src/b.js", lines(500, "\r"))],
  "lines that end in a separator of Unicode": ["large", (at) => at.write("src/b.js", lines(500, "\u2028"))],
  "lines that end in NEL": ["large", (at) => at.write("src/b.js", lines(500, "\u0085"))],
  "statements in one line": ["large", (at) => at.write("src/b.js", lines(2000, " "))],
  "a pointer to a file in Git LFS": ["large", (at) => at.write("src/b.js", POINTER)],
  "flags that are kept in Git LFS, whatever the attributes say": [
    "flag",
    (at) => at.write("flags/f.json", POINTER),
  ],
  "a package.json that is kept in Git LFS": ["dependencies", (at) => at.write("package.json", POINTER)],
  "an executable bit and a rename beside": [
    "schema",
    (at) => {
      mkdirSync(join(at.dir, "other"));
      renameSync(join(at.dir, "migrations/0.sql"), join(at.dir, "other/0.sql"));
    },
  ],
  "a folder that becomes a link": [
    "schema",
    (at) => {
      rmSync(join(at.dir, "migrations"), { recursive: true });
      symlinkSync("src", join(at.dir, "migrations"));
    },
  ],
  "a link that comes where only others are named": [
    "schema",
    (at) => {
      mkdirSync(join(at.dir, "services"), { recursive: true });
      symlinkSync("../src", join(at.dir, "services/cart"));
    },
  ],
  "names with quotes, line feeds, braces and dots": [
    "schema",
    (at) => at.write('migrations/"{a,b}\n\\..sql', "x"),
  ],
  "a flag switched on": ["flag", (at) => at.write("flags/f.json", flagFile({ defaultVariant: "on" }))],
  "a flag whose name is escaped": [
    "flag",
    (at) => at.write("flags/f.json", flagFile({ defaultVariant: "on" }).replace('"pay-x"', '"pay\\u002dx"')),
  ],
  "a file of flags that is none any more": ["flag", (at) => at.write("flags/f.json", "{}")],
  "a file of flags that becomes a link": [
    "flag",
    (at) => {
      rmSync(join(at.dir, "flags/f.json"));
      at.write("flags/g.json", flagFile({ defaultVariant: "on" }));
      symlinkSync("g.json", join(at.dir, "flags/f.json"));
    },
  ],
  "a file of flags that is larger than anybody reads": [
    "flag",
    (at) => at.write("flags/f.json", flagFile({}, { x: "y".repeat(5 * 1024 * 1024) })),
  ],
  ".npmrc": ["dependencies", (at) => at.write(".npmrc", "registry=https://packages.example\n")],
  "pnpm's overrides": [
    "dependencies",
    (at) => at.write("package.json", '{"dependencies":{"a":"1"},"pnpm":{"overrides":{"a":"9"}}}'),
  ],
  "a package.json that becomes another file": [
    "dependencies",
    (at) => renameSync(join(at.dir, "package.json"), join(at.dir, "package.old")),
  ],
  "a package.json that becomes a link": [
    "dependencies",
    (at) => {
      renameSync(join(at.dir, "package.json"), join(at.dir, "p"));
      symlinkSync("p", join(at.dir, "package.json"));
    },
  ],
};

describe("a drop that would look smaller than it is", () => {
  let repository: TemporaryRepository;
  let from: string;

  beforeEach(() => {
    repository = TemporaryRepository.make();
    from = repository.commit({
      "flags/f.json": flagFile(),
      "package.json": '{"dependencies":{"a":"1"}}',
      "migrations/0.sql": "create table a;\n",
      "src/a.js": "1\n",
    });
  });

  async function reasons(): Promise<string[]> {
    repository.git("add", "--all");
    repository.git("commit", "-q", "-m", "feat: x");
    const range = { from, to: repository.git("rev-parse", "HEAD") };
    const content = await readDropContent(await repository.open(), POLICY, range);
    return assessRisk(POLICY.risk, content).reasons.map(({ because }) => because);
  }

  it("is calm where nothing of it is risky", async () => {
    repository.write("src/a.js", lines(40));
    repository.write("src/long.md", `${"A paragraph in one line. ".repeat(20)}\n`);
    assert.deepEqual(await reasons(), []);
  });

  for (const [evasion, [because, change]] of Object.entries(EVASIONS))
    it(`is risky by ${evasion}`, async () => {
      change(repository);
      assert.ok((await reasons()).includes(because), because);
    });

  it("is risky by names that are no UTF-8", async function () {
    if (process.platform !== "linux") this.skip();
    const blob = repository.git("hash-object", "-w", "src/a.js");
    for (const name of ["migrations/\xff.sql", "migrations/\xfe.sql"]) {
      const line = Buffer.from(`100644 ${blob}\t${name}\0`, "latin1");
      assert.equal(repository.tryGit(["update-index", "-z", "--index-info"], { input: line }).status, 0);
    }
    repository.git("commit", "-q", "-m", "feat: x");
    const range = { from, to: repository.git("rev-parse", "HEAD") };
    const content = await readDropContent(await repository.open(), POLICY, range);
    assert.equal(content.files.length, 2);
    assert.deepEqual(
      content.files.map(({ additions }) => additions),
      [1, 1],
    );
    assert.equal(assessRisk(POLICY.risk, content).level, "high");
  });

  it("is risky by a submodule that comes, moves, or takes the place of a folder", async () => {
    const commit = async (path: string, sha: string) => {
      repository.git("update-index", "--add", "--cacheinfo", `160000,${sha},${path}`);
      repository.git("commit", "-q", "-m", "feat: x");
      const range = { from, to: repository.git("rev-parse", "HEAD") };
      const content = await readDropContent(await repository.open(), POLICY, range);
      from = range.to;
      return assessRisk(POLICY.risk, content).reasons.map(({ because }) => because);
    };
    assert.deepEqual(await commit("vendor/lib", from), ["large", "dependencies"]);
    assert.deepEqual(await commit("vendor/lib", from), ["large", "dependencies"]);
    repository.git("rm", "-rq", "--cached", "migrations");
    assert.deepEqual(await commit("migrations", from), ["schema", "large", "dependencies"]);
    assert.deepEqual(await commit("migrations", from), ["schema", "large", "dependencies"]);
  });

  it("is risky by flags where their file is at neither end", async () => {
    repository.git("rm", "-q", "flags/f.json");
    assert.ok((await reasons()).includes("flag"));
    from = repository.git("rev-parse", "HEAD");
    repository.write("src/a.js", "2\n");
    assert.ok((await reasons()).includes("flag"));
  });
});
