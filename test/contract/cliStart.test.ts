import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dropRepository } from "../support/git/dropRepository.ts";
import { temporaryFolder } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const POLICY = `version: 1
service: Checkout
council: { members: [ana@example.com], quorum: 1 }
`;

describe("the start of the command line", () => {
  const folder = temporaryFolder();
  const loaded = join(folder, "loaded");
  const hook = join(folder, "hook.cjs");
  writeFileSync(
    hook,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(loaded)}, Object.keys(require.cache).join("\\n")));\n`,
  );

  async function run(dir: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
    const env = { NODE_OPTIONS: `--require=${hook}`, ...environment };
    const result = await runCommandLine(dir, args, env);
    const files = readFileSync(loaded, "utf8")
      .split("\n")
      .filter((file) => file !== hook);
    return { ...result, files, source: files.map((file) => readFileSync(file, "utf8")).join("\n") };
  }

  it("loads one small file for the version", async () => {
    const { stdout, files } = await run(folder, ["--version"]);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual(
      files.map((file) => file.split("/").at(-1)),
      ["cli.js"],
    );
  });

  it("reads a policy once, also those of before, and answers the same without YAML", async () => {
    const repository = dropRepository();
    repository.commit({ ".dropclock/policy.yaml": POLICY });
    repository.tag("drop-3", {});
    repository.commit({ ".dropclock/policy.yaml": `${POLICY}warnAt: [0.5]\n`, "a.txt": "a" });
    repository.tag("drop-4", {});
    const cache = { XDG_CACHE_HOME: join(folder, "cache") };
    const status = ["status", "--json", "--at", "2026-11-24T09:00Z"];
    const first = await run(repository.dir, status, cache);
    assert.match(first.source, /YAMLParseError/);
    assert.deepEqual(readdirSync(join(cache.XDG_CACHE_HOME, "dropclock/policies")).length, 1);
    const second = await run(repository.dir, status, cache);
    assert.deepEqual([second.code, second.stdout, second.stderr], [first.code, first.stdout, first.stderr]);
    assert.doesNotMatch(second.source, /YAMLParseError|ZodError/);
    assert.doesNotMatch(second.source, /allowUnsafeSshCommand/, "simple-git");
    // A text that nobody has read yet is read.
    repository.write(".dropclock/policy.yaml", "version: 2\n");
    const broken = await run(repository.dir, ["policy", "check"], cache);
    assert.equal(broken.code, 2);
  });

  it("asks git once about the same commits, and answers the same", async () => {
    const repository = dropRepository();
    repository.commit({
      ".dropclock/policy.yaml": `${POLICY}risk: [{ paths: ["db/**"], level: high, because: schema }]\n`,
    });
    repository.commit({ "db/1.sql": "a" });
    repository.tag("drop-3", {});
    const calls = join(folder, "calls");
    const git = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$@" >> '${calls}'\nexec '${git}' "$@"\n`, {
      mode: 0o755,
    });
    const environment = { XDG_CACHE_HOME: join(folder, "asked"), PATH: `${bin}:${process.env.PATH}` };
    const asked = () => {
      const words =
        /(for-each-ref|config|rev-parse|version|rev-list|log|merge-tree|diff-tree|ls-tree|cat-file|commit-tree)( |$)/gm;
      const found = [...readFileSync(calls, "utf8").matchAll(words)].map(([, word]) => word!);
      rmSync(calls);
      return [...new Set(found)].sort();
    };
    const status = async () => {
      const { code, stdout, stderr } = await run(repository.dir, ["status", "--json"], environment);
      const { at: _, ...answer } = JSON.parse(stdout);
      return { code, stderr, drop: answer.drop };
    };
    const first = await status();
    assert.deepEqual(
      [first.drop.commits, first.drop.risk.level, first.drop.undo.state],
      [2, "high", "ready"],
    );
    assert.ok(asked().includes("diff-tree"));
    assert.deepEqual(await status(), first);
    assert.deepEqual(asked(), ["config", "for-each-ref", "rev-parse", "version"]);
    // Another branch, another answer; and what decides asks git itself.
    repository.commit({ "db/1.sql": "b" });
    const later = await status();
    assert.deepEqual([later.drop.undo.state, later.drop.undo.conflicts], ["conflicts", ["db/1.sql"]]);
    asked();
    await run(repository.dir, ["gate", "drop-3"], environment);
    assert.ok(asked().includes("diff-tree"));
  });

  it("keeps nothing in a pipeline, and reads nothing that was left there", async () => {
    const repository = dropRepository();
    repository.commit({ ".dropclock/policy.yaml": POLICY });
    const cache = join(folder, "left");
    const own = { XDG_CACHE_HOME: cache };
    const before = await run(repository.dir, ["policy", "show", "--json"], own);
    const [file] = readdirSync(join(cache, "dropclock/policies"));
    const path = join(cache, "dropclock/policies", file!);
    // What another run of the same pipeline may have made of it.
    writeFileSync(path, readFileSync(path, "utf8").replace('"Checkout"', '"Forged"'));
    const pipeline = await run(repository.dir, ["policy", "show", "--json"], { ...own, CI: "true" });
    assert.equal(pipeline.stdout, before.stdout);
    const fresh = { XDG_CACHE_HOME: join(folder, "fresh"), CI: "true" };
    mkdirSync(fresh.XDG_CACHE_HOME);
    await run(repository.dir, ["status"], fresh);
    assert.ok(!existsSync(join(fresh.XDG_CACHE_HOME, "dropclock")));
  });
});
