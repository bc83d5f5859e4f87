import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Incident } from "../../domain/incident/incident.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import { safeFileName } from "../safeFileName.ts";

/** Where an update of an incident lies, relative to the root. @param number Counts from 1. */
export const updatePath = (policy: Pick<Policy, "documents">, { id }: Pick<Incident, "id">, number: number) =>
  posix.join(policy.documents.updates, `${safeFileName(id)}-${number}.md`);

/** The numbers of the updates of an incident that are on disk, ascending. */
export async function writtenUpdates(
  root: string,
  policy: Pick<Policy, "documents">,
  { id }: Pick<Incident, "id">,
): Promise<number[]> {
  const names = await readdir(join(root, policy.documents.updates)).catch(() => []);
  const before = `${safeFileName(id)}-`;
  return names
    .flatMap((name) => {
      const digits = name.startsWith(before)
        ? /^([1-9]\d{0,5})\.md$/.exec(name.slice(before.length))?.[1]
        : null;
      return digits ? [Number(digits)] : [];
    })
    .sort((a, b) => a - b);
}

/** What was sent of an update, by its channel. */
export interface Sent {
  channel: string;
  at: number;
  text: string;
}

/** Where an update was sent already, as the record says. */
export function sentAlready(
  { events, retracted }: Pick<Incident, "events" | "retracted">,
  path: string,
): Sent[] {
  return events
    .filter(({ id, type, data }) => type === "sent" && data.update === path && !retracted.has(id))
    .map(({ at, data }) => ({ channel: data.channel as string, at, text: data.text as string }));
}

/** Whether customers were told by this update, through a channel or otherwise. */
export const isTold = ({ events, retracted }: Pick<Incident, "events" | "retracted">, path: string) =>
  events.some(
    ({ id, type, data }) =>
      (type === "sent" || type === "updated") && data.update === path && !retracted.has(id),
  );
