import { CHANGE_KINDS, type Change, type ChangeKind } from "../../domain/change.ts";
import {
  type DropChanges,
  type Fate,
  type FatedChange,
  isGone,
  type TurnedChange,
} from "../../domain/dropChanges.ts";
import type { Instant } from "../../domain/instant.ts";
import { formatInstant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import { inertMarkdown } from "../markdown.ts";
import { nameOf } from "../marks.ts";

/** Everything that a changelog says of a drop. */
export interface DropEntry {
  tag: string;
  shippedAt: Instant;
  /** Null: git cannot tell here what it brought. */
  changes: DropChanges | null;
  /** What became of the drop as a whole: by the record, else by its commits. */
  fate: Fate;
  /** Where the council was overridden for it. */
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
export function dropHeading({ tag, shippedAt, fate }: DropEntry): string {
  return `## [${inertMarkdown(plainText(tag, 120))}] - ${dayOf(shippedAt)}${isGone(fate) ? " [YANKED]" : ""}`;
}

/** The section of a drop below its heading, lines without breaks; blank lines part paragraphs and lists. */
export function dropSection(entry: DropEntry): string[] {
  return joined([...dropNotes(entry), ...(isGone(entry.fate) ? goneBlocks(entry) : standingBlocks(entry))]);
}

/** What is on record about a drop as a whole, one paragraph each. */
export function dropNotes({ tag, fate, overrides }: DropEntry): string[][] {
  const { takenBack, reapplied } = fate;
  const notes = overrides.map(({ by, at, why }) => [
    `Shipped without the council’s approval, by an override of ${inertMarkdown(nameOf(by))} on ${dayOf(at)}: ${inertMarkdown(plainText(why, 500))}`,
  ]);
  if (!takenBack) return notes;
  const back = inDrop(takenBack.drop, tag);
  if (!reapplied)
    return [
      ...notes,
      [`**Taken back on ${dayOf(takenBack.at)}**${back}: what it brought is not in the product.`],
    ];
  return [
    ...notes,
    [
      `Taken back on ${dayOf(takenBack.at)}${back}, and reapplied on ${dayOf(reapplied.at)}${inDrop(reapplied.drop, tag)}.`,
    ],
  ];
}

/** Nothing of it may read as if it were new. */
function goneBlocks({ changes }: DropEntry): string[][] {
  const brought = changes?.changes ?? [];
  const turned = turnedBlocks(changes, []);
  if (brought.length === 0) return turned;
  return [["It had brought:"], unique(brought.map(({ change }) => `- ${changeText(change)}`)), ...turned];
}

function standingBlocks({ changes }: DropEntry): string[][] {
  if (!changes) return [["What it changes is not known here: its commits are not in this repository."]];
  const standing = changes.changes.filter((each) => !isGone(each));
  const gone = changes.changes.filter(isGone);
  const blocks = turnedBlocks(changes, standing);
  if (gone.length > 0) {
    blocks.push(
      ["Taken back since:"],
      unique(gone.map((each) => `- ${changeText(each.change)}${whenGone(each)}`)),
    );
  }
  return blocks.length > 0 ? blocks : [["Nothing that is seen from outside."]];
}

/** The lists by kind: what is new, what came back, what went. */
function turnedBlocks(changes: DropChanges | null, standing: readonly FatedChange[]): string[][] {
  const lines = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, [] as string[]])) as Record<
    ChangeKind,
    string[]
  >;
  for (const { change } of inFront(standing)) lines[change.kind].push(`- ${changeText(change)}`);
  for (const { change, from } of changes?.bringsBack ?? []) {
    if (change) lines[change.kind].push(`- ${changeText(change)} (reapplied${firstIn(from)})`);
  }
  const taken = changes?.takesBack ?? [];
  for (const { change, from } of taken) {
    if (change) lines.removed.push(`- ${changeText(change)} (taken back${firstIn(from)})`);
  }
  lines.removed.push(...quietly(taken, "taken back"));
  lines.changed.push(...quietly(changes?.bringsBack ?? [], "reapplied"));
  return CHANGE_KINDS.flatMap((kind) =>
    lines[kind].length > 0 ? [[`### ${TITLES[kind]}`], unique(lines[kind])] : [],
  );
}

/** A drop of which only changes turned that are not seen from outside is named all the same. */
function quietly(turned: readonly TurnedChange[], what: string): string[] {
  const told = new Set(turned.filter(({ change }) => change).map(({ from }) => from));
  const names = new Set(turned.map(({ from }) => from).filter((from) => !told.has(from)));
  return [...names].map(
    (from) => `- ${from === null ? "Earlier work" : inertMarkdown(plainText(from, 120))} was ${what}`,
  );
}

/** `**Breaking:** **cart:** round once`, inert. */
function changeText({ scope, text, breaking, breakingNote }: Change): string {
  const inert = (words: string, longest: number) => inertMarkdown(plainText(words, longest));
  return [
    breaking ? "**Breaking:** " : "",
    scope === null ? "" : `**${inert(scope, 60)}:** `,
    inert(text, 300),
    breakingNote === null ? "" : `. ${inert(breakingNote, 300)}`,
  ].join("");
}

const inFront = (changes: readonly FatedChange[]) =>
  [...changes].sort((a, b) => Number(b.change.breaking) - Number(a.change.breaking));

const whenGone = ({ takenBack }: Fate) =>
  takenBack ? ` (on ${dayOf(takenBack.at)}${inDrop(takenBack.drop, "")})` : "";

const firstIn = (from: string | null) =>
  from === null ? "" : `; first in ${inertMarkdown(plainText(from, 120))}`;

const inDrop = (drop: string | null, own: string) =>
  drop === null || drop === own ? "" : ` with ${inertMarkdown(plainText(drop, 120))}`;

const dayOf = (at: Instant) => formatInstant(at).slice(0, 10);

const unique = (lines: readonly string[]) => [...new Set(lines)];

const joined = (blocks: readonly string[][]) =>
  blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]));
