import { createHash } from "node:crypto";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { joinedLines } from "../frontMatter.ts";
import {
  bareLine,
  type ChangelogText,
  type Heading,
  headingsOf,
  type OwnPart,
  readChangelog,
  withoutTitle,
} from "./changelogText.ts";
import {
  type ChangelogStyle,
  type DropEntry,
  dropHeading,
  dropNotes,
  dropSection,
  PLAIN,
} from "./dropSection.ts";

/** What happened to a drop's section: new, updated, unchanged, written by a person, or edited by a person. */
type SectionState = "new" | "refreshed" | "unchanged" | "by-hand" | "edited" | "left-out";

export interface EditedChangelog {
  text: string;
  changed: boolean;
  sections: { tag: string; state: SectionState }[];
  /** Sentences for people: what was left unchanged, and why. */
  notes: string[];
}

const NEW_FILE = [
  "# Changelog",
  "",
  "The format follows [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).",
  "",
  "## [Unreleased]",
];

interface EditOptions {
  style?: ChangelogStyle;
  /** How many of the newest drops get an entry if the file has none; left out: all. */
  last?: number | undefined;
}

/**
 * Updates a changelog. Only what is between this program's markers is ever replaced, and only while nobody has
 * edited it; every other byte is kept.
 * @param text The present text; null or blank: no changelog yet.
 * @param entries Newest first. One that is missing in the file is added if it is newer than all others there, or
 *   next to entries of this program; among entries that people wrote it is left out and reported.
 */
export function editChangelog(
  text: string | null,
  entries: readonly DropEntry[],
  options: EditOptions = {},
): EditedChangelog {
  const blank = text === null || text.trim() === "";
  const editor = new ChangelogEditor(blank ? `${NEW_FILE.join("\n")}\n` : text, entries, options);
  const edited = editor.bringUpToDate();
  return { ...edited, changed: edited.text !== (text ?? "") };
}

/** Only the section of one drop, as release notes: without markers. */
export const dropMarkdown = (entry: DropEntry, style: ChangelogStyle = PLAIN) =>
  linesOf(entry, style).join("\n");

const linesOf = (entry: DropEntry, style: ChangelogStyle) => [
  dropHeading(entry, style),
  "",
  ...dropSection(entry, style),
];

class ChangelogEditor {
  readonly #read: ChangelogText;
  readonly #entries: readonly DropEntry[];
  readonly #style: ChangelogStyle;
  readonly #last: number;
  /** The headings that separate versions, outside parts of this program. */
  readonly #versions: { heading: Heading; isUnreleased: boolean }[];
  /** The headings that people wrote for a drop, by its tag. */
  readonly #headings: ReadonlyMap<string, Heading>;
  /** The parts of this program, by their kind and the tag of their drop. */
  readonly #parts = new Map<string, OwnPart>();
  /** An insertion before a line, or a replacement of lines `from` to `to`. */
  readonly #edits: { from: number; to: number; lines: string[] }[] = [];
  readonly #notes: string[] = [];

