import { type Attack, type Attacker, control } from "./attack.ts";
import {
  ANA,
  expectCode,
  gateIsBlocked,
  gateIsOpen,
  Lab,
  MAL,
  ONE_VOTE,
  RISKY,
  riskyLab,
  SIGNED,
  signing,
  UNAPPROVED,
  votedFor,
} from "./lab.ts";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A signed council: what Mal enters in Ana's name, on a ledger commit that says it is Ana's. */
function forgedWhereSigned(type: string, more: Record<string, unknown> = {}) {
  return async (): Promise<string | null> => {
    const { lab, tip } = riskyLab(SIGNED);
    const team = signing(lab);
    lab.plant({ subject: `commit/${tip}`, type, by: ANA, data: { ...votedFor(lab), ...more } }, ANA);
    return gateIsBlocked(team.pipeline(), UNAPPROVED);
  };
}

/** An unsigned council: an approval by Mal's own hand. */
const vote =
  (over: (lab: Lab, tip: string) => Parameters<Lab["plant"]>[0], hand = MAL, policy = ONE_VOTE) =>
  async (): Promise<string | null> => {
    const { lab, tip } = riskyLab(policy);
    const event = { subject: `commit/${tip}`, type: "approved", by: ANA, data: votedFor(lab) };
    lab.plant({ ...event, ...over(lab, tip) }, hand);
    return gateIsBlocked(lab.pipeline(), UNAPPROVED);
  };

const twoVotes = ONE_VOTE.replace("quorum: 1", "quorum: 2");

/** Quorum 2, with Ana's honest approval there; then others of hers in other spellings. */
const twice =
  (...names: string[]) =>
  async (): Promise<string | null> => {
    const { lab, tip } = riskyLab(twoVotes);
    expectCode(await lab.member("Ana").run("council", "approve"), 0);
    for (const name of names)
      lab.plant({ subject: `commit/${tip}`, type: "approved", by: name, data: votedFor(lab) }, name);
    return gateIsBlocked(lab.pipeline(), /needs 2 (?:council )?approvals/);
  };

const soaking = SIGNED.replace("soak: 30m", "soak: 30d");

/** A signed council with a harmless drop-2 that shipped just now, signed by Ana. */
async function shipped() {
  const lab = new Lab(soaking);
  lab.commit({ "src/app.ts": "2\n" });
  const team = signing(lab);
  const ana = team.person("Ana");
  expectCode(await ana.run("drop", "ship", "drop-2", "--push"), 0);
  lab.clone.git("fetch", "-q", "--tags", "origin");
  return { lab, team, ana, commit: lab.clone.git("rev-parse", "drop-2^{commit}") };
}

const tooEarly = (forge: (lab: Lab, commit: string) => void) => async (): Promise<string | null> => {
  const { lab, team, commit } = await shipped();
  forge(lab, commit);
  return gateIsBlocked(
    team.pipeline(),
    /soak|not in testbed|ledger|moved|recorded/i,
    "drop-2",
    "--to",
    "broad",
  );
};

