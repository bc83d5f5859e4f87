import type { Tag } from "../domain/drop/drop.ts";
import { instantOfSeconds } from "../domain/time/instant.ts";
import type { Git } from "./git.ts";

const FIELDS = [
  "refname",
  "objecttype",
  "objectname",
  "creatordate:unix",
  "*objecttype",
  "*objectname",
  "*committerdate:unix",
];

/**
 * All tags, peeled. Tags of anything but commits are passed over. One process, and one more where a tag names another
 * tag.
 * @param tips Where an object that some tag names is not here, the tags that these commits reach have to do.
 */
export async function releaseTags({ git }: { git: Git }, tips: readonly string[] = []): Promise<Tag[]> {
  const format = FIELDS.map((field) => `%(${field})`).join("%00");
  const list = (...which: string[]) => ["for-each-ref", ...which, `--format=${format}`, "refs/tags"];
  let args = list();
  let result = await git.ask(args);
  if (result.code !== 0 && tips.length > 0) {
    args = list(...tips.map((tip) => `--merged=${tip}`));
    result = await git.ask(args);
  }
  if (result.code !== 0) throw git.failure(args, result);
  const tags: Tag[] = [];
  const nested: Tag[] = [];
  for (const line of result.stdout.split("\n")) {
    const [ref, type, object, created, peeledType, peeled, committed] = line.split("\0");
    if (!ref || !object) continue;
    const said = instantOfSeconds(created);
    // A tag without a tagger, or of a date that cannot be, has no date of its own.
    const assumed = type === "commit" || said === null;
    const date = said ?? instantOfSeconds(committed) ?? 0;
    const name = ref.slice("refs/tags/".length);
    if (type === "commit") tags.push({ name, commit: object, date, assumed });
    else if (peeledType === "commit") tags.push({ name, commit: peeled!, date, assumed });
    else if (peeledType === "tag") nested.push({ name, commit: object, date, assumed });
  }
  return nested.length === 0 ? tags : [...tags, ...(await peelAll(nested))];

  // Older gits peel one layer only.
  async function peelAll(outer: Tag[]): Promise<Tag[]> {
    const input = outer.map((tag) => `${tag.commit}^{commit}\n`).join("");
    const { stdout } = await git.feed(["cat-file", "--batch-check=%(objectname) %(objecttype)"], { input });
    const lines = stdout.toString().split("\n");
    return outer.flatMap((tag, i) => {
      const [object, type] = lines[i]?.split(" ") ?? [];
      return type === "commit" ? [{ ...tag, commit: object! }] : [];
    });
  }
}
