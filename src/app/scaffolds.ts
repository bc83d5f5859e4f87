import { renderPostmortem } from "../documents/postmortem.ts";
import { renderRunbook } from "../documents/runbook.ts";
import type { Drop } from "../domain/drop.ts";
import { HumanError } from "../domain/humanError.ts";
import { incidentStatus } from "../domain/incidentStatus.ts";
import type { Release } from "../domain/release.ts";
import { statusAt } from "../domain/status.ts";
import { builtInTemplate, TEMPLATE_NAMES } from "./builtInTemplates.ts";
import { postmortemPath, runbookPath } from "./documentPaths.ts";
import { keptPatterns, readDropFacts } from "./dropFacts.ts";
import { dropNamed } from "./dropNamed.ts";
import { findIncident } from "./incidents.ts";
import type { Project } from "./project.ts";
import { refuseUntrusted, type Scaffold, scaffold } from "./scaffold.ts";
import { TEMPLATES, templateOf } from "./templateOf.ts";

/** What a scaffold needs of a project. */
export type ScaffoldProject = Pick<Project, "root" | "trusted" | "repository" | "now"> & {
  read(): Promise<{ release: Release }>;
};

/** The post-mortem of an incident, by its id or a beginning of it. */
export async function scaffoldPostmortem(project: ScaffoldProject, incidentRef: string): Promise<Scaffold> {
  refuseUntrusted(project);
  const { release } = await project.read();
  const { policy } = release.policy;
  const incident = findIncident(release, incidentRef);
  const drop = release.drops.find(({ tag }) => tag === incident.drop);
  return scaffold(project.root, postmortemPath(policy, incident), async () => {
    const now = project.now();
    return renderPostmortem(await templateOf(project.root, "postmortem.md"), {
      now,
      service: policy.service,
      status: incidentStatus(incident, now),
      drop: drop ? await readDropFacts(project.repository, release, drop) : null,
    });
  });
}

/** The runbook of a drop; without a tag, of the current one. */
export async function scaffoldRunbook(project: ScaffoldProject, tag: string | null): Promise<Scaffold> {
  refuseUntrusted(project);
  const { release } = await project.read();
  const { policy } = release.policy;
  const drop = dropOf(release, tag, project.now());
  return scaffold(project.root, runbookPath(policy, drop.tag), async () => {
    const facts = await readDropFacts(project.repository, release, drop);
    return renderRunbook(await templateOf(project.root, "runbook.md"), {
      now: project.now(),
      policy,
      drop: facts,
      branch: branchOf(release),
      keep: keptPatterns(policy.rollback.keep, facts.content),
    });
  });
}

/** The built-in templates as files of the repository, for people to change. */
export async function writeTemplates(
  project: Pick<ScaffoldProject, "root" | "trusted">,
): Promise<Scaffold[]> {
  refuseUntrusted(project);
  const written: Scaffold[] = [];
  for (const name of TEMPLATE_NAMES) {
    written.push(await scaffold(project.root, `${TEMPLATES}/${name}`, () => builtInTemplate(name)));
  }
  return written;
}

function dropOf(release: Release, tag: string | null, now: number): Drop {
  if (tag !== null && release.drops.length > 0) return dropNamed(release, tag);
  const [current] = release.drops;
  if (current) return current;
  throw new HumanError("usage", statusAt(release, now).dropMissing ?? "There is no drop.");
}

function branchOf({ branch }: Release): { name: string; remote: string | null } | null {
  // A detached HEAD is no place that an undo could be published to.
  if (!branch || branch.ref === "HEAD") return null;
  const before = `refs/remotes/`;
  if (!branch.ref.startsWith(before) || !branch.ref.endsWith(`/${branch.name}`)) {
    return { name: branch.name, remote: null };
  }
  return { name: branch.name, remote: branch.ref.slice(before.length, -branch.name.length - 1) };
}
