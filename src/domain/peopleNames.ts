import type { FindNames } from "./leaks.ts";

/** Words in the names of accounts that name nobody. */
const NOBODY = new Set(
  "admin administrator actions agent authors automation bot build ci committer contributors deploy dev developer github gitlab local localhost mail noreply none ops release releases root runner service services support system team test tests the unknown user users web".split(
    " ",
  ),
);

/** English words that are names too: they count only with a capital letter, inside of a sentence. */
const WORDS = new Set(
  "art august bill chase chip dawn dean drew earl faith frank grace grant guy hope jack joy june lance mark max may miles page pat ray rich rob rose sky sue wade will".split(
    " ",
  ),
);

/** An account of no person: what it is called names nobody, though its words may be those of the service. */
const MACHINE = /\[bot\]|(?<![\p{L}\p{N}])(?:bot|ci|robot|automation|pipeline)(?![\p{L}\p{N}])/iu;

/**
 * Finds those whom the record knows: by their whole name, a part of it, or the name of their account.
 * @param people As git has them, `Name <mail>`, or addresses alone.
 */
export function namesOf(people: Iterable<string>): FindNames {
  const known = new Set<string>();
  const accounts = new Set<string>();
  for (const person of people) {
    if (MACHINE.test(person)) continue;
    const [, name = person, mail = ""] = /^(.*?)\s*<([^<>]*)>\s*$/.exec(person) ?? [];
    const address = mail || (person.includes("@") ? person : "");
    if (!name.includes("@")) for (const part of wordsOf(name)) known.add(part);
    const account = address
      .split("@")[0]!
      .replace(/^\d+\+/, "")
      .replace(/\+.*$/, "");
    if (account.length >= 3) accounts.add(account.toLowerCase());
    for (const part of wordsOf(account)) if (part.length >= 3) known.add(part);
  }
  const short = new Set([...known].filter((word) => word.length === 2 && /^\p{Lu}/u.test(word)));
  const long = new Set(
    [...known]
      .filter((word) => word.length > 2)
      .map((word) => word.toLowerCase())
      .filter((word) => !NOBODY.has(word)),
  );
  for (const account of accounts) if (!NOBODY.has(account)) long.add(account);
  return (text) => found(text, long, short);
}

function found(text: string, long: ReadonlySet<string>, short: ReadonlySet<string>): string[] {
  const names: string[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*/gu)) {
    const word = match[0].replace(/[._-]+$/, "");
    const first = match.index === 0 || /[.!?:]\s*$/.test(text.slice(0, match.index));
    const candidates = [word, ...word.split(/[._-]+/)];
    const isName = (each: string) => {
      const lower = each.toLowerCase();
      if (short.has(each)) return true;
      if (!long.has(lower)) return false;
      return !WORDS.has(lower) || (!first && /^\p{Lu}/u.test(each));
    };
    if (candidates.some(isName)) names.push(word);
  }
  return names;
}

const wordsOf = (name: string) =>
  name.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => /^\p{L}{2,}/u.test(word));
