import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { StoredEvent } from "../../src/domain/event/event.ts";
import { newEventId } from "../../src/ledger/eventId.ts";
import { GitLedger } from "../../src/ledger/gitLedger.ts";
import { projectRoot } from "../support/folders/projectRoot.ts";
import { dropAt, dropRepository } from "../support/git/dropRepository.ts";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { buildCommandLine, runCommandLine } from "../support/processes/commandLine.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that must be gone
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
const NOW = ["DROPCLOCK_CLOCK=2026-11-23T10:04Z"];

describe("the command line in a folder without git", () => {
  const folder = temporaryFolder();

  it("tells the status, and what to do", async () => {
    const { code, stdout, stderr } = await runCommandLine(folder, [...NOW, "status"]);
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
        "Ledger     no events yet; not shared",
        'Incidents  none open; declare one with: dropclock incident open --title "…"',
        "",
      ].join("\n"),
    );
    const status = JSON.parse((await runCommandLine(folder, [...NOW, "status", "--json"])).stdout);
    assert.equal(status.drop, null);
    assert.equal(status.ledger.head, null);
  });

  it("says why nothing can be put on record", async () => {
    const { code, stdout, stderr } = await runCommandLine(folder, [
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

  it("sums nothing up: pages without incidents would replace those that tell of them", async () => {
    const site = join(temporaryFolder(), "site");
    for (const args of [
      ["publish", "--out", site],
      ["publish", "--dry-run"],
      ["scorecard", "--json"],
    ]) {
      const { code, stdout, stderr } = await runCommandLine(folder, args);
      assert.deepEqual([code, stdout], [3, ""], args.join(" "));
      assert.match(
        stderr,
        /^dropclock: .* is not a git repository, so nothing is known of incidents; run .*\n$/,
      );
    }
    assert.equal(existsSync(site), false);
    // In a pipeline too, what rests on no record answers.
    assert.equal((await runCommandLine(folder, ["status"], { CI: "true" })).code, 0);
  });

  it("writes a policy all the same, and never overwrites it", async () => {
    const first = JSON.parse((await runCommandLine(folder, ["init", "--json"])).stdout);
    assert.deepEqual(first.files[0], { path: ".dropclock/policy.yaml", created: true });
    assert.ok(first.files.length > 1);
    for (const { path, created } of first.files) assert.ok(created && existsSync(join(folder, path)), path);
    writeFileSync(join(folder, ".dropclock/policy.yaml"), "version: 1\nservice: Mine\n");
    const again = await runCommandLine(folder, ["init"]);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /^kept +\.dropclock\/policy\.yaml\n/);
    assert.doesNotMatch(again.stdout, /^created/m);
    assert.equal(readFileSync(join(folder, ".dropclock/policy.yaml"), "utf8"), "version: 1\nservice: Mine\n");
    assert.match((await runCommandLine(folder, ["policy", "check"])).stdout, /is in order/);
  });
});

describe("the command line in odd places", () => {
  let place: ReturnType<typeof dropRepository>;
  const run = (...args: string[]) => runCommandLine(place.dir, [...NOW, ...args]);
  beforeEach(() => {
    place = dropRepository();
  });

  it("works on an empty repository, and says what to do", async () => {
    const { dir } = TemporaryRepository.make();
    const { code, stdout, stderr } = await runCommandLine(dir, ["status"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Drop +none\. /);
    assert.match((await runCommandLine(dir, ["drop", "list"])).stdout, /^None\. /);
    assert.equal((await runCommandLine(dir, ["drop", "show"])).code, 2);
    // The same for the clone of a repository that was only just made at a forge.
    const cloned = TemporaryRepository.make({ name: "new.git", init: ["--bare"] }).clone("new");
    const first = await runCommandLine(cloned.dir, ["status"]);
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.match(first.stdout, /There are no commits yet; make the first one/);
  });

  it("takes a folder from -C, and a folder inside the repository", async () => {
    const elsewhere = temporaryFolder();
    const { stdout } = await runCommandLine(elsewhere, [
      "-C",
      join(place.dir, "src"),
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
  });

  it("scaffolds documents once, and prints where they are", async () => {
    const id = (await run("incident", "open", "--title", "Checkout answers 5xx")).stdout.trim();
    for (const args of [["postmortem", id], ["runbook"], ["runbook", "drop-1"]]) {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 0, stderr);
      const path = stdout.trimEnd();
      assert.ok(existsSync(join(place.dir, path)), path);
      writeFileSync(join(place.dir, path), "mine\n");
      const { stale, ...again } = JSON.parse((await run(...args, "--json")).stdout);
      assert.deepEqual([again, stale ?? []], [{ path, created: false }, []]);
      assert.equal(readFileSync(join(place.dir, path), "utf8"), "mine\n");
      const inside = await runCommandLine(join(place.dir, "src"), [...NOW, ...args]);
      assert.equal(inside.stdout, `../${path}\n`);
    }
  });

  it("shows a drop with its commits and files", async () => {
    place.commit({ "src/new.txt": "x\n" }, { message: "fix: more", at: Date.parse("2026-11-30T08:00:00Z") });
    dropAt(place, "drop-3", "2026-11-30T09:00:00Z");
    const show = JSON.parse((await runCommandLine(place.dir, ["drop", "show", "--json"])).stdout);
    assert.equal(show.tag, "drop-3");
    assert.equal(show.previous, "drop-2");
    assert.equal(show.current, true);
    assert.equal(show.commits.length, 2);
    assert.deepEqual(show.files.map(({ path }: { path: string }) => path).sort(), [
      "src/app.txt",
      "src/new.txt",
    ]);
    const { stdout } = await runCommandLine(place.dir, ["drop", "show", "drop-2"]);
    assert.match(stdout, /^drop-2 · shipped/);
    assert.match(stdout, /feat: drop-2/);
  });

  it("is not moved by hostile names", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a shell that would take it for a variable
    const evil = "drop-$(touch${IFS}pwned);`x`&|<>\"'";
    place.ref(`refs/tags/${evil}`);
    place.ref("refs/tags/drop-\u202egpj.exe");
    place.ref("refs/heads/-main;rm");
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
    assert.ok(!existsSync(join(place.dir, "pwned")));
    const { drops } = JSON.parse((await run("drop", "list", "--json")).stdout);
    assert.ok(drops.some(({ names }: { names: string[] }) => names.includes(evil)));
  });

  it("says what is skipped in the ledger, and reads the rest", async () => {
    await run("incident", "open", "--title", "x");
    const entry = "incident/zz/odd/01J.json";
    const script = `commit refs/dropclock/ledger\ncommitter Bo <bo@example.com> 0 +0000\ndata 0\nfrom refs/dropclock/ledger^0\nM 100644 inline ${entry}\ndata 1\n{\n`;
    assert.equal(place.tryGit(["fast-import", "--quiet"], { input: script }).status, 0);
    const { code, stdout } = await run("status");
    assert.equal(code, 0);
    assert.match(stdout, /Ledger +3 events; 1 entry could not be read; see:\s+dropclock log;/);
    assert.match((await run("log")).stdout, /^Skipped incident\/zz\/odd\/01J\.json: /m);
    const log = JSON.parse((await run("log", "--json")).stdout);
    assert.equal(log.skipped.length, 1);
    assert.equal(log.events.length, 3);
  });

  it("says what is wrong where git cannot be written, and reads all the same", async () => {
    // Root is stopped by no mode, but by a file where a folder should be.
    if (process.getuid?.() === 0) writeFileSync(join(place.dir, ".git/refs/dropclock"), "");
    chmodFolders(place.dir, 0o555);
    const { code, stdout, stderr } = await run("incident", "open", "--title", "x");
    assert.equal(code, 3);
    assert.equal(stdout, "");
    assert.match(stderr, /^dropclock: .+\n$/);
    const status = await run("status");
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, /Drop +drop-2/);
    chmodFolders(place.dir, 0o755);
  });

  it("keeps the clocks when a commit on record is gone", async () => {
    await run("incident", "open", "--title", "x");
    const event: StoredEvent = {
      v: 1,
      id: newEventId(Date.now()),
      subject: "drop/drop-1",
      type: "shipped",
      at: "2026-11-16T09:00:00.000Z",
      recorded: "2026-11-16T09:00:00.000Z",
      by: "Ana <ana@example.com>",
      data: { commit: "f".repeat(40) },
    };
    await new GitLedger(place.product(), { now: Date.now, checkData: () => null }).append([event]);
    const { code, stdout, stderr } = await run("status");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Drop +drop-2, .*; its commits are not all here/);
    assert.match(stdout, /Incidents +1 open/);
    assert.match((await run("drop", "list")).stdout, /drop-1 .* moved/);
    const show = await run("drop", "show");
    assert.equal(show.code, 3);
    assert.match(show.stderr, /The commits of drop-2 are not all in this repository; fetch them with/);
  });

  it("loses none of five notes that are written at once", async () => {
    const id = (await run("incident", "open", "--title", "x")).stdout.trim();
    const notes = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => runCommandLine(place.dir, ["incident", "note", id, `note ${n}`, "--json"])),
    );
    for (const { code, stderr } of notes) assert.equal(code, 0, stderr);
    const ids = notes.map(({ stdout }) => JSON.parse(stdout).event);
    const { events } = JSON.parse((await runCommandLine(place.dir, ["log", "--json"])).stdout);
    for (const event of ids) assert.ok(events.some(({ id: known }: { id: string }) => known === event));
    assert.equal(new Set(ids).size, 5);
  });

  it("writes no file among git's own, in a bare repository and in .git", async () => {
    const id = (await run("incident", "open", "--title", "x")).stdout.trim();
    const bare = place.bareRemote();
    await run("sync");
    for (const dir of [bare.dir, join(place.dir, ".git")]) {
      const before = readdirSync(dir).toSorted();
      for (const args of [
        ["init"],
        ["runbook"],
        ["postmortem", id],
        ["postmortem", id, "--refresh"],
        ["update", id],
        ["changelog", "--write"],
        ["publish"],
      ]) {
        const { code, stdout, stderr } = await runCommandLine(dir, args);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, args.join(" "));
        assert.match(stderr, /^dropclock: .* has no work tree, .*; run this in a clone with its files\.\n$/);
      }
      assert.equal((await runCommandLine(dir, ["publish", "--out", join(dir, "..", "site")])).code, 0);
      assert.match((await runCommandLine(dir, ["incident", "list"])).stdout, new RegExp(id));
      assert.deepEqual(
        readdirSync(dir)
          .toSorted()
          .filter((name) => name !== "dropclock"),
        before.filter((name) => name !== "dropclock"),
      );
    }
  });

  it("gives each incident an id of its own, also to those that are declared at once or looking back", async () => {
    const open = ["incident", "open", "--title", "Same words", "--json"];
    const severities = ["critical", "major", "minor", "major"];
    const answers = await Promise.all(
      severities.map((severity) => runCommandLine(place.dir, [...NOW, ...open, "--severity", severity])),
    );
    answers.push(await runCommandLine(place.dir, ["DROPCLOCK_CLOCK=2026-11-23T09:30Z", ...open]));
    const incidents = answers.map(({ stdout }) => JSON.parse(stdout).incident);
    assert.equal(new Set(incidents.map(({ id }) => id)).size, 5);
    assert.deepEqual(
      incidents.map(({ severity }) => severity),
      [...severities, "critical"],
    );
    const { incidents: listed } = JSON.parse((await run("incident", "list", "--json")).stdout);
    assert.equal(listed.length, 5);
  });

  it("is found through symbolic links to its launcher", async () => {
    const dist = temporaryFolder();
    const bin = join(dist, "a b");
    for (const folder of [join(dist, "bin"), join(bin, "deeper")]) mkdirSync(folder, { recursive: true });
    symlinkSync(await buildCommandLine(), join(dist, "cli.js"));
    const launcher = join(dist, "bin", "dropclock");
    copyFileSync(join(projectRoot, "src", "terminal", "dropclock"), launcher);
    chmodSync(launcher, 0o755);
    symlinkSync(launcher, join(bin, "deeper", "far"));
    symlinkSync("deeper/far", join(bin, "near"));
    for (const path of [launcher, join(bin, "deeper", "far"), join(bin, "near")])
      assert.match(
        execFileSync(path, ["--version"], { cwd: place.dir, encoding: "utf8" }),
        /^\d+\.\d+\.\d+\n$/,
      );
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
    const broken = { PATH: join(place.dir, "no-such-folder") };
    const { code, stdout, stderr } = await runCommandLine(place.dir, ["status"], broken);
    assert.equal(code, 3);
    assert.equal(stdout, "");
    assert.match(stderr, /^dropclock: .*git.*\n$/);
  });
});

/** Makes all folders of a repository's git directory writable, or not. */
function chmodFolders(dir: string, mode: number): void {
  execFileSync("find", [".git", "-type", "d", "-exec", "chmod", mode.toString(8), "{}", "+"], { cwd: dir });
}
