import { CaptureTag, type Context, EchoTag, type Emitter, Liquid, type Value } from "liquidjs";
import { HumanError } from "../domain/text/humanError.ts";
import { nearest } from "../domain/text/nearest.ts";
import { plainText } from "../domain/text/plainText.ts";
import { exactly } from "../domain/time/duration.ts";
import { type Instant, parseInstant } from "../domain/time/instant.ts";
import { type ActionItem, writeActionItem } from "./actionItem.ts";
import { formatDate, minuteInUtc } from "./dateFormat.ts";
import {
  codeBlock,
  codeSpan,
  escapeMarkdown,
  linkTarget,
  Markdown,
  Named,
  quotedScalar,
} from "./markdown.ts";

/**
 * Fills a template that makes JSON. Every value is printed as JSON, a text with its quotation marks, so nothing in
 * it can become a part of the structure.
 * @throws {HumanError} with the place in the template when it is broken, or makes no JSON.
 */
export function renderJson(template: Template, variables: Variables): string {
  const liquid = boundedLiquid((value) => JSON.stringify(value ?? null));
  // These print unescaped, or print quotation marks of their own.
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

export interface Template {
  /** Its name for people: relative to the repository's root, or as the built-in one. */
  path: string;
  text: string;
}

export type Variables = Record<string, unknown>;

/** Limits on the size and the cost of a template. All are far beyond what any document needs. */
export const LIMITS = { template: 200_000, document: 1_000_000, memory: 5_000_000, renderMs: 2000 } as const;

/**
 * Fills a template. It cannot run code, read a file or a clock. Every value is printed as inert text, unless
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

/** Liquid within these limits, without anything that reads files or the machine's state. */
function boundedLiquid(outputEscape: (value: unknown) => string): Liquid {
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
 * A backslash does not escape the scheme of a link's target: a value at its start could make it `command:…`.
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

/** The text of a value in the document. Called by liquidjs with the filter's context. */
function printed(this: { context: Context } | undefined, value: unknown): string {
  const text = asText(value);
  this?.context.memoryLimit.use(text.length);
  return text;
}

function asText(value: unknown): string {
  if (value instanceof Markdown) return value.text;
  if (value instanceof Named) return escapeMarkdown(value.name);
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return escapeMarkdown(value);
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

/** liquidjs unwraps a value before it escapes it; this keeps this program's own Markdown recognizable. */
class EchoPrinted extends EchoTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const { value } = this as unknown as { value?: Value };
    if (!value) return;
    const result = yield value.value(context, false);
    emitter.write(value.filters.at(-1)?.raw ? result : printed.call({ context }, result));
  }
}

/** Filters that use the machine's clock, zone or random numbers; a document is the same wherever it is made. */
const MACHINE_FILTERS = [
  "date_to_xmlschema",
  "date_to_rfc822",
  "date_to_string",
  "date_to_long_string",
  "sample",
];

/** Dropclock's own filters. All return null for null, so that `| default: "—"` can follow. */
const FILTERS: Record<string, (value: unknown, ...args: unknown[]) => unknown> = {
  /** `2026-11-23 10:04 UTC`; with a zone: `2026-11-23 11:04 Europe/Oslo`. */
  instant: (value, zone) => {
    const at = instantOf(value);
    if (at === null) return "";
    return zone === undefined
      ? new Markdown(minuteInUtc(at))
      : formatDate(at, "%Y-%m-%d %H:%M %Z", String(zone));
  },
  /** `2026-11-23`, or by a pattern, in UTC or a zone. */
  date: (value, pattern = "%Y-%m-%d", zone = "UTC") => {
    const at = instantOf(value);
    return at === null ? "" : formatDate(at, String(pattern), String(zone));
  },
  /** Milliseconds as `1h 12m`. */
  duration: (value) => (typeof value === "number" ? exactly(value) : ""),
  code: (value) => (isNothing(value) ? "" : new Markdown(codeSpan(String(value)))),
  codeBlock: (value, language = "") =>
    new Markdown(codeBlock((Array.isArray(value) ? value : [value]).map(String), String(language))),
  url: (value) => (isNothing(value) ? "" : new Markdown(linkTarget(String(value)))),
  /** A string for front matter. */
  quoted: (value) => (isNothing(value) ? new Markdown("null") : new Markdown(quotedScalar(String(value)))),
  actionItem: (value) => new Markdown(writeActionItem(value as ActionItem)),
};

function registerFilters(liquid: Liquid): void {
  for (const name of MACHINE_FILTERS) delete liquid.filters[name];
  for (const [name, filter] of Object.entries(FILTERS)) liquid.registerFilter(name, filter);
  liquid.registerFilter("raw", {
    raw: true,
    handler(this: { context: Context }, value: unknown) {
      const text = Array.isArray(value)
        ? value.map(String).join(", ")
        : isNothing(value)
          ? ""
          : String(value);
      this.context.memoryLimit.use(text.length);
      return text;
    },
  });
}

function instantOf(value: unknown): Instant | null {
  if (isNothing(value) || value === "") return null;
  const at = typeof value === "number" ? value : parseInstant(String(value));
  if (at === null || !Number.isFinite(at) || Math.abs(at) > 8.64e15) {
    throw new Error(
      String(value) === "now" || String(value) === "today"
        ? "“now” is a variable here, not a text; write it without quotation marks"
        : "this is no instant; an instant is written like 2026-11-23T10:04Z",
    );
  }
  return at;
}

const isNothing = (value: unknown) => value === null || value === undefined;

/** What a template may use: the candidates for "did you mean". */
interface TemplateWords {
  variables: Record<string, unknown>;
  filters: readonly string[];
  tags: readonly string[];
}

/** The error of a template as one sentence for a person: its place, the reason, what to do. */
function templateProblem(error: unknown, path: string, words: TemplateWords): HumanError {
  const { token, originalError } = error as { token?: Located; originalError?: Error };
  const place = token?.getPosition?.();
  const where = place ? `${path}:${place[0]}:${place[1]}` : path;
  const reason = (originalError ?? (error as Error)).message ?? String(error);
  const sentence = explain(withoutPlace(reason), words);
  return new HumanError("usage", `${where}: ${sentence}${sentence.endsWith("?") ? "" : "."}`, {
    cause: error,
  });
}

interface Located {
  getPosition?: () => readonly [number, number];
}

// liquidjs ends its own messages with the place.
function withoutPlace(reason: string): string {
  const place = reason.lastIndexOf(", line:");
  if (place < 0 || !/^, line:\d+, col:\d+$/.test(reason.slice(place))) return reason;
  const file = reason.indexOf(", file:");
  return reason.slice(0, file < 0 ? place : Math.min(file, place));
}

const PATTERNS: [RegExp, (name: string, words: TemplateWords) => string][] = [
  [/^undefined variable: (.+)$/, (name, { variables }) => unknownVariable(name, variables)],
  [
    /^undefined filter: (.+)$/,
    (name, { filters }) => unknown(`there is no filter “${plainText(name, 60)}”`, nearest(name, filters)),
  ],
  [
    /^tag "(include|render|layout|block)" not found$/,
    (name) => `“${name}” cannot be used: a template is one file; copy the part into it`,
  ],
  [
    /^tag "(.*)" not found$/,
    (name, { tags }) => unknown(`there is no tag “${plainText(name, 60)}”`, nearest(name, tags)),
  ],
  [/^template render limit exceeded$/, () => "it takes over two seconds; shorten its loops"],
  [
    /^memory alloc limit exceeded$|^Invalid string length$/,
    () => "its loops are too long, or make too much text; shorten them",
  ],
  [
    /^parse length limit exceeded$/,
    () => "it is longer than 200,000 characters; a template is a page or two",
  ],
  [/^Maximum call stack size exceeded$/, () => "its tags are nested too deeply; take some out"],
];

function explain(reason: string, words: TemplateWords): string {
  for (const [pattern, sentence] of PATTERNS) {
    const m = pattern.exec(reason);
    if (m) return sentence(m[1] ?? "", words);
  }
  return plainText(reason, 200).replace(/\.$/, "");
}

const unknown = (what: string, meant: string | null) => (meant ? `${what}; did you mean “${meant}”?` : what);

function unknownVariable(name: string, variables: Record<string, unknown>): string {
  const what = `there is no “${plainText(name, 80)}”`;
  const [parent, last] = [name.split(".").slice(0, -1), name.split(".").at(-1)!];
  const holder = parent.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), variables);
  if (isObject(holder)) {
    const meant = nearest(last, Object.keys(holder));
    return unknown(what, meant && [...parent, meant].join("."));
  }
  // The variable of a loop: its fields are those of some list.
  const meant = nearest(last, fieldsOfLists(variables));
  return unknown(what, meant && [...parent, meant].join("."));
}

function fieldsOfLists(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    if (isObject(value[0])) for (const key of Object.keys(value[0])) found.add(key);
    fieldsOfLists(value[0], found);
  } else if (isObject(value)) for (const each of Object.values(value)) fieldsOfLists(each, found);
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
