import { mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { GivenPlace } from "../insideRoot.ts";
import { refuseFiles, refuseUntrusted } from "../project/scaffold.ts";
import { carryOut, type PublishPlan, planPublishing } from "../publishRecord.ts";
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
