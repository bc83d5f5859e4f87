import {
  type IsGenerated,
  isField,
  normal,
  refreshParts,
  renderedParts,
} from "../../documents/generatedParts.ts";
import {
  GITLAB_INCLUDE,
  githubWorkflow,
  gitlabJobs,
  PIPELINE_PATHS,
  type Pipeline,
} from "../../documents/pipelines.ts";
import { refuseTicking, renderPostmortem } from "../../documents/postmortem.ts";
import { type RunbookFacts, renderRunbook } from "../../documents/runbook.ts";
import type { Drop } from "../../domain/drop/drop.ts";
import { dropNamed, lineOf, type Release, recordOf } from "../../domain/drop/release.ts";
import { statusAt } from "../../domain/drop/status.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import { incidentStatus } from "../../domain/incident/incidentStatus.ts";
import { POLICY_PATH } from "../../domain/policy/policy.ts";
import { POLICY_TEMPLATE } from "../../domain/policy/template.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { keptPatterns, readDropFacts } from "../drop/dropFacts.ts";
import { mustBeDrop, readDropStory } from "../drop/dropNamed.ts";
import { findIncident } from "../incident/incidents.ts";
import { postmortemPath, runbookPath } from "../project/documentPaths.ts";
import { isFileInside, readText } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { type Refreshed, refuseFiles, replaceText, type Scaffold, scaffold } from "../project/scaffold.ts";
import { planUndoSteps } from "../undo/undoHost.ts";
import { type PlannedStep, undoBranch } from "../undo/undoPlan.ts";
import { builtInTemplate, TEMPLATE_NAMES, TEMPLATES, templateOf } from "./templates.ts";

/**
 * Writes a policy and the templates. What is there already stays as it is.
 * @param text The policy; left out: the one with all keys, each with a comment.
 */
export async function initProject(project: Project, text = POLICY_TEMPLATE): Promise<{ files: Scaffold[] }> {
  refuseFiles(project);
  const policy = await scaffold(project.root, POLICY_PATH, () => text);
  return { files: [policy, ...(await writeTemplates(project))] };
}

/**
 * The pipeline of a forge, with the gate, the watch and the public pages. What is there already stays as it is.
 * @param version Of the package that it runs.
 * @returns `include`: what is still to be added to a file that is somebody's own; null: nothing.
 */
export async function initPipeline(
  project: Project,
  pipeline: Pipeline,
  version: string,
): Promise<{ files: Scaffold[]; include: { path: string; text: string } | null }> {
  refuseFiles(project);
  const { root } = project;
  const path = PIPELINE_PATHS[pipeline];
  if (pipeline === "github") {
    const { tags } = (await project.policyAtHand()).policy.drops;
    return { files: [await scaffold(root, path, () => githubWorkflow({ version, tags }))], include: null };
  }
  const jobs = await scaffold(root, path, () => gitlabJobs({ version }));
  const own = await scaffold(root, GITLAB_FILE, () => GITLAB_INCLUDE);
  const text = own.created ? null : await readText(root, GITLAB_FILE);
  const isIncluded = own.created || text?.includes(path);
  return { files: [jobs, own], include: isIncluded ? null : { path: GITLAB_FILE, text: GITLAB_INCLUDE } };
}

/** Where GitLab looks for the pipeline of a repository. */
const GITLAB_FILE = ".gitlab-ci.yml";

/** What a scaffold needs of a project. */
export type ScaffoldProject = Pick<Project, "root" | "trusted" | "repository" | "now"> &
  Partial<Pick<Project, "undo">> & {
    read(): Promise<{ release: Release }>;
  };

/** The post-mortem of an incident, by its id or a beginning of it. */
export async function scaffoldPostmortem(project: ScaffoldProject, incidentRef: string): Promise<Scaffold> {
  refuseFiles(project);
  const { release } = await project.read();
  const { policy } = release.policy;
  const incident = findIncident(release, incidentRef);
  const drop = dropNamed(release, incident.drop);
  const path = postmortemPath(policy, incident);
  return scaffold(project.root, path, async () => {
    const now = project.now();
    const template = await templateOf(project.root, "postmortem.md");
    const facts = {
      now,
      service: policy.service,
      ...(policy.scope ? { paths: policy.scope.paths } : {}),
      status: incidentStatus(incident, now),
      drop: drop ? await readDropFacts(project.repository, release, drop) : null,
      happened: await readDropStory(project.repository, release, incident),
      path,
    };
    refuseTicking(template, facts);
    return renderPostmortem(template, facts);
  });
}

/** The runbook of a drop; without a tag, of the current one. */
export async function scaffoldRunbook(project: ScaffoldProject, tag: string | null): Promise<Scaffold> {
  refuseFiles(project);
  const { release } = await project.read();
  const { policy } = release.policy;
  const drop = dropOf(release, tag, project.now());
  return scaffold(project.root, runbookPath(policy, drop.tag), async () =>
    renderRunbook(await templateOf(project.root, "runbook.md"), await runbookFacts(project, release, drop)),
  );
}

/** A runbook that is older than so many rehearsals of its drop is written anew sooner than brought up to date. */
const EARLIER_REHEARSALS = 50;

