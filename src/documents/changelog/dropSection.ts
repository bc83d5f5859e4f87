import { CHANGE_KINDS, type Change, type ChangeKind } from "../../domain/change/change.ts";
import {
  type DropChanges,
  type Fate,
  type FatedChange,
  isGone,
  type TurnedChange,
} from "../../domain/change/dropChanges.ts";
import type { Forge } from "../../domain/change/forge.ts";
import { assumedWords } from "../../domain/drop/dropWording.ts";
import { plainText, shownName } from "../../domain/text/plainText.ts";
import { formatInstant, type Instant } from "../../domain/time/instant.ts";
import { escapeMarkdown } from "../markdown.ts";

/** Everything that a changelog says about a drop. */
export interface DropEntry {
  tag: string;
  /** All tags on its commit; left out: only one. */
  names?: readonly string[];
  /** The tag of the drop before it; null: it is the first. */
  previous: string | null;
  shippedAt: Instant;
  /** The shipping date is assumed: it is the day of its commit. */
  shippedAssumed: boolean;
  /** Null: git cannot tell what it brought. */
  changes: DropChanges | null;
  /** The state of the drop as a whole: by the record, else by its commits. */
  fate: Fate;
  /** The overrides of the council for it. */
  overrides: readonly { by: string; at: Instant; why: string }[];
}

const TITLES: Record<ChangeKind, string> = {
  added: "Added",
  changed: "Changed",
  deprecated: "Deprecated",
  removed: "Removed",
  fixed: "Fixed",
  security: "Security",
};

/** The heading of a drop. What is no longer in the product is marked as Keep a Changelog does it. */
export function dropHeading(entry: DropEntry, { forge } = PLAIN): string {
  const { tag, previous, shippedAt, fate } = entry;
  const link = forge ? `(${forge.release(tag, previous)})` : "";
  const yanked = isGone(fate) ? " [YANKED]" : "";
  return `## [${escapeMarkdown(plainText(tag, 120))}]${link} - ${dayOf(shippedAt)}${assumedWords(entry)}${yanked}`;
}

/** The section of a drop below its heading, lines without breaks; blank lines separate paragraphs and lists. */
export function dropSection(entry: DropEntry, style: ChangelogStyle = PLAIN): string[] {
  const { changes, fate } = entry;
  const blocks = isGone(fate) ? goneBlocks(changes, style) : standingBlocks(changes, style);
  return joined([...dropNotes(entry), ...blocks]);
}

/** What is recorded about a drop as a whole, one paragraph each. */
export function dropNotes({ tag, fate, overrides }: DropEntry): string[][] {
  const { takenBack, reapplied } = fate;
  const notes = overrides.map(({ by, at, why }) => [
    `Shipped without the council’s approval, by an override of ${escapeMarkdown(shownName(by, 80))} on ${dayOf(at)}: ${escapeMarkdown(plainText(why, 500))}`,
  ]);
  if (!takenBack) return notes;
  const back = inDrop(takenBack.drop, tag);
  const gone = `**Rolled back on ${dayOf(takenBack.at)}**${back}: what it brought is not in the product.`;
  if (!reapplied) return [...notes, [gone]];
  const again = `reapplied on ${dayOf(reapplied.at)}${inDrop(reapplied.drop, tag)}`;
  return [...notes, [`Rolled back on ${dayOf(takenBack.at)}${back}, and ${again}.`]];
}

/** Nothing of it may read as if it were new. */
function goneBlocks(changes: DropChanges | null, style: ChangelogStyle): string[][] {
  const brought = changes?.changes ?? [];
  const turned = [...sectionBlocks(changes, [], style), ...unresolvedBlocks(changes, style)];
  return brought.length === 0 ? turned : [["It had brought:"], changeLines(brought, style), ...turned];
}

