import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { requiredSections } from "../../documents/postmortemFindings.ts";
import { LIMITS, type Template } from "../../documents/template.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { NOT_UTF_8 } from "../../domain/text/plainText.ts";
import { readText } from "../project/files.ts";

/** The sections that a post-mortem of this project must have, by the template in force. */
export async function requiredInPostmortem(root: string): Promise<string[]> {
  return requiredSections((await templateOf(root, "postmortem.md")).text);
}

export const TEMPLATES = ".dropclock/templates";

/** The repository's own template wins. */
export async function templateOf(root: string, name: TemplateName): Promise<Template> {
  const path = `${TEMPLATES}/${name}`;
  const text = await readText(root, path);
  if (text === null) return { path: `the built-in template ${name}`, text: await builtInTemplate(name) };
  if (text.trim() === "") {
    throw new HumanError("usage", `${path} is empty; remove it, and the built-in template is used.`);
  }
  const foreign = text.search(NOT_UTF_8);
  if (foreign >= 0) {
    const before = text.slice(0, foreign).split("\n");
    const place = `${path}:${before.length}:${before.at(-1)!.length + 1}`;
    throw new HumanError("usage", `${place}: this is no UTF-8 text; save the template as UTF-8.`);
  }
  return { path, text: text.slice(0, LIMITS.template + 1) };
}

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
