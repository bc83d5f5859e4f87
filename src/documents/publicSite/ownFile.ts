import { createHash } from "node:crypto";

/**
 * The mark in each file that this program writes: that it did, and that nobody has changed it since. A file without it
 * is somebody's own.
 */
const MARK = /dropclock publish ([0-9a-f]{16})/;
const BLANK = "dropclock publish 0000000000000000";

/** The words that stand for the mark until a file is marked. */
export const MARK_PLACE = BLANK;

export type Ownership = "ours" | "changed" | "foreign";

/** @param text Holds `MARK_PLACE` once. */
export const marked = (text: string) => text.replace(BLANK, `dropclock publish ${digest(text)}`);

export function ownershipOf(text: string): Ownership {
  const mark = MARK.exec(text);
  if (!mark) return "foreign";
  return digest(text.replace(MARK, BLANK)) === mark[1] ? "ours" : "changed";
}

// A checkout may turn the line breaks.
const digest = (text: string) =>
  createHash("sha256").update(text.replaceAll("\r\n", "\n").toWellFormed()).digest("hex").slice(0, 16);
