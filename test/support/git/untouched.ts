import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TemporaryRepository } from "./temporaryRepository.ts";

/** Everything of the person's (the folder of our own in the git directory is not) that the ledger must never change: files, index, HEAD, branches, tags, configuration. */
export function personsState(repository: TemporaryRepository, dir = repository.dir): Record<string, string> {
  const gitDir = join(dir, ".git");
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).startsWith(gitDir))
    .map((entry) => join(entry.parentPath, entry.name));
  const kept = ["HEAD", "index", "config", "logs/HEAD"].map((name) => join(repository.dir, ".git", name));
  const state = Object.fromEntries([...files, ...kept].map((path) => [path, contentOf(path)]));
  const refs = repository.git("for-each-ref").split("\n");
  const top = readdirSync(join(repository.dir, ".git"))
    .filter((name) => name !== "dropclock")
    .sort()
    .join(" ");
  return { ...state, refs: refs.filter((line) => !line.includes("\trefs/dropclock/")).join("\n"), top };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "(none)";
  }
}
