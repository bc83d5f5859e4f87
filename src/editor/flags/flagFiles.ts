import { join } from "node:path";
import { Uri } from "vscode";
import { flagHistory } from "../../app/flagHistory.ts";
import { type Flag, type FlagFault, readFlags } from "../../documents/flagd.ts";
import { type FlagCare, flagCare } from "../../domain/flagCare.ts";
import type { ReleaseModel } from "../model/releaseModel.ts";
import type { TrackedProject } from "../model/trackedProject.ts";

/** A flag of a file that is open, and how it is looked after. */
export interface CaredFlag {
  flag: Flag;
  care: FlagCare;
}

export interface JudgedFlags {
  root: string;
  flags: CaredFlag[];
  faults: FlagFault[];
}

/** Judges the flagd definitions that the policies of the window name. */
export class FlagFiles {
  readonly #model: ReleaseModel;
  readonly #histories = new Map<string, Promise<Map<string, number>>>();

  constructor(model: ReleaseModel) {
    this.#model = model;
  }

  /** The project whose flags a file holds; null for any other file. */
  projectOf(uri: Uri): TrackedProject | null {
    if (uri.scheme !== "file") return null;
    const holds = ({ project, reading }: TrackedProject) => {
      const file = reading?.facts.policy.policy.flags?.file;
      return file !== undefined && Uri.file(join(project.root, file)).toString() === uri.toString();
    };
    return this.#model.projects.find(holds) ?? null;
  }

  /** Null where the file holds no flags that a policy names. */
  async judge(uri: Uri, text: string): Promise<JudgedFlags | null> {
    const tracked = this.projectOf(uri);
    const release = tracked?.reading?.release;
    if (!tracked || !release) return null;
    const { flags, faults } = readFlags(text);
    const history = flags.some(({ fullyOn }) => fullyOn) ? await this.#historyOf(tracked) : new Map();
    const cared = flags.map((flag) => ({
      flag,
      care: flagCare(flag.key, release.policy.policy, flag.fullyOn, history.get(flag.key) ?? 0),
    }));
    return { root: tracked.project.root, flags: cared, faults };
  }

  /** Read once for the same drops: what was released does not change. */
  #historyOf({ project, reading }: TrackedProject): Promise<Map<string, number>> {
    const { release } = reading!;
    const drops = release.drops.map(({ commit }) => commit);
    const key = JSON.stringify([project.root, release.policy.policy.flags?.file, drops]);
    const known = this.#histories.get(key) ?? flagHistory(project, release);
    this.#histories.clear();
    this.#histories.set(key, known);
    return known;
  }
}
