import { POLICY_PATH } from "../domain/policy/policy.ts";
import { POLICY_TEMPLATE } from "../domain/policy/template.ts";
import { writeTemplates } from "./documents/scaffolds.ts";
import type { Project } from "./project/project.ts";
import { refuseFiles, type Scaffold, scaffold } from "./project/scaffold.ts";

/** Writes a commented policy and the templates. What is there already stays as it is. */
export async function initProject(project: Project): Promise<{ files: Scaffold[] }> {
  refuseFiles(project);
  const policy = await scaffold(project.root, POLICY_PATH, () => POLICY_TEMPLATE);
  return { files: [policy, ...(await writeTemplates(project))] };
}
