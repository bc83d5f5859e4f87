import { readFileSync } from "node:fs";
import { SshKeys } from "../support/git/signingKeys.ts";
import type { Member } from "../support/people/councilTeam.ts";
import { type Attack, type Attacker, control } from "./attack.ts";
import {
  acting,
  BREACHED,
  expectCode,
  GITHUB,
  gateIsBlocked,
  gateIsOpen,
  Lab,
  listening,
  MAL,
  ONE_VOTE,
  obeyed,
  POLICY,
  RISKY,
  SIGNED,
  UNAPPROVED,
  votedFor,
} from "./lab.ts";

const PULL = {
  ...GITHUB,
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_REF: "refs/pull/7/merge",
  GITHUB_BASE_REF: "main",
};

/** A pull request of Mal's, and a runner's checkout of it as the forge merges it into main. */
function pulled(
  files: Record<string, string | Buffer>,
  { policy = ONE_VOTE, message = "fix: typo", environment = {} } = {},
) {
  const lab = new Lab(policy);
  lab.clone.git("checkout", "-q", "-b", "feature");
  const head = lab.clone.commit(files, { author: MAL, message });
  lab.clone.git("push", "-q", "origin", "feature", "feature:refs/pull/7/head");
  lab.clone.git("checkout", "-q", "main");
  lab.commit({ "src/other.ts": "1\n" });
  lab.clone.git("checkout", "-q", "--detach", "main");
  lab.clone.git("merge", "-q", "--no-ff", "-m", "Merge", "feature");
  lab.clone.git("push", "-q", "origin", "HEAD:refs/pull/7/merge");
  lab.clone.git("checkout", "-q", "main");
  const ci = lab.pipeline({ ...PULL, ...environment });
  ci.repository.git("fetch", "-q", "origin", "refs/pull/7/merge");
  ci.repository.git("checkout", "-q", "--detach", "FETCH_HEAD");
  return { lab, ci, head };
}

/** Whether what was asked of a pull request is still what main asks: by a policy of its own it would be nothing. */
async function asksCouncil(ci: Member): Promise<string | null> {
  const { council, risk } = await ci.json("gate");
  if (!council.needed) return `the council is not asked; risk ${risk.level}`;
  return council.members?.some((each: string) => /mal@/.test(each)) ? "Mal is in the council" : null;
}

const forgePolicies: Record<string, string> = {
  "no council": "version: 1\n",
  "Mal as a member": ONE_VOTE.replace("ana@example.com", "mal@evil.example"),
  "a quorum and rules that ask nobody": ONE_VOTE.replace("level: high", "level: low"),
  "another release branch": `${ONE_VOTE}drops: { branch: feature }\n`.replace("version: 1\n", "version: 1\n"),
  "nothing that can be read": "version: 1\nversion: 2\n\t",
};

