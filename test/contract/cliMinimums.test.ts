import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "../support/folders/projectRoot.ts";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { oldestNodeVersion } from "../support/install/oldestNode.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

describe("the oldest Node and git", () => {
  it("are the ones that the README names", () => {
    const readme = readFileSync(inProject("README.md"), "utf8");
    const [node, minor, patch] = oldestNodeVersion().split(".");
    assert.deepEqual([minor, patch], ["0", "0"]);
    assert.match(readme, new RegExp(`Node ${node} or newer, git 2\\.39 or newer`));
  });

  it("are told apart from an older Node in one line, before anything of the program is read", async () => {
    const folder = temporaryFolder();
    const pretence = join(folder, "older.cjs");
    writeFileSync(
      pretence,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } });
require("node:module").prototype.require = new Proxy(require("node:module").prototype.require, {
  apply: (target, that, [id]) => {
    if (/terminal/.test(id)) throw new Error("was read");
    return Reflect.apply(target, that, [id]);
  },
});
`,
    );
    const { code, stdout, stderr } = await runCommandLine(folder, ["status"], {
      NODE_OPTIONS: `--require ${JSON.stringify(pretence)}`,
    });
    assert.deepEqual(
      [code, stdout, stderr],
      [3, "", "dropclock: Node 18.20.4 is too old; install Node 20 or newer (https://nodejs.org).\n"],
    );
  });

  it("are told apart from an older git in one line, whatever was asked", async () => {
    const repository = TemporaryRepository.make();
    repository.commit({ "a.txt": "1\n" });
    const bin = temporaryFolder();
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const pretend = (version: string) => {
      const words = `[ "$1" = version ] && echo "git version ${version}" && exit\nexec '${git}' "$@"`;
      // Settings come before the word.
      writeFileSync(
        join(bin, "git"),
        `#!/bin/sh\nfor word; do [ "$word" = version ] && set -- version; done\n${words}\n`,
      );
      chmodSync(join(bin, "git"), 0o755);
    };
    const run = (...args: string[]) =>
      runCommandLine(repository.dir, args, { PATH: `${bin}:${process.env.PATH}` });
    for (const version of ["2.30.2", "2.38.1", "1.9.5"]) {
      pretend(version);
      for (const args of [["status"], ["incident", "open", "--title", "T"], ["gate"], ["undo"]]) {
        const { code, stdout, stderr } = await run(...args);
        const line = `dropclock: git ${version} is too old; install git 2.39 or newer (https://git-scm.com/downloads).\n`;
        assert.deepEqual([code, stdout, stderr], [3, "", line], args.join(" "));
      }
    }
    for (const version of ["2.39.0", "2.50.1 (Apple Git-155)", "3.0.0", "2.39.2.windows.1"]) {
      pretend(version);
      const { code, stderr } = await run("incident", "list");
      assert.equal(code, 0, `${version}: ${stderr}`);
    }
  });
});
