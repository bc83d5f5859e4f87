import { LIMITS, type Template } from "../../documents/template.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { NOT_UTF_8 } from "../../domain/text/plainText.ts";
import { builtInTemplate, type TemplateName } from "../builtInTemplates.ts";
import { readText } from "../project/files.ts";

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
