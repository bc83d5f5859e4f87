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
