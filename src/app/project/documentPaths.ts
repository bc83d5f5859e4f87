import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Policy } from "../../domain/policy/policy.ts";

/** Where the post-mortem of an incident lies, relative to the root, whether it is written yet or not. */
export const postmortemPath = ({ documents }: Policy, { id }: Pick<Incident, "id">) =>
  documentPath(documents.postmortems, id);

/** Where the runbook of a drop lies. */
export const runbookPath = ({ documents }: Policy, tag: string) => documentPath(documents.runbooks, tag);

function documentPath(folder: string, name: string): string {
  return posix.join(folder.replaceAll("\\", "/"), `${safeFileName(name)}.md`);
}

/** File systems take 255 bytes for a name; an extension and a mark still have to fit. */
const LONGEST_BYTES = 180;

const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * A file name for something that people or other machines named. A tame name is its own; of any other it keeps what
 * it can and adds a mark, so that two of them never meet in one file.
 */
export function safeFileName(name: string): string {
  if (isTame(name)) return name;
  const kept = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[-._]+/, "")
    .slice(0, 60)
    .replace(/[-.]+$/, "");
  const mark = createHash("sha256").update(name).digest("hex").slice(0, 8);
  // The mark goes first where the name itself would be one of Windows' own: `nul.txt` is still `nul`.
  if (RESERVED_ON_WINDOWS.test(kept)) return `${mark}-${kept}`;
  return kept ? `${kept}-${mark}` : mark;
}

function isTame(name: string): boolean {
  return (
    /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name) &&
    !name.includes("..") &&
    !name.endsWith(".") &&
    name === name.normalize("NFC") &&
    Buffer.byteLength(name) <= LONGEST_BYTES &&
    !RESERVED_ON_WINDOWS.test(name)
  );
}
