import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { dropRepository } from "../support/git/dropRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const NOW = ["DROPCLOCK_CLOCK=2026-11-23T10:04Z"];

describe("the command line and the policy", () => {
  let place: ReturnType<typeof dropRepository>;
  const check = (...args: string[]) => runCommandLine(place.dir, ["policy", "check", ...args]);
  before(() => {
    place = dropRepository();
  });

  it("finds the one that init writes in order", async () => {
    assert.equal((await runCommandLine(place.dir, ["init"])).code, 0);
    const { code, stdout } = await check();
    assert.match(stdout, /^\.dropclock\/policy\.yaml is in order\.\nNot on main yet: .*\n$/);
    assert.equal(code, 0);
  });

  it("warns of a webhook's body that makes no JSON, and keeps the policy in force", async () => {
    const channel = `{ name: page, webhook: { url: "https://x.example/", body: '{ "t": "{{ text }}" }' } }`;
    place.write(".dropclock/policy.yaml", `version: 1\nupdates:\n  channels:\n    - ${channel}\n`);
    const { code, stdout } = await check();
    assert.equal(code, 0);
    const [warning, verdict] = stdout.split("\n");
    assert.match(
      warning!,
      /^\.dropclock\/policy\.yaml:4:\d+: warning: The body of the channel “page” makes no JSON/,
    );
    assert.equal(verdict, ".dropclock/policy.yaml is in order.");
    const { source, errors, warnings } = JSON.parse((await check("--json")).stdout);
    assert.deepEqual([source, errors, warnings.length, warnings[0].line], ["work-tree", [], 1, 4]);
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
    const inside = await runCommandLine(join(place.dir, "src"), ["policy", "check"]);
    assert.match(inside.stdout, /^\.\.\/\.dropclock\/policy\.yaml:3:1: /);
  });

  it("keeps the last good one in force, prints everything, and says so: exit 2", async () => {
    const broken = await runCommandLine(place.dir, [...NOW, "status"]);
    assert.equal(broken.code, 2);
    assert.match(broken.stdout, /Policy +the sample SLA is in force; \.dropclock\/policy\.yaml has errors/);
    assert.match(broken.stderr, /^dropclock: \.dropclock\/policy\.yaml:3:1: .*\n/);
    assert.match(broken.stderr, /no earlier one was in order, so the sample SLA is in force\.\n$/);

    place.write(".dropclock/policy.yaml", "version: 1\nservice: Checkout\n");
    place.commit({}, { message: "chore: policy", at: Date.parse("2026-11-23T09:30:00Z") });
    place.write(".dropclock/policy.yaml", "version: 1\nnonsense: true\n");
    const draft = JSON.parse((await runCommandLine(place.dir, [...NOW, "status", "--json"])).stdout).policy;
    assert.deepEqual([draft.source, draft.errors, draft.draft.errors[0].line], ["branch", [], 2]);
    place.commit({}, { message: "chore: broken", at: Date.parse("2026-11-23T09:31:00Z") });
    const last = await runCommandLine(place.dir, [...NOW, "status"]);
    assert.equal(last.code, 2);
    assert.match(last.stdout, /^Checkout · 23 Nov 2026/);
    assert.match(last.stderr, /the last good one stays in force\.\n$/);
    const json = await runCommandLine(place.dir, [...NOW, "status", "--json"]);
    assert.equal(JSON.parse(json.stdout).policy.source, "last-good");
    assert.equal(JSON.parse(json.stdout).policy.errors[0].line, 2);
  });

  it("says that it is in force with every answer that rests on a policy, once, and before anything is done", async () => {
    const told =
      /^dropclock: \.dropclock\/policy\.yaml:2:1: .*\ndropclock: .* the last good one stays in force\.\n/;
    const id = (
      await runCommandLine(place.dir, [...NOW, "incident", "open", "--title", "told"])
    ).stdout.trim();
    for (const args of [
      ["status"],
      ["incident", "show", id],
      ["incident", "show", "nope"],
      ["incident", "note", id, "noted"],
      ["log"],
      ["runbook"],
      ["postmortem", id],
      ["update", id],
      ["undo"],
      ["gate"],
      ["council", "show"],
      ["changelog"],
      ["publish", "--dry-run"],
      ["sync"],
      ["drop", "ship", "drop-9"],
    ]) {
      const { stderr } = await runCommandLine(place.dir, [...NOW, ...args]);
      assert.match(stderr, told, args.join(" "));
      assert.equal(stderr.match(/last good one stays/g)?.length, 1, args.join(" "));
    }
    assert.equal((await check()).stderr, "");
  });

  it("keeps it in force where the file cannot even be read", async () => {
    const path = join(place.dir, ".dropclock/policy.yaml");
    rmSync(path);
    mkdirSync(path);
    const { code, stdout } = await runCommandLine(place.dir, [...NOW, "status", "--json"]);
    assert.equal(code, 2);
    const { policy, incidents } = JSON.parse(stdout);
    assert.equal(policy.source, "last-good");
    assert.deepEqual(policy.draft.errors, [
      {
        message: "The policy cannot be read (EISDIR); make it a file that you may read.",
        line: 1,
        column: 1,
      },
    ]);
    assert.ok(incidents.length > 0);
    const checked = await check();
    assert.equal(checked.code, 2);
    assert.match(checked.stdout, /^\.dropclock\/policy\.yaml:1:1: The policy cannot be read/);
    rmSync(path, { recursive: true });
    place.write(".dropclock/policy.yaml", "version: 1\nnonsense: true\n");
  });

  it("keeps it in force where the file is a pointer to Git LFS, and takes no document's pointer for the document", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0a".repeat(32)}\nsize 9\n`;
    place.write(".dropclock/policy.yaml", pointer);
    const { stdout } = await runCommandLine(place.dir, [...NOW, "status", "--json"]);
    assert.equal(JSON.parse(stdout).policy.source, "last-good");
    assert.match(
      (await check()).stdout,
      /:1:1: The policy cannot be read: \S+ is a pointer to a file in Git LFS/,
    );
    place.write(".dropclock/policy.yaml", "version: 1\nnonsense: true\n");
    place.write("docs/postmortems/2026-11-23-x.md", pointer);
    const actions = await runCommandLine(place.dir, ["actions"]);
    assert.equal(actions.code, 3);
    assert.match(actions.stderr, /2026-11-23-x\.md is a pointer to a file in Git LFS.*cannot be read/);
    rmSync(join(place.dir, "docs"), { recursive: true });
  });

  it("reads nothing from a device that a repository links to in its place: it may have no end", async function () {
    if (process.platform === "win32") return this.skip();
    const path = join(place.dir, ".dropclock/policy.yaml");
    rmSync(path);
    symlinkSync("/dev/null", path);
    const checked = await check();
    assert.equal(checked.code, 2);
    assert.match(
      checked.stdout,
      /:1:1: The policy cannot be read: \.dropclock\/policy\.yaml is a symbolic link, which is not followed/,
    );
    rmSync(path);
    place.write(".dropclock/policy.yaml", "version: 1\nnonsense: true\n");
  });

  it("lets a breach come before a broken policy: exit 1", async () => {
    const open = await runCommandLine(place.dir, [...NOW, "incident", "open", "--title", "x"]);
    assert.equal(open.code, 0);
    assert.match(open.stderr, /the last good one stays in force/);
    assert.equal((await runCommandLine(place.dir, ["status", "--at", "2026-11-23T10:05Z"])).code, 2);
    assert.equal((await runCommandLine(place.dir, ["status", "--at", "2026-11-23T13:00Z"])).code, 1);
  });
});
