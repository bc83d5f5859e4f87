import type { seeded } from "../seeded.ts";

type Random = ReturnType<typeof seeded>;
type Mutation = (text: string, random: Random) => string;

const KEY = /[A-Za-z]+(?=:)/g;
const VALUE = /(?<=: )[^\n#{}[\]]+(?=[\n,}\]])/g;
const BYTES = [
  "\0",
  "\t",
  "\r",
  "\u2028",
  "😀",
  "\ud800",
  "é",
  "'",
  '"',
  "[",
  "]",
  "{",
  "}",
  ":",
  "- ",
  "#",
  "&a ",
  "*a",
  "!x ",
  "|",
  ">",
  "%",
  "@",
  "`",
  ",",
  "\\",
  "\n",
  "\n\n",
  "---\n",
  "...\n",
  "? ",
  "<<: *a",
];
const VALUES = [
  "5",
  "-1",
  "0",
  "1e999",
  ".nan",
  "true",
  "null",
  "~",
  '""',
  "''",
  "[]",
  "{}",
  "[[[]]]",
  "{a: {b: {}}}",
  "30 min",
  "0s",
  "99999w",
  "2026-02-30",
  "\n  - x",
  "*x",
  "&x y",
  "|\n    text",
  "text: text",
  "a".repeat(300),
];

/** What people and machines do to a policy. */
const MUTATIONS: Record<string, Mutation> = {
  renameKey: (text, random) =>
    replaceOne(text, KEY, random, (key) => {
      const at = random.below(key.length);
      return random.pick([
        key.slice(0, at) + key.slice(at + 1),
        `${key.slice(0, at)}x${key.slice(at)}`,
        key.toUpperCase(),
        random.pick([...text.matchAll(KEY)])[0],
      ]);
    }),
  swapValues: (text, random) => {
    const values = [...text.matchAll(VALUE)];
    if (values.length < 2) return text;
    return replaceOne(text, VALUE, random, () => random.pick(values)[0]);
  },
  changeType: (text, random) => replaceOne(text, VALUE, random, () => random.pick(VALUES)),
  deleteLine: (text, random) => onLine(text, random, () => []),
  repeatLine: (text, random) => onLine(text, random, (line) => [line, line]),
  damageIndent: (text, random) =>
    onLine(text, random, (line) => [
      random.pick([` ${line}`, line.replace(/^ /, ""), line.trimStart(), `\t${line}`, `      ${line}`]),
    ]),
  insertBytes: (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(BYTES) + text.slice(at);
  },
  deleteBytes: (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + random.below(8));
  },
  cutOff: (text, random) => text.slice(0, random.below(text.length)),
};

export function mutatePolicy(text: string, random: Random): string {
  let mutated = text;
  for (let n = 1 + random.below(3); n > 0; n--) {
    const name = random.pick(Object.keys(MUTATIONS));
    // Cutting off leaves little for the others: not as often.
    if (name !== "cutOff" || random.below(4) === 0) mutated = MUTATIONS[name]!(mutated, random);
  }
  return mutated;
}

function replaceOne(
  text: string,
  pattern: RegExp,
  random: Random,
  change: (found: string) => string,
): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = random.pick(found);
  return text.slice(0, match.index) + change(match[0]) + text.slice(match.index + match[0].length);
}

function onLine(text: string, random: Random, change: (line: string) => string[]): string {
  const lines = text.split("\n");
  const at = random.below(lines.length);
  return [...lines.slice(0, at), ...change(lines[at]!), ...lines.slice(at + 1)].join("\n");
}
