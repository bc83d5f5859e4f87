import { rmSync } from "node:fs";
import { join } from "node:path";
import { encodeEvent } from "../../src/ledger/codec.ts";
import { eventPath } from "../../src/ledger/eventPath.ts";
import type { Member } from "../support/people/councilTeam.ts";
import { LEDGER_REF, type Planted, plantEntries } from "../support/record/ledgerHand.ts";
import { stored } from "../support/record/storedEvents.ts";
import { type Attack, type Attacker, control } from "./attack.ts";
import { expectCode, gateIsBlocked, gateIsOpen, type Lab, MAL, riskyLab, votedFor } from "./lab.ts";

const REJECTED = /reject|removed|changed|ledger|shallow/i;

/** A drop that Ana approved and Bo rejected, and where that rejection lies. */
async function rejected() {
  const { lab, tip } = riskyLab();
  const [ana, bo] = [lab.member("Ana"), lab.member("Bo")];
  expectCode(await ana.run("council", "approve"), 0);
  const before = lab.ledger();
  expectCode(await bo.run("council", "reject", "--why", "no index"), 0);
  const { events } = await bo.json("log");
  const { v: _, flags: __, ...entry } = events.find(({ type }: { type: string }) => type === "rejected");
  const rejection = stored(entry);
  return { lab, tip, ana, bo, before, rejection, path: eventPath(rejection) };
}

type Scene = Awaited<ReturnType<typeof rejected>>;

/** The gate stays blocked, in a fresh clone unless another one is given, and the entry comes back. */
const stays =
  (touch: (scene: Scene) => void | Promise<void>, { who }: { who?: (scene: Scene) => Member } = {}) =>
  async (): Promise<string | null> => {
    const scene = await rejected();
    await touch(scene);
    const judge = who?.(scene) ?? scene.lab.pipeline();
    const open = await gateIsBlocked(judge, REJECTED);
    if (open) return open;
    const { bo, lab, path } = scene;
    await bo.run("sync");
    const { events } = await lab.pipeline().json("log");
    if (!events.some(({ id }: { id: string }) => id === scene.rejection.id))
      return `${path} did not come back`;
    return gateIsBlocked(lab.pipeline(), REJECTED);
  };

const forcePushed: Attack[] = [
  {
    wayIn: "the ledger rewound to before the rejection, judged by a clone that saw it",
    wants: "open the gate",
    attempt: stays(({ lab, before }) => void lab.bare.git("update-ref", LEDGER_REF, before), {
      who: ({ bo }) => bo,
    }),
  },
  {
    wayIn: "the ledger's ref deleted, judged by a clone that saw it",
    wants: "open the gate",
    attempt: stays(({ lab }) => void lab.bare.git("update-ref", "-d", LEDGER_REF), { who: ({ bo }) => bo }),
  },
  {
    wayIn: "the ledger replaced by a history of its own with the approval alone",
    wants: "open the gate",
    attempt: stays(
      ({ lab, before }) => {
        const alone = lab.bare.git("commit-tree", "-m", "x", `${before}^{tree}`);
        lab.bare.git("update-ref", LEDGER_REF, alone);
      },
      { who: ({ bo }) => bo },
    ),
  },
  ...["blob", "tree", "tag"].map(
    (kind): Attack => ({
      wayIn: `the ledger's ref put on a ${kind}`,
      wants: "open the gate",
      attempt: async () => {
        const { lab, bo, rejection } = await rejected();
        const { bare } = lab;
        const tip = lab.ledger();
        if (kind === "tag") bare.git("tag", "-a", "-m", "x", "of-ledger", tip);
        const object = { blob: "main:src/app.ts", tree: `${tip}^{tree}`, tag: "refs/tags/of-ledger" }[kind]!;
        bare.git("update-ref", LEDGER_REF, bare.git("rev-parse", object));
        const open = await gateIsBlocked(lab.pipeline(), /./);
        if (open) return open;
        await bo.run("sync");
        const { events } = await bo.json("log");
        return events.some(({ id }: { id: string }) => id === rejection.id)
          ? null
          : "the entry is gone for Bo";
      },
    }),
  ),
];

const grow = (lab: Lab, entries: Record<string, Planted | null>) => plantEntries(lab.bare, entries, MAL);

