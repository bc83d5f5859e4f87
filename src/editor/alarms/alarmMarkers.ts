import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const KEPT_MS = 90 * 86_400_000;

/** Which alarms people were told of, for all windows of this machine: one empty file each. */
export class AlarmMarkers {
  readonly #folder: string;
  readonly #known = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether this window has asked for it before. */
  knows(key: string): boolean {
    return this.#known.has(key);
  }

  /** Claims an alarm. True for one window only, however many ask at the same moment. */
  async claim(key: string): Promise<boolean> {
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    await mkdir(this.#folder, { recursive: true });
    try {
      await (await open(join(this.#folder, key), "wx")).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      this.#known.delete(key);
      throw error;
    }
  }

  /** Forgets what is so old that it cannot come up again. */
  async clean(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > KEPT_MS) await rm(path, { force: true });
    }
  }
}
