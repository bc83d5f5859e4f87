import type { Drop } from "../../domain/drop/drop.ts";
import type { ReleaseBranch } from "../../domain/drop/dropHistory.ts";
import type { DropRecord } from "../../domain/drop/dropRecord.ts";
import { lineOf, previousOf, type Release, recordOf } from "../../domain/drop/release.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { cutsInside, isAncestor, missingCommits } from "../../git/ancestry.ts";
import { GitFailure } from "../../git/gitFailure.ts";
import type { Conflict } from "../../git/mergeTree.ts";
import type { Repository } from "../../git/repository.ts";
import type { UndoOutlook } from "../../git/undoOutlook.ts";
import type { RevertSpec, UndoTree, UndoTrees } from "../../git/undoTree.ts";
import type { AnswerMemory } from "./answerMemory.ts";

type ReadinessState = "ready" | "conflicts" | "nothing" | "undone" | "unknown";

/** Whether a drop can be taken back right now, known before anybody presses the button. */
export interface Readiness {
  tag: string;
  state: ReadinessState;
  /** One sentence where there is something to say beside the state: the reason and the way out. */
  why: string | null;
  conflicts: Conflict[];
  /** How many files the undo changes on the branch; null where it is not known. */
  files: number | null;
  /** When it was last rehearsed, or drilled, with success. */
  rehearsedAt: Instant | null;
  /** Of a drop that is undone: whether the branch holds the undo already. Null: not undone, or not known. */
  merged: boolean | null;
  /** What the undo comes to; null where it could not be computed. */
  outlook: UndoOutlook | null;
}

/** How many answers are remembered: those of the drops that people look at. */
const REMEMBERED = 32;

/**
 * Tells of drops whether they can be taken back: in memory, with no network and no work tree. Computed anew only when
 * the drop, the branch or the policy changed; what is on record is looked at each time, for that costs nothing.
 */
export class UndoReadiness {
  readonly #repository: Repository | null;
  readonly #answers: AnswerMemory | null;
  #trees: Promise<UndoTrees> | null = null;
  readonly #remembered = new Map<string, Promise<UndoOutlook>>();

  /** @param answers Left out: each is computed anew at every start. */
  constructor(repository: Repository | null, answers: AnswerMemory | null = null) {
    this.#repository = repository;
    this.#answers = answers;
  }

  /**
   * Never throws for git's sake: what cannot be computed is `unknown`, with the reason.
   * @param backTo The drop that it goes back to; left out: the one before it.
   * @param without Files that it leaves as they are, though they are the service's.
   */
  async of(
    release: Release,
    drop: Drop,
    backTo: Drop | null = previousOf(release, drop),
    without: readonly string[] = [],
  ): Promise<Readiness> {
    const record = recordOf(release, drop.tag);
    const { inverse, why } = await this.#inverseOf(release, drop, backTo, without);
    if (inverse === null) return { ...judge(record, null, why), ...restOf(record, drop), outlook: null };
    try {
      const outlook = await this.#remember(inverse, async (trees) => trees.foresee(inverse), "foreseen");
      return { ...judge(record, outlook, null), ...restOf(record, drop), outlook };
    } catch (error) {
      const ends = { drop, previous: backTo!, branch: lineOf(release, drop).branch! };
      const failed = await whyItFailed(this.#repository!, error, ends);
      return { ...judge(record, null, failed), ...restOf(record, drop), outlook: null };
    }
  }

  /**
   * The trees of the undo of a drop that is not `unknown`; null where nothing can be computed.
   * @throws {GitFailure} when git cannot merge them any more.
   */
  async treeOf(
    release: Release,
    drop: Drop,
    backTo: Drop | null = previousOf(release, drop),
    without: readonly string[] = [],
  ): Promise<UndoTree | null> {
    const { inverse } = await this.#inverseOf(release, drop, backTo, without);
    if (inverse === null) return null;
    const known = await this.#remember(inverse, async (trees) => trees.compute(inverse));
    if (isTree(known)) return known;
    this.#remembered.delete(JSON.stringify(inverse));
    return this.treeOf(release, drop, backTo, without);
  }

  /** What there is to compute, where nothing stands in the way of it; else the reason. */
  async #inverseOf(
    all: Release,
    drop: Drop,
    previous: Drop | null,
    without: readonly string[],
  ): Promise<{ inverse: RevertSpec | null; why: string | null }> {
    const release = lineOf(all, drop);
    const [repository, { branch }] = [this.#repository, release];
    const obstacle = await obstacleOf(repository, release, drop, previous);
    if (obstacle !== null || !repository || !branch || !previous) return { inverse: null, why: obstacle };
    return { inverse: inverseOf(release, { drop, previous, branch }, without), why: null };
  }

  // Nobody waits for it before the first countdown is on view.
  #treesOf(): Promise<UndoTrees> {
    this.#trees ??= import("../../git/undoTree.ts").then(({ UndoTrees }) => new UndoTrees(this.#repository!));
    return this.#trees;
  }

  #remember(
    inverse: RevertSpec,
    compute: (trees: UndoTrees) => Promise<UndoOutlook>,
    kept?: "foreseen",
  ): Promise<UndoOutlook> {
    const key = JSON.stringify(inverse);
    const make = () => this.#treesOf().then(compute);
    const foresee = () =>
      this.#answers!.of(["undo", key], async () => {
        const { state, conflicts, changes, kept } = await make();
        return { state, conflicts, changes, kept };
      });
    const known = this.#remembered.get(key) ?? (kept && this.#answers ? foresee() : make());
    this.#remembered.delete(key);
    this.#remembered.set(key, known);
    // A failure may be mended by a fetch, which changes nothing of what it was computed from.
    known.catch(() => this.#remembered.delete(key));
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
    return known;
  }
}

