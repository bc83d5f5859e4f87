import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "../support/commandLine.ts";
import { dropRepository } from "../support/dropRepository.ts";
import { temporaryFolder } from "../support/temporaryRepository.ts";

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
