import { readParts } from "../../documents/generatedParts.ts";
import { readPostmortem } from "../../documents/postmortemFile.ts";
import { type Finding, findingsIn, isComplete, partFindings } from "../../documents/postmortemFindings.ts";
import type { Release } from "../../domain/drop/release.ts";
import { dayOf } from "../../domain/incident/actionState.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { findIncident } from "../incident/incidents.ts";
import { postmortemPath } from "../project/documentPaths.ts";
import { isFileInside, readText } from "../project/files.ts";
import type { Project, Reading } from "../project/project.ts";
import { type Refreshed, refuseFiles, replaceText } from "../project/scaffold.ts";
import { PostmortemRecord } from "./postmortemRecord.ts";
import { readPostmortems } from "./postmortems.ts";
import { requiredInPostmortem } from "./templates.ts";

/** A post-mortem and what it lacks, by itself and by its incident's record. */
interface JudgedPostmortem {
  path: string;
  /** What it lacks, in the order of its lines. */
  findings: Finding[];
  /** The generated parts that disagree with the record. */
  stale: string[];
  /** The line of its title, counted from 0. */
  titleLine: number;
}

/** Where the post-mortem of an incident lies: as it was scaffolded, else the file that names the incident; null: nowhere. */
export async function findPostmortem(
  root: string,
  policy: Policy,
  incident: Pick<Incident, "id">,
): Promise<string | null> {
  const own = postmortemPath(policy, incident);
  if (await isFileInside(root, own)) return own;
  const filed = await readPostmortems(root, policy);
  return filed.find(({ file }) => file.incident === incident.id)?.path ?? null;
}

/** The incident that a post-mortem tells of: the one that it names, else the one whose place it lies at; null: none. */
export function incidentOfDocument(
  { policy, live, settled, incident }: Release,
  path: string,
  text: string,
): Incident | null {
  const named = readPostmortem(text).incident;
  const own = [...live, ...settled].find(({ id }) => postmortemPath(policy.policy, { id }) === path)?.id;
  return (named === null ? null : incident(named)) ?? (own === undefined ? null : incident(own));
}

/** What a post-mortem lacks, given its text: what people have to write, and what has to be refreshed. */
export async function judgePostmortem(
  project: Pick<Project, "root" | "repository">,
  reading: Pick<Reading, "facts" | "release">,
  incident: Incident | null,
  { path, text, now }: { path: string; text: string; now: Instant },
): Promise<JudgedPostmortem> {
  const required = await requiredInPostmortem(project.root).catch(() => []);
  const { parts, broken } = readParts(text);
  const known = incident !== null && parts.length > 0;
  const record = known ? await PostmortemRecord.of(project, reading, incident) : null;
  const stale = record?.stale(text, path, now) ?? [];
  const file = readPostmortem(text);
  const findings = [...findingsIn(file, dayOf(now), required), ...partFindings(stale, broken)].sort(
    (a, b) => a.from - b.from,
  );
  return { path, findings, stale: stale.map(({ name }) => name), titleLine: file.titleLine };
}

/** What the post-mortem on disk lacks; null where there is none. */
export async function postmortemOnDisk(project: Project, ref: string): Promise<JudgedPostmortem | null> {
  const reading = await project.read();
  const incident = findIncident(reading.release, ref);
  const path = await findPostmortem(project.root, reading.release.policy.policy, incident);
  const text = path === null ? null : await readText(project.root, path);
  if (path === null || text === null) return null;
  return judgePostmortem(project, reading, incident, { path, text, now: project.now() });
}

/** What the post-mortem on disk lacks, as a sentence; null where it is complete. */
export async function postmortemShortcomings(project: Project, ref: string): Promise<string | null> {
  const judged = await postmortemOnDisk(project, ref);
  if (judged === null) {
    const { release } = await project.read();
    return `${plainText(postmortemPath(release.policy.policy, findIncident(release, ref)))} is not written.`;
  }
  const { path, findings } = judged;
  if (isComplete(findings)) return null;
  const [first, ...more] = findings.filter(({ kind }) => kind !== "overdue");
  const rest = more.length > 0 ? ` (and ${more.length} more)` : "";
  return `${plainText(path)}:${first!.from + 1}: ${first!.message}${rest}`;
}

/**
 * Brings all that is generated in an incident's post-mortem up to date, between its markers and nowhere else.
 * @throws {HumanError} where there is no such file, or somebody wrote between the markers.
 */
export async function refreshPostmortem(project: Project, ref: string): Promise<Refreshed> {
  refuseFiles(project);
  const reading = await project.read();
  const incident = findIncident(reading.release, ref);
  const path = await findPostmortem(project.root, reading.release.policy.policy, incident);
  const before = path === null ? null : await readText(project.root, path);
  if (path === null || before === null)
    throw new HumanError(
      "refused",
      `${plainText(postmortemPath(reading.release.policy.policy, incident))} is not written yet: dropclock postmortem ${incident.id}`,
    );
  const record = await PostmortemRecord.read(project, reading, incident);
  const { text, changed } = record.refresh(before, path, project.now());
  if (text !== before) await replaceText(project.root, path, before, text);
  return { path, changed };
}
