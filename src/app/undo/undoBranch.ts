import type { UndoMode } from "../../domain/dropEvents.ts";
import { safeFileName } from "../safeFileName.ts";

/**
 * The short name of the branch that holds an undo, or the way back from it: a plain name whatever the tag is called.
 * @param round Counts from 1: a drop that was undone and put on again gets a branch of its own for the next time.
 */
export function undoBranch(mode: UndoMode, tag: string, round: number): string {
  const name = `dropclock/${mode}-${safeFileName(tag)}`;
  return round === 1 ? name : `${name}-${round}`;
}
