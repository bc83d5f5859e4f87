import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Member } from "../support/people/councilTeam.ts";
import { type Attack, type Attacker, control } from "./attack.ts";
import { expectCode, gateIsBlocked, gateIsOpen, Lab, ONE_VOTE, POLICY, riskyLab, UNAPPROVED } from "./lab.ts";

const HOOKS =
  "reference-transaction post-checkout post-commit pre-commit commit-msg prepare-commit-msg pre-push post-merge pre-receive update post-update pre-merge-commit post-rewrite post-index-change fsmonitor-watchman proc-receive pre-auto-gc sendemail-validate push-to-checkout".split(
    " ",
  );

/** Everything that makes, moves, pushes or checks out something. */
async function useAll(victim: Member): Promise<void> {
  const opened = expectCode(await victim.run("incident", "open", "--title", "Down", "--drop", "drop-2"), 0);
  for (const call of [
    ["sync"],
    ["status"],
    ["gate"],
    ["council", "approve"],
    ["undo", "drop-2", "--rehearse"],
    ["undo", "drop-2", "--yes"],
    ["changelog"],
    ["postmortem", opened.stdout.trim()],
  ])
    await victim.run(...call);
}

/** A clone of a team's repository whose drop-2 brought these files. */
function dropWith(files: Record<string, string | Buffer>) {
  const lab = new Lab("version: 1\n");
  lab.clone.commit({ "src/app.ts": "2\n", ...files });
  lab.clone.tag("drop-2", { annotated: true });
  lab.clone.git("push", "-q", "origin", "main", "drop-2");
  return { lab, victim: lab.member("Ana") };
}

const script = (ran: string) => `#!/bin/sh\necho "$0" >> '${ran}'\n`;

const ran: Attack[] = [
  {
    wayIn: "hooks in the work tree, where core.hooksPath leads to it",
    wants: "start a command",
    attempt: async () => {
      const { lab, victim } = dropWith({});
      const { repository } = victim;
      repository.git("config", "core.hooksPath", ".husky");
      mkdirSync(join(repository.dir, ".husky"));
      for (const hook of HOOKS) {
        writeFileSync(join(repository.dir, ".husky", hook), script(lab.ran));
        chmodSync(join(repository.dir, ".husky", hook), 0o755);
      }
      await useAll(victim);
      return lab.ranNothing();
    },
  },
  {
    wayIn: "core.fsmonitor that leads into the work tree",
    wants: "start a command",
    attempt: async () => {
      const { lab, victim } = dropWith({});
      const { repository } = victim;
      repository.write("tools/monitor", script(lab.ran));
      chmodSync(join(repository.dir, "tools/monitor"), 0o755);
      repository.git("config", "core.fsmonitor", "tools/monitor");
      await useAll(victim);
      return lab.ranNothing();
    },
  },
  {
    wayIn: ".gitattributes with textconv, diff and merge drivers that are known here",
    wants: "start a command",
    attempt: async () => {
      const { lab, victim } = dropWith({ ".gitattributes": "* diff=evil merge=evil\n" });
      const { repository } = victim;
      for (const [key, value] of Object.entries({
        "diff.evil.textconv": `touch ${lab.ran}; cat`,
        "diff.evil.command": `touch ${lab.ran}; true`,
        "merge.evil.driver": `touch ${lab.ran}; true`,
        "diff.external": `touch ${lab.ran}; true`,
      }))
        repository.git("config", key, value);
      // So that there is something to merge: the branch has gone on in the same file.
      lab.commit({ "src/app.ts": "2\n3\n" });
      await useAll(victim);
      return lab.ranNothing();
    },
  },
  {
    wayIn: ".gitmodules with `update = !command`, an ext:: URL and a gitlink, fetched with recursion",
    wants: "start a command",
    attempt: async () => {
      const lab = new Lab("version: 1\n");
      const { clone } = lab;
      const oid = clone.git("rev-parse", "HEAD");
      const modules = (path: string) =>
        `[submodule "${path}"]\n\tpath = ${path}\n\turl = ext::sh -c 'touch ${lab.ran}'\n\tupdate = !touch ${lab.ran}\n`;
      clone.write(".gitmodules", `${modules("sub")}${modules("--upload-pack=x")}`);
      clone.git("add", ".gitmodules");
      clone.git("update-index", "--add", "--cacheinfo", `160000,${oid},sub`);
      clone.git("commit", "-q", "-m", "x");
      clone.tag("drop-2", { annotated: true });
      clone.git("push", "-q", "origin", "main", "drop-2");
      const victim = lab.member("Ana");
      for (const key of ["submodule.recurse", "fetch.recurseSubmodules"])
        victim.repository.git("config", key, "true");
      victim.repository.git("config", "submodule.active", ".");
      await useAll(victim);
      return lab.ranNothing();
    },
  },
  {
    wayIn: "a pager, an editor, an askpass or a signing program of the work tree",
    wants: "start a command",
    attempt: async () => {
      const { lab, victim } = dropWith({});
      for (const key of [
        "core.pager",
        "pager.log",
        "pager.diff",
        "core.editor",
        "sequence.editor",
        "core.askPass",
        "core.alternateRefsCommand",
      ])
        victim.repository.git("config", key, `touch ${lab.ran}; true`);
      await useAll(victim);
      return lab.ranNothing();
    },
  },
];

