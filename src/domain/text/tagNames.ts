import { expand } from "brace-expansion";

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

/** Names that a pattern matches, as far as a plain one does: `v*` gives v1. */
export const exampleOf = (pattern: string): string[] =>
  expandBraces(pattern).map((each) => each.replace(/[*?]+|\[[^\]]*\]/g, "1"));

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

/**
 * Orders names of releases: versions by SemVer's precedence (1.2.0-rc.1 before 1.2.0), all others as git's
 * `version:refname` does (drop-9 before drop-10).
 */
export function compareVersions(a: string, b: string): number {
  const left = readVersion(a);
  const right = readVersion(b);
  return (
    compareAsGit(left.core, right.core) ||
    comparePreReleases(left.preRelease, right.preRelease) ||
    compareAsGit(a, b)
  );
}

/** A version at the end of a name, after whatever comes before: `v1.2.3`, `cart/v1.2.3`, `pkg@1.2.3-rc.1`. */
interface Version {
  prefix: string;
  numbers: [string, string, string];
  /** Its identifiers; null for a release. */
  preRelease: string[] | null;
}

const NUMBER = "(?:0|[1-9]\\d*)";
const IDENTIFIER = `(?:${NUMBER}|\\d*[A-Za-z-][0-9A-Za-z-]*)`;
const VERSION = new RegExp(
  `^(|.*[^\\d.])(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z.-]+)?$`,
  "s",
);

/** Null where a name ends in no version by SemVer. */
export function semanticVersion(name: string): Version | null {
  const [, prefix, major, minor, patch, pre] = VERSION.exec(name) ?? [];
  if (prefix === undefined || !major || !minor || !patch) return null;
  return { prefix, numbers: [major, minor, patch], preRelease: pre?.split(".") ?? null };
}

/** What git compares, which is all of a name that is no version, and what SemVer does. */
function readVersion(name: string): { core: string; preRelease: string[] | null } {
  const version = semanticVersion(name);
  if (!version) return { core: withV(name), preRelease: null };
  const { prefix, numbers, preRelease } = version;
  // v1.2.0 and 1.2.0 are one version, and cart/v1.2.0 and cart/1.2.0.
  const before = prefix === "v" ? prefix : prefix.replace(/(?<![A-Za-z])v$/, "");
  return { core: withV(`${before}${numbers.join(".")}`), preRelease };
}

/** Git's place for v1.2.0 among names that are no versions is that of 1.2.0 as well: else the order would have circles. */
const withV = (name: string) => (/^\d+\.\d/.test(name) ? `v${name}` : name);

function comparePreReleases(a: string[] | null, b: string[] | null): number {
  if (!a || !b) return Number(!a) - Number(!b);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareIdentifiers(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [isNumeral(a), isNumeral(b)];
  // Numerals may be longer than a number holds.
  if (left && right) return a.length - b.length || compareTexts(a, b);
  return left === right ? compareTexts(a, b) : left ? -1 : 1;
}

const isNumeral = (text: string) => /^\d+$/.test(text);
const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

// What was read last of both names, while they were alike: no number, an integer, a fraction, or zeros alone.
const [TEXT, INTEGER, FRACTION, ZEROS] = [0, 3, 6, 9] as const;

// By that, and by what comes next (0: no digit, 1: a digit, 2: a zero).
const NEXT = [TEXT, INTEGER, ZEROS, TEXT, INTEGER, INTEGER, TEXT, FRACTION, FRACTION, TEXT, FRACTION, ZEROS];

// By that, and by what comes next in the one and in the other: as characters, by the length of the numbers, or decided.
const [CHARACTERS, LENGTHS] = [2, 3] as const;
const ORDERS = [
  [2, 2, 2, 2, 3, 2, 2, 2, 2],
  [2, -1, -1, 1, 3, 3, 1, 3, 3],
  [2, 2, 2, 2, 2, 2, 2, 2, 2],
  [2, 1, 1, -1, 2, 2, -1, 2, 2],
].flat();

/** The order of `git tag --sort=version:refname`: that of glibc's strverscmp. */
function compareAsGit(a: string, b: string): number {
  if (a === b) return 0;
  let state: number = TEXT + kindOf(a[0]);
  let at = 0;
  while (a[at] === b[at]) state = NEXT[state]! + kindOf(a[++at]);
  const difference = (a.charCodeAt(at) || 0) - (b.charCodeAt(at) || 0);
  const order = ORDERS[state * 3 + kindOf(b[at])]!;
  if (order === CHARACTERS) return difference;
  if (order !== LENGTHS) return order;
  return digitsFrom(a, at) - digitsFrom(b, at) || difference;
}

const kindOf = (char: string | undefined) =>
  char === "0" ? 2 : char !== undefined && /\d/.test(char) ? 1 : 0;

const digitsFrom = (text: string, at: number) => /^\d*/.exec(text.slice(at))![0].length;

/** How patterns of the policy are matched; the bound keeps a hostile one from exploding. */
export const GLOB = { dot: true, noext: true, braceExpandMax: 100 } as const;
