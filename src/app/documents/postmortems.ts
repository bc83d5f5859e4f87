import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { editLines } from "../../documents/frontMatter.ts";
import {
  findAgain,
  type PlacedAction,
  type PostmortemFile,
  readPostmortem,
  tickEdit,
} from "../../documents/postmortemFile.ts";
import { type ActionState, actionState, dayOf } from "../../domain/incident/actionState.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { HumanError } from "../../domain/text/humanError.ts";
import { plainText } from "../../domain/text/plainText.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { isFolderInside, readText } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { refuseUntrusted, replaceText } from "../project/scaffold.ts";

/** An action with the post-mortem that it stands in. */
export interface TrackedAction extends PlacedAction {
  state: ActionState;
  path: string;
  /** The post-mortem's heading; its path where it has none. */
  postmortem: string;
  incident: string | null;
}

/** Every action of every post-mortem: the overdue ones first, each by its due date. */
export async function listActions(
  root: string,
  policy: Pick<Policy, "documents">,
  now: Instant,
): Promise<TrackedAction[]> {
  const today = dayOf(now);
  const documents = await readPostmortems(root, policy);
  return documents
    .flatMap(({ path, file }) =>
      file.actions.map((action) => ({
        ...action,
        state: actionState(action, today),
        path,
        postmortem: file.title ?? path,
        incident: file.incident,
      })),
    )
    .sort((a, b) => RANKS[a.state] - RANKS[b.state] || compare(a.due ?? "9999", b.due ?? "9999"));
}

const RANKS: Record<ActionState, number> = { overdue: 0, open: 1, done: 2 };
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Ticks an action in its file, or takes the tick away: one character, and nothing else.
 * @throws {HumanError} where the line was changed since it was seen.
 */
export async function tickAction(
  project: Pick<Project, "root" | "trusted">,
  seen: Pick<TrackedAction, "path" | "line" | "raw">,
  done: boolean,
): Promise<void> {
  refuseUntrusted(project);
  const text = await readText(project.root, seen.path);
  if (text === null) throw new HumanError("refused", `${plainText(seen.path)} is not there any more.`);
  const edit = tickEdit(findAgain(text, seen), done);
  if (edit) await replaceText(project.root, seen.path, text, editLines(text, [edit]));
}

/** A post-mortem on disk. */
export interface PostmortemDocument {
  /** Relative to the root, forward slashes. */
  path: string;
  file: PostmortemFile;
}

/** More than that is not one team's, and would hold up everything. */
const MOST = 2000;
const LARGEST_TOTAL = 32 * 1024 * 1024;

const tooMuch = (folder: string) =>
  new HumanError(
    "refused",
    `The post-mortems in ${plainText(folder)} are larger than 32 MiB together, so they are not read; move old ones elsewhere.`,
  );

/**
 * All post-mortems of a project, newest names first. Reading them starts no process.
 * @throws {HumanError} where their folder is, or lies behind, a symbolic link, and where one is too large to be read.
 */
export async function readPostmortems(
  root: string,
  { documents }: Pick<Policy, "documents">,
): Promise<PostmortemDocument[]> {
  if (!isFolderInside(root, documents.postmortems)) return [];
  const files = await filesBelow(root, documents.postmortems.replaceAll("\\", "/"));
  const paths = files
    .filter((path) => /\.(md|markdown)$/i.test(path))
    .sort()
    .reverse()
    .slice(0, MOST);
  const read: PostmortemDocument[] = [];
  let size = 0;
  for (const path of paths) {
    const text = await readText(root, path);
    if (text === null) continue;
    size += text.length;
    if (size > LARGEST_TOTAL) throw tooMuch(documents.postmortems);
    read.push({ path, file: readPostmortem(text) });
  }
  return read;
}

/** Relative to the root. The oldest Node has neither a recursive `readdir` nor `Dirent.parentPath`. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = entries.map((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}
