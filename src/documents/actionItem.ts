import { inertMarkdown } from "./markdown.ts";

/** Something to be done after an incident, as it stands in the post-mortem's task list. */
export interface ActionItem {
  text: string;
  /** A handle or a name; null: nobody yet. */
  owner: string | null;
  /** `YYYY-MM-DD`; null: not set yet. */
  due: string | null;
  done: boolean;
}

/** An action as somebody wrote it: what may be missing is. */
export interface WrittenAction extends Omit<ActionItem, "done"> {
  /** What stands where the due date should, where that is no date. */
  badDue: string | null;
}

/** The notation of action items: `- [ ] What to do — owner: @ana — due: 2026-12-01`. `?`: not known yet. */
export function writeActionItem({ text, owner, due, done }: ActionItem): string {
  const who = owner === null ? "?" : /^@?[\w.-]+$/.test(owner) ? `@${owner.replace(/^@/, "")}` : field(owner);
  return `- [${done ? "x" : " "}] ${field(text)} — owner: ${who} — due: ${due ?? "?"}`;
}

// After a dash, up to the next one; or in brackets, as in `(owner: ana, due: 2026-12-01)`.
const FIELD =
  /\s*—\s*(owner|due):([^—]*)|\s+--\s+(owner|due):(.*?)(?=\s+--\s|\s*—|$)|(?:\s*\(|,\s*)(owner|due):([^(),—]*)\)?/gi;

/** Reads the words of a task. Of a field that stands there twice the last counts: what is written by us comes last. */
export function readAction(markdown: string): WrittenAction {
  const { from, fields } = lastFields(markdown);
  const owner = (fields.owner ?? "").replace(/^@/, "");
  const due = fields.due ?? "";
  const dated = isDate(due);
  return {
    text: plain(markdown.slice(0, from).trim()),
    owner: owner === "" || owner === "?" ? null : owner,
    due: dated ? due : null,
    badDue: dated || due === "" || due === "?" ? null : due,
  };
}

/** The fields that end the text, and where they begin. */
function lastFields(markdown: string): { from: number; fields: { owner?: string; due?: string } } {
  const fields: { owner?: string; due?: string } = {};
  let from = markdown.length;
  for (const { name, value, index } of allFields(markdown).reverse()) {
    if (fields[name] !== undefined) break;
    fields[name] = plain(value.trim());
    from = index;
  }
  return { from, fields };
}

const allFields = (markdown: string) =>
  [...markdown.matchAll(FIELD)].map(({ 1: a, 2: b, 3: c, 4: d, 5: e, 6: f, index }) => ({
    name: (a ?? c ?? e)!.toLowerCase() as "owner" | "due",
    value: (b ?? d ?? f)!,
    index,
  }));

/** A day that there is. */
export function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(+year, +month! - 1, +day!));
  return date.getUTCMonth() === +month! - 1 && date.getUTCDate() === +day!;
}

// The dash parts the fields, so that no text may hold one.
const field = (text: string) => inertMarkdown(text.replaceAll("—", "–")).trim() || "?";

const plain = (markdown: string) =>
  markdown
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
