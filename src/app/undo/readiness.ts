import type { Drop } from "../../domain/drop.ts";
import type { DropRecord } from "../../domain/dropRecord.ts";
import type { Instant } from "../../domain/instant.ts";
import { lineOf, previousOf, type Release, recordOf } from "../../domain/release.ts";
import type { Conflict } from "../../git/mergeTree.ts";
import type { Repository } from "../../git/repository.ts";
import type { UndoOutlook } from "../../git/undoOutlook.ts";
import type { Inverse, UndoTree, UndoTrees } from "../../git/undoTree.ts";
import { obstacleOf, whyItFailed } from "./obstacles.ts";

export type ReadinessState = "ready" | "conflicts" | "nothing" | "undone" | "unknown";

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
  #trees: Promise<UndoTrees> | null = null;
  readonly #remembered = new Map<string, Promise<UndoOutlook>>();

  constructor(repository: Repository | null) {
    this.#repository = repository;
  }

  /**
   * Never throws for git's sake: what cannot be computed is `unknown`, with the reason.
   * @param backTo The drop that it goes back to; left out: the one before it.
   */
  async of(
    release: Release,
    drop: Drop,
    backTo: Drop | null = previousOf(release, drop),
  ): Promise<Readiness> {
    const record = recordOf(release, drop.tag);
    const { inverse, why } = await this.#inverseOf(release, drop, backTo);
    if (inverse === null) return { ...judge(record, null, why), ...restOf(record, drop), outlook: null };
    try {
      const outlook = await this.#remember(inverse, async (trees) => trees.foresee(inverse));
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
  ): Promise<UndoTree | null> {
    const { inverse } = await this.#inverseOf(release, drop, backTo);
    if (inverse === null) return null;
    const known = await this.#remember(inverse, async (trees) => trees.compute(inverse));
    if (isTree(known)) return known;
    this.#remembered.delete(JSON.stringify(inverse));
    return this.treeOf(release, drop, backTo);
  }

  /** What there is to compute, where nothing stands in the way of it; else the reason. */
  async #inverseOf(
    all: Release,
    drop: Drop,
    previous: Drop | null,
  ): Promise<{ inverse: Inverse | null; why: string | null }> {
    const release = lineOf(all, drop);
    const [repository, { branch }] = [this.#repository, release];
    const obstacle = await obstacleOf(repository, release, drop, previous);
    if (obstacle !== null || !repository || !branch || !previous) return { inverse: null, why: obstacle };
    const { keep } = release.policy.policy.rollback;
    return { inverse: { from: drop.commit, to: previous.commit, on: branch.commit, keep }, why: null };
  }

  // Nobody waits for it before the first countdown is on view.
  #treesOf(): Promise<UndoTrees> {
    this.#trees ??= import("../../git/undoTree.ts").then(({ UndoTrees }) => new UndoTrees(this.#repository!));
    return this.#trees;
  }

  #remember(inverse: Inverse, compute: (trees: UndoTrees) => Promise<UndoOutlook>): Promise<UndoOutlook> {
    const key = JSON.stringify(inverse);
    const known = this.#remembered.get(key) ?? this.#treesOf().then(compute);
    this.#remembered.delete(key);
    this.#remembered.set(key, known);
    // A failure may be mended by a fetch, which changes nothing of what it was computed from.
    known.catch(() => this.#remembered.delete(key));
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
    return known;
  }
}

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
