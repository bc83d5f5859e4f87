import { mailOf, nameOf, plainText } from "../text/plainText.ts";

/** What must not become public, as people read it. */
const LEAK_KINDS = [
  "a name",
  "an e-mail address",
  "a handle",
  "a telephone number",
  "a link",
  "the name of a machine",
  "a path",
  "a command line",
  "a token",
] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

interface Leak {
  kind: LeakKind;
  /** The part of the text that it was found in. */
  found: string;
}

/** Finds the names of people in a text; see `namesOf`. */
export type FindNames = (text: string) => string[];

const SUFFIXES =
  "internal|intranet|local|localdomain|localhost|lan|corp|home|arpa|svc|cluster|test|example|invalid|com|net|org|io|dev|app|cloud|eu|uk|de|se|dk|fi|fr|es|nl|ch|pl|jp|cn|br|au|ca|co|ai|biz|info|edu|gov";

/** Endings of files that people write; `.js` is left out because names of frameworks end in it too. */
const ENDINGS =
  "py|rb|go|rs|java|kt|ts|tsx|jsx|mjs|cjs|cs|php|cpp|swift|scala|sql|sh|ps1|yaml|yml|json|toml|ini|conf|cfg|env|log|lock|gradle|tf|proto|xml|html|css|scss|pem|crt|md";

const COMMANDS =
  "kubectl|helm|docker|podman|npm|npx|yarn|pnpm|psql|mysql|mysqldump|mongosh|redis-cli|curl|wget|ssh|scp|rsync|sftp|sudo|systemctl|journalctl|terraform|ansible-playbook|gcloud|chmod|chown|iptables|pg_dump|dropclock";

