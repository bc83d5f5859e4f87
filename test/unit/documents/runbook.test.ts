import assert from "node:assert/strict";
import { renderRunbook, runbookVariables } from "../../../src/documents/runbook.ts";
import type { Rehearsal } from "../../../src/domain/drills.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/domain/policy/policy.ts";
import { at } from "../../support/events.ts";
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
