import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dropAt, dropRepository } from "../support/git/dropRepository.ts";
import { TemporaryRepository, temporaryFolder } from "../support/git/temporaryRepository.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const NOW = ["--at", "2026-12-02T10:00Z"];

function postmortems(files: Record<string, string>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "docs/postmortems/2025"), { recursive: true });
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, "docs/postmortems", name), text);
  return folder;
}

describe("dropclock actions", () => {
  const folder = postmortems({
    "a.md":
      "---\nincident: 2026-11-23-checkout\n---\n# Checkout\n\n- [ ] Alert — owner: @ana — due: 2026-12-01\n- [x] Bell — owner: bo — due: 2026-11-01\n",
    "2025/b.md": "- [ ] Cable \u001b[31m — owner: ana — due: 2026-12-02\n- [ ] Door\n",
    "notes.txt": "- [ ] no Markdown\n",
  });

  it("lists them by owner, the overdue ones first", async () => {
    const { code, stdout } = await runCommandLine(folder, [...NOW, "actions"]);
    assert.equal(code, 0);
    assert.equal(
      stdout,
      [
        "nobody yet",
        "  open  no date  Door  docs/postmortems/2025/b.md:2",
        "",
        "ana",
        "  overdue  2026-12-01  Alert       docs/postmortems/a.md:6",
        "  open     2026-12-02  Cable [31m  docs/postmortems/2025/b.md:1",
        "",
        "bo",
        "  done  2026-11-01  Bell  docs/postmortems/a.md:7",
        "",
      ].join("\n"),
    );
  });

  it("answers no when asked for overdue ones and there are any", async () => {
    const { code, stdout } = await runCommandLine(folder, [...NOW, "actions", "--overdue", "--json"]);
    assert.equal(code, 1);
    const { counts, actions } = JSON.parse(stdout);
    assert.deepEqual(counts, { open: 2, overdue: 1, done: 1 });
    assert.deepEqual(actions, [
      {
        text: "Alert",
        owner: "ana",
        due: "2026-12-01",
        state: "overdue",
        path: "docs/postmortems/a.md",
        line: 6,
        postmortem: "Checkout",
        incident: "2026-11-23-checkout",
      },
    ]);
    const calm = await runCommandLine(folder, ["--at", "2026-12-01T23:59Z", "actions", "--overdue"]);
    assert.deepEqual([calm.code, calm.stdout], [0, "No action is overdue.\n"]);
  });

  it("has none where there are no post-mortems", async () => {
    const { code, stdout } = await runCommandLine(temporaryFolder(), ["actions"]);
    assert.deepEqual([code, stdout], [0, "There are no actions yet.\n"]);
  });
});

describe("a post-mortem that git shows on the release branch", () => {
  it("stops its clock without anybody's saying so", async () => {
    const repository = dropRepository();
    repository.git("config", "user.name", "Ana");
    repository.git("config", "user.email", "ana@example.com");
    const run = async (...args: string[]) => {
      const result = await runCommandLine(repository.dir, args);
      assert.ok(result.code === 0 || args[0] === "status", result.stderr);
      return result;
    };
    const id = (
      await run("incident", "open", "--title", "Checkout 5xx", "--started", "2h ago", "--detected", "2h ago")
    ).stdout.trim();
    await run("incident", "mark", id, "mitigated", "--at-time", "1h ago");
    const path = (await run("postmortem", id)).stdout.trim();
    const forced = await run("incident", "mark", id, "postmortem", "--json");
    assert.match(
      forced.stderr,
      /recorded because you say so: docs\/postmortems\/.*\.md:\d+: .*open question.*and \d+ more/,
    );
    await run("incident", "retract", id, JSON.parse(forced.stdout).event, "--why", "not yet");
    const { readFileSync } = await import("node:fs");
    const draft = readFileSync(join(repository.dir, path), "utf8");
    repository.commit({ [path]: draft }, { at: Date.now() - 1_800_000 });
    const clock = async () => {
      const { incidents } = JSON.parse((await run("status", "--json")).stdout);
      return incidents[0].clocks.find(({ name }: { name: string }) => name === "postmortem");
    };
    assert.equal((await clock()).state, "running");
    const complete = draft.replace(/<!-- (?!\/?dropclock:)[\s\S]*?-->/g, "We know.");
    const commit = repository.commit(
      { [path]: complete },
      { at: Math.floor(Date.now() / 1000) * 1000 - 600_000 },
    );
    const { state, endedAt } = await clock();
    assert.equal(state, "met");
    assert.equal(Date.parse(endedAt), Number(repository.git("log", "-1", "--format=%ct", commit)) * 1000);
    assert.match((await run("incident", "show", id)).stdout, /Post-mortem published: docs\/postmortems/);
  });
});

describe("a rollback drill", () => {
  it("is due a period after the policy landed on the release branch, not since the first drop of years ago", async () => {
    const repository = TemporaryRepository.make();
    dropAt(repository, "drop-1", "2019-01-07T09:00:00Z");
    const drills = async (at: string) =>
      JSON.parse((await runCommandLine(repository.dir, ["--at", at, "status", "--json"])).stdout).drills;
    assert.equal((await drills("2026-11-23T12:00Z")).overdue, false);
    const policy = { ".dropclock/policy.yaml": 'version: 1\ndrops: { tags: "drop-*" }\n' };
    repository.write(".dropclock/policy.yaml", policy[".dropclock/policy.yaml"]);
    assert.equal((await drills("2026-11-23T12:00Z")).overdue, false, "it is in nobody's branch yet");
    // What came by a merge is in force from the merge on.
    repository.git("checkout", "-qb", "adopt");
    repository.commit(policy, { at: Date.parse("2026-03-01T09:00Z") });
    repository.git("checkout", "-q", "main");
    repository.commit({ "b.txt": "b" }, { at: Date.parse("2026-10-01T09:00Z") });
    repository.tryGit(["merge", "-q", "--no-ff", "-m", "adopt", "adopt"], {
      at: Date.parse("2026-11-01T09:00Z"),
    });
    const landed = await drills("2026-11-23T12:00Z");
    assert.deepEqual([landed.dueAt, landed.overdue], ["2027-01-30T09:00:00.000Z", false]);
    assert.equal((await drills("2027-01-31T12:00Z")).overdue, true);
    const asked = `${policy[".dropclock/policy.yaml"]}drills: { every: 30d }\n`;
    repository.commit({ ".dropclock/policy.yaml": asked }, { at: Date.parse("2027-02-01T09:00Z") });
    const again = await drills("2027-02-02T12:00Z");
    assert.deepEqual([again.dueAt, again.overdue], ["2027-03-03T09:00:00.000Z", false]);
    const changed = asked.replace("30d", "20d");
    repository.commit({ ".dropclock/policy.yaml": changed }, { at: Date.parse("2027-02-10T09:00Z") });
    assert.equal((await drills("2027-02-11T12:00Z")).dueAt, "2027-02-21T09:00:00.000Z");
  });
});
