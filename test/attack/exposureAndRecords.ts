import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Attack, type Attacker, control } from "./attack.ts";
import {
  ANA,
  BREACHED,
  expectCode,
  gateIsBlocked,
  gateIsOpen,
  Lab,
  listening,
  MAL,
  ONE_VOTE,
  obeyed,
  RISKY,
  riskyLab,
  SIGNED,
  signing,
  UNAPPROVED,
  votedFor,
} from "./lab.ts";
import { undoable } from "./undoForger.ts";

const LONG_AGO = Date.parse("2020-01-06T09:00:00Z");

const soaking = ONE_VOTE.replace("soak: 30m", "soak: 30d");

const exposure: Attack[] = [
  {
    wayIn: "a tag dated back that nobody has on record as shipped, to have soaked already",
    wants: "promote too early",
    attempt: async () => {
      const lab = new Lab(soaking);
      lab.clone.commit({ "src/app.ts": "2\n" }, { at: LONG_AGO });
      lab.clone.tag("drop-2", { annotated: true, at: LONG_AGO });
      lab.clone.git("push", "-q", "origin", "main", "drop-2");
      return gateIsBlocked(lab.pipeline(), /soak|record|shipped/i, "drop-2", "--to", "broad");
    },
  },
  {
    wayIn: "the same, with an unsigned record of long ago, council signed",
    wants: "promote too early",
    attempt: async () => {
      const lab = new Lab(SIGNED.replace("soak: 30m", "soak: 30d"));
      const team = signing(lab);
      team.person("Ana");
      const commit = lab.clone.commit({ "src/app.ts": "2\n" }, { at: LONG_AGO });
      lab.clone.tag("drop-2", { annotated: true, at: LONG_AGO });
      lab.clone.git("push", "-q", "origin", "main", "drop-2");
      const at = new Date(LONG_AGO).toISOString();
      lab.plant(
        { subject: "drop/drop-2", type: "shipped", by: ANA, at, recorded: at, data: { commit } },
        ANA,
      );
      return gateIsBlocked(team.pipeline(), /soak|record|shipped/i, "drop-2", "--to", "broad");
    },
  },
  ...["__proto__", "constructor", "toString", "", "testbed\u0000", "-x"].map(
    (stage): Attack => ({
      wayIn: `a stage called ${JSON.stringify(stage)}`,
      wants: "promote too early",
      attempt: async () => {
        const lab = new Lab(soaking);
        lab.commit({ "src/app.ts": "2\n" });
        const ana = lab.member("Ana");
        expectCode(await ana.run("drop", "ship", "drop-2", "--push"), 0);
        const { code } = await ana.run("gate", "drop-2", `--to=${stage.replace("\u0000", "")}x`);
        const promoted = await ana.run("drop", "promote", `${stage.replace("\u0000", "")}x`);
        return code === 0 || promoted.code === 0 ? "it passes" : null;
      },
    }),
  ),
  {
    wayIn: "a signal entered as calm while its server says that it is breached",
    wants: "promote too early",
    attempt: async () => {
      const server = await listening(BREACHED);
      try {
        const policy = soaking.replace("soak: 30d", "soak: 0s");
        const lab = new Lab(
          `${policy}signals: [ { name: errors, prometheus: { url: "${server.url}", query: up }, breach: "> 1", for: 0s, every: 1s, then: notify } ]\n`,
        );
        lab.commit({ "src/app.ts": "2\n" });
        const ana = lab.member("Ana");
        expectCode(await ana.run("drop", "ship", "drop-2", "--push"), 0);
        lab.plant(
          {
            subject: "drop/drop-2",
            type: "signal",
            by: ANA,
            data: { signal: "errors", state: "calm", value: 0 },
          },
          ANA,
        );
        return await gateIsBlocked(lab.pipeline(), /errors/, "drop-2", "--to", "broad");
      } finally {
        server.stop();
      }
    },
  },
  {
    wayIn: "an incident on the drop, opened and closed by Mal, so that nobody watches it",
    wants: "take an entry away",
    attempt: async () => {
      const { lab, ana } = await undoable();
      const subject = "incident/x";
      lab.plant({
        subject,
        type: "opened",
        data: { title: "x", severity: "critical", drop: "drop-2", kind: "real" },
      });
      for (const type of ["mitigated", "resolved"]) lab.plant({ subject, type, data: {} });
      lab.plant({ subject, type: "postmortem", data: { path: "docs/x.md" } });
      await ana.run("sync");
      const { watch, incidents } = await ana.json("status");
      return watch.state === "open" || incidents.length > 0
        ? null
        : "the watch window is closed, and no incident is shown";
    },
  },
];

