import { createHash } from "node:crypto";
import { plainText } from "../../domain/plainText.ts";
import { joinedLines } from "../frontMatter.ts";
import { bareLine, type ChangelogText, type Heading, type OwnPart, readChangelog } from "./changelogText.ts";
import { type DropEntry, dropHeading, dropNotes, dropSection } from "./dropSection.ts";

/** What was done about a drop: its section is new, made again, as it was, somebody else's, or changed by hand. */
export type SectionState = "new" | "refreshed" | "unchanged" | "by-hand" | "edited" | "left-out";

export interface EditedChangelog {
  text: string;
  changed: boolean;
  sections: { tag: string; state: SectionState }[];
  /** Sentences for people: what was left alone, and why. */
  notes: string[];
}

const NEW_FILE = [
  "# Changelog",
  "",
  "The format follows [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).",
  "",
  "## [Unreleased]",
];

/**
 * Brings a changelog up to date. Only what stands between markers of ours is ever replaced, and only while nobody has
 * changed it; every other byte stays where it is.
 * @param text What is there; null or blank: no changelog yet.
 * @param entries Newest first. One that the file does not have yet is added where it is newer than all that it has.
 */
export function editChangelog(text: string | null, entries: readonly DropEntry[]): EditedChangelog {
  const blank = text === null || text.trim() === "";
  const editor = new ChangelogEditor(blank ? `${NEW_FILE.join("\n")}\n` : text);
  const edited = editor.bringUpToDate(entries);
  return { ...edited, changed: edited.text !== (text ?? "") };
}

/** The section of a drop alone, as a release's notes: without markers. */
export const dropMarkdown = (entry: DropEntry) => [dropHeading(entry), "", ...dropSection(entry)].join("\n");

class ChangelogEditor {
  readonly #read: ChangelogText;
  readonly #versions: Heading[];
  /** What goes before a line, and what takes the place of lines `from` to `to`. */
  readonly #edits: { from: number; to: number; lines: string[] }[] = [];
  readonly #notes: string[] = [];

  constructor(text: string) {
    this.#read = readChangelog(text, digest);
    this.#versions = versionHeadings(this.#read.headings);
  }

