import { plainText } from "../../domain/plainText.ts";
import type { Heading } from "./changelogText.ts";

/** What the text of a heading begins with. */
export interface HeadingLead {
  /** Versions, dates, tags, each with what the heading says that it is of: `pay` of `## pay 1.2.0`. */
  names: { name: string; of: string | null }[];
  /** Whether it is that of a version or of the work in hand, and not of a part of one. */
  isVersion: boolean;
  isUnreleased: boolean;
}

const VERSION = /^v?\d+(?:\.\d+)+(?:[-+.][\w.+-]*)?$/i;
const DATE = /^\d{4}([-/.])\d{1,2}\1\d{1,2}$/;
/** `pay@1.2.0`, `@acme/pay@1.2.0`, `pay-v1.2.0`, `services/pay/v1.2.0`. */
const PACKAGED = /^(@?[\w./-]*?[a-z_][\w./-]*?)[@/_-](v?\d+(?:\.\d+)+[\w.+-]*)$/i;
/** `Drop 5`, `Drop #5: discounts`, but not `Drop 5 columns`. */
const NUMBERED = /^[^\p{L}\p{N}]*(\p{L}+)[\s_#-]+(\d+)(?=\s*(?:$|[:–—([,|]|-\s))/u;
/** A tag that people call so: `drop-5`. */
const NUMBERED_TAG = /^(\p{L}+)[_/-]?(\d+)$/u;
/** Days in words: `Jan 2, 2026`. */
const DAY =
  /^(?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|\d{1,2}(?:st|nd|rd|th)?|\d{4})$/i;
/** Words that stand beside any version. */
const GENERIC =
  /^(?:v|ver|version|releases?|released|notes?|change[sd]?|changelog|what['’]s|new|in|for|of|the|drop|tag|and|yanked|lts|final|stable)$/i;
/** After these a version is one that another is compared with. */
const COMPARED = /^(?:from|since|until|to|before|after|than|upgrad(?:e|ing)|migrat(?:e|ing|ion)|between)$/i;
/** More words than that before a version are a sentence. */
const MOST_WORDS = 4;

/** Reads the text of a heading, without its marks. Several modules may be told at once: `[1.45.0/0.67.0] 2026-01-01`. */
export function readHeading(text: string): HeadingLead {
  const plain = plainText(visibleText(text), 300);
  const isUnreleased = /^\W*(?:unreleased|next|upcoming|master|main|head)\b/i.test(plain);
  const { words, versions, dates, goesOn } = leadOf(plain);
  const product = words.findLast((word) => !GENERIC.test(word)) ?? null;
  // `Node 18.0 support dropped` tells of a change.
  const own = product !== null && goesOn ? [] : versions;
  const numbered = numberedName(NUMBERED.exec(plain));
  const single = words.slice(0, 1).concat(words.length === 2 && GENERIC.test(words[0]!) ? words[1]! : []);
  const names = [
    ...own.map(({ name, of }) => ({ name, of: of ?? product })),
    ...[...(own.length > 0 ? [] : dates), ...single, ...numbered].map((name) => ({ name, of: null })),
  ];
  return { names, isVersion: isUnreleased || own.length > 0 || dates.length > 0, isUnreleased };
}

/** Whether a heading that begins so is that of a tag, by its name or by the version or the date in it. */
export function isNamed({ names }: HeadingLead, tag: string): boolean {
  const { name: whole, version, of: before } = namesOf(tag);
  return names.some(({ name, of }) => {
    if (name === whole || numberedName(NUMBERED_TAG.exec(whole)).includes(name)) return true;
    if (version === null || withoutV(name) !== version) return false;
    return of === null || before === "" || GENERIC.test(before) || lastPart(of) === lastPart(before);
  });
}

/** A tag as people see it, the version or the date that it ends with, and what is before that: `services/pay`. */
function namesOf(tag: string): { name: string; version: string | null; of: string } {
  const name = plainText(tag, 120);
  const form = /^(.*?)(?:^|[-_/@])v?(\d+(?:\.\d+)+[\w.+-]*|\d{4}([-/.])\d{1,2}\3\d{1,2})$/i;
  const [, of = "", version = null] = form.exec(name) ?? [];
  return { name, version, of };
}

/** As `drop-5`, whatever parts the word from its number; empty where there is no match. */
const numberedName = (match: RegExpExecArray | null): string[] =>
  match === null ? [] : [`${match[1]!.toLowerCase()}-${match[2]!.replace(/^0+(?=\d)/, "")}`];

const withoutV = (name: string) => name.replace(/^v(?=\d)/i, "");

const lastPart = (name: string) => name.toLowerCase().split(/[/@]/).filter(Boolean).at(-1);

interface Lead {
  /** Before the first version. */
  words: string[];
  versions: { name: string; of: string | null }[];
  dates: string[];
  /** Whether more words follow the versions, as in a sentence. */
  goesOn: boolean;
}

function leadOf(plain: string): Lead {
  const lead: Lead = { words: [], versions: [], dates: [], goesOn: false };
  const { words, versions, dates } = lead;
  for (const raw of plain.match(/[@\p{L}\p{N}_][\p{L}\p{N}_@.+/'’-]*|\(/gu) ?? []) {
    const token = raw.replace(/^_+|[._'’/-]+$/g, "");
    const parts = token.split("/");
    const packaged = DATE.test(token) ? null : PACKAGED.exec(token);
    if (raw === "(") {
      if (versions.length > 0) break;
    } else if (DATE.test(token)) dates.push(token);
    else if (parts.every((part) => VERSION.test(part))) {
      versions.push(...parts.map((name) => ({ name, of: null })));
    } else if (packaged) {
      const of = packaged[1]!;
      versions.push({ name: token, of }, { name: packaged[2]!, of });
    } else if (versions.length > 0) {
      if (DAY.test(token) || GENERIC.test(token)) continue;
      lead.goesOn = true;
      break;
    } else if (COMPARED.test(token) || words.length === MOST_WORDS) break;
    else if (!DAY.test(token)) words.push(token);
  }
  return lead;
}

/** What people see of it: without addresses of links, anchors, pictures and the names of emojis. */
const visibleText = (text: string) =>
  text
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replace(/<[^<>]*>/g, "")
    .replace(/!\[[^[\]]*\]\([^()]*\)/g, "")
    .replace(/(?<=\])\s?\([^()]*\/[^()]*\)/g, "")
    .replace(/(?<=\])\[[^[\]]*\]/g, "")
    .replace(/:[a-z_]+:/gi, "")
    .replace(/\*+|~~|`+/g, "");

/** A heading of a file, and what it begins with. */
export interface LedHeading {
  heading: Heading;
  lead: HeadingLead;
}

/** The headings of a file without its title, where the versions are told one level below it. */
export function withoutTitle(headings: readonly Heading[]): LedHeading[] {
  const led = headings.map((heading) => ({ heading, lead: readHeading(heading.text) }));
  const [first, ...rest] = led;
  const versions = rest.filter(({ lead }) => lead.isVersion);
  const titled = first?.heading.level === 1 && versions.length > 0;
  return titled && versions.every(({ heading }) => heading.level > 1) ? rest : led;
}

/**
 * The first heading of each drop that has one, by its tag.
 * @param names All names of each drop, by its tag.
 */
export function headingsOf(
  headings: readonly LedHeading[],
  names: ReadonlyMap<string, readonly string[]>,
): Map<string, Heading> {
  // Thousands of tags meet thousands of headings: most pairs have no name in common.
  const byName = new Map<string, LedHeading[]>();
  for (const each of headings) {
    for (const name of new Set(each.lead.names.flatMap(({ name }) => [name, withoutV(name)]))) {
      const same = byName.get(name);
      if (same) same.push(each);
      else byName.set(name, [each]);
    }
  }
  const found = new Map<string, Heading>();
  const headingsNamed = (tag: string) => {
    const { name, version } = namesOf(tag);
    const alike = [name, version ?? name, ...numberedName(NUMBERED_TAG.exec(name))].flatMap(
      (each) => byName.get(each) ?? [],
    );
    return alike.filter(({ lead }) => isNamed(lead, tag)).map(({ heading }) => heading);
  };
  for (const [tag, all] of names) {
    const named = all.flatMap(headingsNamed);
    if (named.length > 0)
      found.set(
        tag,
        named.reduce((a, b) => (b.line < a.line ? b : a)),
      );
  }
  return found;
}
