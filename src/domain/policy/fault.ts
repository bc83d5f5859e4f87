/** The way to a value: keys of maps, indexes of lists. */
export type PolicyPath = readonly (string | number)[];

/** An error in a policy, before it has a place in the text. */
export interface PolicyFault {
  path: PolicyPath;
  /** Whether the key or its value is wrong. */
  on: "key" | "value";
  /** One sentence, with its full stop. */
  message: string;
  /** What to write instead, if that is clear: a value to be put into YAML notation, or a line to insert before it. */
  fix?: { title: string; value: unknown } | { title: string; before: string } | undefined;
}

export type Report = (fault: PolicyFault) => void;

/** A fault that begins with the name of its key: `complaint` continues the sentence, without a full stop. */
export function faultAt(path: PolicyPath, complaint: string, replacement?: unknown): PolicyFault {
  return {
    path,
    on: "value",
    message: `${labelOf(path)} ${complaint}.`,
    fix: replacement === undefined ? undefined : replaceBy(replacement),
  };
}

/** A fix that only removes the quotes around digits would look the same. */
const READS_AS_NO_TEXT = /^(?:[-+]?[\d.]+|true|false|null|yes|no|on|off)$/i;

export function replaceBy(value: unknown): { title: string; value: unknown } {
  const text = typeof value === "string" && !READS_AS_NO_TEXT.test(value) ? value : JSON.stringify(value);
  return { title: text.length > 60 ? "Replace by what is meant" : `Replace by ${text}`, value };
}

/** How a sentence names a path: `targets.critical.detect`, or an entry of a list by the list's name. */
export function labelOf(path: PolicyPath): string {
  if (path.length === 0) return "The policy";
  const last = path.findLastIndex((step) => typeof step === "number");
  if (last < 0) return `\`${path.join(".")}\``;
  const within = path.slice(last + 1);
  if (within.length > 0) return `\`${within.join(".")}\``;
  return `An entry of \`${path.slice(0, last).findLast((step) => typeof step === "string")}\``;
}

/** `a`, `b` and `c`. */
export function enumerate(words: readonly string[], link = "and"): string {
  const quoted = words.map((word) => `\`${word}\``);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} ${link} ${quoted.at(-1)}`;
}

/** A value as a sentence may show it: short and on one line, else only its kind. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value === null) return "empty";
  if (typeof value === "object") return "a map";
  if (value === "") return "an empty text";
  const text = String(value);
  return text.length <= 40 && /^[\x20-\x7e\u00a1-\u024f–—]+$/.test(text) && !text.includes("`")
    ? `\`${text}\``
    : "this text";
}