  bringUpToDate(entries: readonly DropEntry[]): Omit<EditedChangelog, "changed"> {
    const known = entries.findIndex(({ tag }) => this.#has(tag));
    const sections = entries.map((entry, i) => ({
      tag: entry.tag,
      state: this.#edit(entry, known < 0 || i < known, entries.slice(i + 1)),
    }));
    return { text: this.#apply(), sections, notes: this.#notes };
  }

  #edit(entry: DropEntry, isNew: boolean, older: readonly DropEntry[]): SectionState {
    const part = this.#part("drop", entry.tag);
    if (part) return this.#refresh(part, entry, [dropHeading(entry), "", ...dropSection(entry)], "edited");
    if (this.#isTorn(entry.tag)) return this.#leaveTorn(entry.tag);
    const heading = this.#headingOf(entry.tag);
    if (heading) return this.#note(entry, heading);
    if (!isNew) return "left-out";
    this.#insert(
      this.#placeBefore(older),
      block("drop", entry.tag, [dropHeading(entry), "", ...dropSection(entry)]),
    );
    return "new";
  }

  #refresh(part: OwnPart, entry: DropEntry, inner: string[], changed: SectionState): SectionState {
    if (!part.intact) {
      const missing = entry.fate.takenBack ? "; it was taken back, so see that it says so" : "";
      this.#notes.push(
        `${shown(entry.tag)} was changed by hand, so it stays as it is${missing}. Delete it with its markers (line ${part.from + 1}) to have it made again.`,
      );
      return changed;
    }
    const now = this.#read.lines.slice(part.from + 1, part.to).map(bareLine);
    if (withoutBlanks(now.join("\n")) === withoutBlanks(inner.join("\n"))) return "unchanged";
    this.#edits.push({ from: part.from, to: part.to + 1, lines: block(part.kind, entry.tag, inner) });
    return "refreshed";
  }

  #leaveTorn(tag: string): SectionState {
    const { line } = this.#read.torn.find(({ key }) => key === keyOf(tag))!;
    this.#notes.push(
      `The part of ${shown(tag)} has no end (line ${line + 1}), so it stays as it is; end it with <!-- /dropclock -->, or remove its marker.`,
    );
    return "by-hand";
  }

  /** In a section that people wrote, only what they cannot have known is added, in a part of its own. */
  #note(entry: DropEntry, heading: Heading): SectionState {
    const inner = dropNotes(entry).flatMap((note, i) => (i === 0 ? note : ["", ...note]));
    const part = this.#part("note", entry.tag);
    if (part) {
      if (inner.length > 0) this.#refresh(part, entry, inner, "by-hand");
      else if (part.intact) this.#remove(part);
    } else if (inner.length > 0 && !this.#saysItself(heading)) {
      const below = heading.line + (/^ {0,3}#/.test(bareLine(this.#read.lines[heading.line]!)) ? 1 : 2);
      this.#edits.push({ from: below, to: below, lines: ["", ...block("note", entry.tag, inner)] });
    }
    return "by-hand";
  }

  /** With the blank line that came before it. */
  #remove({ from, to }: OwnPart): void {
    const isBlank = (i: number) => bareLine(this.#read.lines[i] ?? "").trim() === "";
    this.#edits.push({ from: isBlank(from - 1) && isBlank(to + 1) ? from - 1 : from, to: to + 1, lines: [] });
  }

  #saysItself({ line }: Heading): boolean {
    const end = this.#versions.find((other) => other.line > line && isVersion(other))?.line;
    const said = this.#read.lines.slice(line, end).join("");
    return /yanked|taken back|rolled back|without the council/i.test(said);
  }

  /** Before the newest of the older drops that the file has; else before its first version, or at its end. */
  #placeBefore(older: readonly DropEntry[]): number {
    for (const { tag } of older) {
      const part = this.#part("drop", tag);
      if (part) return part.from;
      const heading = this.#headingOf(tag);
      if (heading) return this.#startOf(heading);
    }
    const first = this.#versions.find((heading) => isVersion(heading) && !isUnreleased(heading));
    if (first) return this.#startOf(first);
    return this.#endOfText();
  }

  /** Some put an anchor before the heading; it belongs to it. */
  #startOf({ line }: Heading): number {
    const part = this.#read.parts.find(({ from, to }) => line > from && line < to);
    if (part) return part.from;
    let at = line;
    while (at > 0 && /^<a\s[^>]*>\s*(?:<\/a>)?$/.test(bareLine(this.#read.lines[at - 1]!).trim())) at--;
    return at;
  }

  /** The links that many changelogs end with stay last. */
  #endOfText(): number {
    let at = this.#read.end;
    while (at > 0 && /^\s*$|^ {0,3}\[[^\]]+\]:/.test(bareLine(this.#read.lines[at - 1]!))) at--;
    return at === 0 ? this.#read.end : at;
  }

  #insert(at: number, lines: string[]): void {
    const before = at > 0 && bareLine(this.#read.lines[at - 1]!) !== "" ? [""] : [];
    const after = at < this.#read.lines.length && bareLine(this.#read.lines[at]!) !== "" ? [""] : [];
    this.#edits.push({ from: at, to: at, lines: [...before, ...lines, ...after] });
  }

  #apply(): string {
    const { lines, eol } = this.#read;
    // In the order of the file; several at one place stay newest first.
    const edits = this.#edits.toSorted((a, b) => a.from - b.from);
    let text = "";
    let at = 0;
    for (const { from, to, lines: written } of edits) {
      const follows = text !== "" && from === at;
      text += lines.slice(at, from).join("");
      if (written.length > 0 && text !== "" && !text.endsWith("\n")) text += eol;
      // One blank line between two of ours is enough.
      const own = follows && written[0] === "" && text.endsWith(eol + eol) ? written.slice(1) : written;
      text += own.map((line) => line + eol).join("");
      at = to;
    }
    return text + lines.slice(at).join("");
  }

  #has = (tag: string) =>
    this.#part("drop", tag) !== null || this.#headingOf(tag) !== null || this.#isTorn(tag);

  #part(kind: OwnPart["kind"], tag: string): OwnPart | null {
    return this.#read.parts.find((part) => part.kind === kind && part.key === keyOf(tag)) ?? null;
  }

  #isTorn = (tag: string) => this.#read.torn.some(({ key }) => key === keyOf(tag));

  #headingOf(tag: string): Heading | null {
    const names = namesOf(tag).map(shown);
    const mentions = ({ text }: Heading) => {
      const plain = plainText(text.replace(/\\([!-/:-@[-`{-~])/g, "$1"), 500);
      return names.some((name) => isNamed(plain, name));
    };
    return this.#versions.find((heading) => heading.level <= 3 && mentions(heading)) ?? null;
  }
}

function block(kind: OwnPart["kind"], tag: string, inner: readonly string[]): string[] {
  const text = inner.map((line) => `${line}\n`).join("");
  return [
    `<!-- dropclock:${kind} ${keyOf(tag)} ${digest(text)} -->`,
    "",
    ...inner,
    "",
    "<!-- /dropclock -->",
  ];
}

/** A tag as one word that cannot end a comment. */
const keyOf = (tag: string) =>
  encodeURIComponent(tag.toWellFormed()).replace(
    /[!'()*]|-(?=-|$)/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const shown = (tag: string) => plainText(tag, 120);

// Blank lines count for nothing: a formatter may have its own mind about them.
const digest = (text: string) =>
  createHash("sha256").update(withoutBlanks(text).toWellFormed()).digest("hex").slice(0, 12);

const withoutBlanks = (text: string) => joinedLines(text, "\n");

/** A tag, and the version in it: of `v1.2.0` and of `cart-v1.2.0` many changelogs give the number alone. */
function namesOf(tag: string): string[] {
  const version = /(?:^|[-_/@])v?(\d+\.\d+[\w.+-]*)$/.exec(tag)?.[1];
  return version === undefined || version === tag ? [tag] : [tag, version];
}

/** Whether a heading is that of a version, which may follow a word (`Release`, a package) and a bracket. */
function isNamed(heading: string, name: string): boolean {
  const at = heading.indexOf(name);
  if (at < 0 || !/^(?:[\p{L}\p{N}@/._-]+:?\s+)?[[("'“]*$/u.test(heading.slice(0, at))) return false;
  return !/^(?:[\p{L}\p{N}_/@+-]|\.[\p{L}\p{N}])/u.test(heading.slice(at + name.length));
}

/** Without the file's title, where the versions are told one level below it. */
function versionHeadings(headings: readonly Heading[]): Heading[] {
  const [first, ...rest] = headings;
  const versions = rest.filter(isVersion);
  const titled = first?.level === 1 && versions.length > 0 && versions.every(({ level }) => level > 1);
  return titled ? rest : [...headings];
}

const isUnreleased = ({ text }: Heading) => /^\[?(?:unreleased|next|upcoming|master|main|head)\b/i.test(text);

/** A heading that parts one version from the next: by its number or its date, or that of the work in hand. */
const isVersion = (heading: Heading) =>
  isUnreleased(heading) ||
  (heading.level <= 3 &&
    /\d+\.\d+|\d{4}-\d{2}-\d{2}|^\[[^\]]+\]/.test(heading.text) &&
    !/^changelog$/i.test(heading.text));
