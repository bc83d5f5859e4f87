import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/git/temporaryRepository.ts";
import type { Attack, Attacker } from "./attack.ts";
import { GITHUB, Lab, POLICY } from "./lab.ts";

const SECRET = "AKIA0123456789SECRET";

/** A file that Dropclock writes or reads, and the call that does it; ID stands for an open incident. */
const PLACES: Record<string, { path: string; folder?: boolean; call: string[] }> = {
  "gate --report": { path: "report.json", call: ["gate", "--report", "report.json"] },
  "gate --report, below a folder": {
    path: "out",
    folder: true,
    call: ["gate", "--report", "out/report.json"],
  },
  "publish --out": { path: "_site", folder: true, call: ["publish", "--out", "_site"] },
  publish: { path: "public", folder: true, call: ["publish"] },
  "a public page": { path: "public/incidents/index.html", call: ["publish"] },
  "the post-mortems": { path: "docs/postmortems", folder: true, call: ["postmortem", "ID"] },
  "one post-mortem": { path: "docs/postmortems/ID.md", call: ["postmortem", "ID"] },
  "a post-mortem brought up to date": {
    path: "docs/postmortems/ID.md",
    call: ["postmortem", "ID", "--refresh"],
  },
  "the runbooks": { path: "docs/runbooks", folder: true, call: ["runbook"] },
  "all documents": { path: "docs", folder: true, call: ["update", "ID"] },
  "the changelog": { path: "CHANGELOG.md", call: ["changelog", "--write"] },
  "the policy": { path: POLICY, call: ["init"] },
  "the policy's folder": { path: ".dropclock", folder: true, call: ["init"] },
  "the templates": { path: ".dropclock/templates", folder: true, call: ["init"] },
  "the hooks": { path: ".hooks", folder: true, call: ["gate", "--install-hook"] },
  "the pre-push hook": { path: ".hooks/pre-push", call: ["gate", "--install-hook"] },
  "the policy, checked": { path: POLICY, call: ["policy", "check"] },
  "the policy, shown": { path: POLICY, call: ["policy", "show", "--json"] },
  "a template": { path: ".dropclock/templates/postmortem.md", call: ["postmortem", "ID"] },
  "the action items": { path: "docs/postmortems", folder: true, call: ["actions"] },
};

async function follow({ path, folder = false, call }: { path: string; folder?: boolean; call: string[] }) {
  const lab = new Lab("version: 1\n");
  const victim = lab.member("Ana", GITHUB);
  const { repository } = victim;
  repository.git("config", "core.hooksPath", ".hooks");
  const id = JSON.parse((await victim.run("incident", "open", "--title", "Down", "--json")).stdout).id;
  const named = (text: string) => text.replace("ID", id);
  const outside = temporaryFolder();
  const file = join(outside, "victim");
  writeFileSync(file, `token: ${SECRET}\n# ${SECRET}\n- [ ] ${SECRET} (@ana, due 2026-12-01)\n`);
  const before = readFileSync(file, "utf8");
  const link = join(repository.dir, named(path));
  rmSync(link, { recursive: true, force: true });
  mkdirSync(dirname(link), { recursive: true });
  for (const target of folder ? [outside] : [file, join(outside, "new")]) {
    rmSync(link, { force: true });
    symlinkSync(target, link);
    const { stdout, stderr } = await victim.run(...call.map(named));
    const there = readdirSync(outside);
    rmSync(join(outside, "new"), { force: true });
    if (there.some((name) => name !== "victim")) return `written outside: ${there}`;
    if (readFileSync(file, "utf8") !== before) return "the file outside was changed";
    if (`${stdout}${stderr}`.includes(SECRET)) return `printed: ${stdout}${stderr}`;
    // What is not followed is refused with a sentence: a link that nobody mentions was not on the way at all.
    if (!/symbolic link/.test(stdout + stderr)) throw new Error(`nothing of the link: ${stdout}${stderr}`);
  }
  return null;
}

export const writtenFiles: Attacker = {
  who: "link in the work tree",
  attacks: Object.entries(PLACES).map(
    ([name, place]): Attack => ({
      wayIn: `${name}: ${place.path}`,
      wants: "write or read elsewhere",
      attempt: () => follow(place),
    }),
  ),
};
