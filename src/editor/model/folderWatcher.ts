import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

/**
 * Tells of each entry of one folder that comes, goes or changes, also where the folder itself is yet to come or comes
 * again. Node's own watching and not the editor's: that one looks away from git folders where a setting says so, and
 * misses folders that are made in quick succession, which is how git makes them.
 */
export class FolderWatcher {
  readonly #folder: string;
  readonly #seen: (name: string) => void;
  #watcher: FSWatcher | null = null;
  #disposed = false;

  /** @param seen Gets the entry's name; an empty one where any may have changed. */
  constructor(folder: string, seen: (name: string) => void) {
    this.#folder = folder;
    this.#seen = seen;
    this.#attach();
  }

  dispose(): void {
    this.#disposed = true;
    this.#detach();
  }

  /** Watches the folder, or the nearest one above it that is there. */
  #attach(attempts = 3): void {
    let at = this.#folder;
    while (!this.#watch(at)) {
      if (dirname(at) === at) return;
      at = dirname(at);
    }
    // What lies between may have come in this very moment; or it is there and cannot be watched, so not for ever.
    if (at !== this.#folder && attempts > 1 && existsSync(this.#below(at))) this.#attach(attempts - 1);
  }

  #watch(at: string): boolean {
    this.#detach();
    try {
      if (!statSync(at).isDirectory()) return false;
      this.#watcher = watch(at, { persistent: false }, (_, name) => this.#see(at, name ?? ""));
      this.#watcher.on("error", () => this.#lost());
      return true;
    } catch {
      return false;
    }
  }

  #see(at: string, name: string): void {
    if (this.#disposed) return;
    if (at !== this.#folder) {
      if (name === "" || name === basename(this.#below(at)) || !existsSync(at)) this.#lost();
    } else if (name === basename(at) && !existsSync(at)) this.#lost();
    else this.#seen(name);
  }

  /** The folder came, or it went. */
  #lost(): void {
    if (this.#disposed) return;
    this.#attach();
    this.#seen("");
  }

  /** The next part of the way to the folder, below one that is above it. */
  #below(at: string): string {
    return join(at, relative(at, this.#folder).split(sep)[0] ?? "");
  }

  #detach(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
