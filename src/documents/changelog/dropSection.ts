import { CHANGE_KINDS, type Change, type ChangeKind } from "../../domain/change.ts";
import {
  type DropChanges,
  type Fate,
  type FatedChange,
  isGone,
  type TurnedChange,
} from "../../domain/dropChanges.ts";
import { assumedWords } from "../../domain/dropWording.ts";
import { formatInstant, type Instant } from "../../domain/instant.ts";
import { plainText } from "../../domain/plainText.ts";
import { inertMarkdown } from "../markdown.ts";
import { nameOf } from "../marks.ts";
import { type ChangelogStyle, changeLines, PLAIN, type ToldChange } from "./changeLine.ts";

/** Everything that a changelog says of a drop. */
export interface DropEntry {
  tag: string;
  /** All tags on its commit; left out: there is no other one. */
  names?: readonly string[];
  /** The tag of the drop before it; null: it is the first. */
  previous: string | null;
  shippedAt: Instant;
  /** Nobody has said when: it is the day of its commit. */
  shippedAssumed: boolean;
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
export function dropHeading(entry: DropEntry, { forge } = PLAIN): string {
  const { tag, previous, shippedAt, fate } = entry;
  const link = forge ? `(${forge.release(tag, previous)})` : "";
  const yanked = isGone(fate) ? " [YANKED]" : "";
  return `## [${inertMarkdown(plainText(tag, 120))}]${link} - ${dayOf(shippedAt)}${assumedWords(entry)}${yanked}`;
}

/** The section of a drop below its heading, lines without breaks; blank lines part paragraphs and lists. */
export function dropSection(entry: DropEntry, style: ChangelogStyle = PLAIN): string[] {
  const { changes, fate } = entry;
  const blocks = isGone(fate) ? goneBlocks(changes, style) : standingBlocks(changes, style);
  return joined([...dropNotes(entry), ...blocks]);
}

/** What is on record about a drop as a whole, one paragraph each. */
export function dropNotes({ tag, fate, overrides }: DropEntry): string[][] {
  const { takenBack, reapplied } = fate;
  const notes = overrides.map(({ by, at, why }) => [
    `Shipped without the council’s approval, by an override of ${inertMarkdown(nameOf(by))} on ${dayOf(at)}: ${inertMarkdown(plainText(why, 500))}`,
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

/** What a revert says that it reverts, where nothing that is known has that name: nobody else would tell of it. */
function unresolvedBlocks(changes: DropChanges | null, style: ChangelogStyle): string[][] {
  return (["revert", "reapply"] as const).flatMap((kind) => {
    const own = changes?.unresolved.filter((each) => each.kind === kind) ?? [];
    if (own.length === 0) return [];
    const title = kind === "revert" ? "Reverts" : "Reapplies";
    return [[`${title} that match no known change:`], changeLines(own, style)];
  });
}

/** The lists by section: what is new, what came back, what went. */
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
    return list.length > 0 ? [[`### ${inertMarkdown(plainText(title, 100))}`], list] : [];
  });
}

function titleOf({ kind, type }: Pick<Change, "kind" | "type">, { sections }: ChangelogStyle): string {
  const own = (key: string | null) =>
    key !== null && Object.hasOwn(sections, key) ? sections[key] : undefined;
  return own(type) ?? own(kind) ?? TITLES[kind];
}

/** A drop of which only changes turned that are not seen from outside is named all the same. */
function quietly(turned: readonly TurnedChange[], what: string): string[] {
  const told = new Set(turned.filter(({ change }) => change).map(({ from }) => from));
  const names = new Set(turned.map(({ from }) => from).filter((from) => !told.has(from)));
  return [...names].map(
    (from) => `- ${from === null ? "Earlier work" : inertMarkdown(plainText(from, 120))} was ${what}`,
  );
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

const joined = (blocks: readonly string[][]) =>
  blocks.flatMap((block, i) => (i === 0 ? block : ["", ...block]));
