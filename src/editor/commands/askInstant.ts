import { window } from "vscode";
import { type Instant, parseInstant } from "../../domain/time/instant.ts";
import { withoutCommandLine } from "../inert.ts";
import { editableTime, inLocalTime, instantTrouble, shortTime } from "../model/text.ts";

const AGO: [string, number][] = [
  ["5 minutes ago", 5],
  ["15 minutes ago", 15],
  ["30 minutes ago", 30],
  ["1 hour ago", 60],
];

/**
 * When something happened: one of the usual distances, or an instant with its zone. Null: given up.
 * @param refusal Why an instant cannot be taken, or null; what would be refused is not offered.
 */
export async function askInstant(
  title: string,
  now: Instant,
  refusal: (at: Instant) => string | null,
): Promise<Instant | null> {
  const items = AGO.map(([label, minutes]) => {
    const at = now - minutes * 60_000;
    return { label, description: shortTime(at, now), at };
  }).filter(({ at }) => refusal(at) === null);
  const other = { label: "$(edit) Another Instant…", description: "", at: null };
  const picked = await window.showQuickPick([...items, other], { title, placeHolder: "When did it happen?" });
  if (!picked) return null;
  return picked.at ?? typeInstant(title, now, refusal);
}

async function typeInstant(
  title: string,
  now: Instant,
  refusal: (at: Instant) => string | null,
): Promise<Instant | null> {
  const value = editableTime(now);
  const text = await window.showInputBox({
    title,
    prompt: "The date, the time and the zone (an offset or Z).",
    value,
    // The time is what differs.
    valueSelection: [11, 16],
    validateInput: (typed) => {
      const at = parseInstant(typed.trim());
      const reason = at === null ? null : refusal(at);
      return reason === null ? instantTrouble(typed, now) : inLocalTime(withoutCommandLine(reason), now);
    },
  });
  return text === undefined ? null : parseInstant(text.trim());
}
