import { CaptureTag, type Context, EchoTag, type Emitter, Liquid, type Value } from "liquidjs";
import { HumanError } from "../domain/text/humanError.ts";
import { inertMarkdown, Markdown } from "./markdown.ts";
import { registerFilters } from "./templateFilters.ts";
import { templateProblem } from "./templateProblem.ts";

export interface Template {
  /** How people know it: relative to the repository's root, or as the built-in one. */
  path: string;
  text: string;
}

export type Variables = Record<string, unknown>;

/** What a template may be and may cost. All are far beyond what any document needs. */
export const LIMITS = { template: 200_000, document: 1_000_000, memory: 5_000_000, renderMs: 2000 } as const;

/**
 * Fills a template. Nothing of it can run code, read a file or a clock. Every value is printed as inert text, unless
 * the template says `| raw` or a filter made the Markdown.
 * @throws {HumanError} with the place in the template when it is broken, or too costly.
 */
export function renderTemplate(template: Template, variables: Variables): string {
  const text = template.text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  refuseOpenTargets(text, template.path);
  const liquid = newLiquid();
  let document: string;
  try {
    document = liquid.parseAndRenderSync(text, variables);
  } catch (error) {
    throw templateProblem(error, template.path, {
      variables,
      filters: Object.keys(liquid.filters),
      tags: Object.keys(liquid.tags),
    });
  }
  if (document.length > LIMITS.document) {
    throw new HumanError("usage", `${template.path} makes a document of over 1 MB; put less into its loops.`);
  }
  return `${document.trim()}\n`;
}

/** Liquid within our limits, without anything that reads files or asks the machine. */
export function boundedLiquid(outputEscape: (value: unknown) => string): Liquid {
  const liquid = new Liquid({
    templates: {},
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: LIMITS.template,
    renderLimit: LIMITS.renderMs,
    memoryLimit: LIMITS.memory,
    outputEscape,
  });
  // A template is one file: nothing else is read.
  for (const tag of ["include", "render", "layout", "block"]) delete liquid.tags[tag];
  return liquid;
}

function newLiquid(): Liquid {
  const liquid = boundedLiquid(printed);
  registerFilters(liquid);
  liquid.registerTag("capture", CaptureMarkdown);
  liquid.registerTag("echo", EchoPrinted);
  return liquid;
}

/**
 * A backslash is no escape for the scheme of a link's target: a value that begins one could make it `command:…`.
 * @throws {HumanError}
 */
function refuseOpenTargets(text: string, path: string): void {
  for (const m of text.matchAll(/((?:\]\(|^ {0,3}\[[^\]\n]+\]:)\s*(?:<\s*)?)\{\{([^}]*)\}\}/gm)) {
    if (/\|\s*(?:url|raw)$/.test(m[2]!.replace(/-$/, "").trimEnd())) continue;
    const before = text.slice(0, m.index + m[1]!.length).split("\n");
    const place = `${path}:${before.length}:${before.at(-1)!.length + 1}`;
    throw new HumanError(
      "usage",
      `${place}: a value at the start of a link's target needs “| url”, or it could become any kind of link.`,
    );
  }
}

/** What stands in the document for a value. Called by liquidjs with the filter's context. */
function printed(this: { context: Context } | undefined, value: unknown): string {
  const text = asText(value);
  this?.context.memoryLimit.use(text.length);
  return text;
}

function asText(value: unknown): string {
  if (value instanceof Markdown) return value.text;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return inertMarkdown(value);
  if (Array.isArray(value)) return value.map(asText).join(", ");
  const fields = Object.keys(value);
  throw new Error(
    fields.length > 0
      ? `this is not one value but several; print one of its fields: ${fields.slice(0, 12).join(", ")}`
      : "this cannot be printed",
  );
}

/** What was captured has been escaped already; printing it again must not do so twice. */
class CaptureMarkdown extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    yield* super.render(context);
    const scope = context.bottom() as Record<string, unknown>;
    const text = String(scope[this.variable] ?? "");
    context.memoryLimit.use(text.length);
    scope[this.variable] = new Markdown(text);
  }
}

/** liquidjs unwraps a value before it asks for its escape; here our own Markdown stays recognisable. */
class EchoPrinted extends EchoTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const { value } = this as unknown as { value?: Value };
    if (!value) return;
    const result = yield value.value(context, false);
    emitter.write(value.filters.at(-1)?.raw ? result : printed.call({ context }, result));
  }
}
