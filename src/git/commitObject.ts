/** What a commit says of itself. */
export interface CommitObject {
  tree: string;
  parents: string[];
  /** `Name <mail>`. */
  author: string;
}

const NAME = /^[0-9a-f]+$/;
const AUTHOR = /^author ([^<>\n]*) <([^<>\n]*)> \d+ [+-]\d{4}$/;

/** Reads a commit object. Null for one that git itself would have to make sense of, as in another encoding. */
export function parseCommit(content: Buffer): CommitObject | null {
  const text = content.toString("utf8");
  const lines = text.slice(0, Math.max(0, text.indexOf("\n\n"))).split("\n");
  const tree = lines[0]?.startsWith("tree ") ? lines[0].slice(5) : "";
  const parents: string[] = [];
  let at = 1;
  for (; lines[at]?.startsWith("parent "); at++) parents.push(lines[at]!.slice(7));
  const [, name, mail] = AUTHOR.exec(lines[at] ?? "") ?? [];
  if (name === undefined || !NAME.test(tree) || !parents.every((parent) => NAME.test(parent))) return null;
  if (lines.some((line) => line.startsWith("encoding "))) return null;
  return { tree, parents, author: `${name} <${mail}>` };
}
