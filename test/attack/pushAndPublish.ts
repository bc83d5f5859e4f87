import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Member } from "../support/people/councilTeam.ts";
import { buildCommandLine } from "../support/processes/commandLine.ts";
import type { Attack, Attacker } from "./attack.ts";
import { expectCode, Lab, POLICY, riskyLab } from "./lab.ts";

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
    const di = lab.member("Dora");
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

export const pushAndPublish: Attacker = { who: "push and publish", attacks: [...hook, ...publish] };