const pushed: Attack[] = [
  control("with Bo's approval after it, the gate opens", async () => {
    const { lab, bo } = await rejected();
    expectCode(await bo.run("council", "approve"), 0);
    return gateIsOpen(lab.pipeline());
  }),
  {
    wayIn: "the rejection removed by an ordinary push",
    wants: "take an entry away",
    attempt: stays(({ lab, path }) => grow(lab, { [path]: null })),
  },
  {
    wayIn: "the whole tree emptied by an ordinary push",
    wants: "take an entry away",
    attempt: stays(({ lab }) => {
      const { bare } = lab;
      const { stdout } = bare.tryGit(["mktree"], { input: "" });
      const empty = bare.git("commit-tree", "-m", "x", "-p", lab.ledger(), stdout.trim());
      bare.git("update-ref", LEDGER_REF, empty);
    }),
  },
  {
    wayIn: "the rejection rewritten as an approval, at its own path",
    wants: "open the gate",
    attempt: stays(({ lab, path, rejection }) =>
      grow(lab, { [path]: encodeEvent({ ...rejection, type: "approved", data: votedFor(lab) }) }),
    ),
  },
  {
    wayIn: "a second entry of its id, under another subject",
    wants: "take an entry away",
    attempt: stays(({ lab, rejection }) => {
      const thief = { ...rejection, subject: "incident/zz", type: "note", data: { text: "x" } };
      grow(lab, { [eventPath(thief)]: encodeEvent(thief) });
    }),
  },
  {
    wayIn: "a merge whose result lacks it, dated back",
    wants: "take an entry away",
    attempt: stays(({ lab, before }) => {
      const tip = lab.ledger();
      const merge = lab.bare.tryGit(["commit-tree", "-m", "x", "-p", before, "-p", tip, `${before}^{tree}`], {
        at: 1_000_000_000_000,
      });
      lab.bare.git("update-ref", LEDGER_REF, merge.stdout.trim());
    }),
  },
  {
    wayIn: "removed, put back with another text, and removed again",
    wants: "take an entry away",
    attempt: stays(({ lab, path, rejection }) => {
      grow(lab, { [path]: null });
      grow(lab, { [path]: encodeEvent({ ...rejection, data: { why: "never mind" } }) });
      grow(lab, { [path]: null });
    }),
  },
  {
    wayIn: "entries at paths of others, of no kind, out of the tree, as links and submodules",
    wants: "open the gate",
    attempt: stays(({ lab, tip, rejection, path }) => {
      const approval = { ...rejection, type: "approved", data: votedFor(lab) };
      const blob = lab.bare.tryGit(["hash-object", "-w", "--stdin"], { input: "/etc/passwd" }).stdout.trim();
      grow(lab, {
        [`commit/zz/${tip}/${rejection.id}.json`]: encodeEvent(approval),
        [`${path}.json`]: encodeEvent(approval),
        [path.toUpperCase()]: encodeEvent(approval),
        "hooks/pre-push": "#!/bin/sh\nexit 0\n",
        "link.json": { mode: "120000", oid: blob },
        "module.json": { mode: "160000", oid: tip },
      });
    }),
  },
  {
    wayIn: "refs/replace in the place of the rejection and of the ledger's commit",
    wants: "take an entry away",
    attempt: stays(
      ({ lab, path, rejection, before, ana }) => {
        const oid = lab.bare.git("rev-parse", `${LEDGER_REF}:${path}`);
        const text = encodeEvent({ ...rejection, type: "approved", data: votedFor(lab) });
        const { stdout } = lab.bare.tryGit(["hash-object", "-w", "--stdin"], { input: Buffer.from(text) });
        lab.bare.git("update-ref", `refs/replace/${oid}`, stdout.trim());
        lab.bare.git("update-ref", `refs/replace/${lab.ledger()}`, before);
        ana.repository.git("fetch", "-q", "origin", "+refs/replace/*:refs/replace/*", "--no-tags");
      },
      { who: ({ ana }) => ana },
    ),
  },
  {
    wayIn: "the ledger fetched with a depth of one, so that its history is cut",
    wants: "open the gate",
    attempt: stays(({ lab, path }) => grow(lab, { [path]: null }), {
      who: ({ lab }) => {
        const ci = lab.pipeline();
        ci.repository.git("fetch", "-q", "--depth=1", "origin", `+${LEDGER_REF}:${LEDGER_REF}`);
        return ci;
      },
    }),
  },
  {
    wayIn: "what a clone remembers of the ledger thrown away, then a rewind",
    wants: "open the gate",
    attempt: stays(({ lab, path }) => grow(lab, { [path]: null }), {
      who: ({ bo }) => {
        rmSync(join(bo.repository.dir, ".git/dropclock"), { recursive: true, force: true });
        return bo;
      },
    }),
  },
  {
    wayIn: "six clones that write at once, while Mal rewinds and force-pushes",
    wants: "take an entry away",
    attempt: async () => {
      const { lab } = riskyLab();
      const people = ["Ana", "Bo", "Cy", "Ed", "Flo", "Gil"].map((name) => lab.member(name));
      const [ana] = people;
      const id = expectCode(
        await ana!.run("incident", "open", "--title", "Down", "--no-drop"),
        0,
      ).stdout.trim();
      const before = lab.ledger();
      for (const each of people) expectCode(await each.run("sync"), 0);
      const notes = people.map((each, i) => each.run("incident", "note", id, `note ${i}`));
      lab.bare.tryGit(["update-ref", LEDGER_REF, before]);
      for (const note of await Promise.all(notes)) expectCode(note, 0);
      lab.bare.git("update-ref", LEDGER_REF, before);
      for (const each of people) expectCode(await each.run("sync"), 0);
      const { events } = await lab.pipeline().json("log");
      const texts = new Set(events.map(({ data }: { data: { text?: string } }) => data.text));
      const lost = people.filter((_, i) => !texts.has(`note ${i}`));
      return lost.length > 0 ? `${lost.length} notes are lost` : null;
    },
  },
];

export const ledgerHistory: Attacker = { who: "pusher of the ledger", attacks: [...pushed, ...forcePushed] };
