import { mailOf, nameOf } from "./mail.ts";
import type { FindNames } from "./public/leaks.ts";

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
    // What is longer is no name that anybody writes into a text.
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
  /** They count only as they are written. */
  short: ReadonlySet<string>;
  /** They count inside of a word too. */
  unspaced: readonly string[];
}

/** Where no blank parts words, or an ending may follow a name without one. */
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

/** As people write a name who have no key for its letters. */
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

/** In small letters without their marks. */
const folded = (word: string) =>
  word
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[øłđðæœßþı]/g, (letter) => BARE[letter]!);

const wordsOf = (name: string) =>
  name.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => /^\p{L}{2,}/u.test(word));
