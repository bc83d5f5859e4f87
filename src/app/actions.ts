import { findAgain, tickEdit } from "../documents/actionEdits.ts";
import { editLines } from "../documents/lineEdits.ts";
import type { PlacedAction } from "../documents/postmortemFile.ts";
import { type ActionState, actionState, dayOf } from "../domain/incident/actionState.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { HumanError } from "../domain/text/humanError.ts";
import { plainText } from "../domain/text/plainText.ts";
import type { Instant } from "../domain/time/instant.ts";
import { readPostmortems } from "./documents/postmortems.ts";
import { readText } from "./project/files.ts";
import type { Project } from "./project/project.ts";
import { refuseUntrusted } from "./project/scaffold.ts";
import { replaceText } from "./replaceText.ts";

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
