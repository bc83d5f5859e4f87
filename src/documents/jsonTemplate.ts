import { HumanError } from "../domain/text/humanError.ts";
import { boundedLiquid, type Template, type Variables } from "./template.ts";
import { templateProblem } from "./templateProblem.ts";

/**
 * Fills a template that makes JSON. Every value is printed as JSON, a text with its quotation marks, so that nothing in
 * it can become a part of the structure.
 * @throws {HumanError} with the place in the template when it is broken, or makes no JSON.
 */
export function renderJson(template: Template, variables: Variables): string {
  const liquid = boundedLiquid((value) => JSON.stringify(value ?? null));
  // These print as it stands, or print quotation marks of their own.
  for (const name of ["raw", "json", "jsonify", "inspect", "date"]) delete liquid.filters[name];
  let text: string;
  try {
    text = liquid.parseAndRenderSync(template.text, variables);
  } catch (error) {
    const words = { variables, filters: Object.keys(liquid.filters), tags: Object.keys(liquid.tags) };
    throw templateProblem(error, template.path, words);
  }
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new HumanError(
      "usage",
      `${template.path} makes no JSON; values bring their own quotation marks: { "text": {{ text }} }.`,
    );
  }
}
