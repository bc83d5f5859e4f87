import { LIMITS, type Template } from "../documents/template.ts";
import { HumanError } from "../domain/humanError.ts";
import { builtInTemplate, type TemplateName } from "./builtInTemplates.ts";
import { readText } from "./files.ts";
import { isFileInside } from "./insideRoot.ts";

export const TEMPLATES = ".dropclock/templates";

/** The repository's own template wins. */
export async function templateOf(root: string, name: TemplateName): Promise<Template> {
  const path = `${TEMPLATES}/${name}`;
  if (!(await isFileInside(root, path))) {
    return { path: `the built-in template ${name}`, text: await builtInTemplate(name) };
  }
  const text = (await readText(root, path)) ?? "";
  if (text.trim() === "") {
    throw new HumanError("usage", `${path} is empty; remove it, and the built-in template is used.`);
  }
  return { path, text: text.slice(0, LIMITS.template + 1) };
}
