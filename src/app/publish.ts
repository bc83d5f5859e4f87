import { mkdir } from "node:fs/promises";
import { HumanError } from "../domain/humanError.ts";
import { plainText } from "../domain/plainText.ts";
import { draftPublicRecord, type PublicProject, type PublicRecord } from "./publicRecord.ts";
import { carryOut, type PublishPlan, planPublishing } from "./publishRecord.ts";
import { refuseFiles, refuseUntrusted } from "./scaffold.ts";

export interface Publication {
  record: PublicRecord;
  plan: PublishPlan;
}

/**
 * The record, and what would be written. Nothing is.
 * @param out An absolute folder in place of the policy's.
 */
export async function draftPublication(project: PublicProject, out: string | null): Promise<Publication> {
  const [record, { release }] = [await draftPublicRecord(project), await project.read()];
  const folder = release.policy.policy.documents.public.replaceAll("\\", "/");
  const plan = out === null ? planPublishing(project.root, folder, record) : planPublishing(out, "", record);
  return { record, plan: await plan };
}

/** Writes the record, into a folder that is made where it is not there. */
export async function publish(project: PublicProject, out: string | null): Promise<Publication> {
  if (out === null) refuseFiles(project);
  else {
    refuseUntrusted(project);
    await makeFolder(out);
  }
  const publication = await draftPublication(project, out);
  await carryOut(publication.plan, publication.record);
  return publication;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new HumanError("service", `${plainText(path)} cannot be made (${code ?? String(error)}).`);
  }
}
