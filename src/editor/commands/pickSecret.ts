import { window } from "vscode";
import { labelText } from "../inert.ts";

/** A secret that the policy names, as people choose among them. */
export interface SecretChoice<T> {
  name: string;
  /** What tells it from another one. */
  detail: string;
  value: T;
}

/** Asks which secret is meant, and says of each whether it is set. Null: given up. */
export async function pickSecret<T>(
  title: string,
  choices: readonly SecretChoice<T>[],
  isSet: (value: T) => Promise<boolean>,
): Promise<T | null> {
  const items = await Promise.all(
    choices.map(async ({ name, detail, value }) => ({
      label: `$(key) ${labelText(name, 60)}`,
      description: `${labelText(detail, 100)} · ${(await isSet(value)) ? "set" : "not set"}`,
      value,
    })),
  );
  return (await window.showQuickPick(items, { title }))?.value ?? null;
}