/**
 * The runbook on disk with what is generated in it as it would be now: the incident that is open on the drop, and its
 * last rehearsal.
 * @throws {HumanError} where there is none, or somebody wrote between the markers.
 */
export async function refreshRunbook(
  project: ScaffoldProject,
  tag: string | null,
  write = true,
): Promise<Refreshed> {
  refuseFiles(project);
  const { release } = await project.read();
  const drop = dropOf(release, tag, project.now());
  const path = runbookPath(release.policy.policy, drop.tag);
  const before = (await isFileInside(project.root, path)) ? await readText(project.root, path) : null;
  if (before === null)
    throw new HumanError(
      "refused",
      `${plainText(path)} is not written yet: dropclock runbook ${plainText(drop.tag)}`,
    );
  const [template, facts] = [
    await templateOf(project.root, "runbook.md"),
    await runbookFacts(project, release, drop),
  ];
  const partsFor = (changed: Partial<Pick<RunbookFacts, "incident" | "rehearsal">>) => {
    const parts = renderedParts(renderRunbook(template, { ...facts, ...changed }));
    // A template's own front matter may tell when the runbook was written.
    return new Map([...parts].filter(([name]) => !isField(name)));
  };
  // What it may have said before: no incident, or another one of this drop; no rehearsal, or an earlier one.
  const incidents = [null, ...release.live.filter((each) => each.drop === drop.tag || each.drop === null)];
  const rehearsals = [null, ...recordOf(release, drop.tag).rehearsals.slice(0, EARLIER_REHEARSALS)];
  const others = [
    ...incidents.map((incident) => partsFor({ incident })),
    ...rehearsals.map((rehearsal) => partsFor({ rehearsal })),
  ];
  const isGenerated: IsGenerated = (part, line) =>
    others.some((parts) => parts.get(part)?.some((each) => normal(each) === line));
  const { text, changed } = refreshParts(before, partsFor({}), path, isGenerated);
  if (write && text !== before) await replaceText(project.root, path, before, text);
  return { path, changed };
}

async function runbookFacts(project: ScaffoldProject, release: Release, drop: Drop) {
  const { policy } = release.policy;
  const line = lineOf(release, drop);
  const content = await readDropFacts(project.repository, release, drop);
  return {
    now: project.now(),
    policy,
    drop: content,
    branch: branchOf(line),
    keep: keptPatterns(policy.rollback.keep, content.content),
    incident: openOn(release, drop),
    ...(await undoFacts(project, line, drop, content.previous)),
  };
}

/** The newest incident that is not over on a drop; of the current drop also one whose drop nobody knows. */
function openOn({ live, current }: Release, { tag }: Drop): Incident | null {
  const open = live.filter(({ kind, round }) => kind === "real" && !round.marks.resolved);
  const unknown = current?.tag === tag ? open.find(({ drop }) => drop === null) : undefined;
  return open.find(({ drop }) => drop === tag) ?? unknown ?? null;
}

/** What the undo would do today, and how it went when it was tried. */
async function undoFacts(project: ScaffoldProject, release: Release, drop: Drop, previous: Drop | null) {
  const { rehearsals, round } = recordOf(release, drop.tag);
  const branch = branchOf(release);
  const steps = planUndoSteps({
    policy: release.policy.policy,
    drop,
    previous,
    branch: branch?.name ?? "",
    undoBranch: undoBranch("undo", drop.tag, round),
    remote: branch?.remote ?? null,
    attempt: null,
  });
  const readiness = await project.undo?.of(release, drop);
  return {
    plan: steps.map((step) => ({ title: step.title, byHand: byHand(step) })),
    conflicts: (readiness?.conflicts ?? []).map(({ path }) => path),
    rehearsal: rehearsals[0] ?? null,
  };
}

/** What a person does in place of a step. */
function byHand({ step, command, refusal }: PlannedStep): string {
  if ("flags" in step) return 'set their "state" to "DISABLED" in that file, and commit it';
  if ("run" in step) return command === null ? (refusal ?? "run it") : `run in a terminal: ${command}`;
  if ("verify" in step) return "look at these signals, then mark the incident as mitigated, as below";
  return "the commands under “Undo by hand”";
}

/** The built-in templates as files of the repository, for people to change. */
export async function writeTemplates(
  project: Pick<ScaffoldProject, "root" | "trusted" | "repository">,
): Promise<Scaffold[]> {
  refuseFiles(project);
  const written: Scaffold[] = [];
  for (const name of TEMPLATE_NAMES) {
    written.push(await scaffold(project.root, `${TEMPLATES}/${name}`, () => builtInTemplate(name)));
  }
  return written;
}

function dropOf(release: Release, tag: string | null, now: number): Drop {
  if (tag !== null && release.drops.length > 0) return mustBeDrop(release, tag);
  const { current } = release;
  if (current) return current;
  throw new HumanError("usage", statusAt(release, now).dropMissing ?? "There is no drop.");
}

function branchOf({ branch }: Release): { name: string; remote: string | null } | null {
  if (!branch) return null;
  const before = `refs/remotes/`;
  if (!branch.ref.startsWith(before) || !branch.ref.endsWith(`/${branch.name}`)) {
    return { name: branch.name, remote: null };
  }
  return { name: branch.name, remote: branch.ref.slice(before.length, -branch.name.length - 1) };
}
