import { createHash } from "node:crypto";

const LONGEST_NAME = 200;

// Names that Windows reserves for devices, with any extension.
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * Where an event lies in the tree of the ledger: `<kind>/<2 hex>/<name>/<id>.json`. A safe path on every system,
 * whatever the subject; two events never share one. An event counts at this path alone.
 */
export function eventPath({ subject, id }: { subject: string; id: string }): string {
  return `${eventFolder(subject)}${id}.json`;
}

/** The folder of a subject's events, with a slash at its end. */
export function eventFolder(subject: string): string {
  const slash = subject.indexOf("/");
  const shard = sha256(subject).slice(0, 2);
  return `${safeName(subject.slice(0, slash))}/${shard}/${safeName(subject.slice(slash + 1))}/`;
}

/** Whether this is the path of an event of a subject with that folder, without building the path. */
export function isEventPath(path: string, folder: string, id: string): boolean {
  return (
    path.length === folder.length + id.length + ENDING.length &&
    path.startsWith(folder) &&
    path.startsWith(id, folder.length) &&
    path.endsWith(ENDING)
  );
}

const ENDING = ".json";
/** How many letters of the hash go into a path next to another one. */
const MARK = 12;

/** Where an entry goes if its own path is taken by another one. */
export const besidePath = (path: string, oid: string) =>
  `${path.replace(/\.json$/, "")}.${oid.slice(0, MARK)}${ENDING}`;

/** The original path of an entry that was put next to it; any other path as it is. */
export function originalPath(path: string, oid: string): string {
  const dot = path.length - ENDING.length - MARK - 1;
  if (path[dot] !== "." || !path.endsWith(ENDING) || !path.startsWith(oid.slice(0, MARK), dot + 1))
    return path;
  return path.slice(0, dot) + ENDING;
}

/** A path component that names a file on every system and has no special meaning in any git. */
export function safeName(name: string): string {
  let safe = "";
  for (const byte of Buffer.from(name, "utf8"))
    safe += isPlain(byte) ? String.fromCharCode(byte) : escaped(byte);
  // No dots at the ends: `..`, `.git`, and Windows drops trailing dots.
  safe = safe.replace(/^\.+|\.+$/g, (dots) => escaped(46).repeat(dots.length));
  safe = safe.replace(DEVICE, (device) => escaped(device.charCodeAt(0)) + device.slice(1));
  if (safe === "") return "%";
  if (safe.length <= LONGEST_NAME) return safe;
  return `${safe.slice(0, LONGEST_NAME - 36).replace(/%.?$/, "")}-${sha256(name).slice(0, 32)}`;
}

const escaped = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

function isPlain(byte: number): boolean {
  const digit = byte >= 48 && byte <= 57;
  const letter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
  return digit || letter || byte === 45 || byte === 46 || byte === 95;
}

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
