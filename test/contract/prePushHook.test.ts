import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { councilTeam, type Member, personEnvironment } from "../support/people/councilTeam.ts";
import { buildCommandLine } from "../support/processes/commandLine.ts";

describe("the pre-push hook against a real remote", function () {
  this.timeout(300_000);

  /** A push by plain git, with its hooks. */
  function push({ repository, name }: Member, ...refs: string[]) {
    Object.assign(repository.environment, personEnvironment(name));
    return repository.tryGit(["push", "origin", ...refs]);
  }

  it("refuses a risky drop with its reasons, and lets it pass after the quorum", async () => {
    const { di, member, commit, bare } = councilTeam();
    const installed = await di.run("gate", "--install-hook");
    assert.equal(installed.code, 0, installed.stderr);
    const tip = commit({ "migrations/1.sql": "alter\n" });
    di.repository.tag("drop-2", { annotated: true });

    const refused = push(di, "drop-2");
    assert.notEqual(refused.status, 0);
    const said = refused.stdout + refused.stderr;
    assert.match(said, /Shut: drop-2 may not ship\./);
    assert.match(said, /It needs 2 approvals of the council/);
    assert.match(said, /git push --no-verify passes the hook by/);
    assert.equal(bare.git("tag", "-l", "drop-2"), "");
    // Under another name here: what the remote would get is what counts.
    di.repository.git("tag", "mine", "drop-2^{commit}");
    assert.notEqual(push(di, "mine:refs/tags/drop-2").status, 0);
    // What is no drop passes.
    assert.equal(push(di, "mine").status, 0);

    for (const name of ["Ana", "Bo"]) await member(name).run("council", "approve");
    const passed = push(di, "drop-2");
    assert.equal(passed.status, 0, passed.stderr);
    assert.equal(bare.git("rev-parse", "drop-2^{commit}"), tip);

    di.repository.git("tag", "-f", "drop-2", "HEAD~1");
    const moved = push(di, "-f", "drop-2");
    assert.notEqual(moved.status, 0);
    assert.match(moved.stdout + moved.stderr, /this would move it/);

    const removed = await di.run("gate", "--remove-hook");
    assert.equal(removed.code, 0, removed.stderr);
    assert.equal(existsSync(join(di.repository.dir, ".git/hooks/pre-push")), false);
    assert.match((await di.run("gate", "--remove-hook")).stdout, /There was no hook to remove\./);
  });

  it("judges a drop that is pushed together with its branch", async () => {
    const { di } = councilTeam();
    await di.run("gate", "--install-hook");
    di.repository.commit({ "src/app.ts": "2\n" }, { author: "Di <di@example.com>" });
    di.repository.tag("drop-2");
    const passed = push(di, "main", "drop-2");
    assert.equal(passed.status, 0, passed.stderr);
  });

  it("never overwrites or removes a hook that is somebody's own", async () => {
    const { di } = councilTeam();
    const path = join(di.repository.dir, ".git/hooks/pre-push");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "#!/bin/sh\necho mine\n");
    const refused = await di.run("gate", "--install-hook");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /is not the gate's own hook, so it was left as it is; .*add this line .*: dropclock gate --pre-push \|\| exit 1/,
    );
    assert.equal((await di.run("gate", "--remove-hook")).code, 1);
    assert.equal(readFileSync(path, "utf8"), "#!/bin/sh\necho mine\n");
  });

  it("leaves alone one of ours that somebody has changed, and renews one of ours", async () => {
    const { di } = councilTeam();
    const path = join(di.repository.dir, ".git/hooks/pre-push");
    await di.run("gate", "--install-hook");
    const ours = readFileSync(path, "utf8");
    assert.match((await di.run("gate", "--install-hook")).stdout, /installed already/);
    writeFileSync(path, ours.replace(/^program='.*'$/m, "program='/gone/node'"));
    assert.equal((await di.run("gate", "--install-hook")).code, 0);
    assert.equal(readFileSync(path, "utf8"), ours);
    writeFileSync(path, `${ours}echo more\n`);
    assert.equal((await di.run("gate", "--remove-hook")).code, 1);
    assert.ok(existsSync(path));
  });

  it("goes where core.hooksPath says, but not where all repositories have their hooks", async () => {
    const { di } = councilTeam();
    di.repository.git("config", "core.hooksPath", ".githooks");
    const { stdout } = await di.run("gate", "--install-hook", "--json");
    assert.equal(JSON.parse(stdout).path, join(di.repository.dir, ".githooks/pre-push"));
    const { member } = councilTeam();
    const ana = member("Ana", { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "x.y", GIT_CONFIG_VALUE_0: "z" });
    const home = join(ana.repository.dir, "..");
    writeFileSync(join(home, "global"), `[core]\n\thooksPath = ${home}/hooks\n`);
    const { runCommandLine } = await import("../support/processes/commandLine.ts");
    const shared = await runCommandLine(ana.repository.dir, ["gate", "--install-hook"], {
      ...personEnvironment("Ana"),
      GIT_CONFIG_GLOBAL: join(home, "global"),
    });
    assert.equal(shared.code, 1);
    assert.match(shared.stderr, /core\.hooksPath is set for all repositories/);
  });

  it("says what stands in its place, with the way out", async () => {
    const { di } = councilTeam();
    const path = join(di.repository.dir, ".git/hooks/pre-push");
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync("/gone/pre-push", path);
    const dangling = await di.run("gate", "--install-hook");
    assert.equal(dangling.code, 1, dangling.stderr);
    assert.match(dangling.stderr, /pre-push is a link to nothing, and somebody's own; remove it first\.$/m);
    di.repository.git("config", "core.hooksPath", "/dev/null");
    for (const option of ["--install-hook", "--remove-hook"]) {
      const none = await di.run("gate", option);
      assert.equal(none.code, 1, none.stderr);
      assert.match(
        none.stderr,
        /\/dev\/null\/pre-push cannot be a file, so git runs no hooks here; .*: git config --unset core\.hooksPath$/m,
      );
    }
    di.repository.git("config", "core.hooksPath", "taken");
    mkdirSync(join(di.repository.dir, "taken/pre-push"), { recursive: true });
    const folder = await di.run("gate", "--install-hook");
    assert.equal(folder.code, 3, folder.stderr);
    assert.match(folder.stderr, /taken\/pre-push cannot be read \(EISDIR\); see whose it is: ls -ld /);
  });

  const moved = (di: Member, change: (text: string) => string) => {
    const path = join(di.repository.dir, ".git/hooks/pre-push");
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };
  const gone = (text: string) => text.replace(/^script='.*'$/m, "script='/gone/cli.js'");

  it("keeps the gate shut where the program is gone, and says so", async () => {
    const { di } = councilTeam();
    await di.run("gate", "--install-hook");
    moved(di, gone);
    di.repository.tag("drop-2");
    const refused = push(di, "drop-2");
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, /The gate cannot be asked, for Dropclock is not where it was/);
    assert.match(refused.stderr, /dropclock gate --install-hook/);
    // What ships nothing waits for nobody.
    di.repository.commit({ "src/app.ts": "2\n" }, { author: "Di <di@example.com>" });
    assert.equal(push(di, "main").status, 0);
  });

  it("outlives an update of the extension, of Node, and of both", async () => {
    const { di, bare, commit } = councilTeam();
    const note = join(di.repository.dir, "..", "storage with 'quotes'", "command-line");
    Object.assign(di.environment, { DROPCLOCK_COMMAND: note });
    const installed = await di.run("gate", "--install-hook");
    assert.equal(installed.code, 0, installed.stderr);
    commit({ "migrations/1.sql": "alter\n" });
    di.repository.tag("drop-2");
    const refused = () => {
      const { status, stdout, stderr } = push(di, "drop-2");
      assert.notEqual(status, 0);
      assert.match(stdout + stderr, /Shut: drop-2 may not ship\./);
    };
    // Node is another one: what is on the PATH starts it.
    moved(di, (text) => text.replace(/^program='.*'$/m, "program='/gone/node'"));
    refused();
    // The extension's folder is gone, and its successor has noted where it is.
    const cli = await buildCommandLine();
    mkdirSync(dirname(note), { recursive: true });
    writeFileSync(note, `${process.execPath}\n${cli}\n`);
    moved(di, gone);
    refused();
    // It is still one of ours, and is removed as such.
    assert.equal((await di.run("gate", "--remove-hook")).code, 0);
    // Without the note, what is called dropclock on the PATH.
    await di.run("gate", "--install-hook");
    moved(di, (text) => gone(text).replace(/^latest='.*'$/m, "latest='/gone/note'"));
    const bin = join(di.repository.dir, "..", "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "dropclock"), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, {
      mode: 0o755,
    });
    di.repository.environment.PATH = `${bin}:${process.env.PATH}`;
    refused();
    assert.equal(bare.git("tag", "-l", "drop-2"), "");
  });
});
