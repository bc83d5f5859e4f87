import type { Change } from "../../domain/change/change.ts";
import type { Forge } from "../../domain/change/forge.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { inertMarkdown } from "../markdown.ts";

/** How a team's changelog looks. */
export interface ChangelogStyle {
  /** Where versions, issues, pull requests and commits have pages; null: nobody knows. */
  forge: Forge | null;
  /** Headings by the type of a commit, or by the section's own word (`added`). */
  sections: Readonly<Record<string, string>>;
  /** Whether whoever wrote a change is named. */
  authors: boolean;
}

export const PLAIN: ChangelogStyle = { forge: null, sections: {}, authors: false };

/** A change and what is to be said behind it, such as `(reverted; first in drop-5)`. */
export interface ToldChange {
  change: Change;
  aside?: string;
}

/** Entries of a list; those that say the same are one, with the commits of all. */
export function changeLines(changes: readonly ToldChange[], style: ChangelogStyle): string[] {
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
    inertMarkdown(plainText(name, 60)),
  );
  const shown = names.length > MOST_AUTHORS ? [...names.slice(0, MOST_AUTHORS), "others"] : names;
  if (shown.length === 0) return "";
  return ` by ${shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`}`;
}

/** Characters that no font has: each stands for a piece of Markdown of ours while the text around it is made inert. */
const HOLES = /[\ue000-\uf8ff]/g;
const FIRST_HOLE = 0xe000;
/** What is in nobody's words: these characters, and those that cannot be seen. */
const UNSEEN = /[\ue000-\uf8ff]|(?![\u200c\u200d])\p{Cf}/gu;

const REFERENCES =
  /(?<![\w/@])@[\w-][\w./-]*|\(#(\d{1,9})\)(?=\s*$)|\b(?:pull|merge) request [#!](\d{1,9})(?!\w)|(?<![\w/&#!-])(?:#(\d{1,9})|!(\d{1,9}))(?!\w)/gi;

/**
 * A line that people wrote as the Markdown that they meant: code spans stay code, numbers of issues and pull requests
 * are links to the repository's own, and what would call somebody (`@types/node`) is code. All else stays text.
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
      // Code right beside code would be one piece of it.
      const isApart = !/[\ue000-\uf8ff]/.test(`${all[at - 1] ?? ""}${all[at + name.length] ?? ""}`);
      return isApart ? `${hole(`\`${name}\``)}${match.slice(name.length)}` : match;
    }
    const link = forge && linkOf(forge, { own, request, issue, merge });
    if (!link) return match;
    return own === undefined ? hole(`[${match}](${link})`) : `(${hole(`[#${own}](${link})`)})`;
  });
  return inertWords(linked).replace(HOLES, (c) => made[c.charCodeAt(0) - FIRST_HOLE]!);
}

/**
 * Words inside of a line, inert, with no more escapes than they need: people read the source as well. What begins a
 * block is escaped at their beginning; the rest where it could mean something.
 */
function inertWords(words: string): string {
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
  /** At the end of a line, in brackets: there forges put the number of the pull request. */
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

/** A line in the pieces that Markdown sees, code with its backticks: a run of backticks begins code where a run of the same length ends it. */
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
