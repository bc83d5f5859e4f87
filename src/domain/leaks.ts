import { plainText } from "./plainText.ts";

/** What must not get out with a text, in the words that people are told it in. */
export const LEAK_KINDS = [
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

export interface Leak {
  kind: LeakKind;
  /** What it was found in, as it stands in the text. */
  found: string;
}

/** Finds the names of people in a text; see `namesOf`. */
export type FindNames = (text: string) => string[];

const SUFFIXES =
  "internal|intranet|local|localdomain|localhost|lan|corp|home|arpa|svc|cluster|test|example|invalid|com|net|org|io|dev|app|cloud|eu|uk|de|se|dk|fi|fr|es|nl|ch|pl|jp|cn|br|au|ca|co|ai|biz|info|edu|gov";

const COMMANDS =
  "kubectl|helm|docker|podman|npm|npx|yarn|pnpm|psql|mysql|mysqldump|mongosh|redis-cli|curl|wget|ssh|scp|rsync|sftp|sudo|systemctl|journalctl|terraform|ansible-playbook|gcloud|chmod|chown|iptables|pg_dump|dropclock";

/** What names a leak best comes first; each is tried on what the ones before have left. */
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
  ["an e-mail address", /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+\.[\p{L}]{2,}/u],
  ["a handle", /(?<![\p{L}\p{N}])@[\p{L}\p{N}_][\p{L}\p{N}_.-]*|[\p{L}\p{N}_.-]@[\p{L}\p{N}_.-]/u],
  [
    "a link",
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S*|\b(?:mailto|tel|javascript|vbscript|data|command|file):\S+|\bwww\.\S+|\]\([^)]*\)/i,
  ],
  ["a path", /(?<![\p{L}\p{N}/])(?:~|\.{1,2})?\/[\w.@%+-]+\/[\w./@%+-]*|\b[a-z]:\\\S*|\\\\\w+\\\S+/iu],
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
  ["a telephone number", /(?<![\p{L}\p{N}])\+\d[\d ()./-]{6,}\d/u],
  ["a token", /(?<![\p{L}\p{N}])(?=[\w+/=-]{0,80}\d)(?=[\w+/=-]{0,80}[a-z])[\w+/=-]{20,}/iu],
  ["a token", /\b(?=[0-9a-f]{0,40}\d)(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{7,64}\b/],
];

/** Longer texts are not looked at beyond this, and must be cut before they get out. */
export const LONGEST_LOOKED_AT = 1000;

/** Everything in a text that must not become public, at most one of each kind; empty: nothing was found. */
export function leaksIn(text: string, findNames: FindNames): Leak[] {
  const plain = plainText(text.slice(0, LONGEST_LOOKED_AT).normalize("NFKC"), Number.POSITIVE_INFINITY);
  const leaks = new Map<LeakKind, string>();
  let rest = plain;
  for (const [kind, pattern] of PATTERNS) {
    const found = pattern.exec(rest)?.[0].trim();
    if (!found) continue;
    if (!leaks.has(kind)) leaks.set(kind, found);
    // What is a link is not told again as the name of a machine.
    rest = rest.replace(new RegExp(pattern, `${pattern.flags}g`), " ");
  }
  const [name] = findNames(plain);
  if (name !== undefined) leaks.set("a name", name);
  return LEAK_KINDS.flatMap((kind) => (leaks.has(kind) ? [{ kind, found: leaks.get(kind)! }] : []));
}

/** `a name and a link`. */
export function leakWords(leaks: readonly Leak[]): string {
  const kinds = leaks.map(({ kind }) => kind);
  return kinds.length < 2 ? (kinds[0] ?? "") : `${kinds.slice(0, -1).join(", ")} and ${kinds.at(-1)}`;
}
