import type { Complaint } from "./gitNames.ts";

/** What is wrong with a path of the policy; null when it is relative and stays inside the repository, outside .git. */
export function pathComplaint(path: string): Complaint | null {
  if (path.includes("\\"))
    return withReplacement(path, "must have slashes, not backslashes", path.replaceAll("\\", "/"));
  if (/^(?:\/|~|[A-Za-z]:)/.test(path)) {
    return withReplacement(path, "must be relative to the repository's root", path.replace(/^\/+/, ""));
  }
  const parts = path.split("/");
  if (parts.includes("..")) return { text: "must stay inside the repository, without `..`" };
  if (parts.some(isGitFolder)) return { text: "must not be inside `.git`" };
  const normal = normalPath(path);
  if (normal === "") return { text: "must name something inside the repository, not its root" };
  if (/[:*?"<>|{}]/.test(normal)) {
    return { text: 'must not have any of : * ? " < > | { }, which not every system allows' };
  }
  if (/^[-!#~]/.test(normal)) {
    return { text: "must not start with -, !, # or ~, for programs would read it as something else" };
  }
  return null;
}

/** `./docs//runbooks/` is `docs/runbooks`. */
export function normalPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** Whether one path is the other, or lies in it. Case counts for nothing, as on the systems that do not tell it apart. */
export function isWithin(path: string, folder: string): boolean {
  return `${path}/`.toLowerCase().startsWith(`${folder}/`.toLowerCase());
}

function withReplacement(path: string, text: string, replacement: string): Complaint {
  return replacement !== path && pathComplaint(replacement) === null ? { text, replacement } : { text };
}

// As some file systems read names: any case, without trailing dots and spaces, by its short name.
const isGitFolder = (part: string) => /^(?:\.git|git~\d+)$/i.test(part.trim().replace(/[. ]+$/, ""));

/** The last part of a path with slashes. */
export const posixBaseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
