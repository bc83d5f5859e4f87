import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildCommandLine } from "../support/commandLine.ts";
import type { Member } from "../support/councilTeam.ts";
import type { Attack, Attacker } from "./attack.ts";
import { control } from "./attack.ts";
import {
  BREACHED,
  expectCode,
  gateIsBlocked,
  gateIsOpen,
  Lab,
  listening,
  MAL,
  ONE_VOTE,
  obeyed,
  POLICY,
  RISKY,
  riskyLab,
  SIGNED,
  signing,
  UNAPPROVED,
  votedFor,
} from "./lab.ts";

const ANA = "Ana <ana@example.com>";
const LONG_AGO = Date.parse("2020-01-06T09:00:00Z");

/** A team whose drop-2 shipped just now, with a rollback that reverts and pushes. */
async function undoable(policy = ONE_VOTE): Promise<{ lab: Lab; ana: Member }> {
  const lab = new Lab(`${policy}rollback: { steps: [ { revert: { push: true } } ] }\n`);
  lab.commit({ "src/app.ts": "2\n" });
  const ana = lab.member("Ana");
  expectCode(await ana.run("drop", "ship", "drop-2", "--push"), 0);
  lab.clone.git("fetch", "-q", "--tags", "origin");
  return { lab, ana };
}

/** Whether the undo of drop-2 is where it says: on its branch at the remote, and what drop-1 had. */
function undone({ bare }: Lab): string | null {
  const { status, stdout } = bare.tryGit(["show", "dropclock/undo-drop-2:src/app.ts"]);
  if (status !== 0) return "there is no branch of the undo at the remote";
  return stdout === "1\n" ? null : `the branch of the undo holds ${JSON.stringify(stdout)}`;
}

