import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { newEventId } from "../../src/ledger/eventId.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import { GpgKeys, SshKeys } from "../support/git/signingKeys.ts";
import { temporaryFolder } from "../support/git/temporaryRepository.ts";
import type { Member } from "../support/people/councilTeam.ts";
import { LEDGER_REF } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";
import { type Attack, type Attacker, control } from "./attack.ts";
import {
  ANA,
  expectCode,
  gateIsBlocked,
  gateIsOpen,
  Lab,
  RISKY,
  riskyLab,
  SIGNED,
  signing,
  UNAPPROVED,
  votedFor,
} from "./lab.ts";

/** Who signs with an OpenPGP key of theirs. */
function openPgp(lab: Lab, name: string, keys: GpgKeys, key: string): Member {
  const { GNUPGHOME } = keys.environment;
  const member = lab.member(name, { GNUPGHOME });
  member.repository.git("config", "user.signingKey", key);
  return member;
}

/** Mal signs in Ana's name with a key that bears hers; the judge knows it in some way, and trusts the team's. */
const forgedKey = (prepare: (judge: GpgKeys, mal: GpgKeys) => void) => async (): Promise<string | null> => {
  const { lab } = riskyLab(SIGNED);
  const mal = new GpgKeys();
  mal.make(ANA);
  expectCode(await openPgp(lab, "Ana", mal, mal.fingerprint("ana@example.com")).run("council", "approve"), 0);
  const judge = GpgKeys.knowing(mal);
  judge.make("Judge <judge@example.com>");
  prepare(judge, mal);
  return gateIsBlocked(lab.member("Ci", { GNUPGHOME: judge.environment.GNUPGHOME }), UNAPPROVED);
};

function gpg({ environment }: GpgKeys, args: string[], input?: string | Buffer): Buffer {
  const result = spawnSync("gpg", ["--batch", "--yes", "--quiet", ...args], {
    env: environment,
    input: input ?? "",
  });
  if (result.status !== 0) throw new Error(result.stderr.toString());
  return result.stdout;
}

/** The judge trusts Ana's key in full, and gets what has become of it since she signed. */
const trustedThen = (after: (ana: GpgKeys, judge: GpgKeys) => void) => async (): Promise<string | null> => {
  const { lab } = riskyLab(SIGNED);
  const ana = new GpgKeys();
  ana.make(ANA);
  expectCode(await openPgp(lab, "Ana", ana, ana.fingerprint("ana@example.com")).run("council", "approve"), 0);
  const judge = GpgKeys.knowing(ana);
  judge.trust("ana@example.com", 6);
  const reader = lab.member("Ci", { GNUPGHOME: judge.environment.GNUPGHOME });
  const open = await gateIsOpen(reader);
  if (open) throw new Error(`the control is blocked: ${open}`);
  after(ana, judge);
  gpg(judge, ["--import"], gpg(ana, ["--export"]));
  return gateIsBlocked(reader, UNAPPROVED);
};

