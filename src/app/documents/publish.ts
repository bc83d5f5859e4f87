import { lstat, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type Ownership, ownershipOf } from "../../documents/publicSite/page.ts";
import { pageFile, titleOf, toldText } from "../../documents/publicSite/publicWords.ts";
import type { PublicIncident } from "../../domain/public/publicIncident.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { type GivenPlace, isFolderInside, LARGEST_RECORD, readText, removeFile } from "../project/files.ts";
import { refuseFiles, refuseUntrusted, replaceText } from "../project/scaffold.ts";
import { draftPublicRecord, type PublicProject, type PublicRecord } from "./publicRecord.ts";

export interface Publication {
  record: PublicRecord;
  plan: PublishPlan;
}

/**
 * The record, and what would be written. Nothing is.
 * @param out A folder in place of the policy's.
 * @throws {HumanError} where a symbolic link is on the way.
 */
export async function draftPublication(project: PublicProject, out: GivenPlace | null): Promise<Publication> {
  const [record, { release }] = [await draftPublicRecord(project), await project.read()];
  const { root, path } = out ?? { root: project.root, path: release.policy.policy.documents.public };
  return { record, plan: await planPublishing(root, path, record) };
}

/** Writes the record, into a folder that is made where it is not there. */
export async function publish(project: PublicProject, out: GivenPlace | null): Promise<Publication> {
  if (out === null) refuseFiles(project);
  else {
    refuseUntrusted(project);
    await refuseGit(join(out.root, out.path));
    await makeFolder(out.root);
  }
  const publication = await draftPublication(project, out);
  await carryOut(publication.plan, publication.record);
  return publication;
}

/** Git's own folder, in it, or through a link: a file there is no page, and may be one that git reads. */
async function refuseGit(out: string): Promise<void> {
  for (let at = out; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null);
    const parts = `${at}${sep}${real ?? ""}`.split(sep);
    if (parts.some((part) => part.toLowerCase() === ".git"))
      throw new HumanError(
        "refused",
        `${plainText(out)} is git's own place; publish to a folder outside of it.`,
      );
    if (real !== null) return;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await makeBelow(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HumanError("service", `${plainText(path)} cannot be made (${code ?? String(error)}).`);
  }
}

// Node's own way to make all folders at once never ends where one cannot be made at all, as below /proc.
async function makeBelow(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path || (await isFolder(parent))) throw error;
    await makeBelow(parent);
    await mkdir(path);
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (there) => there.isDirectory(),
    () => false,
  );

/** A publication as JSON. Instants are ISO 8601 in UTC, spans milliseconds. */
export function publicationReport({ record, plan }: Publication) {
  return {
    folder: plan.folder === "" ? plan.root : plan.folder,
    files: plan.changes,
    service: record.site.service,
    withheld: record.withheld,
    incidents: record.drafts.map(({ incident, published, heldBack, withheld }) => ({
      id: incident.id,
      page: published && pageFile(published),
      public: published && publicReport(published),
      heldBack,
      withheld,
    })),
  };
}

function publicReport(incident: PublicIncident) {
  const { openedEvent: _, openedAt, updatedAt, moments, ...rest } = incident;
  const iso = (at: Instant) => formatInstant(at);
  return {
    ...rest,
    title: titleOf(incident),
    openedAt: iso(openedAt),
    updatedAt: iso(updatedAt),
    moments: moments.map((moment) => ({ ...moment, text: toldText(moment) || null, at: iso(moment.at) })),
  };
}

/** What publishing does to one file. */
export interface FileChange {
  /** Its name in the folder. */
  name: string;
  change: "new" | "changed" | "unchanged" | "removed" | "kept";
  /** Why it is kept: it is somebody's own, or somebody has changed it. */
  why: string | null;
}

interface PublishPlan {
  /** Where the folder lies inside of; absolute. */
  root: string;
  /** The folder, relative to the root, forward slashes; empty: the root itself. */
  folder: string;
  changes: FileChange[];
}

/** Pages as this program names them. */
const PAGE = /^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}\.html$/;

/**
 * What it takes to bring a folder into step with the record. Of files that are there, only those that this program
 * wrote, and nobody has changed since, are ever replaced or removed.
 */
async function planPublishing(root: string, folder: string, { files }: PublicRecord): Promise<PublishPlan> {
  if (!(await isThere(root)))
    return { root, folder, changes: [...files.keys()].map((name) => ({ name, change: "new", why: null })) };
  const changes: FileChange[] = [];
  for (const [name, text] of files) changes.push(await changeOf(root, pathIn(folder, name), name, text));
  for (const name of await pagesIn(root, folder)) {
    if (files.has(name)) continue;
    const { ownership } = await held(root, pathIn(folder, name));
    if (ownership === "ours") changes.push({ name, change: "removed", why: null });
    // A stranger of that name is no concern of ours.
    else if (ownership === "changed") changes.push({ name, change: "kept", why: CHANGED });
  }
  return { root, folder, changes };
}

/** @throws {HumanError} where a file has changed since the plan was made. */
async function carryOut({ root, folder, changes }: PublishPlan, { files }: PublicRecord): Promise<void> {
  for (const { name, change } of changes) {
    const path = pathIn(folder, name);
    if (change === "new") await replaceText(root, path, null, files.get(name)!);
    if (change !== "changed" && change !== "removed") continue;
    const { text, ownership } = await held(root, path);
    if (ownership !== "ours") throw meanwhile(path);
    if (change === "changed") await replaceText(root, path, text, files.get(name)!);
    else await removeFile(root, path);
  }
}

async function changeOf(root: string, path: string, name: string, text: string): Promise<FileChange> {
  const there = await held(root, path);
  if (there.text === null) return { name, change: "new", why: null };
  if (there.ownership !== "ours") {
    return { name, change: "kept", why: there.ownership === "changed" ? CHANGED : FOREIGN };
  }
  const same = there.text.replaceAll("\r\n", "\n") === text;
  return { name, change: same ? "unchanged" : "changed", why: null };
}

const CHANGED = "somebody has changed it; remove it to have it written again";
const FOREIGN = "it is not one of Dropclock's; move it away to have the record there";

async function held(
  root: string,
  path: string,
): Promise<{ text: string | null; ownership: Ownership | null }> {
  const text = await readText(root, path, LARGEST_RECORD);
  return { text, ownership: text === null ? null : ownershipOf(text) };
}

async function pagesIn(root: string, folder: string): Promise<string[]> {
  if (!isFolderInside(root, folder)) return [];
  return (await readdir(join(root, folder))).filter((name) => PAGE.test(name)).sort();
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

const pathIn = (folder: string, name: string) => (folder === "" ? name : `${folder}/${name}`);

const meanwhile = (path: string) =>
  new HumanError(
    "refused",
    `${plainText(path)} has changed meanwhile, so publishing stopped there; try again.`,
  );
