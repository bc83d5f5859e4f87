import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCommandLine, runCommandLine } from "../support/commandLine.ts";
import { dropRepository } from "../support/dropRepository.ts";
import { freshFolder } from "../support/freshFolder.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that must be gone
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
const NOW = ["--at", "2026-11-23T10:04Z"];

describe("the command line in a folder without git", () => {
  let folder: ReturnType<typeof freshFolder>;
  before(() => {
    folder = freshFolder("plain");
  });
  after(() => folder.remove());

  it("tells the status, and what to do", async () => {
    const { code, stdout, stderr } = await runCommandLine(folder.path, [...NOW, "status"]);
    assert.equal(code, 0, stderr);
    assert.equal(
      stdout,
      [
        "23 Nov 2026 10:04 UTC",
        "Policy     none yet, so the sample SLA is in force; write one with:",
        "           dropclock init",
        "Drop       none. This folder is not a git repository; run: git init",
        "Watch      nothing to watch yet",
        "Drills     none on record; none is due",
        "Ledger     no events yet",
        'Incidents  none open; declare one with: dropclock incident open --title "…"',
        "",
      ].join("\n"),
    );
    const status = JSON.parse((await runCommandLine(folder.path, [...NOW, "status", "--json"])).stdout);
    assert.equal(status.drop, null);
    assert.equal(status.ledger.head, null);
  });

  it("says why nothing can be put on record", async () => {
    const { code, stdout, stderr } = await runCommandLine(folder.path, [
      "incident",
      "open",
      "--title",
      "x",
      "--json",
    ]);
    assert.equal(code, 3);
    assert.equal(stdout, "");
    assert.match(stderr, /^dropclock: .* is not a git repository, .*git init\.\n$/);
  });

  it("writes a policy all the same, and never overwrites it", async () => {
    const first = JSON.parse((await runCommandLine(folder.path, ["init", "--json"])).stdout);
    assert.deepEqual(first.files[0], { path: ".dropclock/policy.yaml", created: true });
    assert.ok(first.files.length > 1);
    for (const { path, created } of first.files)
      assert.ok(created && existsSync(join(folder.path, path)), path);
    writeFileSync(join(folder.path, ".dropclock/policy.yaml"), "version: 1\nservice: Mine\n");
    const again = await runCommandLine(folder.path, ["init"]);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /^kept +\.dropclock\/policy\.yaml\n/);
    assert.doesNotMatch(again.stdout, /^created/m);
    assert.equal(
      readFileSync(join(folder.path, ".dropclock/policy.yaml"), "utf8"),
      "version: 1\nservice: Mine\n",
    );
    assert.match((await runCommandLine(folder.path, ["policy", "check"])).stdout, /is in order/);
  });
});

describe("the command line and the policy", () => {
  let place: ReturnType<typeof dropRepository>;
  const check = (...args: string[]) => runCommandLine(place.path, ["policy", "check", ...args]);
  before(() => {
    place = dropRepository();
  });
  after(() => place.remove());

  it("finds the one that init writes in order", async () => {
    assert.equal((await runCommandLine(place.path, ["init"])).code, 0);
    const { code, stdout } = await check();
    assert.equal(stdout, ".dropclock/policy.yaml is in order.\n");
    assert.equal(code, 0);
  });

  it("names each fault by line and column, from where the person stands", async () => {
    place.write(
      ".dropclock/policy.yaml",
      "version: 1\nservice: Checkout\ntargts: {}\ndrops: { adoption: many }\n",
    );
    const { code, stdout, stderr } = await check();
    assert.equal(code, 2);
    assert.equal(stderr, "");
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /^\.dropclock\/policy\.yaml:3:1: .*targets/);
    assert.match(lines[1]!, /^\.dropclock\/policy\.yaml:4:\d+: /);
    const report = JSON.parse((await check("--json")).stdout);
    assert.equal(report.path, ".dropclock/policy.yaml");
    assert.equal(report.errors[0].line, 3);
    const inside = await runCommandLine(join(place.path, "src"), ["policy", "check"]);
    assert.match(inside.stdout, /^\.\.\/\.dropclock\/policy\.yaml:3:1: /);
  });

  it("keeps the last good one in force, prints everything, and says so: exit 2", async () => {
    const broken = await runCommandLine(place.path, [...NOW, "status"]);
    assert.equal(broken.code, 2);
    assert.match(broken.stdout, /Policy +the sample SLA is in force; \.dropclock\/policy\.yaml has faults/);
    assert.match(broken.stderr, /^dropclock: \.dropclock\/policy\.yaml:3:1: .*\n/);
    assert.match(broken.stderr, /no earlier one was in order, so the sample SLA is in force\.\n$/);

    place.write(".dropclock/policy.yaml", "version: 1\nservice: Checkout\n");
    place.commit("chore: policy", "2026-11-23T09:30:00Z");
    place.write(".dropclock/policy.yaml", "version: 1\nnonsense: true\n");
    const last = await runCommandLine(place.path, [...NOW, "status"]);
    assert.equal(last.code, 2);
    assert.match(last.stdout, /^Checkout · 23 Nov 2026/);
    assert.match(last.stderr, /the last good one stays in force\.\n$/);
    const json = await runCommandLine(place.path, [...NOW, "status", "--json"]);
    assert.equal(JSON.parse(json.stdout).policy.source, "last-good");
    assert.equal(JSON.parse(json.stdout).policy.errors[0].line, 2);
  });

  it("lets a breach come before a broken policy: exit 1", async () => {
    const open = await runCommandLine(place.path, [...NOW, "incident", "open", "--title", "x"]);
    assert.equal(open.code, 0);
    assert.match(open.stderr, /the last good one stays in force/);
    assert.equal((await runCommandLine(place.path, ["status", "--at", "2026-11-23T10:05Z"])).code, 2);
    assert.equal((await runCommandLine(place.path, ["status", "--at", "2026-11-23T13:00Z"])).code, 1);
  });
});