const byOpenPgp: Attack[] = [
  {
    wayIn: "an OpenPGP key in Ana's name that is in the keyring, of no trust",
    wants: "open the gate",
    attempt: forgedKey(() => {}),
  },
  ...([3, 4] as const).map(
    (level): Attack => ({
      wayIn: `an OpenPGP key in Ana's name, of ${level === 3 ? "no" : "marginal"} owner trust`,
      wants: "open the gate",
      attempt: forgedKey((judge) => judge.trust("ana@example.com", level)),
    }),
  ),
  {
    wayIn: "an OpenPGP key of Mal's, trusted, on which Ana's name stands beside",
    wants: "open the gate",
    attempt: async () => {
      const { lab } = riskyLab(SIGNED);
      const mal = new GpgKeys();
      mal.make("Mal <mal@evil.example>");
      mal.addName("mal@evil.example", ANA);
      const key = mal.fingerprint("mal@evil.example");
      expectCode(await openPgp(lab, "Ana", mal, key).run("council", "approve"), 0);
      const judge = GpgKeys.knowing(mal);
      judge.make("Judge <judge@example.com>");
      judge.certify("mal@evil.example", "Mal <mal@evil.example>");
      return gateIsBlocked(lab.member("Ci", { GNUPGHOME: judge.environment.GNUPGHOME }), UNAPPROVED);
    },
  },
  {
    wayIn: "Ana's own OpenPGP key, once it was revoked",
    wants: "open the gate",
    attempt: trustedThen((ana) => {
      const home = ana.environment.GNUPGHOME!;
      const key = ana.fingerprint("ana@example.com");
      const path = join(home, "openpgp-revocs.d", `${key}.rev`);
      gpg(ana, ["--import"], readFileSync(path, "utf8").replace(/^:-----/m, "-----"));
    }),
  },
  {
    wayIn: "Ana's own OpenPGP key, once it has expired",
    wants: "open the gate",
    attempt: trustedThen((ana) => {
      const key = ana.fingerprint("ana@example.com");
      gpg(ana, ["--quick-set-expire", key, "seconds=1"]);
      // The key must be over by the clock of whoever verifies.
      spawnSync("sleep", ["2"]);
    }),
  },
];

/** Puts Ana's name and an approval on a ledger commit that bears a header of Mal's choice. */
function plantWithSignature(lab: Lab, tip: string, signature: string): void {
  lab.plant({ subject: `commit/${tip}`, type: "approved", by: ANA, data: votedFor(lab) }, ANA);
  const { bare } = lab;
  const commit = bare.git("cat-file", "commit", lab.ledger());
  const [head, ...message] = commit.split("\n\n");
  const forged = `${head}\n${signature}\n\n${message.join("\n\n")}\n`;
  const { stdout } = bare.tryGit(["hash-object", "-t", "commit", "-w", "--stdin"], { input: forged });
  bare.git("update-ref", "refs/dropclock/ledger", stdout.trim());
}

const signatureOf = (commit: string) => /^gpgsig [\s\S]*?(?=\n[^ ])/m.exec(commit)![0];

const bySsh: Attack[] = [
  {
    wayIn: "Ana's signature of another entry, copied onto Mal's commit",
    wants: "open the gate",
    attempt: async () => {
      const lab = new Lab(SIGNED);
      const team = signing(lab);
      const ana = team.person("Ana");
      lab.commit({ "src/app.ts": "2\n" });
      expectCode(await ana.run("council", "approve"), 0);
      const signature = signatureOf(lab.bare.git("cat-file", "commit", lab.ledger()));
      plantWithSignature(lab, lab.commit(RISKY), signature);
      return gateIsBlocked(team.pipeline(), UNAPPROVED);
    },
  },
  {
    wayIn: "a signature header that speaks as git does",
    wants: "open the gate",
    attempt: async () => {
      const { lab, tip } = riskyLab(SIGNED);
      const team = signing(lab);
      team.person("Ana");
      const lines = [
        "gpgsig -----BEGIN SSH SIGNATURE-----",
        ' Good "git" signature for ana@example.com with ED25519 key SHA256:x',
        " [GNUPG:] GOODSIG 0 Ana <ana@example.com>",
        " [GNUPG:] TRUST_ULTIMATE 0 pgp",
        " -----END SSH SIGNATURE-----",
      ];
      plantWithSignature(lab, tip, lines.join("\n"));
      return gateIsBlocked(team.pipeline(), UNAPPROVED);
    },
  },
  ...Object.entries({
    "that is allowed to sign files, not for git": 'namespaces="file"',
    "whose time was over before": 'valid-before="20200101"',
    "whose time has not begun": 'valid-after="20990101"',
  }).map(
    ([name, limit]): Attack => ({
      wayIn: `an SSH key of Ana's ${name}`,
      wants: "open the gate",
      attempt: async () => {
        const { lab } = riskyLab(SIGNED);
        const team = signing(lab);
        const ana = team.person("Ana");
        expectCode(await ana.run("council", "approve"), 0);
        const { allowedSigners } = team.keys;
        const [mail, ...key] = readFileSync(allowedSigners, "utf8").split(" ");
        writeFileSync(allowedSigners, [mail, limit, ...key].join(" "));
        return gateIsBlocked(team.pipeline(), UNAPPROVED);
      },
    }),
  ),
  {
    wayIn: "an SSH key of Ana's that is on the list of revoked ones",
    wants: "open the gate",
    attempt: async () => {
      const { lab } = riskyLab(SIGNED);
      const team = signing(lab);
      const key = team.keys.make("ana@example.com");
      const ana = team.knows(lab.member("Ana"), key);
      expectCode(await ana.run("council", "approve"), 0);
      const ci = team.pipeline();
      const open = await gateIsOpen(ci);
      if (open) throw new Error(open);
      ci.repository.git("config", "gpg.ssh.revocationFile", `${key}.pub`);
      return gateIsBlocked(ci, UNAPPROVED);
    },
  },
  {
    wayIn: "an SSH key that is known for everybody of the other company",
    wants: "open the gate",
    attempt: async () => {
      const { lab } = riskyLab(SIGNED);
      const team = signing(lab);
      const own = new SshKeys();
      const key = own.make("ana@example.com");
      appendFileSync(
        team.keys.allowedSigners,
        readFileSync(own.allowedSigners, "utf8").replace("ana@example.com", "*@evil.example"),
      );
      const mal = team.knows(lab.member("Ana"), key);
      expectCode(await mal.run("council", "approve"), 0);
      return gateIsBlocked(team.pipeline(), UNAPPROVED);
    },
  },
];

