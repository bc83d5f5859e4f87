import { workspace } from "vscode";

/** What a setting of each name holds, and what counts where nobody has set it; package.json says the same. */
const DEFAULTS = {
  /** When the status bar shows the item. */
  "statusBar.show": "always" as StatusBarShow,
  "statusBar.alignment": "left" as "left" | "right",
  /** Whether the last hour is counted down by the second. */
  "statusBar.seconds": true,
  "notifications.warnings": true,
  "notifications.breaches": true,
  "notifications.updates": true,
  "notifications.marks": true,
  /** Whether resolving and taking an incident back say first what they do. */
  confirm: true,
  /** The program that git is; empty: the one of VS Code's own git extension, else the first on the PATH. */
  "git.path": "",
};

/** `watching`: while a drop is watched, or an incident is open. */
type StatusBarShow = "always" | "watching" | "incidents" | "never";
type Settings = typeof DEFAULTS;
type SettingName = keyof Settings;

/** Kinds of notification, each of which people can do without. */
export type NotificationKind = "warnings" | "breaches" | "updates" | "marks";

const SECTION = "dropclock";

/** A value of another type, as somebody may write into a file by hand, counts as none. */
export function setting<K extends SettingName>(name: K): Settings[K] {
  const value = workspace.getConfiguration(SECTION).get<unknown>(name);
  return typeof value === typeof DEFAULTS[name] ? (value as Settings[K]) : DEFAULTS[name];
}

/** The git to run; undefined: the first on the PATH. What VS Code's own extension runs is what people set up. */
export function gitProgram(): string | undefined {
  const own = setting("git.path");
  const theirs = workspace.getConfiguration("git").get<unknown>("path");
  const named = [own, ...(Array.isArray(theirs) ? theirs : [theirs])];
  return named.find((path): path is string => typeof path === "string" && path !== "");
}

export const notifies = (kind: NotificationKind): boolean => setting(`notifications.${kind}`);

/** For all folders of the person who pressed. */
export async function silence(kind: NotificationKind): Promise<void> {
  await workspace.getConfiguration(SECTION).update(`notifications.${kind}`, false, true);
}
