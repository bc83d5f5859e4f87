import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { editLines, linesOf } from "../../documents/frontMatter.ts";
import { readUpdate, renderUpdate } from "../../documents/update.ts";
import type { Release } from "../../domain/drop/release.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { leaksIn } from "../../domain/public/leaks.ts";
import { summaryOf } from "../../domain/public/publicIncident.ts";
import { type PublicStatus, publicStatus } from "../../domain/public/publicStatus.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { namesKnownTo } from "../documents/publicRecord.ts";
import { templateOf } from "../documents/templates.ts";
import { findIncident } from "../incident/incidents.ts";
import { safeFileName } from "../project/documentPaths.ts";
import { readText } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { refuseFiles, replaceText, type Scaffold, scaffold } from "../project/scaffold.ts";

/**
 * The update that is being written: the newest that customers have not been told yet, else a new one.
 * @param status How it is to stand in the eyes of the public; left out: as the milestones say.
 */
export async function scaffoldUpdate(
  project: Project,
  incidentRef: string,
  status?: PublicStatus,
): Promise<Scaffold> {
  refuseFiles(project);
  const { release } = await project.read();
  const { policy } = release.policy;
  const incident = findIncident(release, incidentRef);
  const last = (await writtenUpdates(project.root, policy, incident)).at(-1) ?? 0;
  const path = updatePath(policy, incident, last);
  if (last > 0 && !isTold(incident, path)) {
    if (status !== undefined) await setStatus(project.root, path, status);
    return { path, created: false };
  }
  return scaffold(project.root, updatePath(policy, incident, last + 1), () =>
    render(project, release, incident, last + 1, status),
  );
}

async function render(
  project: Project,
  release: Release,
  incident: Incident,
  number: number,
  status: PublicStatus | undefined,
): Promise<string> {
  const { policy } = release.policy;
  const findNames = await namesKnownTo(project, release);
  // What holds a name, a link or a token does not get in; a person may say it in other words.
  const safe = (text: string | null) =>
    text !== null && leaksIn(text, findNames).length === 0 ? text : null;
  const summary = summaryOf(incident);
  return renderUpdate(await templateOf(project.root, "update.md"), {
    now: project.now(),
    service: safe(policy.service),
    incident,
    title: safe(summary.title ?? incident.title),
    impact: safe(summary.impact),
    done: safe(summary.done),
    status: status ?? publicStatus(incident),
    number,
    every: policy.updates.every,
  });
}

/** One line of the front matter; the rest is the person's. */
async function setStatus(root: string, path: string, status: PublicStatus): Promise<void> {
  const text = (await readText(root, path)) ?? "";
  const update = readUpdate(text);
  if (update.status === status) return;
  if (update.statusLine === null)
    throw new HumanError(
      "refused",
      `${plainText(path)} has no status in its front matter; add: status: ${status}`,
    );
  const to = linesOf(text)[update.statusLine]!.length;
  const edit = { line: update.statusLine, from: 0, to, text: `status: ${status}` };
  await replaceText(root, path, text, editLines(text, [edit]));
}

/** Where an update of an incident lies, relative to the root. @param number Counts from 1. */
export const updatePath = (policy: Pick<Policy, "documents">, { id }: Pick<Incident, "id">, number: number) =>
  posix.join(policy.documents.updates, `${safeFileName(id)}-${number}.md`);

/** The numbers of the updates of an incident that are on disk, ascending. */
export async function writtenUpdates(
  root: string,
  policy: Pick<Policy, "documents">,
  { id }: Pick<Incident, "id">,
): Promise<number[]> {
  const names = await readdir(join(root, policy.documents.updates)).catch(() => []);
  const before = `${safeFileName(id)}-`;
  return names
    .flatMap((name) => {
      const digits = name.startsWith(before)
        ? /^([1-9]\d{0,5})\.md$/.exec(name.slice(before.length))?.[1]
        : null;
      return digits ? [Number(digits)] : [];
    })
    .sort((a, b) => a - b);
}

/** What was sent of an update, by its channel. */
export interface Sent {
  channel: string;
  at: number;
  text: string;
}

/** Where an update was sent already, as the record says. */
export function sentAlready(
  { events, retracted }: Pick<Incident, "events" | "retracted">,
  path: string,
): Sent[] {
  return events
    .filter(({ id, type, data }) => type === "sent" && data.update === path && !retracted.has(id))
    .map(({ at, data }) => ({ channel: data.channel as string, at, text: data.text as string }));
}

/** Whether customers were told by this update, through a channel or otherwise. */
export const isTold = ({ events, retracted }: Pick<Incident, "events" | "retracted">, path: string) =>
  events.some(
    ({ id, type, data }) =>
      (type === "sent" || type === "updated") && data.update === path && !retracted.has(id),
  );