const forged: Attack[] = [
  control("Ana's own signed approval opens the gate", async () => {
    const { lab } = riskyLab(SIGNED);
    const team = signing(lab);
    expectCode(await team.person("Ana").run("council", "approve"), 0);
    return gateIsOpen(team.pipeline());
  }),
  {
    wayIn: "an approval in Ana's name, unsigned, council signed",
    wants: "open the gate",
    attempt: forgedWhereSigned("approved"),
  },
  {
    wayIn: "an override in Ana's name, unsigned, council signed",
    wants: "open the gate",
    attempt: forgedWhereSigned("override", { why: "fire" }),
  },
  {
    wayIn: "an override of Mal's own, signed with Mal's own known key, in Ana's name",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab(SIGNED);
      const team = signing(lab);
      const key = team.keys.make("mal@evil.example");
      for (const type of ["override", "approved"]) {
        lab.plant({ subject: `commit/${tip}`, type, by: ANA, data: { ...votedFor(lab), why: "x" } }, ANA);
        signTip(lab, key, team.keys.allowedSigners);
      }
      return gateIsBlocked(team.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "an approval in Ana's name by Mal's hand",
    wants: "open the gate",
    attempt: vote(() => ({})),
  },
  { wayIn: "an approval in Mal's own name", wants: "open the gate", attempt: vote(() => ({ by: MAL })) },
  {
    wayIn: "an approval under a clock that was given, as Ana",
    wants: "open the gate",
    attempt: vote((lab) => ({ data: { ...votedFor(lab), clock: "given" } }), ANA),
  },
  {
    wayIn: "an approval for another risk or another base, as Ana",
    wants: "open the gate",
    attempt: vote(() => ({ data: { level: "low", reasons: [], base: "0".repeat(40) } }), ANA),
  },
  {
    wayIn: "Ana's approval of another commit, copied to this one",
    wants: "open the gate",
    attempt: async () => {
      const { lab } = riskyLab();
      const ana = lab.member("Ana");
      expectCode(await ana.run("council", "approve"), 0);
      const { flags: _, ...entry } = (await ana.json("log")).events[0];
      const next = lab.commit({ "migrations/2.sql": "drop\n" });
      lab.plant({ ...entry, subject: `commit/${next}` }, ANA);
      return gateIsBlocked(lab.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "Ana's address in capitals, with a tag or look-alike letters",
    wants: "open the gate",
    attempt: twice(
      "Ana <ANA@EXAMPLE.COM>",
      "Ana <ana+2@example.com>",
      "Ana <аna@example.com>",
      "bo@example.com <ana@example.com>",
    ),
  },
  {
    wayIn: "Ana's approval, given twice",
    wants: "open the gate",
    attempt: twice(ANA, "Ana B. <ana@example.com>"),
  },
  {
    wayIn: "an approval from the future, over Bo's rejection",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab();
      expectCode(await lab.member("Ana").run("council", "approve"), 0);
      expectCode(await lab.member("Bo").run("council", "reject", "--why", "no index"), 0);
      const at = "2099-01-01T00:00:00.000Z";
      const event = {
        subject: `commit/${tip}`,
        type: "approved",
        by: "Bo <bo@example.com>",
        at,
        recorded: at,
      };
      lab.plant({ ...event, data: votedFor(lab) });
      return gateIsBlocked(lab.pipeline(), /reject/i);
    },
  },
  {
    wayIn: "a retraction of Bo's rejection by Mal",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab();
      expectCode(await lab.member("Ana").run("council", "approve"), 0);
      const bo = lab.member("Bo");
      expectCode(await bo.run("council", "reject", "--why", "no index"), 0);
      const { id } = (await bo.json("log")).events.find(({ type }: { type: string }) => type === "rejected");
      for (const by of [MAL, "Bo <bo@example.com>"])
        lab.plant({ subject: `commit/${tip}`, type: "retracted", by, data: { event: id, why: "x" } });
      return gateIsBlocked(lab.pipeline(), /reject/i);
    },
  },
  {
    wayIn: "entries of other types and shapes that pretend to be votes",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab();
      const data = votedFor(lab);
      lab.plant({ subject: `commit/${tip}`, type: "approved ", by: ANA, data }, ANA);
      lab.plant({ subject: `commit/${tip}`, type: "__proto__", by: ANA, data }, ANA);
      lab.plant({ subject: "commit/__proto__", type: "approved", by: ANA, data }, ANA);
      lab.plant({ subject: `commit/${tip.toUpperCase()}`, type: "approved", by: ANA, data }, ANA);
      lab.plant({ subject: `commit/${tip.slice(0, 12)}`, type: "approved", by: ANA, data }, ANA);
      lab.plant({ subject: `drop/${tip}`, type: "approved", by: ANA, data }, ANA);
      return gateIsBlocked(lab.pipeline(), UNAPPROVED);
    },
  },
];