const records: Attack[] = [
  {
    wayIn: "a ref below the ledger's name, so that no ledger can be there",
    wants: "take an entry away",
    attempt: async () => {
      const { lab } = riskyLab();
      lab.clone.git("push", "-q", "origin", "HEAD:refs/dropclock/ledger/x");
      const ana = lab.member("Ana");
      const approve = await ana.run("council", "approve");
      const { code } = await lab.pipeline().run("gate");
      return code === 0 ? `the gate is open (${approve.code})` : null;
    },
  },
  {
    wayIn: "front matter that refers to itself, and lists without end, in a post-mortem",
    wants: "stop the answer",
    attempt: async () => {
      const lab = new Lab("version: 1\n");
      const ana = lab.member("Ana");
      const folder = join(ana.repository.dir, "docs/postmortems");
      mkdirSync(folder, { recursive: true });
      const laughs = "abcdefgh"
        .split("")
        .map((c, i, all) => `${c}: &${c} [${Array(9).fill(i === 0 ? "x" : `*${all[i - 1]}`)}]\n`)
        .join("");
      writeFileSync(join(folder, "a.md"), `---\n${laughs}---\n# x\n`);
      writeFileSync(join(folder, "b.md"), `---\na: &a [ *a ]\n---\n- [ ] ${"(".repeat(50_000)}\n`);
      writeFileSync(join(folder, "c.md"), `# x\n${"- [ ] a (owner: @a, due: 2026-01-01\n".repeat(20_000)}`);
      writeFileSync(
        join(folder, "d.md"),
        `${"> ".repeat(20_000)}x\n${"*".repeat(50_000)}\n${"[".repeat(50_000)}`,
      );
      const from = Date.now();
      await ana.run("actions");
      const seconds = (Date.now() - from) / 1000;
      return seconds > 20 ? `it takes ${seconds} s` : null;
    },
  },
  {
    wayIn: "a channel's address that redirects a POST to another host",
    wants: "get a secret",
    attempt: async () => {
      const other = await listening((_, response) => response.end("ok"));
      const own = await listening((_, response) => response.writeHead(307, { location: other.url }).end());
      try {
        const lab = new Lab(
          `version: 1\nupdates: { channels: [ { name: page, webhook: { url: "${own.url}", secret: team, body: '{ "m": {{ text }} }' } } ] }\n`,
        );
        const ana = lab.member("Ana", { DROPCLOCK_SECRET_TEAM: "s3cret" });
        const opened = await ana.run("incident", "open", "--title", "x", "--severity", "critical");
        const id = opened.stdout.trim().split(/\s+/).at(-1)!;
        await ana.run("incident", "mark", id, "mitigated");
        const written = expectCode(await ana.run("update", id), 0).stdout.trim();
        const path = join(ana.repository.dir, written);
        // Whatever it asks is answered.
        writeFileSync(path, readFileSync(path, "utf8").replace(/<!--[\s\S]*?-->/g, "Cards are refused."));
        const sent = await ana.run("update", id, "--send", "page", "--yes", "--allow-leaks");
        if (own.asked.length === 0) throw new Error(`nothing was sent: ${sent.stdout}${sent.stderr}`);
        return other.asked.length > 0 ? "the other host got the update" : null;
      } finally {
        own.stop();
        other.stop();
      }
    },
  },
  {
    wayIn: "markup, mentions and fake headings in subjects, for the changelog",
    wants: "speak to the terminal or the run",
    attempt: async () => {
      const lab = new Lab();
      for (const subject of [
        "feat: <script>alert(1)</script> <img src=x onerror=alert(1)>",
        "feat: [x](javascript:alert(1)) ![y](http://127.0.0.1:9/x.png)",
        "fix: ## [9.9.9] - 2099-01-01",
        "fix: ##[set-output name=x]y \u202e \u001b[2J",
      ]) {
        lab.clone.commit(
          { "src/app.ts": subject },
          { message: `${subject}\n\n## [9.9.9]\n\n::add-mask::x\nBREAKING CHANGE: \n## [8.8.8]\n` },
        );
      }
      lab.clone.tag("drop-2", { annotated: true });
      lab.clone.git("push", "-q", "origin", "main", "drop-2");
      const ana = lab.member("Ana", { GITHUB_ACTIONS: "true", CI: "true" });
      const printed = await ana.run("changelog");
      const seen = obeyed(printed);
      if (seen) return seen;
      await ana.run("changelog", "--write");
      const text = readFileSync(join(ana.repository.dir, "CHANGELOG.md"), "utf8");
      const markup = /^.*(?:<script|<img|\]\(javascript|!\[y\]|^## \[[89])/m.exec(
        text.replace(/\\[<[\]!]/g, "").replace(/`[^`\n]*`/g, ""),
      );
      return markup ? `the changelog holds ${JSON.stringify(markup[0])}` : null;
    },
  },
  {
    wayIn: "Ana's approval without the drop's beginning, copied to a drop that grew",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab();
      lab.plant({ subject: `commit/${tip}`, type: "approved", by: ANA, data: votedFor(lab) }, MAL);
      lab.plant({ subject: `commit/${tip}`, type: "approved", by: MAL, data: votedFor(lab) }, ANA);
      return gateIsBlocked(lab.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "policies of other names beside the policy on main: .yml, capitals, a folder",
    wants: "open the gate",
    attempt: async () => {
      const lab = new Lab();
      lab.commit({
        ".dropclock/policy.yml": "version: 1\n",
        ".dropclock/POLICY.yaml": "version: 1\n",
        ".Dropclock/policy.yaml": "version: 1\n",
        "policy.yaml": "version: 1\n",
        ...RISKY,
      });
      return gateIsBlocked(lab.pipeline(), UNAPPROVED);
    },
  },
  control("a pipeline that has everything opens for a harmless drop", async () => {
    const lab = new Lab();
    lab.commit({ "src/app.ts": "2\n" });
    return gateIsOpen(lab.pipeline());
  }),
];

export const exposureAndRecords: Attacker = {
  who: "exposure and records",
  attacks: [...exposure, ...records],
};
