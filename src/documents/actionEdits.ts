import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import { type FieldName, placedFields } from "./actionItem.ts";
import { linesOf } from "./frontMatter.ts";
import type { LineEdit } from "./lineEdits.ts";
import { type PlacedAction, readPostmortem } from "./postmortemFile.ts";

const BOX = /^((?:[ \t]*(?:>|[-*+]|\d{1,9}[.)]))+[ \t]+\[)([ xX])\]/;

/** The one character that ticks an action, or takes its tick away; null where it stands so already. */
export function tickEdit({ raw, line }: Pick<PlacedAction, "raw" | "line">, done: boolean): LineEdit | null {
  const [, before, mark] = BOX.exec(raw) ?? [];
  if (before === undefined || (mark !== " ") === done) return null;
  return { line, from: before.length, to: before.length + 1, text: done ? "x" : " " };
}

/**
 * The action that somebody saw, in the file as it is now: on its line, or wherever that very line has moved to.
 * @throws {HumanError} where it is not there any more, or stands there several times.
 */
export function findAgain(content: string, seen: Pick<PlacedAction, "raw" | "line">): PlacedAction {
  const same = readPostmortem(content).actions.filter(({ raw }) => raw === seen.raw);
  const found = same.find(({ line }) => line === seen.line) ?? (same.length === 1 ? same[0] : undefined);
  if (found) return found;
  throw new HumanError(
    "refused",
    `The line “${plainText(seen.raw, 80)}” was changed in the meantime, so nothing was done; look again.`,
  );
}

/** Puts an owner or a due date where the field stands, or at the end of the action's words. */
export function fieldEdit(content: string, action: PlacedAction, name: FieldName, value: string): LineEdit {
  const lines = linesOf(content);
  for (let line = action.lastLine; line >= action.line; line--) {
    const found = placedFields(lines[line]!, name).at(-1);
    if (!found) continue;
    const gap = /[\s*_>\]]$/.test(lines[line]!.slice(0, found.from)) || found.to > found.from ? "" : " ";
    return { line, from: found.from, to: found.to, text: gap + value };
  }
  return insertion(lines, action, name, value);
}

/** The owner goes before the due date, as everywhere. */
function insertion(lines: readonly string[], action: PlacedAction, name: string, value: string): LineEdit {
  const text = ` — ${name}: ${value}`;
  if (name === "owner") {
    for (let line = action.line; line <= action.lastLine; line++) {
      const due = /(?:—|--)\s*due:/i.exec(lines[line]!);
      if (!due) continue;
      const from = lines[line]!.slice(0, due.index).trimEnd().length;
      return { line, from, to: from, text };
    }
  }
  const end = lines[action.lastLine]!.trimEnd().length;
  return { line: action.lastLine, from: end, to: end, text };
}
