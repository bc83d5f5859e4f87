import { window } from "vscode";
import { type Instant, parseInstant } from "../../domain/instant.ts";
import { editableTime, instantTrouble, shortTime } from "../time/localTime.ts";

const AGO: [string, number][] = [
  ["5 minutes ago", 5],
  ["15 minutes ago", 15],
  ["30 minutes ago", 30],
  ["1 hour ago", 60],
];

/** When something happened: one of the usual distances, or an instant with its zone. Null: given up. */
export async function askInstant(title: string, now: Instant): Promise<Instant | null> {
  const items = AGO.map(([label, minutes]) => {
    const at = now - minutes * 60_000;
    return { label, description: shortTime(at, now), at };
  });
  const other = { label: "$(edit) Another Instant…", description: "", at: null };
  const picked = await window.showQuickPick([...items, other], { title, placeHolder: "When did it happen?" });
  if (!picked) return null;
  return picked.at ?? typeInstant(title, now);
}

async function typeInstant(title: string, now: Instant): Promise<Instant | null> {
  const value = editableTime(now);
  const text = await window.showInputBox({
    title,
    prompt: "The date, the time and the zone (an offset or Z).",
    value,
    // The time is what differs.
    valueSelection: [11, 16],
    validateInput: (typed) => instantTrouble(typed, now),
  });
  return text === undefined ? null : parseInstant(text.trim());
}