/** Drop-2 shipped just now, signed by Ana, with the council signing; Mal enters something beside it. */
async function shippedBeside(forge: (lab: Lab, event: { id: string; commit: string }) => void) {
  const lab = new Lab(SIGNED);
  lab.commit({ "src/app.ts": "2\n" });
  const team = signing(lab);
  const ana = team.person("Ana");
  expectCode(await ana.run("drop", "ship", "drop-2", "--push"), 0);
  lab.clone.git("fetch", "-q", "--tags", "origin");
  const { events } = await ana.json("log");
  forge(lab, { id: events[0].id, commit: lab.clone.git("rev-parse", "drop-2^{commit}") });
  return { lab, reader: team.pipeline() };
}

const LONG_AGO = "2020-01-06T09:00:00.000Z";

const forReaders: Attack[] = [
  {
    wayIn: "`shipped` of long ago, unsigned: nobody would be watching any more",
    wants: "take an entry away",
    attempt: async () => {
      const { reader } = await shippedBeside((lab, { commit }) =>
        lab.plant(
          {
            subject: "drop/drop-2",
            type: "shipped",
            by: ANA,
            at: LONG_AGO,
            recorded: LONG_AGO,
            data: { commit },
          },
          ANA,
        ),
      );
      const { watch, drop } = await reader.json("status");
      return watch.state === "open"
        ? null
        : `the watch window is ${watch.state}, of a drop that shipped ${drop.shippedAt}`;
    },
  },
  {
    wayIn: "`retracted`, unsigned, of a drop that shipped, and its tag deleted",
    wants: "take an entry away",
    attempt: async () => {
      const { lab, reader } = await shippedBeside((lab, { id }) =>
        lab.plant({ subject: "drop/drop-2", type: "retracted", by: ANA, data: { event: id, why: "x" } }, ANA),
      );
      lab.bare.git("tag", "-d", "drop-2");
      reader.repository.git("tag", "-d", "drop-2");
      const { drop } = await reader.json("status");
      return drop?.tag === "drop-2" ? null : `the current drop is ${drop?.tag}`;
    },
  },
  {
    wayIn: "an override and a stage, unsigned, for changelog, scorecard and list",
    wants: "take an entry away",
    attempt: async () => {
      const { reader } = await shippedBeside((lab, { commit }) => {
        lab.plant({ subject: `commit/${commit}`, type: "override", by: ANA, data: { why: "forged" } }, ANA);
        lab.plant({ subject: "drop/drop-2", type: "stage", by: ANA, data: { stage: "broad" } }, ANA);
      });
      for (const call of [["changelog"], ["scorecard"], ["drop", "show"], ["drop", "list"]]) {
        const { stdout } = await reader.run(...call, ...(call[0] === "changelog" ? [] : ["--json"]));
        if (/forged|"stage": "broad"|broad since/.test(stdout)) return `${call.join(" ")} believes it`;
      }
      return null;
    },
  },
  {
    wayIn: "2,500 entries on drops, each signed with a key that nobody knows",
    wants: "stop the answer",
    attempt: async () => {
      const { lab, reader } = await shippedBeside(() => {});
      const signature = signatureOf(lab.bare.git("cat-file", "commit", lab.ledger()));
      flood(lab, 2_500, signature);
      const from = Date.now();
      const status = expectCode(await reader.run("status"), 0, 1);
      const seconds = (Date.now() - from) / 1000;
      if (!/more than [\d,]+ are not verified/.test(status.stdout.replace(/\s+/g, " ")))
        return `nothing is said: ${status.stdout}`;
      if (seconds > 30) return `status takes ${seconds} s`;
      const gate = await reader.run("gate", "drop-2", "--to", "broad");
      return gate.code === 0 ? "the gate is open" : null;
    },
  },
];