describe("the command line in odd places", () => {
  let place: ReturnType<typeof dropRepository>;
  const run = (...args: string[]) => runCommandLine(place.path, [...NOW, ...args]);
  beforeEach(() => {
    place = dropRepository();
  });
  afterEach(() => {
    chmodSync(join(place.path, ".git"), 0o755);
    place.remove();
  });

  it("works on an empty repository, and says what to do", async () => {
    const { path, remove } = freshFolder("empty");
    execFileSync("git", ["init", "-q", "-b", "main"], { cwd: path });
    const { code, stdout, stderr } = await runCommandLine(path, ["status"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Drop +none\. /);
    assert.match((await runCommandLine(path, ["drop", "list"])).stdout, /^None\. /);
    assert.equal((await runCommandLine(path, ["drop", "show"])).code, 2);
    remove();
  });

  it("takes a folder from -C, and a folder inside the repository", async () => {
    const elsewhere = freshFolder("elsewhere");
    const { stdout } = await runCommandLine(elsewhere.path, [
      "-C",
      join(place.path, "src"),
      "drop",
      "list",
      "--json",
    ]);
    assert.deepEqual(
      JSON.parse(stdout).drops.map(({ tag, current }: { tag: string; current: boolean }) => [tag, current]),
      [
        ["drop-2", true],
        ["drop-1", false],
      ],
    );
    elsewhere.remove();
  });

  it("scaffolds documents once, and prints where they are", async () => {
    const id = (await run("incident", "open", "--title", "Checkout answers 5xx")).stdout.trim();
    for (const args of [["postmortem", id], ["runbook"], ["runbook", "drop-1"]]) {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 0, stderr);
      const path = stdout.trimEnd();
      assert.ok(existsSync(join(place.path, path)), path);
      writeFileSync(join(place.path, path), "mine\n");
      assert.deepEqual(JSON.parse((await run(...args, "--json")).stdout), { path, created: false });
      assert.equal(readFileSync(join(place.path, path), "utf8"), "mine\n");
      const inside = await runCommandLine(join(place.path, "src"), [...NOW, ...args]);
      assert.equal(inside.stdout, `../${path}\n`);
    }
  });

  it("shows a drop with its commits and files", async () => {
    place.write("src/new.txt", "x\n");
    place.commit("fix: more", "2026-11-30T08:00:00Z");
    place.drop("drop-3", "2026-11-30T09:00:00Z");
    const show = JSON.parse((await runCommandLine(place.path, ["drop", "show", "--json"])).stdout);
    assert.equal(show.tag, "drop-3");
    assert.equal(show.previous, "drop-2");
    assert.equal(show.current, true);
    assert.equal(show.commits.length, 2);
    assert.deepEqual(show.files.map(({ path }: { path: string }) => path).sort(), [
      "src/app.txt",
      "src/new.txt",
    ]);
    const { stdout } = await runCommandLine(place.path, ["drop", "show", "drop-2"]);
    assert.match(stdout, /^drop-2 · shipped/);
    assert.match(stdout, /feat: drop-2/);
  });

  it("is not moved by hostile names", async () => {
    const evil = "drop-$(touch pwned);`x`&|<>\"'";
    place.git("tag", evil);
    place.git("tag", "drop-\u202egpj.exe");
    place.git("branch", "--", "main;rm");
    const title = "\u001b]0;owned\u0007\u001b[2J$(touch pwned)\n# Heading\u009b31m";
    const opened = await run("incident", "open", "--title", title, "--drop", evil);
    assert.equal(opened.code, 0, opened.stderr);
    const id = opened.stdout.trim();
    for (const args of [
      ["status"],
      ["incident", "show", id],
      ["incident", "list"],
      ["drop", "list"],
      ["log"],
      ["drop", "show", evil],
    ]) {
      for (const more of [[], ["--json"]]) {
        const { stdout, stderr } = await run(...args, ...more);
        assert.doesNotMatch(stdout + stderr, OBEYED, args.join(" "));
      }
    }
    assert.ok(!existsSync(join(place.path, "pwned")));
    const { drops } = JSON.parse((await run("drop", "list", "--json")).stdout);
    assert.ok(drops.some(({ tag }: { tag: string }) => tag === evil));
  });

  it("says what is skipped in the ledger, and reads the rest", async () => {
    await run("incident", "open", "--title", "x");
    const tree = place.git("ls-tree", "-r", "refs/dropclock/ledger").trimEnd();
    const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], {
      cwd: place.path,
      input: "{",
      encoding: "utf8",
    }).trim();
    const index = join(place.path, ".git/odd-index");
    const env = { ...process.env, GIT_INDEX_FILE: index };
    const git = (args: string[], input?: string) =>
      execFileSync("git", args, {
        cwd: place.path,
        env,
        encoding: "utf8",
        ...(input ? { input } : {}),
      }).trim();
    git(["update-index", "--add", "--index-info"], `${tree}\n100644 ${blob}\tincident/zz/odd/01J.json\n`);
    const commit = git(["commit-tree", "-p", "refs/dropclock/ledger", "-m", "odd", git(["write-tree"])]);
    git(["update-ref", "refs/dropclock/ledger", commit]);
    const { code, stdout } = await run("status");
    assert.equal(code, 0);
    assert.match(stdout, /Ledger +3 events; 1 entry could not be read; see: dropclock log/);
    assert.match((await run("log")).stdout, /^Skipped incident\/zz\/odd\/01J\.json: /m);
    const log = JSON.parse((await run("log", "--json")).stdout);
    assert.equal(log.skipped.length, 1);
    assert.equal(log.events.length, 3);
  });

  it("says what is wrong where git cannot be written", async function () {
    if (process.getuid?.() === 0 && !lockable(place.path)) this.skip();
    const { code, stdout, stderr } = await run("incident", "open", "--title", "x");
    assert.equal(code, 3);
    assert.equal(stdout, "");
    assert.match(stderr, /^dropclock: .+\n$/);
    assert.equal((await run("status")).code, 0);
  });

  it("loses none of five notes that are written at once", async () => {
    const id = (await run("incident", "open", "--title", "x")).stdout.trim();
    const notes = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => runCommandLine(place.path, ["incident", "note", id, `note ${n}`, "--json"])),
    );
    for (const { code, stderr } of notes) assert.equal(code, 0, stderr);
    const ids = notes.map(({ stdout }) => JSON.parse(stdout).event);
    const { events } = JSON.parse((await runCommandLine(place.path, ["log", "--json"])).stdout);
    for (const event of ids) assert.ok(events.some(({ id: known }: { id: string }) => known === event));
    assert.equal(new Set(ids).size, 5);
  });

  it("is quiet when its reader stops early", async () => {
    const cli = await buildCommandLine();
    const child = spawn(process.execPath, [cli, "policy", "schema"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(stderr, "");
    assert.equal(code, 0);
  });

  it("never shows a stack unless it is asked to", async () => {
    const broken = { PATH: join(place.path, "no-such-folder") };
    const { code, stdout, stderr } = await runCommandLine(place.path, ["status"], broken);
    assert.equal(code, 3);
    assert.equal(stdout, "");
    assert.match(stderr, /^dropclock: .*git.*\n$/);
  });
});

/** A store of objects that nobody can write to: root, whom no mode stops, meets a file where a folder should be. */
function lockable(path: string): boolean {
  mkdirSync(join(path, ".git/refs/dropclock/ledger/in-the-way"), { recursive: true });
  writeFileSync(join(path, ".git/refs/dropclock/ledger/in-the-way/x.lock"), "");
  return true;
}
