import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { WebhookReceiver } from "../support/monitoring/webhookReceiver.ts";
import type { Member } from "../support/people/councilTeam.ts";
import { plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";
import type { Attacker } from "./attack.ts";
import { expectCode, GITHUB, Lab, MAL, obeyed, riskyLab } from "./lab.ts";

const EVIL = [
  "\u001b[31mRED\u001b]0;pwn\u0007\u001b[2J",
  "\u202eevil\u202c\u2066x\u2069\u061c\u200b\ufeff",
  "::add-mask::x\n::set-output name=a::b\r::stop-commands::c",
  "##[set-env name=a]b ##[add-path]c",
  "\u009b31m\u0085x\u2028::save-state name=d::e\u2029y",
  "<script>alert(1)</script><img src=x onerror=alert(2)></title>",
  "[a](javascript:alert(1)) ![i](http://127.0.0.1:9/x.png) [c](command:workbench.action.quit)",
  "<!channel> <!here> <@U1> <https://evil.example|the status page> &lt;",
  `\${{ github.token }} {{ 7 | times: 6 }} {% include '/etc/passwd' %}`,
].join(" ");

/** An incident of which everything that a pusher can write is hostile. */
function hostile(): { lab: Lab; id: string } {
  const { lab, tip } = riskyLab(
    "version: 1\nupdates: { every: 1h, channels: [ { name: chat, slack: { secret: chat } } ] }\n",
  );
  const by = "\u202eAna ##[x]<script> <ana@example.com>";
  const at = "2026-11-23T10:00:00.000Z";
  const subject = "incident/down";
  const of = (type: string, data: Record<string, unknown>, on = subject) =>
    stored({ subject: on, type, data, by, at, recorded: at });
  const events = [
    of("opened", { title: EVIL, severity: "critical", drop: "drop-1", kind: "real" }),
    of("detected", {}),
    of("note", { text: EVIL }),
    of("action", { text: EVIL, owner: EVIL, due: EVIL }),
    of("severity", { to: "major", why: EVIL }),
    of("mitigated", { how: EVIL }),
    of("updated", { text: EVIL, channel: EVIL, status: EVIL }),
    of("summary", { title: EVIL, impact: EVIL, done: EVIL }),
    of("owned", { to: EVIL, by: EVIL }),
    of("postmortem", { path: EVIL, commit: EVIL }),
    of("resolved", {}),
    of(
      "opened",
      { title: EVIL, severity: EVIL, drop: EVIL, kind: EVIL },
      `incident/${EVIL.replace(/[\r\n]/g, "")}`,
    ),
    of("shipped", { commit: EVIL }, `drop/${EVIL.slice(0, 40)}`),
    of("stage", { stage: EVIL, from: EVIL, why: EVIL }, "drop/drop-1"),
    of(
      "rollback-step",
      { run: "r", step: EVIL, outcome: EVIL, url: "javascript:alert(1)", reason: EVIL },
      "drop/drop-1",
    ),
    of("rejected", { why: EVIL, reasons: [EVIL] }, `commit/${tip}`),
    of("override", { why: EVIL, reasons: [EVIL] }, `commit/${tip}`),
    of(EVIL, { text: EVIL }, "drop/drop-1"),
  ];
  plantEntries(
    lab.bare,
    Object.fromEntries(events.map((event) => [eventPath(event), encodeEvent(event)])),
    MAL,
  );
  return { lab, id: "down" };
}

const READS = [
  ["status"],
  ["gate"],
  ["log"],
  ["incident", "list", "--all"],
  ["incident", "show", "down"],
  ["drop", "list"],
  ["drop", "show"],
  ["scorecard"],
  ["checklist"],
  ["council", "show"],
  ["actions"],
  ["changelog"],
  ["undo"],
  ["publish", "--dry-run"],
  ["incident", "mark", "nosuch", "mitigated"],
  ["sync"],
];

async function reads(victim: Member): Promise<string | null> {
  for (const call of READS) {
    const seen = obeyed(await victim.run(...call));
    if (seen) return `${call.join(" ")}: ${seen}`;
  }
  return null;
}

/** All that was written below a folder. */
function written(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

export const ledgerText: Attacker = {
  who: "texts in the ledger",
  attacks: [
    ...Object.entries({
      terminal: {},
      "run on GitHub": GITHUB,
      "run on GitLab": { GITLAB_CI: "true", CI: "true" },
    }).map(([where, environment]) => ({
      wayIn: `escapes and commands in every text, read in a ${where}`,
      wants: "speak to the terminal or the run" as const,
      attempt: async () => {
        const { lab } = hostile();
        return reads(lab.pipeline(environment));
      },
    })),
    {
      wayIn: "markup, scripts and links in every text, on the public pages and feeds",
      wants: "get a secret",
      attempt: async () => {
        const { lab } = hostile();
        const victim = lab.member("Ana");
        expectCode(await victim.run("sync"), 0);
        const { code, stderr } = await victim.run("publish", "--out", "site");
        if (code !== 0) throw new Error(stderr);
        const text = written(join(victim.repository.dir, "site"));
        const found =
          /<script>alert|<img src=x|href="(?:javascript|command):|src="http:|onerror=alert\(2\)>/.exec(text);
        return found ? found[0] : null;
      },
    },
    {
      wayIn: "Slack's markup in title and text of an update that is sent to a channel",
      wants: "speak to the terminal or the run",
      attempt: async () => {
        const receiver = await WebhookReceiver.start();
        const { lab } = hostile();
        const secret = { DROPCLOCK_SECRET_CHAT: `${receiver.url}/services/T0/x` };
        const victim = lab.member("Ana", secret);
        expectCode(await victim.run("sync"), 0);
        const scaffolded = expectCode(await victim.run("update", "down"), 0);
        const path = /\S+\.md/.exec(scaffolded.stdout)![0];
        const scaffold = readFileSync(join(victim.repository.dir, path), "utf8");
        const text = "Pay <!channel> & <https://evil.example|here> <@U1> *b* `c`.";
        victim.repository.write(path, scaffold.replace(/<!--[\s\S]*?-->/g, text));
        const sent = await victim.run("update", "down", "--send", "chat", "--yes", "--allow-leaks");
        receiver.stop();
        if (receiver.messages.length === 0) throw new Error(`nothing was sent: ${sent.stderr}${sent.stdout}`);
        const bad = /<(?:!channel|!here|@U1|https:\/\/evil)/.exec(receiver.messages.join("\n"));
        return bad ? `sent as it is: ${bad[0]}` : null;
      },
    },
    {
      wayIn: "templates and expressions in an incident's title, in its post-mortem, update and runbook",
      wants: "get a secret",
      attempt: async () => {
        const { lab } = hostile();
        const victim = lab.member("Ana");
        expectCode(await victim.run("sync"), 0);
        for (const call of [["postmortem", "down"], ["runbook"]]) expectCode(await victim.run(...call), 0);
        const text = written(join(victim.repository.dir, "docs"));
        const bad = /root:x:0|\]\((?:javascript|command):|<script>alert/.exec(text);
        return bad ? bad[0] : null;
      },
    },
    ...[
      "../../../../evil",
      "..",
      ".git/hooks/pre-push",
      "/tmp/evil",
      "a/../../../../evil",
      "--output=x",
      "con",
      "a\\..\\..\\evil",
      "x".repeat(400),
    ].map((id) => ({
      wayIn: `an incident called ${id.slice(0, 24)}, and the documents that are named by it`,
      wants: "write or read elsewhere" as const,
      attempt: async () => {
        const lab = new Lab("version: 1\n");
        lab.plant({
          subject: `incident/${id}`,
          type: "opened",
          data: { title: "x", severity: "critical", drop: "drop-1", kind: "real" },
        });
        const victim = lab.member("Ana");
        const { dir } = victim.repository;
        expectCode(await victim.run("sync"), 0);
        const before = readdirSync(join(dir, "..")).join();
        const hooks = readdirSync(join(dir, ".git")).join();
        for (const command of ["postmortem", "update"]) await victim.run(command, "--", id);
        await victim.run("publish");
        const { stdout } = victim.repository.tryGit(["status", "--porcelain", "--untracked-files=all"]);
        const elsewhere = stdout
          .split("\n")
          .filter((line) => line !== "" && !/^\?\? "?(?:docs|public)\//.test(line));
        if (elsewhere.length > 0) return elsewhere.join();
        if (readdirSync(join(dir, "..")).join() !== before) return "something outside";
        return readdirSync(join(dir, ".git")).join() === hooks ? null : "something in .git";
      },
    })),
    {
      wayIn: "a `postmortem` entry that leads out of the repository",
      wants: "get a secret",
      attempt: async () => {
        const lab = new Lab("version: 1\n");
        const secret = "# Post-mortem\n\n- [ ] AKIA0123456789SECRET (@ana, due 2026-12-01)\n";
        lab.clone.write("../secret.md", secret);
        const subject = "incident/down";
        lab.plant({
          subject,
          type: "opened",
          data: { title: "x", severity: "critical", drop: "drop-1", kind: "real" },
        });
        for (const path of [
          "../secret.md",
          join(lab.clone.dir, "../secret.md"),
          "docs/../../secret.md",
          "file:///etc/passwd",
        ])
          lab.plant({ subject, type: "postmortem", data: { path, commit: "HEAD" } });
        const victim = lab.member("Ana");
        let all = "";
        for (const call of [
          ["sync"],
          ["actions"],
          ["incident", "show", "down"],
          ["publish", "--out", "site"],
          ["status", "--json"],
          ["postmortem", "down", "--refresh"],
        ]) {
          const { stdout, stderr } = await victim.run(...call);
          all += stdout + stderr;
        }
        all += written(join(victim.repository.dir, "site"));
        return /AKIA|root:x:0/.exec(all)?.[0] ?? null;
      },
    },
    {
      wayIn: "3,000 notes, retractions of retractions and claims to one id",
      wants: "stop the answer",
      attempt: async () => {
        const { lab } = riskyLab();
        const subject = "incident/one";
        const events = [
          stored({ subject, type: "opened", data: { title: "Down", severity: "critical", kind: "real" } }),
        ];
        for (let i = 0; i < 3_000; i++) {
          const [type, data] =
            i % 2 ? ["retracted", { event: events.at(-1)!.id, why: "w" }] : ["note", { text: "n" }];
          events.push(stored({ subject, type: type as string, data: data as Record<string, unknown> }));
          if (i % 10 === 0) events.push({ ...events[0]!, subject: `incident/i${i}` });
        }
        plantEntries(
          lab.bare,
          Object.fromEntries(events.map((event) => [eventPath(event), encodeEvent(event)])),
          MAL,
        );
        const ci = lab.pipeline();
        const from = Date.now();
        for (const call of [["status"], ["gate"], ["log"]]) expectCode(await ci.run(...call), 0, 1);
        return Date.now() - from > 60_000 ? "it took longer than a minute" : null;
      },
    },
  ],
};
