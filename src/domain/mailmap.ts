import { mailOf, nameOf } from "./mail.ts";

/** Tells the people behind `Name <mail>` apart: who has several addresses is one person. */
export type PersonOf = (identity: string) => string;

// `Proper Name <proper@mail> Commit Name <commit@mail>`; both names, and the first or the second address, may be left
// out. No two parts of it can take the same blanks: a line of a hundred thousand of them is soon read.
const ENTRY = /^([^<>#]*)<([^<>]*)>(?:([^<>]*)<([^<>]*)>)?(.*)$/;

/**
 * Reads git's own list of who is who (`.mailmap`), as `git check-mailmap` does. A line that is none is passed over.
 * @param text Null: there is no such file, and an address is a person.
 */
export function readMailmap(text: string | null): PersonOf {
  const proper = new Map<string, string>();
  for (const line of (text ?? "").split(/\r?\n/)) {
    const [, , first, name = "", second, rest = ""] = ENTRY.exec(line) ?? [];
    if (first === undefined || second === undefined || !/^(?:$|#)/.test(rest.trimStart())) continue;
    proper.set(keyOf(name.trim(), second), first.trim().toLowerCase());
  }
  return (identity) => {
    const mail = mailOf(identity);
    return proper.get(keyOf(nameOf(identity), mail)) ?? proper.get(keyOf("", mail)) ?? mail;
  };
}

const keyOf = (name: string, mail: string) => `${name.toLowerCase()} <${mail.trim().toLowerCase()}>`;
