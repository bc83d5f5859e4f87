import type { SignalView, WatchNews } from "../../app/watch/watchNews.ts";
import type { WatchOutcome } from "../../app/watch/watchUntil.ts";
import { breachText, numberText, type SignalState } from "../../domain/signal/signal.ts";
import { sparkline } from "../../domain/sparkline.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/wording.ts";
import type { Page } from "./page.ts";
import type { Paint } from "./paint.ts";
import { cut, table } from "./table.ts";

/** How many numbers a sparkline shows. */
const SHOWN = 20;

const STATE_WORDS: Record<SignalState, string> = {
  calm: "calm",
  pending: "pending",
  breached: "breached",
  noData: "no data",
  error: "error",
};

/** What a watch came to: one row for each signal, and a sentence. */
export function watchText(outcome: WatchOutcome, more: readonly string[], page: Page): string {
  const { view, from, to } = outcome;
  if (!view) return "Nothing to watch: no watch window is open, and no incident goes on.";
  const heading = `${plainText(view.drop.tag, 60)}, watched for ${exactly(to - from)}`;
  return [page.paint.bold(heading), ...signalTable(view.signals, page), verdict(outcome), ...more].join("\n");
}

export function signalTable(signals: readonly SignalView[], page: Page): string[] {
  const rows = signals.map(({ signal, found, numbers }) => {
    const state = found?.state ?? "noData";
    return [
      plainText(signal.name, 40),
      painterOf(state, page.paint)(STATE_WORDS[state]),
      found?.value == null ? "-" : numberText(found.value),
      breachText(signal.breach),
      sparkline(numbers.slice(-SHOWN), signal.breach?.value ?? null),
    ];
  });
  const whys = signals.flatMap(({ signal, found }) =>
    found && found.state !== "calm" ? [`  ${plainText(signal.name, 40)}: ${found.why}`] : [],
  );
  return [...table(rows, "  "), ...(page.terminal ? whys.map((why) => cut(why, page.width)) : whys)];
}

function painterOf(state: SignalState, paint: Paint): (text: string) => string {
  if (state === "calm") return paint.green;
  return state === "breached" || state === "error" ? paint.red : paint.yellow;
}

function verdict({ breaches, breached, unrecorded, answered, recorded, ended }: WatchOutcome): string {
  const [lost] = unrecorded;
  if (lost)
    return `Breached: ${plainText(lost.signal.name, 60)}. It could not be recorded: ${plainText(lost.why)}`;
  const [breach] = breaches;
  if (breach) {
    const { incident, opened } = breach;
    const name = plainText(breach.signal.name, 60);
    if (!incident) return `Breached: ${name}. The policy wants nothing but to be told.`;
    return `Breached: ${name}. ${opened ? "Opened" : "It belongs to"} ${plainText(incident.id, 120)}.`;
  }
  if (breached.length > 0) return `Breached: ${breached.map((name) => plainText(name, 60)).join(", ")}.`;
  if (!answered) return "No signal could be read, so nobody knows.";
  if (recorded) return "Calm. That it was watched is on record.";
  return ended === "stopped" ? "Stopped before its time." : "Not breached.";
}

/** A line for each change, while it goes on; null where nothing has changed. */
export function newsLine(news: WatchNews, before: ReadonlyMap<string, SignalState>): string | null {
  switch (news.kind) {
    case "read": {
      const { signal, found } = news;
      if (before.get(signal.name) === found.state) return null;
      return `${plainText(signal.name, 60)}: ${STATE_WORDS[found.state]}, ${found.why}`;
    }
    case "breached":
      return news.incident
        ? `${plainText(news.signal.name, 60)}: ${news.opened ? "opened" : "on record of"} incident ${plainText(news.incident.id, 120)}`
        : null;
    case "unrecorded":
      return news.tries === 1
        ? `${plainText(news.signal.name, 60)}: the breach could not be recorded: ${plainText(news.why)}`
        : null;
    default:
      return null;
  }
}
