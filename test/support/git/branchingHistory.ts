import { seeded } from "../seeded.ts";
import { MONDAY, TemporaryRepository } from "./temporaryRepository.ts";

const HOUR = 3_600_000;

/**
 * A repository with a main line and release branches at random: commits, releases on each of them, back-ports that are
 * merged again, tags that are put on late, moved, or deleted. The same for the same seed.
 */
export class BranchingHistory {
  readonly repository = TemporaryRepository.make();
  readonly tags: string[] = [];
  readonly #dice;
  #commits = 0;
  #branches = ["main"];

  constructor(seed: number, policy: string) {
    this.#dice = seeded(seed);
    this.#commit("main", { ".dropclock/policy.yaml": policy });
  }

  grow(steps: number): void {
    for (let i = 0; i < steps; i++) {
      const branch = this.#dice.pick(this.#branches);
      const chance = this.#dice.below(10);
      if (chance < 4) this.#commit(branch);
      else if (chance < 7) this.#tag(branch);
      else if (chance < 8 && this.#branches.length < 4) this.#fork();
      else if (branch !== "main") this.#mergeBack(branch);
    }
    this.repository.git("checkout", "-q", "main");
  }

  /** One of its tags, to be done something to. */
  pick(): string {
    return this.#dice.pick(this.tags);
  }

  move(tag: string): void {
    const commits = this.repository.git("rev-list", "--branches").split("\n");
    this.#put(tag, this.#dice.pick(commits), "--force");
  }

  #commit(branch: string, files: Record<string, string> = {}): void {
    this.#commits += 1;
    const n = this.#commits;
    if (n > 1) this.repository.git("checkout", "-q", branch);
    // A file of its own, and one that others have changed before.
    const older = `src/${1 + this.#dice.below(n)}.txt`;
    const change = this.#dice.below(3) === 0 ? { [older]: `changed by ${n}\n` } : {};
    this.repository.commit(
      { [`src/${n}.txt`]: `${n}\n`, ...change, ...files },
      { at: MONDAY + n * HOUR, message: `feat: ${n}` },
    );
  }

  #fork(): void {
    const name = `release-${this.#branches.length}`;
    this.repository.git("branch", name, this.tags.length > 0 ? this.pick() : "main");
    this.#branches = [...this.#branches, name];
  }

  #mergeBack(branch: string): void {
    this.repository.git("checkout", "-q", "main");
    const args = ["merge", "-q", "--no-ff", "-X", "ours", "-m", `Merge branch '${branch}'`, branch];
    const { status } = this.repository.tryGit(args, { at: MONDAY + this.#commits * HOUR });
    if (status !== 0) this.repository.git("merge", "--abort");
  }

  #tag(branch: string): void {
    const tag = `v1.${this.tags.length}.0`;
    this.tags.push(tag);
    this.#put(tag, branch);
  }

  /** By a date that says nothing of its place, or by none. */
  #put(tag: string, on: string, ...options: string[]): void {
    const annotated = this.#dice.below(3) > 0 ? ["-a", "-m", tag] : [];
    const at = MONDAY + this.#dice.below(60) * HOUR;
    const { status, stderr } = this.repository.tryGit(["tag", ...annotated, ...options, tag, on], { at });
    if (status !== 0) throw new Error(stderr);
  }
}