function standingBlocks(changes: DropChanges | null, style: ChangelogStyle): string[][] {
  if (!changes) return [["Its changes are unknown: its commits are not in this clone."]];
  const standing = changes.changes.filter((each) => !isGone(each));
  const gone = changes.changes.filter(isGone);
  const blocks = sectionBlocks(changes, standing, style);
  if (gone.length > 0) {
    const told = gone.map((each) => ({ change: each.change, aside: whenGone(each) }));
    blocks.push(["Reverted since:"], changeLines(told, style));
  }
  blocks.push(...unresolvedBlocks(changes, style));
  return blocks.length > 0 ? blocks : [["No changes that users see."]];
}

/** What a revert says it reverts, if nothing known has that name: otherwise it would be missing. */
function unresolvedBlocks(changes: DropChanges | null, style: ChangelogStyle): string[][] {
  return (["revert", "reapply"] as const).flatMap((kind) => {
    const own = changes?.unresolved.filter((each) => each.kind === kind) ?? [];
    if (own.length === 0) return [];
    const title = kind === "revert" ? "Reverts" : "Reapplies";
    return [[`${title} that match no known change:`], changeLines(own, style)];
  });
}

/** The lists by section: what is new, reapplied, reverted. */
function sectionBlocks(
  changes: DropChanges | null,
  standing: readonly FatedChange[],
  style: ChangelogStyle,
): string[][] {
  const reapplied = changes?.bringsBack ?? [];
  const reverted = changes?.takesBack ?? [];
  const told: { title: string; changes: ToldChange[]; lines: string[] }[] = [];
  const section = (title: string) => {
    const there = told.find((each) => each.title === title);
    if (there) return there;
    const made = { title, changes: [], lines: [] };
    told.push(made);
    return made;
  };
  // Sections stand in the order of Keep a Changelog; those of a type come before the rest of their kind.
  for (const kind of CHANGE_KINDS) {
    const ofKind = (list: readonly { change: Change | null }[]) =>
      list.flatMap(({ change }) => (change?.kind === kind ? [change.type] : []));
    const types = new Set([...ofKind(standing), ...ofKind(reapplied)]);
    for (const type of Object.keys(style.sections)) if (types.has(type)) section(style.sections[type]!);
    section(titleOf({ kind, type: null }, style));
  }
  for (const { change } of inFront(standing)) section(titleOf(change, style)).changes.push({ change });
  for (const { change, from } of reapplied) {
    const aside = ` (reapplied${firstIn(from)})`;
    if (change) section(titleOf(change, style)).changes.push({ change, aside });
  }
  const removed = section(titleOf({ kind: "removed", type: null }, style));
  for (const { change, from } of reverted)
    if (change) removed.changes.push({ change, aside: ` (reverted${firstIn(from)})` });
  removed.lines.push(...quietly(reverted, "reverted"));
  section(titleOf({ kind: "changed", type: null }, style)).lines.push(...quietly(reapplied, "reapplied"));
  return told.flatMap(({ title, changes, lines }) => {
    const list = [...changeLines(changes, style), ...lines];
    return list.length > 0 ? [[`### ${escapeMarkdown(plainText(title, 100))}`], list] : [];
  });
}

function titleOf({ kind, type }: Pick<Change, "kind" | "type">, { sections }: ChangelogStyle): string {
  const own = (key: string | null) =>
    key !== null && Object.hasOwn(sections, key) ? sections[key] : undefined;
  return own(type) ?? own(kind) ?? TITLES[kind];
}

/** A drop is named even if only changes that users do not notice were reverted or reapplied. */
function quietly(turned: readonly TurnedChange[], what: string): string[] {
  const told = new Set(turned.filter(({ change }) => change).map(({ from }) => from));
  const names = new Set(turned.map(({ from }) => from).filter((from) => !told.has(from)));
  return [...names].map(
    (from) => `- ${from === null ? "Earlier work" : escapeMarkdown(plainText(from, 120))} was ${what}`,
  );
}

const inFront = (changes: readonly FatedChange[]) =>
  [...changes].sort((a, b) => Number(b.change.breaking) - Number(a.change.breaking));

