import type { Git } from "./git.ts";

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
  /** The names of those that lead to nothing. */
  broken: string[];
}

/** The folders of all branches. */
export const BRANCHES = ["refs/heads", "refs/remotes"];

const FORMAT = "--format=%(HEAD)%00%(refname)%00%(objectname)%00%(symref)";

/** The refs below these folders, or of these names; they hold nothing that git takes for a pattern. One process. */
export async function listRefs(git: Git, folders: readonly string[]): Promise<Refs> {
  const args = ["for-each-ref", FORMAT, ...folders];
  const result = await git.ask(args);
  if (result.code !== 0) throw git.failure(args, result);
  const refs: Ref[] = [];
  for (const line of result.stdout.split("\n")) {
    const [star, name, oid, target] = line.split("\0");
    if (name && oid) refs.push({ name, oid, target: target || null, current: star === "*" });
  }
  const broken = [...result.stderr.matchAll(/broken ref (.+)$/gm)].map(([, name]) => name!);
  return { refs, broken };
}