export const pullRequest: Attacker = {
  who: "pull request",
  attacks: [
    control("a harmless one passes", async () => gateIsOpen(pulled({ "src/a.ts": "1\n" }).ci)),
    ...Object.entries(forgePolicies).map(
      ([name, policy]): Attack => ({
        wayIn: `a policy with ${name}, in its tree`,
        wants: "open the gate",
        attempt: async () => {
          const { ci } = pulled({ ...RISKY, [POLICY]: policy });
          const asked = await asksCouncil(ci);
          if (asked) return asked;
          // What ships is asked in full, whatever is checked out.
          ci.repository.git("push", "-q", "origin", "HEAD:refs/tags/drop-2");
          ci.repository.git("fetch", "-q", "--tags", "origin");
          return gateIsBlocked(ci, UNAPPROVED, "drop-2");
        },
      }),
    ),
    {
      wayIn: "a policy that runs commands and reads signals with a secret, in a run that has it",
      wants: "get a secret",
      attempt: async () => {
        const server = await listening(BREACHED);
        const { ci, lab } = pulled({}, { environment: { DROPCLOCK_SECRET_TEAM: "s3cret" } });
        ci.repository.commit({ [POLICY]: acting(server.url, lab.ran) });
        for (const call of [
          ["gate"],
          ["watch", "--for", "2s"],
          ["policy", "check"],
          ["backtest"],
          ["undo", "--rehearse"],
        ])
          await ci.run(...call);
        server.stop();
        return server.asked.length > 0 ? "their server was asked" : lab.ranNothing();
      },
    },
    {
      wayIn: "a mailmap that makes Mal's commits and votes Ana's",
      wants: "open the gate",
      attempt: async () => {
        const mailmap = "Ana <ana@example.com> <mal@evil.example>\nZed <zed@example.com> <di@example.com>\n";
        const { lab, ci } = pulled({ ...RISKY, ".mailmap": mailmap });
        lab.plant({
          subject: `commit/${ci.repository.git("rev-parse", "HEAD")}`,
          type: "approved",
          data: votedFor(lab),
        });
        ci.repository.git("push", "-q", "origin", "HEAD:refs/tags/drop-2");
        ci.repository.git("fetch", "-q", "--tags", "origin");
        const { council } = await ci.json("gate");
        if (!/Mal/.test(council.mainAuthor)) return `the main author is ${council.mainAuthor}`;
        return gateIsBlocked(ci, UNAPPROVED, "drop-2");
      },
    },
    {
      wayIn: "the team's file of allowed signers, with Mal's key as Ana's",
      wants: "open the gate",
      attempt: async () => {
        const [keys, forged] = [new SshKeys(), new SshKeys()];
        keys.make("ana@example.com");
        const lab = new Lab(SIGNED);
        const tip = lab.commit({ ...RISKY, ".signers": readFileSync(keys.allowedSigners, "utf8") });
        const setUp = (member: Member, key: string | null) => {
          member.repository.git("config", "gpg.format", "ssh");
          member.repository.git("config", "gpg.ssh.allowedSignersFile", ".signers");
          if (key) member.repository.git("config", "user.signingKey", key);
          return member;
        };
        const asAna = setUp(lab.member("Ana"), forged.make("ana@example.com"));
        const ci = setUp(lab.pipeline(), null);
        for (const each of [asAna, ci])
          each.repository.write(".signers", readFileSync(forged.allowedSigners, "utf8"));
        await asAna.run("council", "approve");
        if (
          !(await ci.json("log")).events.some(
            ({ subject }: { subject: string }) => subject === `commit/${tip}`,
          )
        )
          throw new Error("the forged vote is not on record");
        return gateIsBlocked(ci, UNAPPROVED);
      },
    },
    {
      wayIn: "an approval of its head, replayed for the merge commit",
      wants: "open the gate",
      attempt: async () => {
        const { lab, ci, head } = pulled(RISKY);
        const ana = lab.member("Ana");
        ana.repository.git("push", "-q", "origin", `${head}:refs/tags/drop-2`);
        ana.repository.git("fetch", "-q", "--tags", "origin");
        expectCode(await ana.run("council", "approve", "drop-2"), 0);
        ana.repository.git("push", "-q", "-f", "origin", ":refs/tags/drop-2");
        const merged = ci.repository.git("rev-parse", "HEAD");
        const {
          v: _,
          flags: __,
          ...vote
        } = (await ana.json("log")).events.find(({ type }: { type: string }) => type === "approved");
        lab.plant({ ...vote, id: undefined, subject: `commit/${merged}` }, "Ana <ana@example.com>");
        ci.repository.git("tag", "-f", "drop-2", merged);
        return gateIsBlocked(ci, UNAPPROVED, "drop-2");
      },
    },
    {
      wayIn: "an undo of a drop, by its name and message, with something more in it",
      wants: "open the gate",
      attempt: async () => {
        const lab = new Lab();
        lab.commit({ "migrations/1.sql": "alter\n" });
        lab.clone.tag("drop-2", { annotated: true });
        lab.clone.git("push", "-q", "origin", "drop-2");
        const undone = await lab.member("Ana").run("undo", "drop-2", "--yes");
        expectCode(undone, 0, 1);
        const message = lab.bare.git("log", "-1", "--format=%B", "dropclock/undo-drop-2");
        lab.clone.git("fetch", "-q", "origin");
        lab.clone.git("checkout", "-q", "--detach", "origin/dropclock/undo-drop-2");
        lab.clone.commit({ "migrations/9.sql": "drop\n" }, { message });
        lab.clone.git("push", "-q", "origin", "HEAD:refs/pull/7/merge");
        const ci = lab.pipeline(PULL);
        ci.repository.git("fetch", "-q", "origin", "refs/pull/7/merge");
        ci.repository.git("checkout", "-q", "--detach", "FETCH_HEAD");
        const { undoOf } = await ci.json("gate");
        return undoOf ? `taken for the undo of ${undoOf}` : asksCouncil(ci);
      },
    },
    {
      wayIn: "commands of the run and escapes in titles, authors, paths and risk reasons",
      wants: "speak to the terminal or the run",
      attempt: async () => {
        const bad = "fix: ::add-mask::x ##[set-env name=a]b \u001b[2J\u202e";
        const { ci } = pulled(
          {
            ...RISKY,
            "migrations/##[add-path]x": "1\n",
            "migrations/\u001b[31m\u202ex\n::stop-commands::y": "1\n",
            [POLICY]: `version: 1\n"::set-env name=a::b ##[x]": 1\nservice: "\u202e"\n`,
          },
          { message: `${bad}\n\n::set-output name=a::b\n##[command]c\n` },
        );
        for (const call of [
          ["gate"],
          ["policy", "check"],
          ["policy", "show"],
          ["status"],
          ["changelog"],
          ["council", "show"],
          ["gate", "--report", "r.json"],
        ]) {
          const result = await ci.run(...call);
          const seen = obeyed(result);
          if (seen) return `${call.join(" ")}: ${seen}`;
        }
        return null;
      },
    },
  ],
};
