import type { LoggedCommit } from "./change.ts";
import { readCommitMessage } from "./conventionalCommit.ts";

/** Finds commits by the names that messages give them: object names, perhaps cut, or their subjects. */
export class CommitNames {
  readonly #shas: string[];
  readonly #commits: readonly LoggedCommit[];
  readonly #index = new Map<string, number>();
  readonly #bySubject = new Map<string, number[]>();

  /** @param commits Newest first. */
  constructor(commits: readonly LoggedCommit[]) {
    this.#commits = commits;
    this.#shas = commits.map(({ sha }) => sha).sort();
    commits.forEach(({ sha, message }, i) => {
      this.#index.set(sha, i);
      const subject = withoutNumber(firstLine(message));
      const same = this.#bySubject.get(subject);
      if (same) same.push(i);
      else this.#bySubject.set(subject, [i]);
    });
  }

  /** The commits that a commit takes back, by their object names; of one that is not known, as the message has it. */
  revertedBy({ sha, message }: LoggedCommit): string[] {
    const { reverts } = readCommitMessage(message);
    if (reverts.length > 0) return reverts.map((name) => this.#whole(name));
    // The button of a forge names the title alone.
    const title = /^(?:Revert "(.+)"|revert(?:\([^)]*\))?: (.+))$/.exec(withoutNumber(firstLine(message)));
    const subject = title?.[1] ?? title?.[2];
    if (subject === undefined) return [];
    const from = this.#index.get(sha)!;
    const older = this.#bySubject.get(withoutNumber(subject))?.find((i) => i > from);
    return older === undefined ? [] : [this.#commits[older]!.sha];
  }

  #whole(name: string): string {
    const at = this.#lowerBound(name);
    const fits = (i: number) => this.#shas[i]?.startsWith(name) === true;
    return fits(at) && !fits(at + 1) ? this.#shas[at]! : name;
  }

  #lowerBound(name: string): number {
    let [low, high] = [0, this.#shas.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#shas[middle]! < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const firstLine = (message: string) => message.trimStart().split(/\r?\n/, 1)[0]!.trim();

/** `Add carts (#12)` is `Add carts`. */
const withoutNumber = (subject: string) => subject.replace(/ \(#\d+\)$/, "");
