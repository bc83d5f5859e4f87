import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderRunbook, runbookVariables, undoByHand } from "../../../src/documents/runbook.ts";
import type { Rehearsal } from "../../../src/domain/drop/drills.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/domain/policy/policy.ts";
import { shellWord } from "../../../src/domain/text/plainText.ts";
import { TemporaryRepository } from "../../support/git/temporaryRepository.ts";
import { at } from "../../support/record/events.ts";
import { assertInert, HOSTILE } from "./hostile.ts";
import { aCommit, aDrop, builtIn, dropFacts, runbookFacts, sectionOf } from "./sampleFacts.ts";

const render = async (facts = runbookFacts()) => renderRunbook(await builtIn("runbook.md"), facts);

const RICH: Policy = {
  ...DEFAULT_POLICY,
  service: "Checkout",
  calendar: { timeZone: "Europe/Oslo", hours: { "mon-fri": ["09:00-16:00"] } },
  council: { members: ["ana@example.com", "bo@example.com"], quorum: 1, from: "high", signed: false },
  stages: [
    { name: "testbed", soak: 1_800_000 },
    { name: "broad", soak: 0 },
  ],
  signals: [
    {
      name: "checkout errors",
      impact: "user",
      source: { kind: "prometheus", url: "http://localhost:9090", query: "up" },
      breach: { operator: ">", value: 0.02 },
      for: 300_000,
      every: 15_000,
      noData: "error",
      errors: 4,
      // biome-ignore lint/suspicious/noThenProperty: the policy's own word
      then: "propose",
      severity: "critical",
    },
  ],
  rollback: {
    ...DEFAULT_POLICY.rollback,
    steps: [
      { flags: ["new-checkout"] },
      { revert: { push: true, pullRequest: true } },
      { run: "./deploy.sh {{ previous.tag }}" },
    ],
    checks: ["npm test"],
  },
};