const undo: Attack[] = [
  control("an undo is at the remote, with what the drop before had", async () => {
    const { lab, ana } = await undoable();
    expectCode(await ana.run("undo", "--yes", "--verified"), 0);
    return undone(lab);
  }),
  {
    wayIn: "a branch of the undo's name at the remote, with something else in it",
    wants: "write or read elsewhere",
    attempt: async () => {
      const { lab, ana } = await undoable();
      lab.clone.git("checkout", "-q", "-b", "dropclock/undo-drop-2");
      lab.clone.commit({ "evil.txt": "x\n", "src/app.ts": "evil\n" });
      lab.clone.git("push", "-q", "origin", "dropclock/undo-drop-2");
      const result = await ana.run("undo", "--yes", "--verified");
      const open = undone(lab);
      // Refused, or put right; never told as done with what somebody else put there.
      return result.code === 0 && open ? `exit 0: ${open}` : null;
    },
  },
  {
    wayIn: "steps of an undo, entered as done by nobody who did them",
    wants: "take an entry away",
    attempt: async () => {
      const { lab, ana } = await undoable();
      const plan = await ana.json("undo");
      const steps: string[] = (plan.steps ?? plan.plan?.steps ?? []).map(
        (step: { name?: string; words?: string }) => step.name ?? step.words,
      );
      const subject = "drop/drop-2";
      const data = {
        run: "r1",
        steps: [...steps, "revert, push"],
        branch: "dropclock/undo-drop-2",
        mode: "undo",
      };
      lab.plant({ subject, type: "rollback-started", data });
      for (const step of [...steps, "revert", "revert, push", "revert: push"])
        lab.plant({ subject, type: "rollback-step", data: { run: "r1", step, outcome: "done" } });
      const result = await ana.run("undo", "--yes", "--verified");
      const open = undone(lab);
      return result.code === 0 && open ? `told as done, and ${open}: ${result.stdout}` : null;
    },
  },
  {
    wayIn: "a step of an undo whose commit is one of Mal's, entered as done",
    wants: "write or read elsewhere",
    attempt: async () => {
      const { lab, ana } = await undoable();
      lab.clone.git("checkout", "-q", "-b", "evil");
      const commit = lab.clone.commit({ "src/app.ts": "evil\n" });
      lab.clone.git("push", "-q", "origin", "evil");
      const subject = "drop/drop-2";
      const plan = await ana.json("undo");
      const names: string[] = JSON.stringify(plan).match(/revert[^"]*/g) ?? [];
      lab.plant({
        subject,
        type: "rollback-started",
        data: { run: "r1", steps: ["revert"], branch: "evil", mode: "undo" },
      });
      for (const step of new Set(["revert", ...names]))
        lab.plant({
          subject,
          type: "rollback-step",
          data: { run: "r1", step, outcome: "done", commit, branch: "evil" },
        });
      const result = await ana.run("undo", "--yes", "--verified");
      const open = undone(lab);
      return result.code === 0 && open ? `told as done, and ${open}` : null;
    },
  },
  {
    wayIn: "`rollback-started` whose branch and drop to go back to are options and paths",
    wants: "start a command",
    attempt: async () => {
      const { lab, ana } = await undoable();
      for (const evil of [
        `--upload-pack=touch ${lab.ran}`,
        `--exec=touch ${lab.ran}`,
        "+refs/heads/main:refs/heads/main",
        "main",
      ])
        lab.plant({
          subject: "drop/drop-2",
          type: "rollback-started",
          data: { run: "r1", steps: ["revert"], branch: evil, to: evil, mode: "undo" },
        });
      const main = lab.bare.git("rev-parse", "main");
      await ana.run("undo", "--yes", "--verified");
      if (lab.bare.git("rev-parse", "main") !== main) return "main at the remote was moved";
      return lab.ranNothing();
    },
  },
  {
    wayIn: "`reapplied` and `rolled-back` from 2099, so that no undo can follow",
    wants: "take an entry away",
    attempt: async () => {
      const { lab, ana } = await undoable();
      const at = "2099-01-01T00:00:00.000Z";
      lab.plant({ subject: "drop/drop-2", type: "reapplied", at, recorded: at, data: { run: "r9" } });
      const result = await ana.run("undo", "--yes", "--verified");
      const open = undone(lab);
      return result.code === 0 && open ? open : null;
    },
  },
];

/** Pushes with the hook in place; gives what shows that it went through. */
async function pushed(lab: Lab, by: Member, ...args: string[]): Promise<string | null> {
  expectCode(await by.run("gate", "--install-hook"), 0);
  Object.assign(by.repository.environment, by.environment);
  const { status } = by.repository.tryGit(["push", "-q", ...args]);
  const tags = lab.bare.git("tag", "-l", "drop-*");
  return status === 0 && tags.includes("drop-2") ? `git push ${args.join(" ")} went through` : null;
}

const throughHook = (name: string, push: (lab: Lab, di: Member) => string[]): Attack => ({
  wayIn: name,
  wants: "open the gate",
  attempt: async () => {
    const { lab } = riskyLab();
    const di = lab.member("Di");
    return pushed(lab, di, ...push(lab, di));
  },
});

const hook: Attack[] = [
  throughHook("a push of HEAD as the tag of a drop", () => ["origin", "HEAD:refs/tags/drop-2"]),
  throughHook("a push to the remote's address, not its name", (lab) => [
    lab.bare.dir,
    "HEAD:refs/tags/drop-2",
  ]),
  throughHook("a push of a tag of a tag", (_, { repository }) => {
    repository.tag("inner", { annotated: true });
    repository.git("tag", "-a", "-m", "x", "drop-2", "inner");
    return ["origin", "drop-2"];
  }),
  throughHook("a push of the drop's tag among a hundred others", (_, { repository }) => {
    for (let i = 0; i < 100; i++) repository.git("tag", `other-${i}`);
    repository.tag("drop-2");
    return ["origin", "--tags"];
  }),
  throughHook("a push with the drop's commit on a branch of the same name", (_, { repository }) => {
    repository.git("branch", "drop-2", "HEAD~1");
    repository.tag("drop-2");
    return ["origin", "refs/tags/drop-2", "refs/heads/drop-2"];
  }),
  throughHook("a push while a policy without a council is checked out and committed", (_, { repository }) => {
    repository.commit({ [POLICY]: "version: 1\n" });
    repository.tag("drop-2");
    return ["origin", "HEAD:refs/heads/side", "refs/tags/drop-2"];
  }),
  throughHook("a mirror push", (_, { repository }) => {
    repository.tag("drop-2");
    return ["--mirror", "origin"];
  }),
  {
    wayIn: "what git tells a hook, with names and objects of Mal's making",
    wants: "start a command",
    attempt: async () => {
      const { lab } = riskyLab();
      const { dir } = lab.clone;
      const cli = await buildCommandLine();
      const zero = "0".repeat(40);
      for (const object of [
        `--output=${lab.ran}`,
        "HEAD",
        `$(touch ${lab.ran})`,
        "../../x",
        "1".repeat(40),
      ]) {
        const input = `refs/tags/drop-2 ${object} refs/tags/drop-2 ${zero}\n`;
        const env = { ...lab.clone.environment, ...lab.mal.environment };
        const hooked = [cli, "gate", "--pre-push", "origin", lab.bare.dir];
        const { status: code } = spawnSync(process.execPath, hooked, { cwd: dir, env, input });
        if (code === 0) return `passes with ${object}`;
      }
      return existsSync(join(dir, "ran")) ? "a command ran" : lab.ranNothing();
    },
  },
];

const publish: Attack[] = [
  ...["index", "feed", "feed.xml", "index.html", "style", "INDEX", "atom", "drop-1"].map(
    (id): Attack => ({
      wayIn: `an incident called ${id}, whose public page would take the place of another file`,
      wants: "take an entry away",
      attempt: async () => {
        const lab = new Lab("version: 1\n");
        const ana = lab.member("Ana");
        expectCode(
          await ana.run("incident", "open", "--title", "Honest incident", "--severity", "critical"),
          0,
        );
        expectCode(await ana.run("publish"), 0);
        const before = pagesOf(ana);
        const subject = `incident/${id}`;
        lab.plant({
          subject,
          type: "opened",
          data: { title: "Evil one", severity: "critical", kind: "real" },
        });
        await ana.run("sync");
        await ana.run("publish");
        const after = pagesOf(ana);
        const lost = [...before].filter(
          ([name, text]) => text.includes("Honest incident") && !after.get(name)?.includes("Honest incident"),
        );
        return lost.length > 0 ? `${lost.map(([name]) => name).join(", ")} lost the honest incident` : null;
      },
    }),
  ),
  ...[".git", ".git/hooks", ".dropclock", "src", "../elsewhere", "."].map(
    (folder): Attack => ({
      wayIn: `publish --out ${folder}`,
      wants: "write or read elsewhere",
      attempt: async () => {
        const lab = new Lab("version: 1\n");
        const ana = lab.member("Ana");
        const { dir } = ana.repository;
        expectCode(await ana.run("incident", "open", "--title", "x", "--severity", "critical"), 0);
        const before = treeOf(dir);
        const { code, stderr } = await ana.run("publish", "--out", folder);
        if (folder.startsWith(".git") && code === 0) return "it writes into git's own folder";
        if (code > 3 || code < 0) return `exit ${code}: ${stderr}`;
        const gone = before.filter((path) => !existsSync(join(dir, path)));
        const changed = ana.repository
          .git("status", "--porcelain")
          .split("\n")
          .filter((line) => /^ ?[MD]/.test(line));
        return gone.length + changed.length > 0 ? `changed: ${[...gone, ...changed].join(", ")}` : null;
      },
    }),
  ),
];

function pagesOf({ repository }: Member): Map<string, string> {
  const folder = join(repository.dir, "public/incidents");
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

const treeOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(dir.length + 1), entry.name))
    .filter((path) => !/^\.git\/(?:dropclock|objects|refs|logs|packed-refs|FETCH_HEAD)/.test(path));

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
    wayIn: "the ledger's ref at the remote as another name of main",
    wants: "write or read elsewhere",
    attempt: async () => {
      const { lab } = riskyLab();
      lab.bare.git("symbolic-ref", "refs/dropclock/ledger", "refs/heads/main");
      const main = lab.bare.git("rev-parse", "main^{tree}");
      await lab.member("Ana").run("council", "approve");
      await lab.member("Bo").run("incident", "open", "--title", "x", "--severity", "minor");
      return lab.bare.git("rev-parse", "main^{tree}") === main ? null : "main at the remote holds a ledger";
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
        expectCode(await ana.run("update", id), 0);
        const sent = await ana.run("update", id, "--send", "--yes");
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

export const secondLook: Attacker = {
  who: "second look",
  attacks: [...undo, ...hook, ...publish, ...exposure, ...records],
};
