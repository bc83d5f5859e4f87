import { Minimatch } from "minimatch";
import { GLOB, isExclusion } from "./tagNames.ts";

/** Whether a path, relative to the repository's root and with slashes, is one of those that are meant. */
type PathMatcher = (path: string) => boolean;

/**
 * Compiles patterns on paths: one of them must match, and none that begins with `!`. A pattern that names a folder means
 * all that lies in it.
 */
export function pathMatcher(patterns: readonly string[]): PathMatcher {
  const compiled = (some: readonly string[]) =>
    some.flatMap((pattern) => [
      new Minimatch(pattern, PLAIN),
      new Minimatch(`${pattern.replace(/\/+$/, "")}/**`, PLAIN),
    ]);
  const wanted = compiled(patterns.filter((pattern) => !isExclusion(pattern)));
  const unwanted = compiled(patterns.filter(isExclusion).map((pattern) => pattern.slice(1)));
  return (path) =>
    wanted.some((pattern) => pattern.match(path)) && !unwanted.some((pattern) => pattern.match(path));
}

// `!` is read here, and a name may begin with `#`.
const PLAIN = { ...GLOB, nonegate: true, nocomment: true };

/** The folder that all paths of a pattern lie in: `services/pay/**` is in `services/pay`; empty: in the root. */
export function folderOf(pattern: string): string {
  const parts = pattern.replace(/\/+$/, "").split("/");
  const first = parts.findIndex((part) => /[*?[\]{}!()+@\\]/.test(part));
  return parts.slice(0, first < 0 ? undefined : first).join("/");
}

/** The folders, or files, outside of which nothing is matched; null: anything may be. */
export function foldersOf(patterns: readonly string[]): string[] | null {
  const folders = patterns.filter((pattern) => !isExclusion(pattern)).map(folderOf);
  return folders.includes("") ? null : [...new Set(folders)];
}
