import { expand } from "brace-expansion";
import { GLOB } from "../drop/drop.ts";

/** Whether a name is one of a drop, or of a release branch. */
export type NameMatcher = (name: string) => boolean;

/**
 * Compiles patterns on names: one of them must match, and none that begins with `!`. Braces are expanded; all else means
 * what it means to `git tag --list`, where `*` and `?` match a slash as well.
 */
export function nameMatcher(patterns: readonly string[]): NameMatcher {
  const compiled = (some: readonly string[]) => some.flatMap(expandBraces).map(compileGlob);
  const wanted = compiled(patterns.filter((pattern) => !isExclusion(pattern)));
  const unwanted = compiled(patterns.filter(isExclusion).map((pattern) => pattern.slice(1)));
  return (name) => {
    const bytes = UTF8.encode(name);
    const fits = (glob: Glob) => matches(glob, bytes);
    return wanted.some(fits) && !unwanted.some(fits);
  };
}

export const isExclusion = (pattern: string) => pattern.startsWith("!");

/** Patterns as a sentence shows them. */
export const patternWords = (patterns: readonly string[]) => patterns.join(", ");

/** At most as many as the policy's other globs may become. */
export const expandBraces = (pattern: string): string[] =>
  // A pair of backslashes would come out as one, and escape what follows.
  expand(pattern.replaceAll("\\\\", "\\\\\\\\"), { max: GLOB.braceExpandMax });

const UTF8 = new TextEncoder();

type Part = "any bytes" | "any byte" | ((byte: number) => boolean);
/** Null: the pattern is broken, and matches nothing. */
type Glob = readonly Part[] | null;

const [STAR, QUESTION, OPEN, CLOSE, BACKSLASH, DASH, COLON] = Array.from("*?[]\\-:", (c) => c.charCodeAt(0));
const NEGATIONS = Array.from("!^", (c) => c.charCodeAt(0));

function compileGlob(pattern: string): Glob {
  const bytes = UTF8.encode(pattern);
  const parts: Part[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === STAR) {
      if (parts.at(-1) !== "any bytes") parts.push("any bytes");
    } else if (byte === QUESTION) parts.push("any byte");
    else if (byte === OPEN) {
      const set = compileSet(bytes, i + 1);
      if (!set) return null;
      parts.push(set.has);
      i = set.end;
    } else {
      const literal = byte === BACKSLASH ? bytes[++i] : byte;
      if (literal === undefined) return null;
      parts.push((each) => each === literal);
    }
  }
  return parts;
}

/** A bracket expression. @param at After its opening bracket. */
function compileSet(bytes: Uint8Array, at: number): { has: (byte: number) => boolean; end: number } | null {
  const members: ((byte: number) => boolean)[] = [];
  const negated = NEGATIONS.includes(bytes[at]!);
  let before: number | null = null;
  const first = negated ? at + 1 : at;
  // A closing bracket that comes first is a member.
  for (let i = first; i < bytes.length; i++) {
    if (bytes[i] === CLOSE && i > first) {
      return { has: (byte) => members.some((has) => has(byte)) !== negated, end: i };
    }
    if (bytes[i] === DASH && before !== null && i + 1 < bytes.length && bytes[i + 1] !== CLOSE) {
      if (bytes[++i] === BACKSLASH) i++;
      const [low, high] = [before, bytes[i]];
      if (high === undefined) return null;
      members.push((byte) => byte >= low && byte <= high);
      before = null;
    } else if (bytes[i] === OPEN && bytes[i + 1] === COLON) {
      const end = bytes.indexOf(CLOSE!, i + 2);
      if (end < 0) return null;
      if (end > i + 2 && bytes[end - 1] === COLON) {
        const has = CLASSES[String.fromCharCode(...bytes.slice(i + 2, end - 1))];
        if (!has) return null;
        members.push((byte) => byte < 128 && has.test(String.fromCharCode(byte)));
        [i, before] = [end, null];
      } else {
        members.push((byte) => byte === OPEN);
        before = OPEN!;
      }
    } else {
      const literal = bytes[i] === BACKSLASH ? bytes[++i] : bytes[i];
      if (literal === undefined) return null;
      members.push((byte) => byte === literal);
      before = literal;
    }
  }
  return null;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of them
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** Goes back to the last star alone, so that no pattern takes longer than its length times that of the name. */
function matches(glob: Glob, name: Uint8Array): boolean {
  if (!glob) return false;
  let [part, byte, star, from] = [0, 0, -1, 0];
  while (byte < name.length) {
    const each = glob[part];
    if (each === "any bytes") {
      [star, from] = [part++, byte];
    } else if (each !== undefined && (each === "any byte" || each(name[byte]!))) {
      part++;
      byte++;
    } else if (star >= 0) {
      part = star + 1;
      byte = ++from;
    } else return false;
  }
  while (glob[part] === "any bytes") part++;
  return part === glob.length;
}
