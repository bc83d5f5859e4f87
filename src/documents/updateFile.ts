import { isPublicStatus, type PublicStatus } from "../domain/public/publicStatus.ts";
import { linesOf, readFrontMatter } from "./frontMatter.ts";
import { readPostmortem } from "./postmortemFile.ts";
import { type Finding, findingsIn } from "./postmortemFindings.ts";

/** A customer update as it is written at the moment. */
export interface UpdateFile {
  incident: string | null;
  /** Null: the front matter names none. */
  status: PublicStatus | null;
  /** What stands in place of a status, where that is none. */
  badStatus: string | null;
  /** The line of the status, counted from 0; null where there is none. */
  statusLine: number | null;
  /** What is sent: Markdown, without front matter and comments. */
  message: string;
  /** Questions that nobody has answered, and empty sections. */
  findings: Finding[];
}

export function readUpdate(text: string): UpdateFile {
  const { fields, lines } = readFrontMatter(text);
  const all = linesOf(text);
  const status = fields.get("status") ?? null;
  const statusLine = all.slice(0, lines).findIndex((line) => /^status:/.test(line));
  return {
    incident: fields.get("incident") || null,
    status: isPublicStatus(status) ? status : null,
    badStatus: status === null || isPublicStatus(status) ? null : status,
    statusLine: statusLine < 0 ? null : statusLine,
    message: messageOf(all.slice(lines).join("\n")),
    findings: findingsIn(readPostmortem(text), "0000-00-00", []).filter(({ action }) => action === null),
  };
}

const messageOf = (body: string) =>
  body
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
