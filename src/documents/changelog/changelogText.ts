import { plainText } from "../../domain/text/plainText.ts";
import { headingText } from "../frontMatter.ts";

/** One line with its line break, which the last line may lack. */
type Line = string;

/** A heading that may be a version's. */
export interface Heading {
  /** Index of its line. */
  line: number;
  /** Its text, without the heading's markup. */
  text: string;
  level: number;
  /** How many lines it has. */
  height: 1 | 2;
}

/** A part of the file that this program wrote, with its markers. */
export interface OwnPart {
  /** The tag of its drop, or another name in the marker. */
  key: string;
  kind: "drop" | "note";
  /** Indices of the lines of its markers. */
  from: number;
  to: number;
  /** It is unchanged since it was written. */
  intact: boolean;
}

/** A changelog, read line by line, so that joining the lines gives the same bytes. */
export interface ChangelogText {
  lines: Line[];
  /** The line break that most lines have. */
  eol: "\n" | "\r\n";
  headings: Heading[];
  parts: OwnPart[];
  /** The start of a part that never ends, so its content is unclear. */
  torn: { key: string; line: number }[];
  /** Where a code block or a comment begins that never ends; the number of lines if all end. */
  end: number;
}

const OPENS = /^<!-- dropclock:(drop|note) (\S+) ([0-9a-f]{12}) -->$/;
const CLOSES = /^<!-- \/dropclock -->$/;

export function readChangelog(text: string, digestOf: (inner: string) => string): ChangelogText {
  const lines = text.split(/(?<=\n)/);
  if (lines.at(-1) === "") lines.pop();
  const crlf = lines.filter((line) => line.endsWith("\r\n")).length;
  const read: ChangelogText = {
    lines,
    eol: crlf * 2 > lines.length ? "\r\n" : "\n",
    headings: [],
    parts: [],
    torn: [],
    end: lines.length,
  };
  let open: { part: Omit<OwnPart, "to" | "intact">; digest: string } | null = null;
  const { visible, end } = visibleLines(lines);
  read.end = end;
  lines.forEach((line, i) => {
    const bare = bareLine(line);
    const opens = visible[i] ? OPENS.exec(bare) : null;
    if (opens) {
      if (open) read.torn.push({ key: open.part.key, line: open.part.from });
      const [, kind, key, digest] = opens as unknown as [string, OwnPart["kind"], string, string];
      open = { part: { key, kind, from: i }, digest };
    } else if (open && visible[i] && CLOSES.test(bare)) {
      const inner = lines
        .slice(open.part.from + 1, i)
        .map((line) => `${bareLine(line)}\n`)
        .join("");
      read.parts.push({ ...open.part, to: i, intact: digestOf(inner) === open.digest });
      open = null;
    } else if (visible[i]) {
      const heading = headingAt(lines, i);
      if (heading) read.headings.push(heading);
    }
  });
  const left = open as { part: Omit<OwnPart, "to" | "intact"> } | null;
  if (left) read.torn.push({ key: left.part.key, line: left.part.from });
  return read;
}

/** A line without its break, and without a byte order mark. */
export const bareLine = (line: Line) => line.replace(/\r?\n$/, "").replace(/^\ufeff/, "");

/** Which lines are outside code blocks and multi-line comments. */
function visibleLines(lines: readonly Line[]): { visible: boolean[]; end: number } {
  let closes: ((bare: string) => boolean) | null = null;
  let since = 0;
  const visible = lines.map((line, i) => {
    const bare = bareLine(line);
    if (closes) {
      if (closes(bare)) closes = null;
      return false;
    }
    closes = opening(bare);
    since = i;
    // The line where a comment begins may have something before it; a fence has nothing.
    return closes === null || bare.includes("<!--");
  });
  return { visible, end: closes ? since : lines.length };
}

/** The end of the code block or comment that a line begins; null: it begins none. */
function opening(bare: string): ((line: string) => boolean) | null {
  const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(bare)?.[1];
  if (fence) return (line) => /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1]?.startsWith(fence) ?? false;
  const start = bare.lastIndexOf("<!--");
  return start >= 0 && !bare.includes("-->", start) ? (line) => line.includes("-->") : null;
}

