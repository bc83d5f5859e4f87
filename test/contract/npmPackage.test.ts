import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { noticesFor } from "../../.build/notices.mjs";
import { dropRepository } from "../support/dropRepository.ts";
import { NpmPackage } from "../support/npmPackage.ts";
import { inProject } from "../support/projectRoot.ts";
import { runProcess } from "../support/runProcess.ts";
import { stagePackage } from "../support/stagePackage.ts";
import { temporaryFolder } from "../support/temporaryRepository.ts";

const KB = 1024;
const NODE = process.env.DROPCLOCK_TEST_NODE ?? process.execPath;

/** The files of a package but those whose name is made of their content. */
const namedIn = (files: readonly { path: string }[]) =>
  files
    .map(({ path }) => path)
    .filter((path) => !/^dist\/(terminal|parts\/\w+)\.js$/.test(path))
    .sort();

describe("the npm package", () => {
  let made: NpmPackage;
  let folder: string;
  before(async () => {
    made = await NpmPackage.pack();
    folder = temporaryFolder();
    const { code, stderr } = await made.npm(folder, "install", "--save-dev", made.tarball);
    assert.equal(code, 0, stderr);
  });

  it("holds the command line, and nothing that does not run", () => {
    assert.deepEqual(namedIn(made.report.files), [
      "LICENSE",
      "README.md",
      "dist/ThirdPartyNotices.txt",
      "dist/cli.js",
      "media/completions/dropclock.bash",
      "media/completions/dropclock.fish",
      "media/completions/dropclock.ps1",
      "media/completions/dropclock.zsh",
      "media/templates/postmortem.md",
      "media/templates/runbook.md",
      "media/templates/update.md",
      "package.json",
    ]);
    assert.ok(made.report.size <= 1200 * KB, `the tarball has ${made.report.size} bytes`);
  });

  it("is installed as a dev dependency without a network, and judges a drop", async () => {
    const installed = join(folder, "node_modules/dropclock");
    assert.deepEqual(
      readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
      ["dropclock"],
    );
    const size = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    assert.ok(size <= 5000 * KB, `it takes ${size} bytes`);

    const repository = dropRepository();
    const bin = join(folder, "node_modules/.bin/dropclock");
    const run = (...args: string[]) => made.run(repository.dir, bin, args, NODE);
    const gate = await run("gate", "--json");
    assert.equal(gate.code, 0, gate.stderr);
    assert.equal(JSON.parse(gate.stdout).open, true);
    // What is read when it is asked for lies in the package as well.
    for (const args of [["init"], ["runbook"], ["policy", "check"], ["status"], ["undo", "--rehearse"]])
      assert.equal((await run(...args)).code, 0, args.join(" "));
    assert.match(readFileSync(join(repository.dir, "docs/runbooks/drop-2.md"), "utf8"), /drop-2/);
  });

  it("is installed globally, and run by npx from an empty folder", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const [prefix, empty] = [temporaryFolder(), temporaryFolder()];
    const { code, stderr } = await made.npm(empty, "install", "--global", "--prefix", prefix, made.tarball);
    assert.equal(code, 0, stderr);
    const bin = process.platform === "win32" ? join(prefix, "dropclock.cmd") : join(prefix, "bin/dropclock");
    assert.equal((await made.run(empty, bin, ["--version"], NODE)).stdout, `${version}\n`);

    // npm takes a path from the root for a program.
    const tarball = relative(empty, made.tarball);
    const asked = await made.npm(empty, "exec", "--yes", tarball, "--", "--version");
    assert.deepEqual([asked.code, asked.stdout], [0, `${version}\n`], asked.stderr);
    const repository = dropRepository();
    const gate = await made.npm(
      empty,
      "exec",
      "--yes",
      tarball,
      "--",
      "gate",
      "-C",
      repository.dir,
      "--json",
    );
    assert.equal(gate.code, 0, gate.stderr);
    assert.equal(JSON.parse(gate.stdout).drop.tag, "drop-2");
  });

  it("carries the licence of every package that is bundled", () => {
    const file = join(folder, "node_modules/dropclock/dist/ThirdPartyNotices.txt");
    const notices = readFileSync(file, "utf8");
    const titles = notices.match(/^\S+ \d+\.\d+\.\d+ \(.+\)$/gm) ?? [];
    // Two that the sources name, and one that only another package needs.
    for (const named of [/^yaml .* \(ISC\)$/, /^minimatch .* \(BlueOak-1\.0\.0\)$/, /^ms .* \(MIT\)$/])
      assert.ok(
        titles.some((title) => named.test(title)),
        `${named} is not among ${titles.join(", ")}`,
      );
    assert.match(notices, /Copyright Eemeli Aro/);
  });

  it("says where it comes from, and nothing of how it was made", async () => {
    const staged = temporaryFolder();
    await stagePackage("npm", staged, { DROPCLOCK_REPOSITORY: "https://github.com/acme/dropclock" });
    const manifest = JSON.parse(readFileSync(join(staged, "package.json"), "utf8"));
    const { version, license, description, keywords, ...rest } = manifest;
    assert.ok(version && license && description && keywords);
    assert.deepEqual(rest, {
      name: "dropclock",
      engines: { node: ">=20.0.0" },
      bin: { dropclock: "dist/cli.js" },
      repository: { type: "git", url: "git+https://github.com/acme/dropclock.git" },
      bugs: { url: "https://github.com/acme/dropclock/issues" },
      homepage: "https://github.com/acme/dropclock#readme",
    });
    const { stdout } = await made.npm(staged, "pack", "--dry-run", "--json");
    assert.deepEqual(namedIn(JSON.parse(stdout)[0].files), namedIn(made.report.files));
  });

  it("is made of no address that is none", async () => {
    for (const page of [
      "acme/dropclock",
      "http://github.com/acme/dropclock",
      "https://github.com/acme/dropclock.git",
    ])
      await assert.rejects(
        stagePackage("npm", temporaryFolder(), { DROPCLOCK_REPOSITORY: page }),
        /must be a page such as/,
      );
  });

  it("has beside it an extension that packs as anybody would call it, once it has an address", async () => {
    const staged = temporaryFolder();
    await stagePackage("extension", staged, { DROPCLOCK_REPOSITORY: "https://github.com/acme/dropclock" });
    const vsce = inProject("node_modules/@vscode/vsce/vsce");
    const { code, stderr } = await runProcess(process.execPath, [vsce, "package"], { cwd: staged });
    assert.equal(code, 0, stderr);
    const { stdout } = await runProcess(process.execPath, [vsce, "ls"], { cwd: staged });
    const others = stdout.split("\n").filter((path) => !/^(dist\/(parts\/)?\w+\.js|media\/.*|)$/.test(path));
    assert.deepEqual(others.sort(), [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/ThirdPartyNotices.txt",
      "dist/bin/dropclock",
      "dist/bin/dropclock.cmd",
      "dist/page-style.css",
      "package.json",
    ]);
  });

  it("is not built of a package that has no licence text", async () => {
    const root = temporaryFolder();
    const give = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    give("node_modules/@a/licensed/package.json", '{"name":"@a/licensed","version":"1.0.0","license":"MIT"}');
    give("node_modules/@a/licensed/LICENCE.md", "Permission is granted\r\n");
    const bundle = (...inputs: string[]) => {
      const each = inputs.map((input) => [input, { bytesInOutput: 1 }]);
      const output = { bytes: 1, imports: [], exports: [], inputs: Object.fromEntries(each) };
      return [{ inputs: {}, outputs: { "a.js": output } }];
    };
    const [ours, licensed] = ["src/cli.ts", "node_modules/@a/licensed/lib/a.js"];
    assert.match(
      await noticesFor(bundle(ours, licensed), root),
      /^@a\/licensed 1\.0\.0 \(MIT\)\n-+\n\nPermission is granted\n$/m,
    );
    const nested = "node_modules/@a/licensed/node_modules/bare";
    give(`${nested}/package.json`, '{"name":"bare","version":"2.0.0","license":"MIT"}');
    await assert.rejects(
      noticesFor(bundle(ours, licensed, `${nested}/b.js`), root),
      /^Error: bare 2\.0\.0 is bundled and has no licence text/,
    );
  });
});
