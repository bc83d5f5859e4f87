import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Git } from "./git.ts";

// What means more than a name to git (ranges, ancestors, paths, reflogs), or ends a line of its input.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that end a line or an argument
const MORE_THAN_A_NAME = /^-|\.\.|@\{|[\u0000-\u0020\u007f~^:?*[\\]/;

/**
 * A commit's or a tag's name as an argument that git cannot read as anything else.
 * @throws {HumanError} when it could be an option, a range or an expression.
 */
export function revision(name: string): string {
  if (name !== "" && !MORE_THAN_A_NAME.test(name)) return name;
  throw new HumanError(
    "usage",
    `“${plainText(name, 80)}” names no commit; give a tag, a branch or an object name.`,
  );
}

/** The commits at which a shallow history was cut: their parents are not here. Empty in a whole clone. */
export async function shallowBoundary(commonDir: string): Promise<Set<string>> {
  const text = await readFile(join(commonDir, "shallow"), "utf8").catch(() => "");
  return new Set(text.split("\n").filter((line) => line !== ""));
}

/** What to do about a history that is cut. */
export const UNSHALLOW = "fetch the rest: git fetch --unshallow --tags";

/** The error for judging by a history that is cut. */
export const shallowClone = () =>
  new HumanError("service", `This clone is shallow, so its drops cannot be judged; ${UNSHALLOW}`);

/** One ref of a repository. */
export interface Ref {
  name: string;
  /** The object that it names. */
  oid: string;
  /** The ref that it stands for, where it is symbolic. */
  target: string | null;
  /** Whether HEAD is on it. */
  current: boolean;
}

export interface Refs {
  refs: Ref[];
  /** The names of those whose object is missing. */
  broken: string[];
}

/** The folders of all branches. */
export const BRANCHES = ["refs/heads", "refs/remotes"];

const FORMAT = "--format=%(HEAD)%00%(refname)%00%(objectname)%00%(symref)";

/** The refs below these folders, or of these names, which contain no pattern characters. One process. */
export async function listRefs(git: Git, folders: readonly string[]): Promise<Refs> {
  const args = ["for-each-ref", FORMAT, ...folders];
  const result = await git.feed(args);
  if (result.code !== 0) throw git.failure(args, result);
  const refs: Ref[] = [];
  for (const line of result.stdout.toString().split("\n")) {
    const [star, name, oid, target] = line.split("\0");
    if (name && oid) refs.push({ name, oid, target: target || null, current: star === "*" });
  }
  const broken = [...result.stderr.matchAll(/broken ref (.+)$/gm)].map(([, name]) => name!);
  return { refs, broken };
}
