import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export const TEMPLATE_NAMES = ["postmortem.md", "runbook.md", "update.md"] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

// In a bundle there is no import.meta, outside of one no __dirname.
const HERE = typeof __dirname === "string" ? __dirname : import.meta.dirname;

/** The text of a template that comes with the program. */
export const builtInTemplate = (name: TemplateName) => builtInText(`templates/${name}`);

/** The text of a file that comes with the program, in media/ at its top: above dist/ as above src/app/. */
export async function builtInText(path: string): Promise<string> {
  for (let folder = HERE; ; folder = dirname(folder)) {
    try {
      return await readFile(join(folder, "media", path), "utf8");
    } catch (error) {
      if (folder === dirname(folder)) throw error;
    }
  }
}