/** What takes a drop back to another one, as its service's files and the policy limit it. */
export function inverseOf(
  { policy }: Pick<Release, "policy">,
  { drop, previous, branch }: { drop: Drop; previous: Drop; branch: ReleaseBranch },
  without: readonly string[] = [],
): RevertSpec {
  const { rollback, scope } = policy.policy;
  const ends = { from: drop.commit, to: previous.commit, on: branch.commit, keep: rollback.keep };
  return scope ? { ...ends, paths: [...scope.paths, ...without.map(literally)] } : ends;
}

/** A path as a pattern that takes it away. */
const literally = (path: string) => `!${path.replace(/[?*()[\]{}!+@\\]/g, "\\$&")}`;

const isTree = (outlook: UndoOutlook): outlook is UndoTree => "merged" in outlook;

const restOf = (record: DropRecord, { tag }: Drop) => ({ tag, rehearsedAt: lastSuccess(record) });

type Judgement = Omit<Readiness, "tag" | "rehearsedAt" | "outlook">;

function judge(record: DropRecord, outlook: UndoOutlook | null, why: string | null): Judgement {
  const holds = outlook && outlook.state === "nothing";
  const made =
    record.attempt?.mode === "undo" && [...record.attempt.steps.values()].some(({ commit }) => commit);
  const files = outlook?.changes.length ?? null;
  if (record.undone || (holds && made)) return { state: "undone", why, conflicts: [], files, merged: holds };
  if (!outlook) return { state: "unknown", why, conflicts: [], files, merged: null };
  const state = outlook.state === "clean" ? "ready" : outlook.state;
  return { state, why: null, conflicts: outlook.conflicts, files, merged: null };
}

const lastSuccess = ({ rehearsals }: DropRecord) => rehearsals.find(({ passed }) => passed)?.at ?? null;

/** Why the undo of a drop cannot even be computed, with the way out; null where nothing is in the way. */
async function obstacleOf(
  repository: Repository | null,
  { branch, branchMissing }: Release,
  drop: Drop,
  previous: Drop | null,
): Promise<string | null> {
  if (!repository || !branch) return branchMissing ?? "There is no git repository here; run: git init.";
  const name = plainText(drop.tag, 60);
  const bad = [drop, ...(previous ? [previous] : [])].find(({ commit }) => !OBJECT_NAME.test(commit));
  if (bad)
    return `What is on record as the commit of ${plainText(bad.tag, 60)} is none; see it with: dropclock log.`;
  if (
    repository.shallow &&
    (previous === null || (await cutsInside(repository, previous.commit, drop.commit)))
  )
    return `The history of this clone ends inside ${name} (it is shallow), so what came before is not known; fetch the rest: git fetch --unshallow --tags.`;
  if (previous === null)
    return `${name} is the first drop: there is none before it to go back to; switch it off by flag, or mend it forward.`;
  if (drop.moved) return movedAway(repository, drop, branch);
  return previous.moved ? movedFrom(repository, drop, previous) : null;
}

/** What the failure of a computation means. */
async function whyItFailed(
  repository: Repository,
  error: unknown,
  { drop, previous, branch }: { drop: Drop; previous: Drop; branch: ReleaseBranch },
): Promise<string> {
  if (!(error instanceof HumanError)) throw error;
  if (error instanceof GitFailure && /^usage: git merge-tree/m.test(error.stderr))
    return "To take a drop back in memory needs git 2.39 or newer; update git, or go by the runbook: dropclock runbook.";
  const missing = await missingCommits(repository, [drop.commit, previous.commit, branch.commit]);
  const lost = [drop, previous].find(({ commit }) => missing.has(commit));
  return lost ? gone(lost) : error.message;
}

// Only a tag that was moved can name what the branch does not hold: all others were found on it.
async function movedAway(repository: Repository, drop: Drop, branch: ReleaseBranch): Promise<string | null> {
  if ((await missingCommits(repository, [drop.commit])).size > 0) return gone(drop);
  if (await isAncestor(repository, drop.commit, branch.commit)) return null;
  return `The commit ${short(drop.commit)}, which was recorded when ${plainText(drop.tag, 60)} shipped, is not on ${plainText(branch.name, 60)} any more, so there is nothing on the branch to take back; its tag was moved to ${short(drop.moved!.now)}: tag what runs now as a drop of its own, and undo that.`;
}

/** Only where the drop before is in its history, what is undone is what came since. */
async function movedFrom(repository: Repository, drop: Drop, previous: Drop): Promise<string | null> {
  if ((await missingCommits(repository, [previous.commit])).size > 0) return gone(previous);
  if (await isAncestor(repository, previous.commit, drop.commit)) return null;
  const [tag, before] = [drop, previous].map((each) => plainText(each.tag, 60));
  return `The commit ${short(previous.commit)}, which was recorded when ${before} shipped, is not in the history of ${tag}, so what ${tag} changed since is not known; its tag was moved to ${short(previous.moved!.now)}. Roll back by hand, or retract what is on record: dropclock drop retract ${before}.`;
}

function gone({ tag, commit, moved }: Drop): string {
  const name = plainText(tag, 60);
  const fetch = `git fetch origin ${commit}`;
  return moved
    ? `The tag ${name} was moved, and the commit recorded when it shipped is not in this repository; fetch it from a clone that has it: ${fetch}.`
    : `The commit ${short(commit)} of ${name} is not in this repository; fetch it: ${fetch}.`;
}

const OBJECT_NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const short = (commit: string) => commit.slice(0, 12);
