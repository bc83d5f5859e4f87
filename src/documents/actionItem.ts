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

/** The one notation of action items: `- [ ] What to do — owner: @ana — due: 2026-12-01`. `?`: not known yet. */
const LINE = /^[-*] \[([ xX])\] (.+?) — owner: (.+?) — due: (\d{4}-\d{2}-\d{2}|\?)\s*$/;

export function writeActionItem({ text, owner, due, done }: ActionItem): string {
  const who = owner === null ? "?" : /^@?[\w.-]+$/.test(owner) ? `@${owner.replace(/^@/, "")}` : field(owner);
  return `- [${done ? "x" : " "}] ${field(text)} — owner: ${who} — due: ${due ?? "?"}`;
}

/** Reads a line back; null for any other line. */
export function readActionItem(line: string): ActionItem | null {
  const m = LINE.exec(line);
  if (!m) return null;
  const [, mark, text, owner, due] = m;
  return {
    text: plain(text!),
    owner: owner === "?" ? null : plain(owner!.replace(/^@/, "")),
    due: due === "?" ? null : due!,
    done: mark !== " ",
  };
}

// The dash parts the fields, so that no text may hold one.
const field = (text: string) => inertMarkdown(text.replaceAll("—", "–")).trim() || "?";

const plain = (markdown: string) =>
  markdown
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