describe("the built-in runbook", () => {
  it("begins with the undo; then the incident, how to verify, whom to tell, how to watch, and what is in it", async () => {
    const document = await render();
    const sections = [...document.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(sections, [
      "Undo",
      "The incident",
      "Verify",
      "Whom to tell, and by when",
      "Watch it",
      "What it contains",
      "Undo by hand",
      "Reapply",
    ]);
    for (const heading of sections) {
      const asked = sectionOf(document, heading!).match(/<!-- [^>]*\?[^>]*-->/g)?.length ?? 0;
      assert.equal(asked, heading === "Undo by hand" ? 0 : 1, heading);
    }
    assert.match(
      sectionOf(document, "What it contains"),
      /^\| `55555555` \| 2026-11-23 \| Ana \| feat: one-page checkout \|$/m,
    );
    assert.match(
      sectionOf(document, "Watch it"),
      /until \*\*2026-11-23 09:30 UTC\*\*: 30m from shipping, counted around the clock/,
    );
    assert.match(
      sectionOf(document, "Whom to tell, and by when"),
      /^\| critical \| 30m \| 2h \| 1h \| 3d \|$/m,
    );
    assert.match(sectionOf(document, "Whom to tell, and by when"), /^\| minor \| 1d \| 3d \| — \| — \|$/m);
  });

  it("says what is assumed of its shipping, and what a clone that is cut cannot know", async () => {
    const drop = { ...aDrop("drop-42", "4"), shippedAssumed: true };
    const cut = { ...dropFacts().content!, cut: true };
    const document = await render(runbookFacts({ drop: dropFacts({ drop, previous: null, content: cut }) }));
    assert.match(sectionOf(document, "Watch it"), /30m from shipping \(assumed\), counted around the clock/);
    assert.match(
      sectionOf(document, "What it contains"),
      /shipped 2026-11-23 09:00 UTC \(assumed\): 2 commits/,
    );
    assert.match(sectionOf(document, "Undo"), /ends inside the drop \(it is shallow\)/);
    assert.doesNotMatch(document, /the first drop/);
  });

  it("gives the policy's own signals, stages, council, checks and order of work", async () => {
    const document = await render(runbookFacts({ policy: RICH, keep: ["docs/**"] }));
    assert.match(
      document,
      /^\| checkout errors \| user \| \\> 0\.02 for 5m \| an incident is opened and the undo offered \|$/m,
    );
    assert.match(document, /Exposure: testbed \(at least 30m\) → broad\./);
    assert.match(document, /Release council \(1 must agree\): ana\\@example\.com, bo\\@example\.com\./);
    assert.match(document, /^3\. Run: \.\/deploy\.sh \\\{\\\{ previous\.tag \\\}\\\}$/m);
    assert.match(document, /```sh\nnpm test\n```/);
    assert.match(document, /git restore --source=HEAD --staged --worktree -- ':\(top,glob\)docs\/\*\*'/);
    // Shipped at 10:00 in Oslo.
    assert.match(document, /09:30 UTC\*\*: 30m from shipping, counted in working hours \(Europe\/Oslo\)/);
  });

  it("tells what the undo does, what to do where it fails, what collides, and how it went when it was tried", async () => {
    const rehearsal: Rehearsal = {
      tag: "drop-42",
      at: at("09:05"),
      by: "Ana <ana@example.com>",
      passed: true,
      durationMs: 95_000,
      reason: null,
      drill: true,
      targetMs: 7_200_000,
    };
    const tried = sectionOf(await render(runbookFacts({ rehearsal, conflicts: ["src/pay.ts"] })), "Undo");
    assert.match(
      tried,
      /^1\. Revert drop-42 on dropclock\/undo-drop-42\. If that fails: the commands below\.$/m,
    );
    assert.match(tried, /^Last drill: 2026-11-23 09:05 UTC by Ana, passed in 1m 35s\.$/m);
    assert.match(tried, /^Conflicts to expect, .*: `src\/pay\.ts`\.$/m);
    const untried = sectionOf(await render(), "Undo");
    assert.match(untried, /It was never rehearsed:\n\n```sh\ndropclock undo drop-42 --rehearse\n```/);
    assert.doesNotMatch(untried, /Conflicts to expect/);
  });

  it("names the drop and the incident in every command, and leaves nothing to fill in", async () => {
    const incident = { id: "2026-11-23-checkout-5xx", title: "R&D totals" };
    const open = await render(runbookFacts({ incident }));
    assert.match(sectionOf(open, "Undo"), /^```sh\ndropclock undo drop-42\n```/);
    assert.match(
      sectionOf(open, "The incident"),
      /R&amp;D totals: `2026-11-23-checkout-5xx`[\s\S]*^dropclock incident mark 2026-11-23-checkout-5xx mitigated --text 'rolled back drop-42'$[\s\S]*^dropclock update 2026-11-23-checkout-5xx$/m,
    );
    const none = sectionOf(await render(), "The incident");
    assert.match(
      none,
      /^incident=\$\(dropclock incident open --drop drop-42 --title 'drop-42 misbehaves'\)$[\s\S]*^dropclock incident mark "\$incident" mitigated/m,
    );
    for (const document of [open, await render(), await render(runbookFacts({ policy: RICH }))])
      assert.doesNotMatch(document, /\b(?:TAG|ID|NAME)\b|"…"/);
    const tag = "drop $(rm -rf ~)'\n`x`";
    const hostile = await render(runbookFacts({ drop: dropFacts({ drop: aDrop(tag, "4") }) }));
    assert.match(hostile, /^dropclock undo 'drop \$\(rm -rf ~\)'\\'' `x`'$/m);
  });

  it("takes commits by their ids, and publishes where there is a remote", async () => {
    const remote = sectionOf(await render(), "Undo by hand");
    assert.match(remote, /git commit-tree -p 4{40} -m 'Inverse of drop-42' '3{40}\^\{tree\}'/);
    assert.match(remote, /git worktree add --no-track -b undo-drop-42 \.\.\/undo-drop-42 origin\/main/);
    assert.match(remote, /git push --set-upstream origin undo-drop-42/);
    const local = sectionOf(
      await render(runbookFacts({ branch: { name: "main", remote: null } })),
      "Undo by hand",
    );
    assert.doesNotMatch(local, /git push|git fetch origin/);
    assert.match(local, /git merge --no-edit undo-drop-42/);
  });

  it("gives no commands where there is nothing to go back to", async () => {
    const drop = dropFacts({
      drop: aDrop("drop-1", "1"),
      previous: null,
      content: null,
      missing: "It is too old.",
    });
    for (const document of [
      await render(runbookFacts({ drop })),
      await render(runbookFacts({ branch: null })),
    ]) {
      const incident = sectionOf(document, "The incident");
      assert.doesNotMatch(document.replace(incident, ""), /```sh/);
      assert.doesNotMatch(incident, /undo/);
    }
    const first = await render(runbookFacts({ drop }));
    assert.match(first, /^This is the first drop: there is none before it to go back to/m);
    assert.match(first, /Its commits cannot be shown: It is too old\./);
    assert.match(await render(runbookFacts({ branch: null })), /The release branch is not known here/);
  });

  it("lets no text from elsewhere come to life", async () => {
    const content = {
      commits: [aCommit(HOSTILE, HOSTILE)],
      count: 1,
      files: [{ path: HOSTILE, status: "added", from: null, additions: null, deletions: null }],
      cut: false,
    };
    const drop = dropFacts({ drop: aDrop(HOSTILE, "4"), previous: aDrop(HOSTILE, "3"), content });
    const policy: Policy = {
      ...RICH,
      service: HOSTILE,
      signals: [{ ...RICH.signals[0]!, name: HOSTILE }],
      stages: [{ name: HOSTILE, soak: 1 }],
      council: { ...RICH.council!, members: [HOSTILE] },
      rollback: { ...RICH.rollback, steps: [{ run: HOSTILE }], checks: [] },
    };
    const document = await render(runbookFacts({ drop, policy }));
    // In a block of code a text stands as it is, quoted for the shell.
    const prose = document.replace(/^```sh\n[\s\S]*?^```$/gm, "");
    assertInert(prose);
    for (const [block] of document.matchAll(/^```sh\n[\s\S]*?^```$/gm)) {
      assert.doesNotMatch(block, /\u202e|^# heading|[^\P{Cc}\n]/mu);
      assert.doesNotMatch(block.replace(/'(?:[^']|'\\'')*'/g, ""), /<img|command:/);
    }
  });

  it("tells in its head all that a template can name", async () => {
    const { text } = await builtIn("runbook.md");
    const head = text.split("{%- endcomment -%}")[0]!;
    const variables = runbookVariables(runbookFacts({ policy: RICH }));
    const { drop, watch, targets, signals, stages, council, branch, undo, commands } = variables;
    const keys = [
      variables,
      drop,
      watch,
      targets[0]!,
      signals[0]!,
      stages[0]!,
      council!,
      branch!,
      undo,
      commands,
    ];
    for (const key of [...keys, drop.commits[0]!, drop.files[0]!, drop.authors[0]!].flatMap(Object.keys)) {
      assert.match(head, new RegExp(`\\b${key}\\b`), key);
    }
  });
});

const run = (cwd: string, env: NodeJS.ProcessEnv, program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Two drops and a change on top; the second drop holds a merge, a renaming, a deletion and a document. */
function repositoryWithTwoDrops() {
  const repository = TemporaryRepository.make({ name: "work" });
  const pay = "pay\n".repeat(20);
  repository.commit({ "src/pay.ts": pay, "src/gone.ts": "gone\n", "docs/a.md": "before\n" });
  repository.tag("drop-1");
  repository.git("switch", "-q", "-c", "feature");
  repository.commit({ "src/new.ts": "new\n", "src/pay.ts": null, "src/payment.ts": pay });
  repository.git("switch", "-q", "main");
  repository.commit({ "src/gone.ts": null, "docs/a.md": "written with the drop\n" });
  repository.git("merge", "-q", "--no-ff", "--no-edit", "feature");
  repository.tag("release/drop-2");
  repository.commit({ "src/later.ts": "later\n" });
  return { repository, remote: repository.bareRemote() };
}

describe("the undo by hand", function () {
  this.timeout(300_000);

  it("is commands that take a whole drop back, keep what came later, and put it on again", function () {
    if (process.platform === "win32") this.skip();
    const { repository, remote } = repositoryWithTwoDrops();
    const commitOf = (ref: string) => repository.git("rev-parse", `${ref}^{commit}`);
    const drop = { ...aDrop("release/drop-2", "0"), commit: commitOf("release/drop-2") };
    const previous = { ...aDrop("drop-1", "0"), commit: commitOf("drop-1") };
    const undo = undoByHand(drop, previous, {
      branch: { name: "main", remote: "origin" },
      keep: ["docs/**"],
      checks: ["test -f src/pay.ts"],
    });
    const state = () => [repository.git("rev-parse", "HEAD"), repository.git("status", "--porcelain")];
    const before = state();
    const worktree = join(repository.dir, undo.folder);
    const shell = (where: string, commands: string[]) =>
      run(where, repository.environment, "sh", "-ec", commands.join("\n"));

    const prepared = shell(repository.dir, undo.prepare).split("\n");
    assert.deepEqual(prepared.slice(0, 3), ["false", "yes", "yes"]);
    for (const block of [undo.take, undo.keep, undo.look, undo.commit, undo.checks, undo.publish]) {
      shell(worktree, block);
    }
    assert.equal(readFileSync(join(worktree, "src/pay.ts"), "utf8"), "pay\n".repeat(20));
    assert.equal(readFileSync(join(worktree, "src/gone.ts"), "utf8"), "gone\n");
    assert.equal(readFileSync(join(worktree, "docs/a.md"), "utf8"), "written with the drop\n");
    assert.ok(existsSync(join(worktree, "src/later.ts")));
    assert.ok(!existsSync(join(worktree, "src/new.ts")) && !existsSync(join(worktree, "src/payment.ts")));
    const message = shell(worktree, ["git log -1 --format=%B"]).trim().split("\n");
    assert.equal(message[0], "Revert release/drop-2");
    assert.equal(message.filter((line) => /^This reverts commit [0-9a-f]{40}\.$/.test(line)).length, 3);
    assert.deepEqual(state(), before, "the person's own work tree and branch are as they were");

    remote.git("update-ref", "refs/heads/main", `refs/heads/${undo.branch}`);
    assert.match(shell(repository.dir, undo.verify), /docs\/a\.md.*\n.*src\/later\.ts/);
    shell(repository.dir, undo.reapply);
    const again = join(repository.dir, undo.folder.replace("undo", "reapply"));
    assert.equal(shell(again, ["git diff --name-only main HEAD"]), "");
    shell(repository.dir, undo.cleanUp);
    assert.ok(!existsSync(worktree) && !existsSync(again));
  });

  it("names its branch and its folder safely for any tag", () => {
    const previous = aDrop("drop-1", "1");
    const target = { branch: { name: "main", remote: null }, keep: [], checks: [] };
    for (const tag of ["drop-2", "release/2", "$(rm -rf ~)", "`x`;y", "'", "../../x", "крошка"]) {
      const undo = undoByHand(aDrop(tag, "2"), previous, target);
      assert.match(undo.branch, /^undo-[A-Za-z0-9-]+$/);
      assert.ok(undo.commit[0]!.includes(shellWord(`Revert ${tag}`)));
      for (const command of Object.values(undo).flat().map(String)) {
        const unquoted = command.replace(/'[^']*'(?:\\''[^']*')*/g, "");
        assert.doesNotMatch(unquoted, /rm -rf|`|\.\.\/\.\.|крошка|'/, command);
      }
    }
  });
});

describe("a word for a shell", () => {
  it("means nothing but itself", function () {
    if (process.platform === "win32") this.skip();
    const words = [
      "main",
      "a b",
      "$(x)",
      "`x`",
      "it's",
      '"',
      "\\",
      "a;b",
      "*",
      "~",
      "#x",
      "-n",
      "!x",
      "=x",
      "",
      "é",
      "<&|>",
    ];
    const said = run(".", process.env, "sh", "-c", `printf '%s\\n' ${words.map(shellWord).join(" ")}`);
    assert.deepEqual(said.split("\n").slice(0, -1), words);
  });
});
