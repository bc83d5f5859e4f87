import { type Attack, type Attacker, control } from "./attack.ts";
import {
  expectCode,
  gateIsBlocked,
  gateIsOpen,
  Lab,
  ONE_VOTE,
  obeyed,
  POLICY,
  RISKY,
  riskyLab,
  UNAPPROVED,
} from "./lab.ts";

const LONG_AGO = Date.parse("2020-01-06T09:00:00Z");

/** A tag of Mal's on a commit of theirs that is on no branch, made on what main has. */
function ownTag(lab: Lab, files: Record<string, string>, { at = LONG_AGO, name = "drop-2" } = {}): void {
  lab.clone.git("checkout", "-q", "--detach", "main");
  lab.clone.commit(files, { at });
  lab.clone.tag(name, { annotated: true, at });
  lab.clone.git("push", "-q", "origin", name);
  lab.clone.git("checkout", "-q", "main");
}

const soaking = ONE_VOTE.replace("soak: 30m", "soak: 30d");

/** Drop-2 has shipped just now, harmless, and has to soak for a month before it may go to everybody. */
async function soakingLab(): Promise<Lab> {
  const lab = new Lab(soaking);
  lab.commit({ "src/app.ts": "2\n" });
  expectCode(await lab.member("Ana").run("drop", "ship", "drop-2", "--push"), 0);
  return lab;
}

