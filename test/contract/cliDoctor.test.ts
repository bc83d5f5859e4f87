import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dropRepository } from "../support/git/dropRepository.ts";
import { type TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { personsState } from "../support/git/untouched.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

interface Check {
  name: string;
  state: string;
  found: string;
  fix?: string;
}

/** A clone with a remote whose main has two drops and this policy. */
function cloneWith(policy: string | null): TemporaryRepository {
  const repository = dropRepository();
  if (policy !== null) repository.commit({ ".dropclock/policy.yaml": policy });
  return repository.clone("team.git", "--bare").clone("clone");
}

const SECRET = "hunter2-never-shown";
const ASKS = `version: 1
signals:
  - { name: errors, prometheus: { url: "https://prom.example.com", query: up, auth: { bearer: team-prom } }, breach: "> 1" }
  - { name: delays, prometheus: { url: "https://prom.example.com", query: up, auth: { bearer: other } }, breach: "> 1" }
`;
const SIGNED = `version: 1
council: { members: [ana@example.com], quorum: 1, signed: true }
`;

describe("dropclock doctor", () => {
  async function examine(dir: string, environment: NodeJS.ProcessEnv = {}) {
    const { code, stdout, stderr } = await runCommandLine(dir, ["doctor", "--json"], environment);
    assert.ok(!`${stdout}${stderr}`.includes(SECRET), "a secret is shown");
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
    assert.equal(ok, code === 0);
    const named = (name: string) => checks.find((check) => check.name === name);
    return { code, named, states: Object.fromEntries(checks.map(({ name, state }) => [name, state])) };
  }

  it("finds all in a clone that has everything, on one screen, and changes nothing", async () => {
    const clone = cloneWith("version: 1\n");
    const opened = await runCommandLine(clone.dir, ["incident", "open", "--title", "T"]);
    assert.equal(opened.code, 0, opened.stderr);
    const hook = await runCommandLine(clone.dir, ["gate", "--install-hook"]);
    assert.equal(hook.code, 0, hook.stderr);
    const [before, refs] = [personsState(clone), clone.git("for-each-ref")];
    const { code, states } = await examine(clone.dir);
    assert.equal(code, 0);
    assert.deepEqual(states, {
      git: "ok",
      Node: "ok",
      repository: "ok",
      identity: "ok",
      remote: "ok",
      branch: "ok",
      policy: "ok",
      ledger: "ok",
      secrets: "ok",
      signing: "ok",
      hook: "ok",
    });
    const { stdout, stderr } = await runCommandLine(clone.dir, ["doctor"]);
    assert.equal(stderr, "");
    const lines = stdout.trimEnd().split("\n");
    assert.ok(lines.length <= 24, stdout);
    for (const expected of [
      /^ok {7}remote {6}origin, reachable$/m,
      /^ok {7}policy {6}in force: .*on main$/m,
      /^ok {7}ledger {6}3 events, in step with origin$/m,
      /^Ready\.$/m,
    ])
      assert.match(stdout, expected);
    assert.deepEqual([personsState(clone), clone.git("for-each-ref")], [before, refs]);
  });

  it("says what is missing and how to get it: exit 1", async () => {
    const clone = cloneWith(null);
    const nobody = {
      GIT_AUTHOR_NAME: undefined,
      GIT_AUTHOR_EMAIL: undefined,
      GIT_COMMITTER_NAME: undefined,
      GIT_COMMITTER_EMAIL: undefined,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.useConfigOnly",
      GIT_CONFIG_VALUE_0: "true",
    };
    const { code, states, named } = await examine(clone.dir, nobody);
    assert.deepEqual([code, states.identity, states.policy, states.hook], [1, "missing", "note", "note"]);
    assert.match(named("identity")?.fix ?? "", /git config --global user\.email/);
    assert.equal(named("policy")?.fix, "dropclock init");
    assert.equal(named("hook")?.fix, "dropclock gate --install-hook");
    const { stdout } = await runCommandLine(clone.dir, ["doctor"], nobody);
    assert.match(stdout, /^missing {2}identity {4}git does not know who you are.*\n +→ git config/m);
    assert.match(stdout, /^1 problem to fix\.$/m);

    const outside = await examine(temporaryFolder());
    assert.deepEqual([outside.code, outside.states], [1, { git: "ok", Node: "ok", repository: "missing" }]);

    // A remote's branch that is not known, in words that are the anchor's own.
    clone.git("config", "dropclock.branch", "production");
    const other = await examine(clone.dir);
    assert.deepEqual([other.code, other.states.branch], [1, "missing"]);
    assert.match(other.named("branch")?.found ?? "", /production/);
    assert.match(other.named("branch")?.fix ?? "", /git config dropclock\.branch NAME/);
  });

  it("names the secrets that are not set, and shows none that is", async () => {
    const clone = cloneWith(ASKS);
    const without = await examine(clone.dir, { DROPCLOCK_SECRET_OTHER: SECRET });
    assert.deepEqual([without.code, without.states.secrets], [1, "missing"]);
    assert.equal(without.named("secrets")?.found, "team-prom not set, for errors; other set");
    assert.match(without.named("secrets")?.fix ?? "", /^set DROPCLOCK_SECRET_TEAM_PROM in the environment/);
    const environment = { DROPCLOCK_SECRET_OTHER: SECRET, DROPCLOCK_SECRET_TEAM_PROM: SECRET };
    const all = await examine(clone.dir, environment);
    assert.deepEqual([all.code, all.states.secrets], [0, "ok"]);
    const shown = await runCommandLine(clone.dir, ["doctor"], environment);
    assert.ok(!shown.stdout.includes(SECRET));
  });

  it("tells whether the undo can open a pull request", async () => {
    const clone = cloneWith("version: 1\n");
    assert.equal((await examine(clone.dir)).named("forge"), undefined);
    clone.git("remote", "set-url", "origin", "https://github.com/acme/shop.git");
    clone.git("config", "http.proxy", "http://127.0.0.1:9");
    const environment = { GITHUB_TOKEN: "", GH_TOKEN: "" };
    assert.deepEqual((await examine(clone.dir, environment)).named("forge"), {
      name: "forge",
      state: "note",
      found: "no token for github.com, so the undo prints a link in place of a pull request",
      fix: "set GITHUB_TOKEN in the environment",
    });
    assert.equal((await examine(clone.dir, { GH_TOKEN: SECRET })).states.forge, "ok");
  });

  it("tells whether git can sign and verify what the policy wants signed", async () => {
    const clone = cloneWith(SIGNED);
    clone.git("config", "gpg.format", "ssh");
    assert.equal(
      (await examine(clone.dir)).named("signing")?.fix,
      "git config --global user.signingkey ~/.ssh/id_ed25519.pub",
    );
    clone.git("config", "user.signingkey", "/nowhere.pub");
    const untrusting = await examine(clone.dir);
    assert.deepEqual(
      [untrusting.code, untrusting.named("signing")?.fix],
      [1, "git config gpg.ssh.allowedSignersFile FILE"],
    );
    clone.git("config", "gpg.ssh.allowedSignersFile", "/nowhere");
    assert.equal((await examine(clone.dir)).states.signing, "ok");
    const unsigned = await examine(cloneWith(SIGNED.replace(", signed: true", "")).dir);
    assert.deepEqual([unsigned.code, unsigned.states.signing], [0, "note"]);
  });

  it("takes a broken policy for worse than something missing: exit 2", async () => {
    const clone = cloneWith("version: 1\ntargts: {}\n");
    const { code, states, named } = await examine(clone.dir);
    assert.deepEqual([code, states.policy], [2, "wrong"]);
    assert.match(
      named("policy")?.found ?? "",
      /^\.dropclock\/policy\.yaml:2:1: .*targts.*; in force: the sample SLA$/,
    );
  });

  it("takes a remote that gives no answer for a failure, and shows no password: exit 3", async () => {
    const clone = cloneWith(ASKS);
    clone.git("remote", "set-url", "origin", `http://ana:${SECRET}@127.0.0.1:9/team.git`);
    const { code, states, named } = await examine(clone.dir);
    assert.deepEqual([code, states.remote], [3, "failed"]);
    assert.match(named("remote")?.found ?? "", /^origin cannot be reached: /);
    assert.equal(named("remote")?.fix, "check the network and your access: git ls-remote origin");
  });

  it("tells a git that is not there, or too old: exit 3", async () => {
    const { dir } = dropRepository();
    const bin = temporaryFolder();
    const { code, states } = await examine(dir, { PATH: bin });
    assert.deepEqual([code, states], [3, { git: "failed", Node: "ok" }]);
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    writeFileSync(
      join(bin, "git"),
      `#!/bin/sh\nfor word; do [ "$word" = version ] && echo "git version 2.30.2" && exit; done\nexec '${git}' "$@"\n`,
    );
    chmodSync(join(bin, "git"), 0o755);
    const old = await examine(dir, { PATH: `${bin}:${process.env.PATH}` });
    assert.deepEqual([old.code, old.states.git], [3, "failed"]);
    assert.match(old.named("git")?.found ?? "", /git 2\.30\.2 is too old; install git 2\.39 or newer/);
  });

  it("knows its own hook from another, wherever git looks for hooks", async () => {
    const clone = cloneWith("version: 1\n");
    mkdirSync(join(clone.dir, ".git/hooks"), { recursive: true });
    const hook = join(clone.dir, ".git/hooks/pre-push");
    writeFileSync(hook, "#!/bin/sh\nexit 0\n");
    assert.match((await examine(clone.dir)).named("hook")?.found ?? "", /is a hook of your own/);
    rmSync(hook);
    symlinkSync("/nowhere", hook);
    assert.equal((await examine(clone.dir)).states.hook, "note");
    clone.git("config", "core.hooksPath", "app.txt");
    clone.write("app.txt", "a file");
    assert.equal((await examine(clone.dir)).states.hook, "failed");
  });
});
