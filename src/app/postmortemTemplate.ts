import { requiredSections } from "../documents/postmortemFindings.ts";
import { templateOf } from "./documents/templates.ts";

/** The sections that a post-mortem of this project must have, by the template in force. */
export async function requiredInPostmortem(root: string): Promise<string[]> {
  return requiredSections((await templateOf(root, "postmortem.md")).text);
}