const whenGone = ({ takenBack }: Fate) =>
  takenBack ? ` (on ${dayOf(takenBack.at)}${inDrop(takenBack.drop, "")})` : "";

const firstIn = (from: string | null) =>
  from === null ? "" : `; first in ${escapeMarkdown(plainText(from, 120))}`;

const inDrop = (drop: string | null, own: string) =>
  drop === null || drop === own ? "" : ` with ${escapeMarkdown(plainText(drop, 120))}`;

const dayOf = (at: Instant) => formatInstant(at).slice(0, 10);

const joined = (blocks: readonly string[][]) =>
  blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]));

/** The format of a team's changelog. */
export interface ChangelogStyle {
  /** The pages of versions, issues, pull requests and commits; null: unknown. */
  forge: Forge | null;
  /** Headings by the type of a commit, or by the section's own word (`added`). */
  sections: Readonly<Record<string, string>>;
  /** Whether authors are named. */
  authors: boolean;
}

export const PLAIN: ChangelogStyle = { forge: null, sections: {}, authors: false };

/** A change and its suffix, such as `(reverted; first in drop-5)`. */
interface ToldChange {
  change: Change;
  aside?: string;
}

/** Entries of a list; equal ones are merged, with the commits of all. */
function changeLines(changes: readonly ToldChange[], style: ChangelogStyle): string[] {
  const lines = new Map<string, Change[]>();
  for (const { change, aside = "" } of changes) {
    const text = `- ${changeText(change, style.forge)}${aside}`;
    const same = lines.get(text);
    if (same) same.push(change);
    else lines.set(text, [change]);
  }
  return [...lines].map(([text, all]) => `${text}${commitLinks(all, style.forge)}${authorNames(all, style)}`);
}

/** `**Breaking:** **cart:** round once`. */
function changeText({ scope, text, breaking, breakingNote }: Change, forge: Forge | null): string {
  const words = inlineMarkdown(plainText(text, 300), forge);
  const note = breakingNote === null ? "" : inlineMarkdown(plainText(breakingNote, 1000), forge);
  return [
    breaking ? "**Breaking:** " : "",
    scope === null ? "" : `**${inlineMarkdown(plainText(scope, 60), null)}:** `,
    words,
    note === "" ? "" : `${/[.!?]$/.test(words) ? "" : "."} ${note}`,
  ].join("");
}

function commitLinks(changes: readonly Change[], forge: Forge | null): string {
  if (!forge) return "";
  const links = [...new Set(changes.map(({ commit }) => commit))].map(
    (sha) => `[${sha.slice(0, 7)}](${forge.commit(sha)})`,
  );
  return ` (${links.join(", ")})`;
}

const MOST_AUTHORS = 5;

