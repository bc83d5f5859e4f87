import { type CancellationToken, window } from "vscode";
import type { Verdict } from "../../app/undo/operator.ts";
import { labelText } from "../inert.ts";

/**
 * Whether it is calm, by a person's word: it stays on view while they look at their dashboards.
 * @param over Closes the question, where the answer has come from elsewhere.
 */
export async function askCalm(
  signals: readonly string[],
  incident: boolean,
  over: CancellationToken,
): Promise<Verdict> {
  const names = signals.map((name) => labelText(name, 60)).join(", ");
  const items: { label: string; description: string; verdict: Verdict }[] = [
    {
      label: "$(pass) It Is Calm",
      description: incident ? "marks the incident as mitigated" : "the undo is done",
      verdict: "calm",
    },
    {
      label: "$(error) It Is Not",
      description: "the undo stops here, and goes on when you say so",
      verdict: "unsettled",
    },
    {
      label: "$(clock) I Cannot Say Yet",
      description: "all else is done; go on from the sidebar later",
      verdict: "later",
    },
  ];
  const options = {
    title: `Is it calm? ${names}`,
    placeHolder: "Merged is not yet deployed: look at what people see, then say so.",
    ignoreFocusOut: true,
  };
  const picked = await window.showQuickPick(items, options, over);
  return picked?.verdict ?? "later";
}
