import { HumanError } from "../domain/humanError.ts";
import { isLfsPointer, lfsPointerWords } from "../domain/lfsPointer.ts";
import { blobAt, kindOf, type TreeBlob } from "./blobAt.ts";
import { type ChangedFile, parseChanges } from "./changedFiles.ts";
import {
  type CommitRange,
  changedFiles,
  EMPTY_TREE,
  FILE_KINDS,
  LARGEST_FILE,
  readFileAt,
} from "./history.ts";
import { measuredBy, measuredChanges, PATCH_KINDS, PatchCounter } from "./measuredChanges.ts";
import { ObjectReader } from "./objectReader.ts";
import type { Repository } from "./repository.ts";
import { TreeComparer } from "./treeComparer.ts";
import { parseTree } from "./treeEntry.ts";

/** How the content of drops is read. */
export interface DropSource {
  /** The files that a range changes. @throws {HumanError} when one of its ends is not there. */
  changed(range: CommitRange): Promise<ChangedFile[]>;
  /** The same with their lines counted as `measuredChanges` does. */
  measured(range: CommitRange): Promise<ChangedFile[]>;
  /** As `readFileAt`. */
  file(commit: string, path: string): Promise<string | null>;
}

/** A process or two for each answer. */
export const oneByOne = (repository: Repository): DropSource => ({
  changed: (range) => changedFiles(repository, range),
  measured: (range) => measuredChanges(repository, range),
  file: (commit, path) => readFileAt(repository, commit, path),
});

const LARGEST_COMMIT = 256 * 1024;

/**
 * The same for many drops, one after the other, in three processes at most. Whatever goes wrong in a conversation is
 * asked again by itself, so that it fails as it always does.
 */
export class DropReader implements DropSource {
  readonly #repository: Repository;
  readonly #single: DropSource;
  readonly #trees = new Map<string, string>();
  #objects: ObjectReader | null = null;
  #files: TreeComparer | null = null;
  #patches: TreeComparer | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
    this.#single = oneByOne(repository);
  }

  async changed(range: CommitRange): Promise<ChangedFile[]> {
    try {
      this.#files ??= new TreeComparer(this.#repository.git, ["-z", ...FILE_KINDS]);
      const chunks: Buffer[] = [];
      await this.#compare(this.#files, range, (chunk) => chunks.push(Buffer.from(chunk)));
      return parseChanges(Buffer.concat(chunks).toString("utf8"));
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      this.#files?.close();
      this.#files = null;
      return this.#single.changed(range);
    }
  }

  async measured(range: CommitRange): Promise<ChangedFile[]> {
    const files = await this.changed(range);
    try {
      this.#patches ??= new TreeComparer(this.#repository.git, PATCH_KINDS);
      const counter = new PatchCounter();
      await this.#compare(this.#patches, range, (chunk) => {
        // That is all that a process of its own would read, and it can be stopped.
        if (!counter.push(chunk)) throw new HumanError("service", "There is more than is read.");
      });
      return measuredBy(files, counter.files);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      this.#patches?.close();
      this.#patches = null;
      return this.#single.measured(range);
    }
  }

  async file(commit: string, path: string): Promise<string | null> {
    // Git ends a request with a line, and what it cannot find it names in words.
    if (/\s/.test(path)) return this.#single.file(commit, path);
    const { type, content } = await this.#read(`${commit}:${path}`);
    if (type !== "blob") return null;
    if (content === null) return this.#single.file(commit, path);
    const text = content.toString("utf8");
    if (isLfsPointer(text)) throw new HumanError("service", lfsPointerWords(path));
    return text;
  }

  /** As `blobAt`, of a file in a folder at the top. */
  async entry(commit: string, path: string): Promise<TreeBlob | null> {
    const [folder = "", name = ""] = path.split("/");
    const { type, content } = await this.#read(`${commit}:${folder}`);
    if (type !== "tree") return null;
    if (content === null) return blobAt(this.#repository, commit, path);
    const bytes = this.#repository.objectFormat === "sha256" ? 32 : 20;
    const found = parseTree(content, bytes, "").find((each) => each.path === name);
    return found ? { oid: found.oid, kind: kindOf(found.mode) } : null;
  }

  close(): void {
    for (const each of [this.#objects, this.#files, this.#patches]) each?.close();
  }

  async #compare(comparer: TreeComparer, { from, to }: CommitRange, onData: (chunk: Buffer) => void) {
    const { objectFormat } = this.#repository;
    const before = from === null ? EMPTY_TREE[objectFormat] : await this.#treeOf(from);
    await comparer.compare(before, await this.#treeOf(to), onData);
  }

  async #treeOf(commit: string): Promise<string> {
    const known = this.#trees.get(commit);
    if (known !== undefined) return known;
    const { type, content } = await this.#read(commit);
    const [, tree] = /^tree ([0-9a-f]+)\n/.exec(content?.toString("latin1", 0, 80) ?? "") ?? [];
    if (type !== "commit" || tree === undefined) throw new HumanError("service", `${commit} is not here.`);
    this.#trees.set(commit, tree);
    return tree;
  }

  #read(name: string) {
    this.#objects ??= new ObjectReader(this.#repository.git, (type) =>
      type === "blob" ? LARGEST_FILE : LARGEST_COMMIT,
    );
    return this.#objects.read(name);
  }
}