function authorNames(changes: readonly Change[], { authors }: ChangelogStyle): string {
  if (!authors) return "";
  const names = [...new Set(changes.flatMap((change) => change.authors))].map((name) =>
    escapeMarkdown(plainText(name, 60)),
  );
  const shown = names.length > MOST_AUTHORS ? [...names.slice(0, MOST_AUTHORS), "others"] : names;
  if (shown.length === 0) return "";
  return ` by ${shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`}`;
}

/** Private-use characters: each stands for a piece of generated Markdown while the text around it is escaped. */
const HOLES = /[\ue000-\uf8ff]/g;
const FIRST_HOLE = 0xe000;
/** Never part of a text: these characters, and invisible ones. */
const UNSEEN = /[\ue000-\uf8ff]|(?![\u200c\u200d])\p{Cf}/gu;

const REFERENCES =
  /(?<![\w/@])@[\w-][\w./-]*|\(#(\d{1,9})\)(?=\s*$)|\b(?:pull|merge) request [#!](\d{1,9})(?!\w)|(?<![\w/&#!-])(?:#(\d{1,9})|!(\d{1,9}))(?!\w)/gi;

/**
 * A line that people wrote, as the Markdown that they meant: code spans stay code, numbers of issues and pull requests
 * are links to the repository's own, and what would mention someone (`@types/node`) is code. Everything else stays text.
 */
export function inlineMarkdown(text: string, forge: Forge | null): string {
  const made: string[] = [];
  const hole = (markdown: string) => {
    made.push(markdown);
    return String.fromCharCode(FIRST_HOLE + made.length - 1);
  };
  const parts = codeSpans(text.replace(UNSEEN, "")).map(({ code, words }) => {
    if (code === undefined) return words;
    // Some programs look into code as well: for variables of templates, and for comments.
    return /\{[{%#]|<!--|-->/.test(code) ? code.replace(/`/g, "") : hole(code);
  });
  const linked = parts.join("").replace(REFERENCES, (match, ...rest) => {
    const [own, request, issue, merge] = rest as (string | undefined)[];
    if (match.startsWith("@")) {
      const name = match.replace(/[./-]+$/, "");
      const [at, all] = rest.slice(-2) as [number, string];
      // Two adjacent pieces of code would become one.
      const isApart = !/[\ue000-\uf8ff]/.test(`${all[at - 1] ?? ""}${all[at + name.length] ?? ""}`);
      return isApart ? `${hole(`\`${name}\``)}${match.slice(name.length)}` : match;
    }
    const link = forge && linkOf(forge, { own, request, issue, merge });
    if (!link) return match;
    return own === undefined ? hole(`[${match}](${link})`) : `(${hole(`[#${own}](${link})`)})`;
  });
  return escapeWords(linked).replace(HOLES, (c) => made[c.charCodeAt(0) - FIRST_HOLE]!);
}

/**
 * Escapes text inside a line, with no more escapes than necessary, because people read the source as well. What begins a
 * block is escaped at their beginning; the rest where it could mean something.
 */
function escapeWords(words: string): string {
  const isPaired = (sign: string) => words.split(sign).length > 2;
  return words
    .trim()
    .replace(/[\\`*[\]<]|&(?=#?\w+;)/g, (c) => (c === "<" ? "&lt;" : c === "&" ? "&amp;" : `\\${c}`))
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~/g, isPaired("~") ? "\\~" : "~")
    .replace(/\$(?=[({])/g, "\\$")
    .replace(/\$/g, (c, i: number, all: string) => (isPaired("$") && all[i - 1] !== "\\" ? "\\$" : c))
    .replace(/\{(?=[{%#])|(?<=\{)[{%#]|(?<=--)>/g, "\\$&")
    .replace(/:(?=\/\/|[\w+-]+:)|(?<=www)\.|@/gi, "\\$&")
    .replace(/!(?=[\ue000-\uf8ff]|$)/g, "\\!")
    .replace(/^[-+#>=|~:](?<!\\.)/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

interface Reference {
  /** At the end of a line, in brackets, forges put the number of the pull request. */
  own: string | undefined;
  request: string | undefined;
  issue: string | undefined;
  merge: string | undefined;
}

function linkOf(forge: Forge, { own, request, issue, merge }: Reference): string | null {
  const isPull = forge.kind === "github" || forge.kind === "gitea";
  if (own !== undefined) return isPull ? forge.pull(own) : forge.issue(own);
  if (request !== undefined) return forge.pull(request);
  if (issue !== undefined) return forge.issue(issue);
  return merge !== undefined && (forge.kind === "gitlab" || forge.kind === "azure")
    ? forge.pull(merge)
    : null;
}

/** A line in Markdown's pieces: a run of backticks begins code if a run of the same length ends it. */
function codeSpans(line: string): { words: string; code?: string }[] {
  const pieces: { words: string; code?: string }[] = [];
  const runs = [...line.matchAll(/`+/g)];
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const { 0: run, index } = runs[i]!;
    const end = runs.findIndex((other, j) => j > i && other[0] === run);
    if (end < 0) continue;
    const close = runs[end]!.index;
    pieces.push({ words: line.slice(at, index) });
    pieces.push({ words: "", code: line.slice(index, close + run.length) });
    at = close + run.length;
    i = end;
  }
  pieces.push({ words: line.slice(at) });
  return pieces;
}
