import type { DropEntry } from "../../../../src/documents/changelog/dropSection.ts";
import type { Change } from "../../../../src/domain/change/change.ts";
import type { DropChanges } from "../../../../src/domain/change/dropChanges.ts";
import { at } from "../../../support/record/events.ts";

export const STANDS = { takenBack: null, reapplied: null };
export const TUESDAY = at("2026-11-24T10:00:00Z");

export const goneBy = (drop: string | null) => ({ takenBack: { at: TUESDAY, drop }, reapplied: null });

export function change(text: string, over: Partial<Change> = {}): Change {
  const said = {
    kind: "added",
    type: "feat",
    scope: null,
    text,
    breaking: false,
    breakingNote: null,
  } as const;
  return { ...said, commit: "c".repeat(40), authors: [], ...over };
}

/** A drop that shipped on Monday, with a line for each text. */
export function entry(
  tag: string,
  texts: string[] = [`what ${tag} brings`],
  over: Partial<DropEntry> = {},
): DropEntry {
  const changes: DropChanges = {
    tag,
    changes: texts.map((text) => ({ change: change(text), ...STANDS })),
    takesBack: [],
    bringsBack: [],
    unresolved: [],
    whole: STANDS,
  };
  const shipped = { shippedAt: at("10:00"), shippedAssumed: false };
  return { tag, previous: null, ...shipped, changes, fate: STANDS, overrides: [], ...over };
}

export const BY_HAND = `# Changelog of the shop

Words of our own.

## [Unreleased]

- something in hand

## drop-2

- by hand,   with   spaces\t
\`\`\`
## drop-9
\`\`\`

## drop-1 (2026-01-01)

[drop-2]: https://example.com/2
`;