/** The most specific first; each is tried on what the ones before have left. */
const PATTERNS: readonly [LeakKind, RegExp][] = [
  ["a token", /-----BEGIN [A-Z ]+-----/],
  [
    "a token",
    /\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|sk[-_]|pk_|rk_|npm_|AKIA|ASIA|AIza|eyJ)[\w.-]{8,}/,
  ],
  [
    "a token",
    /\b(?:password|passwd|passphrase|secret|token|api[ _-]?key|bearer|authorization)\b["']?\s*[:=]\s*\S+/i,
  ],
  ["a token", /\b(?:password|passwd|passphrase)\s+(?:is|was)\s+(?=\S*\d)\S+/i],
  ["an e-mail address", /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+\.[\p{L}]{2,}/u],
  ["a handle", /(?<![\p{L}\p{N}])@[\p{L}\p{N}_][\p{L}\p{N}_.-]*|[\p{L}\p{N}_.-]@[\p{L}\p{N}_.-]/u],
  [
    "a link",
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S*|\b(?:mailto|tel|javascript|vbscript|data|command|file):\S+|\bwww\.\S+|\]\([^)]*\)/i,
  ],
  ["a path", /(?<![\p{L}\p{N}/])(?:~|\.{1,2})?\/[\w.@%+-]+\/[\w./@%+-]*|\b[a-z]:\\\S*|\\\\\w+\\\S+/iu],
  ["a path", /(?<![\p{L}\p{N}/])[\w@.+-]+(?:\/[\w@.+-]+)+\.[a-z]\w{0,9}\b/iu],
  [
    "a path",
    new RegExp(
      String.raw`(?<![\w.])(?:[\w-]*\.(?:${ENDINGS})|(?!(?:node|vue|next|nuxt|react|three|d3)\.)[\w-]+\.js)(?![\w.])`,
      "i",
    ),
  ],
  [
    "a command line",
    /`[^`]*`|^[$#]\s+\S|(?<!\d\s?)\$\s+[a-z]|&&|\|\||\$[({]|(?:^|\s)--[a-z][\w-]*|(?:^|\s)-[a-z]{1,3}\s+\S|\s>{1,2}\s*[/&]/i,
  ],
  ["a command line", new RegExp(String.raw`(?:^|[\s;|(])(?:${COMMANDS})\s+\S+`, "i")],
  [
    "a command line",
    /\b(?:git\s+(?:push|pull|revert|reset|checkout|commit|log|rebase|merge|clone|fetch|stash|tag)|aws\s+(?:s3|ec2|ecs|eks|rds|lambda|iam|sts)|az\s+(?:login|vm|aks|group)|rm\s+-|select\s+.{1,80}\sfrom|insert\s+into|delete\s+from|drop\s+(?:table|database)|update\s+\w+\s+set)\b/i,
  ],
  ["a command line", /\b[A-Z][A-Z0-9_]{2,}=\S+/],
  [
    "the name of a machine",
    new RegExp(
      String.raw`\b(?:[a-z0-9_-]+\.){2,}[a-z][a-z0-9-]+\b|\b[a-z0-9_-]+\.(?:${SUFFIXES})\b|\blocalhost\b|\b[a-z][a-z0-9-]*:\d{2,5}\b`,
      "i",
    ),
  ],
  [
    "the name of a machine",
    /\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}(?![\w:])/i,
  ],
  [
    "the name of a machine",
    /\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:prod|prd|stage|staging|stg|test|tst|dev)(?:-[a-z0-9]+)*-?\d+\b/i,
  ],
  [
    "the name of a machine",
    /\b(?:[a-z0-9]+-)*(?:db|web|srv|node|host|vm|redis|kafka|pg|mysql|postgres|lb|proxy|cache|worker|queue|mq)(?:-[a-z]+)*(?:-|0)\d+\b/i,
  ],
  ["a telephone number", /(?<![\p{L}\p{N}])\+\d[\d ()./-]{6,}\d/u],
  ["a token", /(?<![\p{L}\p{N}])(?=[\w+/=-]{0,80}\d)(?=[\w+/=-]{0,80}[a-z])[\w+/=-]{20,}/iu],
  ["a token", /\b(?=[0-9a-f]{0,40}\d)(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{7,64}\b/],
];

/** A long text is searched in overlapping pieces, because some patterns are slow. */
const PIECE = 1000;
const OVERLAP = 200;

/** Everything in a text that must not become public, at most one of each kind; empty if nothing was found. */
export function leaksIn(text: string, findNames: FindNames): Leak[] {
  const leaks = new Map<LeakKind, string>();
  for (const piece of readings(text).flatMap(piecesOf)) {
    for (const { kind, found } of leaksInPiece(piece, findNames))
      if (!leaks.has(kind)) leaks.set(kind, found);
  }
  return LEAK_KINDS.flatMap((kind) => (leaks.has(kind) ? [{ kind, found: leaks.get(kind)! }] : []));
}

/** An invisible character separates two words for one reader and not for another. */
function readings(text: string): string[] {
  const plain = (each: string) => plainText(each.normalize("NFKC"), Number.POSITIVE_INFINITY);
  return [...new Set([plain(text), plain(text.replace(/\p{Default_Ignorable_Code_Point}+/gu, ""))])];
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from === 0 || from + OVERLAP < text.length; from += PIECE - OVERLAP)
    pieces.push(text.slice(from, from + PIECE));
  return pieces;
}

function leaksInPiece(piece: string, findNames: FindNames): Leak[] {
  const leaks: Leak[] = [];
  let rest = piece;
  for (const [kind, pattern] of PATTERNS) {
    const found = pattern.exec(rest)?.[0].trim();
    if (!found) continue;
    leaks.push({ kind, found });
    // A link is not reported again as the name of a machine.
    rest = rest.replace(new RegExp(pattern, `${pattern.flags}g`), " ");
  }
  const [name] = findNames(piece);
  return name === undefined ? leaks : [...leaks, { kind: "a name", found: name }];
}

/** `a name and a link`. */
export function leakWords(leaks: readonly Leak[]): string {
  const kinds = leaks.map(({ kind }) => kind);
  return kinds.length < 2 ? (kinds[0] ?? "") : `${kinds.slice(0, -1).join(", ")} and ${kinds.at(-1)}`;
}

/** The text as a reader of the rendered Markdown sees it. */
export const withoutEscapes = (markdown: string) =>
  markdown
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (whole, hex?: string, decimal?: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });

/** Words in account names that do not identify a person. */
const NOBODY = new Set(
  "admin administrator actions agent authors automation bot build ci committer contributors deploy dev developer github gitlab local localhost mail noreply none ops release releases root runner service services support system team test tests the unknown user users web".split(
    " ",
  ),
);

/** English words that are names too: they count only with a capital letter inside a sentence. */
const WORDS = new Set(
  "art august bill chase chip dawn dean drew earl faith frank grace grant guy hope jack joy june lance mark max may miles page pat ray rich rob rose sky sue wade will".split(
    " ",
  ),
);

/** A service account: its name identifies nobody, though its words may be those of the service. */
const MACHINE = /\[bot\]|(?<![\p{L}\p{N}])(?:bot|ci|robot|automation|pipeline)(?![\p{L}\p{N}])/iu;

/**
 * Finds people who are on record: by their whole name, a part of it, or the name of their account.
 * @param people As git has them, `Name <mail>`, or addresses alone.
 */
export function namesOf(people: Iterable<string>): FindNames {
  const known = new Set<string>();
  const accounts = new Set<string>();
  for (const person of people) {
    if (MACHINE.test(person)) continue;
    // Nobody writes a longer name into a text.
    const identity = person.slice(0, 1000).normalize("NFKC");
    const mail = mailOf(identity);
    const name = mail === "" ? identity : nameOf(identity);
    const address = mail || (person.includes("@") ? identity : "");
    if (!name.includes("@")) for (const part of wordsOf(name)) known.add(part);
    const account = address
      .split("@")[0]!
      .replace(/^\d+\+/, "")
      .replace(/\+.*$/, "");
    if (account.length >= 3) accounts.add(account.toLowerCase());
    for (const part of wordsOf(account)) if (part.length >= 3) known.add(part);
  }
  const all = [...known].filter((word) => !NOBODY.has(word.toLowerCase()));
  const long = all.filter((word) => word.length > 2).flatMap(spellings);
  return finderOf({
    long: new Set([...long, ...[...accounts].filter((account) => !NOBODY.has(account))]),
    short: new Set(all.filter((word) => word.length === 2 && /^\p{Lu}/u.test(word))),
    unspaced: all.filter((word) => UNSPACED.test(word)),
  });
}

interface KnownNames {
  /** As `folded` has them. */
  long: ReadonlySet<string>;
  /** They count only with this spelling. */
  short: ReadonlySet<string>;
  /** They count inside a word too. */
  unspaced: readonly string[];
}

/** Scripts without blanks between words, or with endings that follow a name directly. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

function finderOf({ long, short, unspaced }: KnownNames): FindNames {
  return (text) => {
    const names = unspaced.filter((name) => text.includes(name));
    for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*/gu)) {
      const word = match[0].replace(/[._-]+$/, "");
      const first = match.index === 0 || /[.!?:]\s*$/.test(text.slice(0, match.index));
      const candidates = [word, ...word.split(/[._-]+/)];
      const isName = (each: string) => {
        if (short.has(each)) return true;
        const plain = folded(each);
        if (!long.has(plain)) return false;
        return !WORDS.has(plain) || (!first && /^\p{Lu}/u.test(each));
      };
      if (candidates.some(isName)) names.push(word);
    }
    return names;
  };
}

/** The spelling of a name by people who cannot type its letters. */
const spellings = (name: string) => [
  folded(name),
  folded(name.toLowerCase().replace(/[äöüåø]/g, (letter) => TWO_LETTERS[letter]!)),
];

const TWO_LETTERS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };
const BARE: Record<string, string> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  æ: "ae",
  œ: "oe",
  ß: "ss",
  þ: "th",
  ı: "i",
};

/** In lower case without diacritics. */
const folded = (word: string) =>
  word
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[øłđðæœßþı]/g, (letter) => BARE[letter]!);

const wordsOf = (name: string) =>
  name.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => /^\p{L}{2,}/u.test(word));