export const tagPusher: Attacker = {
  who: "pusher of tags",
  attacks: [
    control("a tag on a harmless commit passes", async () => {
      const lab = new Lab();
      lab.commit({ "src/app.ts": "2\n" });
      lab.clone.tag("drop-2", { annotated: true });
      lab.clone.git("push", "-q", "origin", "drop-2");
      return gateIsOpen(lab.pipeline(), "drop-2");
    }),
    ...Object.entries({
      "a policy without a council": "version: 1\n",
      "a policy whose ledger is elsewhere": "version: 1\nledger: { remote: nosuch }\n",
      "a policy with Mal in the council": ONE_VOTE.replace("cy@example.com", "mal@evil.example"),
      "a policy without rules": ONE_VOTE.replace(/risk:[\s\S]*?stages:/, "risk: []\nstages:"),
      "a broken policy": "version: 1\ncouncil: [\n",
    }).map(
      ([name, policy]): Attack => ({
        wayIn: `${name} in the tag's own tree, in a checkout of the tag`,
        wants: "open the gate",
        attempt: async () => {
          const lab = new Lab();
          ownTag(lab, { [POLICY]: policy, ...RISKY });
          const ci = lab.pipeline();
          ci.repository.git("checkout", "-q", "--detach", "refs/tags/drop-2");
          ci.repository.git("branch", "-q", "-D", "main");
          return gateIsBlocked(ci, UNAPPROVED, "drop-2");
        },
      }),
    ),
    {
      wayIn: "a mailmap in the tag's tree makes the main author somebody else",
      wants: "open the gate",
      attempt: async () => {
        const lab = new Lab();
        lab.clone.git("checkout", "-q", "--detach", "main");
        lab.clone.commit(
          { ...RISKY, ".mailmap": "Zed <zed@example.com> <ana@example.com>\n" },
          { author: "Ana <ana@example.com>" },
        );
        lab.clone.tag("drop-2", { annotated: true });
        lab.clone.git("push", "-q", "origin", "drop-2");
        const ana = lab.member("Ana");
        ana.repository.git("checkout", "-q", "refs/tags/drop-2");
        await ana.run("council", "approve", "drop-2");
        return gateIsBlocked(ana, UNAPPROVED, "drop-2");
      },
    },
    {
      wayIn: "a policy in an older commit, from before the council, as the drop's branch",
      wants: "open the gate",
      attempt: async () => {
        const lab = new Lab("version: 1\n");
        const old = lab.clone.git("rev-parse", "main");
        lab.commit({ [POLICY]: ONE_VOTE });
        lab.clone.git("checkout", "-q", "--detach", old);
        lab.clone.commit(RISKY, { at: LONG_AGO });
        lab.clone.tag("drop-2", { annotated: true, at: LONG_AGO });
        lab.clone.git("push", "-q", "origin", "drop-2");
        return gateIsBlocked(lab.pipeline(), UNAPPROVED, "drop-2");
      },
    },
    {
      wayIn: "a refused tag left lying as the base of the next one",
      wants: "open the gate",
      attempt: async () => {
        const { lab } = riskyLab();
        lab.clone.tag("drop-2");
        lab.commit({ "docs/a.md": "a\n" });
        lab.clone.tag("drop-3", { annotated: true, at: LONG_AGO });
        lab.clone.git("push", "-q", "origin", "drop-2", "drop-3");
        return gateIsBlocked(lab.pipeline(), UNAPPROVED, "drop-3");
      },
    },
    {
      wayIn: "dated-back tag and commits, as a drop from before the council",
      wants: "open the gate",
      attempt: async () => {
        const lab = new Lab();
        lab.clone.commit(RISKY, { at: LONG_AGO });
        lab.clone.tag("drop-0", { annotated: true, at: LONG_AGO });
        lab.clone.commit({ "docs/a.md": "a\n" });
        lab.clone.git("push", "-q", "origin", "main", "drop-0");
        return gateIsBlocked(lab.pipeline(), UNAPPROVED);
      },
    },
    {
      wayIn: "a tag on a history of its own, which has no drop before it",
      wants: "open the gate",
      attempt: async () => {
        const lab = new Lab();
        lab.clone.git("checkout", "-q", "--orphan", "own");
        lab.clone.commit(RISKY, { at: LONG_AGO });
        lab.clone.tag("drop-2", { annotated: true, at: LONG_AGO });
        lab.clone.git("push", "-q", "origin", "drop-2");
        return gateIsBlocked(lab.pipeline(), /approval|first drop|no drop before|not on/i, "drop-2");
      },
    },
    {
      wayIn: "a tag moved to another commit once it was approved",
      wants: "open the gate",
      attempt: async () => {
        const { lab } = riskyLab();
        lab.clone.tag("drop-2");
        lab.clone.git("push", "-q", "origin", "drop-2");
        const ana = lab.member("Ana");
        expectCode(await ana.run("council", "approve", "drop-2"), 0);
        lab.clone.commit({ "migrations/2.sql": "drop\n" });
        lab.clone.git("tag", "-f", "drop-2");
        lab.clone.git("push", "-q", "-f", "origin", "drop-2");
        return gateIsBlocked(lab.pipeline(), UNAPPROVED, "drop-2");
      },
    },
    {
      wayIn: "a tag moved once it shipped",
      wants: "open the gate",
      attempt: async () => {
        const lab = await soakingLab();
        lab.clone.git("fetch", "-q", "--tags", "origin");
        lab.clone.commit(RISKY);
        lab.clone.git("tag", "-f", "drop-2");
        lab.clone.git("push", "-q", "-f", "origin", "main", "drop-2");
        return gateIsBlocked(lab.pipeline(), /moved|names another commit|other commit/i, "drop-2");
      },
    },
    {
      wayIn: "a shipped tag deleted, to be forgotten",
      wants: "take an entry away",
      attempt: async () => {
        const lab = await soakingLab();
        lab.bare.git("tag", "-d", "drop-2");
        const { drop } = await lab.pipeline().json("status");
        return drop?.tag === "drop-2" ? null : `the current drop is ${drop?.tag}`;
      },
    },
    {
      wayIn: "dated-back tag and commits, to have soaked already",
      wants: "promote too early",
      attempt: async () => {
        const lab = new Lab(soaking);
        lab.clone.commit({ "src/app.ts": "2\n" }, { at: LONG_AGO });
        lab.clone.tag("drop-2", { annotated: true, at: LONG_AGO });
        lab.clone.git("push", "-q", "origin", "main", "drop-2");
        expectCode(await lab.member("Ana").run("drop", "ship", "drop-2", "--push"), 0);
        return gateIsBlocked(lab.pipeline(), /soak/i, "drop-2", "--to", "broad");
      },
    },
    {
      wayIn: "two tags on one commit, the other one dated back",
      wants: "promote too early",
      attempt: async () => {
        const lab = await soakingLab();
        lab.clone.git("fetch", "-q", "--tags", "origin");
        lab.clone.tag("drop-9", { annotated: true, at: LONG_AGO, on: "drop-2^{commit}" });
        lab.clone.git("push", "-q", "origin", "drop-9");
        return gateIsBlocked(lab.pipeline(), /soak/i, "drop-9", "--to", "broad");
      },
    },
    {
      wayIn: "tags that are blobs, trees, tags of tags, or lead nowhere",
      wants: "stop the answer",
      attempt: async () => {
        const { lab } = riskyLab();
        const { bare } = lab;
        bare.git("update-ref", "refs/tags/drop-7", bare.git("rev-parse", `main:${POLICY}`));
        bare.git("update-ref", "refs/tags/drop-8", bare.git("rev-parse", "main^{tree}"));
        bare.git("tag", "-a", "-m", "x", "drop-8t", "drop-8");
        bare.git("tag", "-a", "-m", "x", "drop-9", "drop-1");
        bare.git("tag", "-a", "-m", "x", "drop-9t", "drop-9");
        expectCode(await lab.pipeline().run("status"), 0, 1);
        expectCode(await lab.pipeline().run("drop", "list"), 0);
        return gateIsBlocked(lab.pipeline(), UNAPPROVED);
      },
    },
    {
      wayIn: "terminal escapes and commands of the run in a tag's name, tagger and message",
      wants: "speak to the terminal or the run",
      attempt: async () => {
        const lab = new Lab();
        const names = [
          "drop-2\u202evil",
          "drop-2##[set-output]x",
          "drop-2\u009b31m",
          "drop-2\u2028::stop-commands::x",
        ];
        const message = "x\n\u001b]0;pwn\u0007\n::add-mask::a\n##[command]b\u202e\n";
        for (const name of names) {
          lab.clone.commit({ "src/app.ts": name }, { message, author: "\u202eE ##[x] <e@example.com>" });
          lab.clone.tryGit(["tag", "-a", "-F", "-", "--", name], { input: message });
        }
        lab.clone.git("push", "-q", "--tags", "origin", "main");
        for (const environment of [
          { GITHUB_ACTIONS: "true", CI: "true" },
          { GITLAB_CI: "true", CI: "true" },
        ]) {
          const ci = lab.pipeline(environment);
          for (const call of [
            ["drop", "list"],
            ["drop", "show"],
            ["gate"],
            ["status"],
            ["changelog"],
            ["undo"],
            ["council", "show"],
            ["gate", "--", names[0]!],
            ["gate", "--", "drop-\u001b[31m"],
          ]) {
            const seen = obeyed(await ci.run(...call));
            if (seen) return `${call.join(" ")}: ${seen}`;
          }
        }
        return null;
      },
    },
  ],
};
