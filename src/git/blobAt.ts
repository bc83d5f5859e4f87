import type { Repository } from "./repository.ts";
import { revision } from "./revision.ts";

/** What a commit has at a path. */
export interface TreeBlob {
  oid: string;
  /** A link is not what it leads to. */
  kind: "file" | "link" | "folder" | "submodule";
}

const KINDS: Readonly<Record<string, TreeBlob["kind"]>> = {
  "120000": "link",
  "40000": "folder",
  "160000": "submodule",
};

/** @param mode With or without leading zeros. */
export const kindOf = (mode: string): TreeBlob["kind"] => KINDS[mode.replace(/^0+/, "")] ?? "file";

/** What a commit has at a path; null where it has nothing. One process. */
export async function blobAt({ git }: Repository, commit: string, path: string): Promise<TreeBlob | null> {
  const args = [
    "--no-replace-objects",
    "--literal-pathspecs",
    "ls-tree",
    "-z",
    "--full-tree",
    "--end-of-options",
    revision(commit),
    path,
  ];
  const result = await git.feed(args);
  if (result.code !== 0) throw git.failure(args, result);
  const [, mode, oid] = /^(\d+) \w+ ([0-9a-f]+)\t/.exec(result.stdout.toString()) ?? [];
  return oid === undefined ? null : { oid, kind: kindOf(mode!) };
}

/** The bytes of a file; null where a commit has none at that path: a link may lead back into the work tree. Two processes. */
export async function fileAt(repository: Repository, commit: string, path: string): Promise<Buffer | null> {
  const entry = await blobAt(repository, commit, path);
  if (entry?.kind !== "file") return null;
  const args = ["--no-replace-objects", "cat-file", "blob", entry.oid];
  const content = await repository.git.feed(args);
  if (content.code !== 0) throw repository.git.failure(args, content);
  return content.stdout;
}
