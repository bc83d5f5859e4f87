import { HumanError } from "../domain/text/humanError.ts";
import { nearest } from "../domain/text/nearest.ts";
import { plainText } from "../domain/text/plainText.ts";

/** What a template may use: the candidates for "did you mean". */
export interface TemplateWords {
  variables: Record<string, unknown>;
  filters: readonly string[];
  tags: readonly string[];
}

/** The error of a template as one sentence for a person: its place, the reason, the way out. */
export function templateProblem(error: unknown, path: string, words: TemplateWords): HumanError {
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
