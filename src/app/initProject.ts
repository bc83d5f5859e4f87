import { HumanError } from "../domain/humanError.ts";
import { POLICY_PATH } from "../domain/policy.ts";
import { POLICY_TEMPLATE } from "../domain/policyTemplate.ts";
import { writeNew } from "./files.ts";
import type { Project } from "./project.ts";
import { type Scaffold, writeTemplates } from "./scaffolds.ts";

/** Writes a commented policy and the templates. What is there already stays as it is. */
export async function initProject(project: Project): Promise<{ files: Scaffold[] }> {
  if (!project.trusted)
    throw new HumanError("refused", "This folder is not trusted, so nothing is written; trust it first.");
  const created = await writeNew(project.root, POLICY_PATH, POLICY_TEMPLATE);
  return { files: [{ path: POLICY_PATH, created }, ...(await writeTemplates(project))] };
}
