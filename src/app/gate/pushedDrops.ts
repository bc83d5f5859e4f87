import { nameMatcher } from "../../domain/text/tagNames.ts";

/** A tag that is about to be pushed as a drop. */
export interface PushedDrop {
  tag: string;
  /** What the tag names, as git says: a tag object or a commit. */
  object: string;
  /** What the remote has under this name already; null for nothing. */
  before: string | null;
}

const NOTHING = /^0+$/;

/**
 * The drops among what git tells a pre-push hook: `<local ref> <object> <remote ref> <object of the remote>` a line.
 * The name at the remote counts, whatever it is called here. Taking a tag away ships nothing.
 */
export function pushedDrops(input: string, patterns: readonly string[]): PushedDrop[] {
  const isDrop = nameMatcher(patterns);
  return input.split("\n").flatMap((line) => {
    const [, object = "", ref = "", before = ""] = line.split(" ");
    const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
    if (tag === undefined || !/^[0-9a-f]+$/.test(object) || NOTHING.test(object)) return [];
    if (!isDrop(tag)) return [];
    return [{ tag, object, before: before === "" || NOTHING.test(before) ? null : before }];
  });
}
