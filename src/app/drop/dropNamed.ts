import { type Drop, isNamed, type UnplacedDrop } from "../../domain/drop/drop.ts";
import { unheldWords } from "../../domain/drop/dropWording.ts";
import { dropNamed, type Release } from "../../domain/drop/release.ts";
import type { LedgerEvent } from "../../domain/event/event.ts";
import type { Incident } from "../../domain/incident/incident.ts";
import { type DropStory, dropOnRecord } from "../../domain/record/story.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { joinedAt } from "../../git/ancestry.ts";
import type { Repository } from "../../git/repository.ts";

/** The drop that has this tag. @throws {HumanError} that says where it is, or names the newest, where there is none. */
export function mustBeDrop(
  release: Pick<Release, "drops" | "newerTags" | "lostDrops" | "branches" | "shallow">,
  tag: string,
): Drop {
  const drop = dropNamed(release, tag);
  if (drop) return drop;
  const named = (drops: readonly UnplacedDrop[]) => drops.filter((each) => isNamed(each, tag));
  const [elsewhere] = unheldWords({
    ...release,
    newerTags: named(release.newerTags),
    lostDrops: named(release.lostDrops),
  });
  if (elsewhere !== undefined) throw new HumanError("usage", elsewhere);
  const known = release.drops.slice(0, 5).map((each) => plainText(each.tag, 60));
  const hint =
    known.length > 0 ? `the newest are ${known.join(", ")}` : "no tag matches the policy's pattern";
  throw new HumanError("usage", `There is no drop “${plainText(tag, 80)}” on the release branch; ${hint}.`);
}

type StoryRelease = Pick<Release, "drops" | "log" | "branch">;

/** What happened to the drop of an incident, by the ledger and by git; null: it has none. */
export async function readDropStory(
  repository: Repository | null,
  release: StoryRelease,
  { drop: tag }: Pick<Incident, "drop">,
): Promise<DropStory | null> {
  if (tag === null) return null;
  const story = dropOnRecord(release, tag);
  const made = madeCommits(story.events);
  return { ...story, merged: made.length === 0 ? [] : await readMerged(repository, release, tag, made) };
}

/**
 * The same for who cannot wait for git: what is known by now, which is the record alone at first. What git was asked is
 * not asked again until another commit was made or the branch has moved.
 */
export class DropStories {
  readonly #repository: Repository | null;
  readonly #onKnown: () => void;
  readonly #known = new Map<string, { key: string; merged: DropStory["merged"] }>();

  /** @param onKnown Called when more is known than the last answer told. */
  constructor(repository: Repository | null, onKnown: () => void) {
    this.#repository = repository;
    this.#onKnown = onKnown;
  }

  of(release: StoryRelease, { drop: tag }: Pick<Incident, "drop">): DropStory | null {
    if (tag === null) return null;
    const story = dropOnRecord(release, tag);
    const made = madeCommits(story.events);
    if (made.length === 0) return story;
    const key = [release.branch?.commit, ...made.map(({ commit }) => commit)].join();
    const known = this.#known.get(tag);
    if (known?.key !== key) {
      // Until git has answered, what was merged before is still so.
      const asked = { key, merged: known?.merged ?? [] };
      this.#known.set(tag, asked);
      void readMerged(this.#repository, release, tag, made).then((merged) => {
        const isNews =
          merged.map(({ commit }) => commit).join() !== asked.merged.map((each) => each.commit).join();
        asked.merged = merged;
        if (isNews) this.#onKnown();
      });
    }
    return { ...story, merged: this.#known.get(tag)!.merged };
  }
}

interface MadeCommit {
  mode: "undo" | "reapply";
  commit: string;
}

/** When the release branch took them in. What git cannot tell takes no document away. */
async function readMerged(
  repository: Repository | null,
  { branch, ...release }: StoryRelease,
  tag: string,
  made: readonly MadeCommit[],
): Promise<DropStory["merged"]> {
  const drop = dropNamed(release, tag);
  if (!repository || !branch || !drop) return [];
  const merged: DropStory["merged"][number][] = [];
  let undos: string[] = [];
  // Where an undo was squashed, the next one has the same mark: it is looked for after what took the first one back.
  let since = drop.commit;
  for (const { mode, commit } of made) {
    const says =
      mode === "undo"
        ? [`This reverts commit ${drop.commit}.`]
        : [...undos.map((undo) => `This reverts commit ${undo}.`), `This reapplies commit ${drop.commit}.`];
    const where = { commit, branch: branch.commit, says, since };
    const joined = await joinedAt(repository, where).catch(() => null);
    undos = mode === "undo" ? [commit, ...(joined ? [joined.commit] : [])] : undos;
    if (!joined) continue;
    since = joined.commit;
    merged.push({ mode, at: joined.at, commit: joined.commit });
  }
  return merged;
}

/** The commits of undos and reapplies in their order, each once; of one undo only the last, for it was begun anew. */
function madeCommits(events: readonly LedgerEvent[]): MadeCommit[] {
  const made: MadeCommit[] = [];
  let mode: MadeCommit["mode"] = "undo";
  for (const { type, data } of events) {
    if (type === "rollback-started") mode = data.mode === "reapply" ? "reapply" : "undo";
    if (type !== "rollback-step" || data.outcome !== "done" || typeof data.commit !== "string") continue;
    if (made.at(-1)?.mode === mode) made.pop();
    made.push({ mode, commit: data.commit });
  }
  return made;
}
