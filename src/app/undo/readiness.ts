import type { Drop } from "../../domain/drop.ts";
import type { DropRecord } from "../../domain/dropRecord.ts";
import type { Instant } from "../../domain/instant.ts";
import { lineOf, previousOf, type Release, recordOf } from "../../domain/release.ts";
import type { Conflict } from "../../git/mergeTree.ts";
import type { Repository } from "../../git/repository.ts";
import type { UndoTree, UndoTrees } from "../../git/undoTree.ts";
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
  /** The trees that it was computed from; null where it could not be. */
  tree: UndoTree | null;
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
  readonly #remembered = new Map<string, Promise<UndoTree>>();

  constructor(repository: Repository | null) {
    this.#repository = repository;
  }

  /** Never throws for git's sake: what cannot be computed is `unknown`, with the reason. */
  async of(release: Release, drop: Drop): Promise<Readiness> {
    const record = recordOf(release, drop.tag);
    const { tree, why } = await this.#look(release, drop);
    return { ...judge(record, tree, why), tag: drop.tag, rehearsedAt: lastSuccess(record), tree };
  }

  /** The undo's trees, where nothing stands in the way of computing them; else the reason. */
  async #look(all: Release, drop: Drop): Promise<{ tree: UndoTree | null; why: string | null }> {
    const release = lineOf(all, drop);
    const [repository, { branch }] = [this.#repository, release];
    const previous = previousOf(release, drop);
    const obstacle = await obstacleOf(repository, release, drop, previous);
    if (obstacle !== null || !repository || !branch || !previous) return { tree: null, why: obstacle };
    const { keep } = release.policy.policy.rollback;
    const inverse = { from: drop.commit, to: previous.commit, on: branch.commit, keep };
    try {
      const compute = async () => (await this.#treesOf(repository)).compute(inverse);
      return { tree: await this.#remember(JSON.stringify(inverse), compute), why: null };
    } catch (error) {
      return { tree: null, why: await whyItFailed(repository, error, { drop, previous, branch }) };
    }
  }

  // Nobody waits for it before the first countdown is on view.
  #treesOf(repository: Repository): Promise<UndoTrees> {
    this.#trees ??= import("../../git/undoTree.ts").then(({ UndoTrees }) => new UndoTrees(repository));
    return this.#trees;
  }

  #remember(key: string, compute: () => Promise<UndoTree>): Promise<UndoTree> {
    const known = this.#remembered.get(key) ?? compute();
    this.#remembered.delete(key);
    this.#remembered.set(key, known);
    // A failure may be mended by a fetch, which changes nothing of what it was computed from.
    known.catch(() => this.#remembered.delete(key));
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!);
    return known;
  }
}

type Judgement = Omit<Readiness, "tag" | "rehearsedAt" | "tree">;

function judge(record: DropRecord, tree: UndoTree | null, why: string | null): Judgement {
  const holds = tree && tree.state === "nothing";
  const made =
    record.attempt?.mode === "undo" && [...record.attempt.steps.values()].some(({ commit }) => commit);
  const files = tree?.changes.length ?? null;
  if (record.undone || (holds && made)) return { state: "undone", why, conflicts: [], files, merged: holds };
  if (!tree) return { state: "unknown", why, conflicts: [], files, merged: null };
  const state = tree.state === "clean" ? "ready" : tree.state;
  return { state, why: null, conflicts: tree.conflicts, files, merged: null };
}

const lastSuccess = ({ rehearsals }: DropRecord) => rehearsals.find(({ passed }) => passed)?.at ?? null;