/** The gate of a risky drop in a clone that something was done to. */
const blockedAfter =
  (change: (lab: Lab, member: Member, tip: string) => void, because = UNAPPROVED) =>
  async () => {
    const { lab, tip } = riskyLab();
    lab.clone.tag("drop-2", { annotated: true });
    lab.clone.git("push", "-q", "origin", "drop-2");
    const member = lab.pipeline();
    change(lab, member, tip);
    return (await gateIsBlocked(member, because, "drop-2")) ?? gateIsBlocked(member, /./);
  };

/** A harmless commit with the same parent as `tip`. */
const harmless = ({ clone }: Lab, tip: string) =>
  clone.git("commit-tree", "-m", "docs: harmless", "-p", `${tip}~1`, `${tip}~1^{tree}`);

const judged: Attack[] = [
  control("an honest approval opens the same gate", async () => {
    const { lab } = riskyLab();
    expectCode(await lab.member("Ana").run("council", "approve"), 0);
    return gateIsOpen(lab.pipeline());
  }),
  {
    wayIn: "refs/replace puts a harmless commit in the drop's place",
    wants: "open the gate",
    attempt: blockedAfter((lab, { repository }, tip) => {
      const other = harmless(lab, tip);
      lab.clone.git("push", "-q", "origin", `${other}:refs/replace/${tip}`);
      repository.git("fetch", "-q", "origin", "+refs/replace/*:refs/replace/*");
    }),
  },
  {
    wayIn: "refs/replace puts an open policy in the place of main's",
    wants: "open the gate",
    attempt: blockedAfter((lab, { repository }) => {
      const blob = lab.clone.git("rev-parse", `main:${POLICY}`);
      const { stdout } = lab.clone.tryGit(["hash-object", "-w", "--stdin"], { input: "version: 1\n" });
      lab.clone.git("push", "-q", "origin", `${stdout.trim()}:refs/replace/${blob}`);
      repository.git("fetch", "-q", "origin", "+refs/replace/*:refs/replace/*");
    }),
  },
  {
    wayIn: "a grafts file cuts the history below the drop",
    wants: "open the gate",
    attempt: blockedAfter((_, { repository }, tip) => {
      repository.write(".git/info/grafts", `${tip}\n`);
    }),
  },
  {
    wayIn: "a grafts file takes the risky commit out of the drop's history",
    wants: "open the gate",
    attempt: async () => {
      const { lab } = riskyLab();
      lab.commit({ "docs/a.md": "a\n" });
      lab.clone.tag("drop-2", { annotated: true });
      lab.clone.git("push", "-q", "origin", "drop-2");
      const member = lab.pipeline();
      const of = (tag: string) => member.repository.git("rev-parse", `${tag}^{commit}`);
      member.repository.write(".git/info/grafts", `${of("drop-2")} ${of("drop-1")}\n`);
      return gateIsBlocked(member, UNAPPROVED, "drop-2");
    },
  },
  ...[
    ["--depth=1"],
    ["--depth=1", "--branch=drop-2"],
    ["--filter=blob:none"],
    ["--filter=tree:0"],
    ["--single-branch", "--no-tags"],
  ].map(
    (flags): Attack => ({
      wayIn: `a clone with ${flags.join(" ")}`,
      wants: "open the gate",
      attempt: async () => {
        const { lab } = riskyLab();
        lab.clone.tag("drop-2", { annotated: true });
        lab.clone.git("push", "-q", "origin", "drop-2");
        lab.bare.git("config", "uploadpack.allowFilter", "true");
        return gateIsBlocked(
          new Member("Ci", lab.bare.clone("cut", ...flags)),
          /council approval|approval of the council|incomplete|shallow|no tag matches/i,
          "drop-2",
        );
      },
    }),
  ),
  ...["main", "origin/main", "refs/remotes/origin/main", "refs/heads/main", "HEAD"].map(
    (name): Attack => ({
      wayIn: `a tag called ${name} on an open policy`,
      wants: "open the gate",
      attempt: blockedAfter(({ clone }, { repository }) => {
        clone.git("checkout", "-q", "--detach", "main~1");
        clone.commit({ [POLICY]: "version: 1\n" });
        clone.ref(`refs/tags/${name}`);
        clone.git("push", "-q", "origin", `refs/tags/${name}`);
        repository.git("fetch", "-q", "--tags", "origin");
        repository.git("rev-parse", `refs/tags/${name}`);
      }),
    }),
  ),
  {
    wayIn: "a branch called origin/main, here and there, on an open policy",
    wants: "open the gate",
    attempt: blockedAfter(({ clone }, { repository }) => {
      clone.git("checkout", "-q", "--detach", "main~1");
      clone.commit({ [POLICY]: "version: 1\n" });
      clone.git("push", "-q", "origin", "HEAD:refs/heads/origin/main");
      repository.git("fetch", "-q", "origin");
      repository.git("update-ref", "refs/heads/origin/main", "refs/remotes/origin/origin/main");
      repository.git("checkout", "-q", "refs/heads/origin/main");
    }),
  },
  {
    wayIn: "a branch called drop-2 beside the tag, on a harmless commit",
    wants: "open the gate",
    attempt: blockedAfter((lab, { repository }, tip) => {
      lab.clone.git("push", "-q", "origin", `${harmless(lab, tip)}:refs/heads/drop-2`);
      repository.git("fetch", "-q", "origin", "+refs/heads/*:refs/heads/*", "--update-head-ok");
    }),
  },
  {
    wayIn: "a branch called drop-1 on the risky commit, to be taken for the drop before it",
    wants: "open the gate",
    attempt: blockedAfter((lab, { repository }, tip) => {
      lab.clone.git("push", "-q", "origin", `${tip}:refs/heads/drop-1`);
      repository.git("fetch", "-q", "origin", "+refs/heads/*:refs/heads/*", "--update-head-ok");
    }),
  },
  {
    wayIn: "branches and tags with names like options and shell",
    wants: "start a command",
    attempt: async () => {
      const { lab } = dropWith({});
      const names = [
        `--upload-pack=touch\${IFS}${lab.ran}`,
        "--output=ran",
        "-c",
        `drop-3$(touch\${IFS}${lab.ran})`,
        `drop-4;touch\${IFS}${lab.ran}`,
        "drop-5|sh",
        "drop-6`id`",
      ];
      for (const name of names)
        for (const kind of ["heads", "tags"]) lab.bare.tryGit(["update-ref", `refs/${kind}/${name}`, "main"]);
      const victim = lab.member("Bo");
      await useAll(victim);
      for (const name of names)
        for (const command of ["gate", "undo", "runbook"]) await victim.run(command, "--", name);
      await victim.run("drop", "show", "--", names[0]!);
      return lab.ranNothing();
    },
  },
  {
    wayIn: "risky files behind .gitattributes: -diff, binary, generated",
    wants: "open the gate",
    attempt: async () => {
      const lab = new Lab(ONE_VOTE.replace("from: high", "from: medium"));
      lab.commit({
        ".gitattributes": "*.ts -diff -text linguist-generated export-ignore\n*.txt binary\n",
        "src/large.txt": "x\n".repeat(400),
      });
      return gateIsBlocked(lab.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "a large file as an LFS pointer of three lines",
    wants: "open the gate",
    attempt: async () => {
      const lab = new Lab(ONE_VOTE.replace("from: high", "from: medium"));
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"ab".repeat(32)}\nsize 52428800\n`;
      lab.commit({ ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "model.bin": pointer });
      return gateIsBlocked(lab.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "a risky path in another form: a link, a submodule, a rename into it",
    wants: "open the gate",
    attempt: async () => {
      for (const change of [
        ({ clone }: Lab) =>
          clone.git(
            "update-index",
            "--add",
            "--cacheinfo",
            `160000,${clone.git("rev-parse", "HEAD")},migrations/sub`,
          ),
        ({ clone }: Lab) => {
          const { stdout } = clone.tryGit(["hash-object", "-w", "--stdin"], { input: "../src" });
          clone.git("update-index", "--add", "--cacheinfo", `120000,${stdout.trim()},migrations/link`);
        },
        ({ clone }: Lab) => {
          mkdirSync(join(clone.dir, "migrations"));
          clone.git("mv", "src/app.ts", "migrations/app.ts");
        },
      ]) {
        const lab = new Lab();
        change(lab);
        lab.clone.git("commit", "-q", "-m", "fix: x");
        lab.clone.git("push", "-q", "origin", "main");
        const open = await gateIsBlocked(lab.pipeline(), UNAPPROVED);
        if (open) return open;
      }
      return null;
    },
  },
];

export const gitsOwnWays: Attacker = { who: "git's own ways", attacks: [...ran, ...judged] };
