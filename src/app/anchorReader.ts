import { join } from "node:path";
import { type Anchor, anchorAmong, type NoAnchor } from "../git/anchor.ts";
import { type CloneSettings, CloneSettingsReader } from "../git/cloneSettings.ts";
import { listRefs, type Refs } from "../git/refs.ts";
import type { Repository } from "../git/repository.ts";
import { WhileUnchanged } from "../git/whileUnchanged.ts";
import { type EarlyAnswers, READ_REFS } from "./earlyAnswers.ts";

/** Finds what everything goes by. What git was asked before the program was loaded is used once. */
export class AnchorReader {
  readonly #repository: Repository;
  readonly #settings: CloneSettingsReader;
  readonly #mayAsk: boolean;
  readonly #last = new WhileUnchanged<Anchor>();
  #earlyRefs: Promise<Refs> | null;
  #earlySettings: Promise<CloneSettings> | null;
  #asked = false;
  /** Why the remote's answer did not help; null: it did, or was not asked for. */
  #refusal: string | null = null;

  /** @param mayAsk Whether the remote may be asked, once, for its default branch where that is not known here. */
  constructor(repository: Repository, early: EarlyAnswers | undefined, mayAsk: boolean) {
    this.#repository = repository;
    this.#settings = new CloneSettingsReader(repository);
    this.#mayAsk = mayAsk;
    this.#earlyRefs = early?.refs ?? null;
    this.#earlySettings = early?.settings ?? null;
  }

  /** Whether the remote was asked; what it said is kept as refs. */
  get asked(): boolean {
    return this.#asked;
  }

  listRefs(): Promise<Refs> {
    const early = this.#earlyRefs;
    this.#earlyRefs = null;
    return early ?? listRefs(this.#repository.git, READ_REFS);
  }

  /** What was found last, where neither git's configuration nor the branch has changed since; no process. */
  recall(): Anchor | null {
    return this.#last.recall();
  }

  /** @param refs As `listRefs` gives them, now. */
  async among(refs: Promise<Refs>): Promise<Anchor | NoAnchor> {
    const askedAt = Date.now();
    const early = this.#earlySettings;
    this.#earlySettings = null;
    const [{ settings, files }, all] = await Promise.all([
      early ? early.then((known) => ({ settings: known, files: null })) : this.#settings.read(),
      refs,
    ]);
    const found = anchorAmong(settings, all);
    if ("commit" in found && files) this.#keep(found, files, askedAt);
    const isUnknown = "missing" in found && (found.code === "default-branch" || found.code === "branch");
    if (!isUnknown || found.remote === null || !this.#mayAsk) return found;
    if (this.#asked) return this.#refused(found);
    this.#asked = true;
    const { askRemote } = await import("../git/askRemote.ts");
    const { git } = this.#repository;
    const asked = await askRemote(git, found.remote, found.branch);
    if (asked === "found") return anchorAmong(settings, await listRefs(git, READ_REFS));
    if (asked !== "empty") this.#refusal = asked.missing;
    return this.#refused(found);
  }

  #refused(found: NoAnchor): NoAnchor {
    return this.#refusal === null ? found : { ...found, missing: this.#refusal };
  }

  // A branch of this clone that stands in for another one depends on which others there are.
  #keep(anchor: Anchor, settings: readonly string[], askedAt: number): void {
    if (anchor.remote === null || !anchor.published) return;
    const { commonDir } = this.#repository;
    const refs = [anchor.ref, `refs/remotes/${anchor.remote}/HEAD`, "packed-refs", "reftable/tables.list"];
    this.#last.keep(anchor, [...settings, ...refs.map((ref) => join(commonDir, ref))], askedAt);
  }
}
