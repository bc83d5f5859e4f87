import { existsSync } from "node:fs";
import { workspace } from "vscode";
import { SETTINGS } from "./ids.ts";

/** Kinds of notification, each of which people can do without. */
export type NotificationKind = "warnings" | "breaches" | "updates" | "marks";

type Settings = typeof SETTINGS;

const SECTION = "dropclock";

/** A value of another type, as somebody may write into a file by hand, counts as none. */
export function setting<K extends keyof Settings>(name: K): Settings[K] {
  const value = workspace.getConfiguration(SECTION).get<unknown>(name);
  return typeof value === typeof SETTINGS[name] ? (value as Settings[K]) : SETTINGS[name];
}

/** The git to run; undefined: the first on the PATH. What VS Code's own extension runs is what people set up. */
export function gitProgram(): string | undefined {
  const own = setting("git.path");
  if (own !== "") return own;
  const theirs = workspace.getConfiguration("git").get<unknown>("path");
  // Of several, as its own settings allow, the first that is there.
  if (Array.isArray(theirs)) return theirs.find((path) => typeof path === "string" && existsSync(path));
  return typeof theirs === "string" && theirs !== "" ? theirs : undefined;
}

export const notifies = (kind: NotificationKind): boolean => setting(`notifications.${kind}`);

/** For all folders of the person who pressed. */
export async function silence(kind: NotificationKind): Promise<void> {
  await workspace.getConfiguration(SECTION).update(`notifications.${kind}`, false, true);
}