const exposure: Attack[] = [
  control("once it has soaked, as its signed entry says, it may be promoted", async () => {
    const lab = new Lab(SIGNED.replace("soak: 30m", "soak: 0m"));
    lab.commit({ "src/app.ts": "2\n" });
    const team = signing(lab);
    expectCode(await team.person("Ana").run("drop", "ship", "drop-2", "--push"), 0);
    return gateIsOpen(team.pipeline(), "drop-2", "--to", "broad");
  }),
  {
    wayIn: "`shipped` and `stage` dated back, unsigned, council signed",
    wants: "promote too early",
    attempt: tooEarly((lab, commit) => {
      const at = minutesAgo(90 * 24 * 60);
      for (const [type, data] of [
        ["shipped", { commit }],
        ["stage", { stage: "testbed", commit }],
        ["stage", { stage: "broad", commit }],
      ] as const)
        lab.plant({ subject: "drop/drop-2", type, by: ANA, at, recorded: at, data }, ANA);
    }),
  },
  {
    wayIn: "`shipped` of long ago for a drop that nobody shipped, not signed council",
    wants: "promote too early",
    attempt: async () => {
      const lab = new Lab(ONE_VOTE.replace("soak: 30m", "soak: 30d"));
      const commit = lab.commit({ "src/app.ts": "2\n" });
      lab.clone.tag("drop-2", { annotated: true, at: Date.now() });
      lab.clone.git("push", "-q", "origin", "drop-2");
      const at = minutesAgo(90 * 24 * 60);
      lab.plant({ subject: "drop/drop-2", type: "shipped", at, recorded: at, data: { commit } });
      return gateIsBlocked(lab.pipeline(), /soak/i, "drop-2", "--to", "broad");
    },
  },
  {
    wayIn: "a retraction of `shipped` in Ana's name, unsigned, once the tag was moved",
    wants: "open the gate",
    attempt: async () => {
      const { lab, team, ana } = await shipped();
      const { id } = (await ana.json("log")).events.find(({ type }: { type: string }) => type === "shipped");
      lab.plant({ subject: "drop/drop-2", type: "retracted", by: ANA, data: { event: id, why: "x" } }, ANA);
      lab.commit({ "docs/b.md": "b\n" });
      lab.clone.git("tag", "-f", "drop-2");
      lab.clone.git("push", "-q", "-f", "origin", "drop-2");
      return gateIsBlocked(team.pipeline(), /moved/, "drop-2");
    },
  },
  {
    wayIn: "`shipped` of a made-up drop on a harmless commit, as the base of a risky one",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab(SIGNED);
      const team = signing(lab);
      lab.commit({ "docs/a.md": "a\n" });
      lab.plant({ subject: "drop/drop-7", type: "shipped", by: ANA, data: { commit: tip } }, ANA);
      return gateIsBlocked(team.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "`shipped` of the real tag that names a harmless commit, or that of the drop before it",
    wants: "open the gate",
    attempt: async () => {
      for (const named of ["main~1", "main~2"]) {
        const lab = new Lab(ONE_VOTE.replace("soak: 30m", "soak: 0m"));
        lab.commit({ "docs/a.md": "a\n" });
        lab.commit(RISKY);
        lab.clone.tag("drop-2");
        lab.clone.git("push", "-q", "origin", "drop-2");
        lab.plant({
          subject: "drop/drop-2",
          type: "shipped",
          data: { commit: lab.clone.git("rev-parse", named) },
        });
        const open = await gateIsBlocked(lab.pipeline(), /approval|moved|recorded|commit/i, "drop-2");
        if (open) return `${named}: ${open}`;
      }
      return null;
    },
  },
  {
    wayIn: "`rolled-back` of a drop that nobody rolled back",
    wants: "open the gate",
    attempt: async () => {
      const { lab } = riskyLab();
      lab.clone.tag("drop-2");
      lab.clone.git("push", "-q", "origin", "drop-2");
      for (const type of ["rollback-started", "rolled-back", "reapplied"])
        lab.plant({
          subject: "drop/drop-2",
          type,
          data: { run: "r1", mode: "undo", steps: [], branch: "main" },
        });
      return gateIsBlocked(lab.pipeline(), UNAPPROVED, "drop-2");
    },
  },
  {
    wayIn: "`shipped` whose commit is an option, a name or a path",
    wants: "start a command",
    attempt: async () => {
      const lab = new Lab();
      for (const commit of [
        `--upload-pack=touch ${lab.ran}`,
        `--output=${lab.ran}`,
        "HEAD",
        "main",
        "../../x",
        `$(touch ${lab.ran})`,
      ])
        lab.plant({ subject: `drop/drop-${commit}`, type: "shipped", data: { commit } });
      for (const call of [["status"], ["drop", "list"], ["scorecard"], ["undo"], ["gate"], ["backtest"]])
        await lab.mal.run(...call);
      return lab.ranNothing();
    },
  },
  {
    wayIn: "an incident's id, title and drop in the templates of `run` steps and checks",
    wants: "start a command",
    attempt: async () => {
      const lab = new Lab(
        `version: 1\nrollback: { steps: [ { run: "echo {{ drop.tag }} {{ previous.tag }} {{ incident.title }} {{ incident.id }} >> /dev/null" } ] }\n`,
      );
      const tag = `drop-2$(touch\${IFS}${lab.ran.replaceAll("/", `\${PWD%%[!/]*}`)})`;
      lab.commit({ "src/app.ts": "2\n" });
      for (const name of ["drop-2", `drop-3;touch\${IFS}ran;`, `drop-4\`touch\${IFS}ran\``])
        lab.clone.tryGit(["tag", "--", name]);
      lab.clone.git("push", "-q", "origin", "--tags");
      const evil = `'; touch ${lab.ran}; ' "$(touch ${lab.ran})" \`touch ${lab.ran}\` ${tag}`;
      const subject = `incident/x${evil}`;
      lab.plant({
        subject,
        type: "opened",
        data: { title: evil, severity: "critical", drop: "drop-2", kind: "real" },
      });
      const victim = lab.member("Ana");
      for (const name of ["drop-2", `drop-3;touch\${IFS}ran;`, `drop-4\`touch\${IFS}ran\``])
        await victim.run("undo", "--yes", "--", name);
      const { stdout } = victim.repository.tryGit(["status", "--porcelain"]);
      return stdout.includes("ran") ? "a command ran in the work tree" : lab.ranNothing();
    },
  },
];

/** Puts a signature of this key on the newest commit of the remote's ledger. */
function signTip(lab: Lab, key: string, allowedSigners: string): void {
  const { bare } = lab;
  const settings = [
    "gpg.format=ssh",
    `user.signingKey=${key}`,
    `gpg.ssh.allowedSignersFile=${allowedSigners}`,
    "user.name=Ana",
    "user.email=ana@example.com",
  ];
  const tip = lab.ledger();
  const parents = bare.git("log", "-1", "--format=%P", tip).split(" ").filter(Boolean);
  const args = [
    "commit-tree",
    "-S",
    "-m",
    "x",
    ...parents.flatMap((parent) => ["-p", parent]),
    `${tip}^{tree}`,
  ];
  const signed = bare.git(...settings.flatMap((setting) => ["-c", setting]), ...args);
  bare.git("update-ref", "refs/dropclock/ledger", signed);
}

export const ledgerPusher: Attacker = { who: "pusher of entries", attacks: [...forged, ...exposure] };
