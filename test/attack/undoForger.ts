import type { Member } from "../support/people/councilTeam.ts";
import { type Attack, type Attacker, control } from "./attack.ts";
import { expectCode, Lab, ONE_VOTE } from "./lab.ts";

/** A team whose drop-2 shipped just now, with a rollback that reverts and pushes. */
export async function undoable(policy = ONE_VOTE): Promise<{ lab: Lab; ana: Member }> {
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
    wayIn: "a branch of the undo's name at the remote, with an undo's words and more in it",
    wants: "write or read elsewhere",
    attempt: async () => {
      for (const forge of [
        (lab: Lab, message: string) =>
          lab.clone.commit({ "evil.txt": "x\n", "src/app.ts": "1\n" }, { message }),
        (lab: Lab, message: string) => {
          lab.clone.commit({ "evil.txt": "x\n" });
          lab.clone.commit({ "src/app.ts": "1\n" }, { message });
        },
        (lab: Lab, message: string) => {
          lab.clone.commit({ "src/app.ts": "1\n" }, { message });
          lab.clone.commit({ "evil.txt": "x\n" });
        },
      ]) {
        const { lab, ana } = await undoable();
        lab.clone.git("checkout", "-q", "-b", "dropclock/undo-drop-2", "drop-2^{commit}");
        forge(lab, `Revert drop-2\n\nThis reverts commit ${lab.clone.git("rev-parse", "drop-2^{commit}")}.`);
        lab.clone.git("push", "-q", "origin", "dropclock/undo-drop-2");
        const result = await ana.run("undo", "--yes", "--verified");
        const { status } = lab.bare.tryGit(["show", "dropclock/undo-drop-2:evil.txt"]);
        if (result.code === 0 && status === 0) return `told as done, with evil.txt: ${result.stdout}`;
      }
      return null;
    },
  },
  {
    wayIn: "a commit of Mal's, entered as the one that switched the flags off",
    wants: "write or read elsewhere",
    attempt: async () => {
      const flag = { state: "ENABLED", variants: { on: true, off: false }, defaultVariant: "on" };
      const lab = new Lab(
        `${ONE_VOTE}flags: { file: flags.json }\nrollback: { steps: [ { flags: [f] }, { revert: { push: true } } ] }\n`,
      );
      lab.commit({ "flags.json": JSON.stringify({ flags: { f: flag } }) });
      lab.commit({ "src/app.ts": "2\n" });
      const ana = lab.member("Ana");
      const ship = await ana.run("drop", "ship", "drop-2", "--push");
      expectCode(ship, 0);
      lab.clone.git("fetch", "-q", "--tags", "origin");
      lab.clone.git("checkout", "-q", "-b", "evil", "drop-2^{commit}");
      const commit = lab.clone.commit({ "evil.txt": "x\n" });
      lab.clone.git("push", "-q", "origin", "evil", "evil:dropclock/undo-drop-2");
      const subject = "drop/drop-2";
      const data = {
        run: "r1",
        steps: ["flags: f", "revert"],
        branch: "dropclock/undo-drop-2",
        mode: "undo",
      };
      lab.plant({ subject, type: "rollback-started", data });
      lab.plant({
        subject,
        type: "rollback-step",
        data: { run: "r1", step: "flags: f", outcome: "done", commit },
      });
      await ana.run("undo", "--yes", "--verified");
      const branch = ana.repository.tryGit(["show", "dropclock/undo-drop-2:evil.txt"]);
      return branch.status === 0 ? "the undo is made on Mal's commit" : null;
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

export const undoForger: Attacker = { who: "forger of an undo", attacks: [...undo] };