function headingAt(lines: readonly Line[], i: number): Heading | null {
  const bare = bareLine(lines[i]!);
  const hashes = /^ {0,3}(#{1,6})[ \t](.*)$/.exec(bare);
  if (hashes) return { line: i, text: headingText(hashes[2]!), level: hashes[1]!.length, height: 1 };
  const html = /^ {0,3}<h([1-6])(?:\s[^>]*)?>(.*)<\/h\1>$/i.exec(bare.trimEnd());
  if (html) return { line: i, text: html[2]!, level: Number(html[1]), height: 1 };
  // Some write a version in bold for a heading.
  const bold = /^ {0,3}(?:\*\*|__)(?=\[?v?\d+\.\d)/.test(bare);
  if (bold) return { line: i, text: bare.trim(), level: 3, height: 1 };
  const below = /^ {0,3}(=+|-{2,})[ \t]*$/.exec(bareLine(lines[i + 1] ?? ""))?.[1];
  const isText = /^ {0,3}\S/.test(bare) && !/^ {0,3}(?:[-*+>|]|\d+[.)] )/.test(bare);
  const level = below?.startsWith("=") ? 1 : 2;
  return below && isText ? { line: i, text: bare.trim(), level, height: 2 } : null;
}

/** The beginning of a heading. */
interface HeadingLead {
  /** Versions, dates, tags, each with the module that the heading names: `pay` in `## pay 1.2.0`. */
  names: { name: string; of: string | null }[];
  /** Whether it is the heading of a version or of unreleased work, and not of a part of one. */
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
/** Words that may accompany a version. */
const GENERIC =
  /^(?:v|ver|version|releases?|released|notes?|change[sd]?|changelog|what['’]s|new|in|for|of|the|drop|tag|and|yanked|lts|final|stable)$/i;
/** After these words a version is a reference for comparison. */
const COMPARED = /^(?:from|since|until|to|before|after|than|upgrad(?:e|ing)|migrat(?:e|ing|ion)|between)$/i;
/** More words than that before a version are a sentence. */
const MOST_WORDS = 4;

/** Reads the text of a heading, without its markup. Several modules may share it: `[1.45.0/0.67.0] 2026-01-01`. */
export function readHeading(text: string): HeadingLead {
  const plain = plainText(visibleText(text), 300);
  const isUnreleased = /^\W*(?:unreleased|next|upcoming|master|main|head)\b/i.test(plain);
  const { words, versions, dates, goesOn } = leadOf(plain);
  const product = words.findLast((word) => !GENERIC.test(word)) ?? null;
  // `Node 18.0 support dropped` describes a change.
  const own = product !== null && goesOn ? [] : versions;
  const numbered = numberedName(NUMBERED.exec(plain));
  const single = words.slice(0, 1).concat(words.length === 2 && GENERIC.test(words[0]!) ? words[1]! : []);
  const names = [
    ...own.map(({ name, of }) => ({ name, of: of ?? product })),
    ...[...(own.length > 0 ? [] : dates), ...single, ...numbered].map((name) => ({ name, of: null })),
  ];
  return { names, isVersion: isUnreleased || own.length > 0 || dates.length > 0, isUnreleased };
}

/** Whether a heading with this beginning belongs to a tag, by its name or by the version or the date in it. */
export function isNamed({ names }: HeadingLead, tag: string): boolean {
  const { name: whole, version, of: before } = namesOf(tag);
  return names.some(({ name, of }) => {
    if (name === whole || numberedName(NUMBERED_TAG.exec(whole)).includes(name)) return true;
    if (version === null || withoutV(name) !== version) return false;
    return of === null || before === "" || GENERIC.test(before) || lastPart(of) === lastPart(before);
  });
}

/** A tag as people see it, the version or date at its end, and what comes before: `services/pay`. */
function namesOf(tag: string): { name: string; version: string | null; of: string } {
  const name = plainText(tag, 120);
  const form = /^(.*?)(?:^|[-_/@])v?(\d+(?:\.\d+)+[\w.+-]*|\d{4}([-/.])\d{1,2}\3\d{1,2})$/i;
  const [, of = "", version = null] = form.exec(name) ?? [];
  return { name, version, of };
}

/** As `drop-5`, whatever separates the word from its number; empty if there is no match. */
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

/** Its visible text: without addresses of links, anchors, pictures and the names of emojis. */
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
interface LedHeading {
  heading: Heading;
  lead: HeadingLead;
}

/** The headings of a file, without its title if the versions are one level below it. */
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
  // There may be thousands of tags and of headings: most pairs have no name in common.
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
