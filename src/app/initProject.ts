import { POLICY_PATH } from "../domain/policy/policy.ts";
import { POLICY_TEMPLATE } from "../domain/policy/policyTemplate.ts";
import type { Project } from "./project.ts";
import { refuseFiles, type Scaffold, scaffold } from "./scaffold.ts";
import { writeTemplates } from "./scaffolds.ts";

/** Writes a commented policy and the templates. What is there already stays as it is. */
export async function initProject(project: Project): Promise<{ files: Scaffold[] }> {
  refuseFiles(project);
  const policy = await scaffold(project.root, POLICY_PATH, () => POLICY_TEMPLATE);
  return { files: [policy, ...(await writeTemplates(project))] };
}
