import assert from "node:assert/strict";
import { compareVersions } from "../../src/domain/text/tagNames.ts";
import { BranchingHistory } from "../support/git/branchingHistory.ts";
import type { TemporaryRepository } from "../support/git/temporaryRepository.ts";
import { judge } from "../support/git/undoJudges.ts";
import { runCommandLine } from "../support/processes/commandLine.ts";

const POLICY = `version: 1
drops: { tags: ["v*", "!*-rc*"], branch: [main, "release-*"] }
ledger: { remote: null }
`;

interface ListedDrop {
  tag: string;
  names: string[];
  commit: string;
  previous: string | null;
  branch: string;
  current: boolean;
  shippedAt: string;
  deleted: boolean;
}

/** The contract by git's own word, commit by commit. */
class ByGit {
  readonly #git: (...args: string[]) => string;
  readonly #repository: TemporaryRepository;

  constructor(repository: TemporaryRepository) {
    this.#repository = repository;
    this.#git = (...args) => repository.git(...args);
  }

  holds(commit: string, older: string): boolean {
    return this.#repository.tryGit(["merge-base", "--is-ancestor", older, commit]).status === 0;
  }

  count = (range: string) => Number(this.#git("rev-list", "--count", range));

  branches(): string[] {
    const all = this.#git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n");
    return ["main", ...all.filter((name) => name.startsWith("release-")).sort()];
  }

  branchOf(commit: string): string {
    const line = (branch: string) => this.#git("rev-list", "--first-parent", branch).split("\n");
    const on = this.branches().find((branch) => line(branch).includes(commit));
    return on ?? this.branches().find((branch) => this.holds(branch, commit))!;
  }

  /** @param drops By commit. */
  choose(from: string, own: boolean, drops: ReadonlyMap<string, string>): string | null {
    const commits = [...drops.keys()];
    const before = commits.filter((each) => this.holds(from, each) && (own || each !== from));
    const nearest = before.filter(
      (each) => !before.some((other) => other !== each && this.holds(other, each)),
    );
    const line = this.#git("rev-list", "--first-parent", from).split("\n");
    const onLine = nearest.find((each) => line.includes(each));
    const [best] = nearest.sort(
      (a, b) =>
        this.count(`${a}..${from}`) - this.count(`${b}..${from}`) ||
        compareVersions(drops.get(b)!, drops.get(a)!),
    );
    const found = onLine ?? best;
    return found === undefined ? null : drops.get(found)!;
  }
}

describe("the drops of a history with back-ports, on the command line", function () {
  this.timeout(300_000);

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`are in their places, and their undo is what a work tree gives (history ${seed})`, async () => {
      const history = new BranchingHistory(seed, POLICY);
      const { repository } = history;
      history.grow(30);
      const call = async (...args: string[]) => {
        const { code, stdout, stderr } = await runCommandLine(repository.dir, [...args, "--json"]);
        return { code, stderr, answer: stdout === "" ? null : JSON.parse(stdout) };
      };
      // Two that shipped by the record: one is moved after that, the other one deleted.
      const [moved, deleted] = [history.pick(), history.pick()];
      const recorded = new Map<string, string>();
      for (const tag of new Set([moved, deleted])) {
        const { code, stderr } = await call("drop", "ship", tag);
        assert.equal(code, 0, stderr);
        recorded.set(tag, repository.git("rev-parse", `${tag}^{commit}`));
      }
      history.move(moved);
      repository.git("tag", "-d", deleted);

      const git = new ByGit(repository);
      const { answer } = await call("drop", "list");
      const drops = answer.drops as ListedDrop[];
      const byCommit = new Map(drops.map(({ commit, tag }) => [commit, tag]));
      const names = history.tags.map((tag) => [
        tag,
        recorded.get(tag) ?? repository.git("rev-parse", `${tag}^{commit}`),
      ]);
      for (const [tag, commit] of names) {
        const drop = drops.find(({ names }) => names.includes(tag!));
        assert.equal(drop?.commit, commit, tag);
      }
      assert.equal(drops.flatMap((drop) => drop.names).length, history.tags.length);
      for (const drop of drops) {
        assert.equal(drop.previous, git.choose(drop.commit, false, byCommit), `before ${drop.tag}`);
        assert.equal(drop.branch, git.branchOf(drop.commit), `branch of ${drop.tag}`);
      }
      const currents = git.branches().map((branch) => {
        const tag = git.choose(repository.git("rev-parse", branch), true, byCommit);
        return drops.find((drop) => drop.tag === tag);
      });
      const last = currents.reduce((a, b) => (b && (!a || b.shippedAt > a.shippedAt) ? b : a));
      assert.deepEqual(
        drops.filter(({ current }) => current).map(({ tag }) => tag),
        [last!.tag],
      );

      const clone = repository.clone("judge");
      for (const drop of drops.slice(0, 5)) {
        const previous = drops.find(({ tag }) => tag === drop.previous);
        const shown = (await call("drop", "show", drop.tag)).answer;
        const range = previous ? `${previous.commit}..${drop.commit}` : drop.commit;
        assert.equal(shown.commitCount, git.count(range), `content of ${drop.tag}`);
        if (!previous) continue;
        const on = repository.git("rev-parse", drop.branch);
        const { picked } = judge(clone, { from: drop.commit, to: previous.commit, on });
        const before = repository.git("rev-parse", `${on}^{tree}`);
        const moved = names.some(
          ([tag, commit]) => commit === drop.commit && isMoved(repository, tag!, commit!),
        );
        const state = picked === null ? "conflicts" : picked === before ? "nothing" : "ready";
        assert.equal(shown.undo.state, state, `undo of ${drop.tag}: ${shown.undo.why}`);
        if (state !== "ready" || moved) continue;
        const undone = await call("undo", drop.tag, "--yes");
        assert.equal(undone.code, 0, undone.stderr);
        const branch = `dropclock/undo-${drop.tag}`;
        assert.equal(repository.git("rev-parse", `${branch}^{tree}`), picked, `undo of ${drop.tag}`);
        assert.equal(repository.git("rev-parse", `${branch}^`), on);
      }
    });
  }
});

/** Whether a tag that is there names another commit than the one on record. */
function isMoved(repository: TemporaryRepository, tag: string, commit: string): boolean {
  const { status, stdout } = repository.tryGit(["rev-parse", "--verify", "--quiet", `${tag}^{commit}`]);
  return status === 0 && stdout.trim() !== commit;
}