/** As many commits on top of the ledger, each with an entry in Ana's name and this signature. */
function flood({ bare }: Lab, count: number, signature: string): void {
  const at = new Date().toISOString();
  const first = bare.git("rev-parse", LEDGER_REF);
  let stream = `reset refs/heads/flood\nfrom ${first}\n\n`;
  for (let i = 0; i < count; i++) {
    const event = stored({
      ...{ id: newEventId(Date.now()), at, recorded: at, by: ANA },
      ...{ subject: "drop/drop-2", type: "stage", data: { stage: "broad" } },
    });
    const bytes = encodeEvent(event);
    stream += `commit refs/heads/flood\ncommitter ${ANA} 1790000000 +0000\ndata 1\nx\nM 100644 inline ${eventPath(event)}\ndata ${Buffer.byteLength(bytes)}\n${bytes}\n`;
  }
  const imported = bare.tryGit(["fast-import", "--quiet"], { input: stream });
  if (imported.status !== 0) throw new Error(imported.stderr);
  // Written anew, each on the one before it.
  const folder = temporaryFolder("flood");
  const names = bare.git("rev-list", "--reverse", `${first}..refs/heads/flood`).split("\n");
  const trees = bare.git("log", "--reverse", "--format=%T", `${first}..refs/heads/flood`).split("\n");
  let parent = first;
  const paths = names.map((name, i) => {
    const text = `tree ${trees[i]}\nparent ${parent}\nauthor ${ANA} 1790000000 +0000\ncommitter ${ANA} 1790000000 +0000\n${signature}\n\nx\n`;
    parent = createHash("sha1")
      .update(`commit ${Buffer.byteLength(text)}\0${text}`)
      .digest("hex");
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const written = bare.tryGit(["hash-object", "-t", "commit", "-w", "--stdin-paths"], {
    input: paths.join("\n"),
  });
  if (written.status !== 0) throw new Error(written.stderr);
  bare.git("update-ref", LEDGER_REF, parent);
  bare.git("branch", "-q", "-D", "flood");
}

export const keyHolder: Attacker = {
  who: "holder of a key",
  attacks: [
    control("Ana's OpenPGP key opens the gate, once it is trusted", async () => {
      const { lab } = riskyLab(SIGNED);
      const ana = new GpgKeys();
      ana.make(ANA);
      const key = ana.fingerprint("ana@example.com");
      expectCode(await openPgp(lab, "Ana", ana, key).run("council", "approve"), 0);
      return gateIsOpen(lab.member("Ci", { GNUPGHOME: ana.environment.GNUPGHOME }));
    }),
    ...byOpenPgp,
    ...bySsh,
    ...forReaders,
  ],
};