  constructor(text: string, entries: readonly DropEntry[], { style = PLAIN, last }: EditOptions) {
    this.#read = readChangelog(text, digest);
    this.#entries = entries;
    this.#style = style;
    this.#last = last ?? entries.length;
    const names = namesOfAll(entries);
    const parts = new Map(this.#read.parts.map((part) => [`${part.kind} ${part.key}`, part]));
    for (const [tag, all] of names) {
      for (const kind of ["drop", "note"] as const) {
        const own = all.map((name) => parts.get(`${kind} ${keyOf(name)}`)).find((part) => part !== undefined);
        if (own) this.#parts.set(`${kind} ${tag}`, own);
      }
    }
    const isOwn = ({ line }: Heading) => this.#read.parts.some(({ from, to }) => line > from && line < to);
    const read = withoutTitle(this.#read.headings).filter(({ heading }) => !isOwn(heading));
    this.#versions = read.flatMap(({ heading, lead: { isVersion, isUnreleased } }) => {
      const isHigh = heading.level <= 3 && (isVersion || /^\[[^\]]+\]/.test(heading.text));
      return isUnreleased || isHigh ? [{ heading, isUnreleased }] : [];
    });
    this.#headings = headingsOf(
      // Pre-releases are often listed far below their release.
      read.filter(({ heading, lead }) => heading.level <= 3 || lead.isVersion),
      names,
    );
  }

  bringUpToDate(): Omit<EditedChangelog, "changed"> {
    const states = this.#entries.map((entry, i) => this.#edit(entry, i));
    this.#tellLeftOut(states);
    const sections = this.#entries.map(({ tag }, i) => ({ tag, state: states[i]! }));
    return { text: this.#apply(), sections, notes: this.#notes };
  }

  #edit(entry: DropEntry, i: number): SectionState {
    const part = this.#part("drop", entry.tag);
    if (part) return this.#refresh(part, entry, linesOf(entry, this.#style), "edited");
    if (this.#isTorn(entry.tag)) return this.#leaveTorn(entry.tag);
    const heading = this.#headings.get(entry.tag);
    if (heading) return this.#note(entry, heading);
    const place = i < this.#last ? this.#placeFor(i) : null;
    if (place === null) return "left-out";
    this.#insert(place, block("drop", entry.tag, linesOf(entry, this.#style)));
    return "new";
  }

  /** Where a missing drop goes; null: people wrote what is there, and left it out. */
  #placeFor(i: number): number | null {
    const newer = this.#entries.slice(0, i).findLast(({ tag }) => this.#has(tag))?.tag ?? null;
    const older = this.#entries.slice(i + 1).find(({ tag }) => this.#has(tag))?.tag ?? null;
    if (newer === null) return this.#placeOnTop(older);
    const above = this.#part("drop", newer);
    const below = older === null ? null : this.#part("drop", older);
    if (!above && !below) return null;
    const from = above?.to ?? this.#headings.get(newer)?.line ?? 0;
    const to = older === null ? this.#read.end : this.#startOfDrop(older);
    // Headings that match nothing known may be these drops in a form that is not understood.
    const isClear = !this.#versions.some(({ heading: { line } }) => line > from && line < to);
    if (!isClear) return null;
    return older === null ? above!.to + 1 : to;
  }

  #placeOnTop(older: string | null): number {
    if (older !== null) return this.#startOfDrop(older);
    const first = this.#versions.find(({ isUnreleased }) => !isUnreleased);
    return first ? this.#startOf(first.heading) : this.#endOfText();
  }

  #startOfDrop(tag: string): number {
    const own = this.#part("drop", tag);
    const heading = this.#headings.get(tag);
    const torn = this.#read.torn.find(({ key }) => key === keyOf(tag));
    return own?.from ?? (heading ? this.#startOf(heading) : (torn?.line ?? this.#endOfText()));
  }

  #tellLeftOut(states: readonly SectionState[]): void {
    const left = this.#entries.map(({ tag }) => tag).filter((_, i) => states[i] === "left-out");
    const newest = new Set(this.#entries.slice(0, this.#last).map(({ tag }) => tag));
    const byWish = left.filter((tag) => !newest.has(tag));
    const byHand = left.filter((tag) => newest.has(tag));
    if (byWish.length > 0)
      this.#notes.push(
        `Only the newest ${drops(this.#last)} can be added; ${drops(byWish.length)} left out: ${listed(byWish)}.`,
      );
    const where = byHand.length === 1 ? "it belongs, so it is" : "they belong, so they are";
    if (byHand.length > 0)
      this.#notes.push(
        `The changelog has no entry for ${drops(byHand.length)}, and people wrote the part where ${where} left out: ${listed(byHand)}.`,
      );
  }

  #refresh(part: OwnPart, entry: DropEntry, inner: string[], changed: SectionState): SectionState {
    if (!part.intact) {
      const missing = entry.fate.takenBack ? "; it was rolled back, so check that it says so" : "";
      this.#notes.push(
        `${shown(entry.tag)} was changed by hand, so it stays as it is${missing}. To have it generated again, delete it with its markers (line ${part.from + 1}).`,
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

  /** In a section that people wrote, only what they could not have known is added, in a part of its own. */
  #note(entry: DropEntry, heading: Heading): SectionState {
    const inner = dropNotes(entry).flatMap((note, i) => (i === 0 ? note : ["", ...note]));
    const part = this.#part("note", entry.tag);
    if (part) {
      if (inner.length > 0) this.#refresh(part, entry, inner, "by-hand");
      else if (part.intact) this.#remove(part);
    } else if (inner.length > 0 && !this.#saysItself(heading)) {
      const below = heading.line + heading.height;
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
    const end = this.#versions.find(({ heading }) => heading.line > line)?.heading.line;
    const said = this.#read.lines.slice(line, end).join("");
    return /yanked|taken back|rolled back|without the council/i.test(said);
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
      // One blank line between two parts of this program is enough.
      const own = follows && written[0] === "" && text.endsWith(eol + eol) ? written.slice(1) : written;
      text += own.map((line) => line + eol).join("");
      at = to;
    }
    return text + lines.slice(at).join("");
  }

  #has = (tag: string) => this.#part("drop", tag) !== null || this.#headings.has(tag) || this.#isTorn(tag);

  #part(kind: OwnPart["kind"], tag: string): OwnPart | null {
    return this.#parts.get(`${kind} ${tag}`) ?? null;
  }

  #isTorn = (tag: string) => this.#read.torn.some(({ key }) => key === keyOf(tag));
}

/** The names a drop may have in the file, its tag first: other tags on its commit, without those of other drops. */
function namesOfAll(entries: readonly DropEntry[]): Map<string, string[]> {
  const tags = new Set(entries.map(({ tag }) => tag));
  return new Map(
    entries.map(({ tag, names = [] }) => [tag, [tag, ...names.filter((name) => !tags.has(name))]]),
  );
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

// Blank lines are ignored, because formatters change them.
const digest = (text: string) =>
  createHash("sha256").update(withoutBlanks(text).toWellFormed()).digest("hex").slice(0, 12);

const withoutBlanks = (text: string) => joinedLines(text, "\n");

const drops = (count: number) => counted(count, "drop");

function listed(tags: readonly string[]): string {
  const named = tags.slice(0, 5).map((tag) => plainText(tag, 60));
  return tags.length > named.length
    ? `${named.join(", ")} and ${tags.length - named.length} more`
    : named.join(", ");
}
