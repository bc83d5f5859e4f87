import type { Backtest, SignalBacktest } from "../../app/watch/backtest.ts";
import type { BacktestRow, BacktestSummary } from "../../domain/detection/backtest.ts";
import type { Detection } from "../../domain/signal/detection.ts";
import { judge } from "../../domain/signal/judgement.ts";
import { sparkline } from "../../domain/signal/numbers.ts";
import type { Evaluation } from "../../domain/signal/signal.ts";
import { counted } from "../../domain/text/counted.ts";
import { markdownText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import { fullTime } from "../model/text.ts";

type Row = BacktestRow<Detection | Evaluation | null>;

/** `last 12 drops: 1 found after 4m, 0 missed, 0 false`. */
export function summaryWords({
  drops,
  found,
  missed,
  false: wrong,
  unseen,
  medianDelay,
}: BacktestSummary): string {
  const after = medianDelay === null || medianDelay < 0 ? "" : ` after ${exactly(toMinute(medianDelay))}`;
  const untold = unseen > 0 ? `, ${unseen} with too little data` : "";
  return `last ${counted(drops, "drop")}: ${found} found${after}, ${missed} missed, ${wrong} false${untold}`;
}

const toMinute = (ms: number) => Math.max(60_000, Math.round(ms / 60_000) * 60_000);

/** A backtest as a page to read: each signal, with each drop that it said something of or should have. */
export function backtestPage({ drops, signals, policy }: Backtest, name: string): string {
  const what = policy === "in force" ? "the policy in force" : "the policy in this work tree";
  const lines = [
    `# Backtest of ${markdownText(name)}`,
    "",
    `By ${what}, over ${counted(drops.length, "past drop")}.`,
  ];
  if (drops.length === 0) lines.push("", "No drop yet whose watch window is over.");
  if (signals.length === 0) lines.push("", "The policy has no signals.");
  for (const each of signals) lines.push("", ...signalPart(each));
  return `${lines.join("\n")}\n`;
}

function signalPart({ signal, summary, rows, failures }: SignalBacktest): string[] {
  const heading = `## ${markdownText(signal.name)}`;
  if (!summary) return [heading, "", `Cannot be replayed: ${signal.source.kind} only knows the present.`];
  const lines = [heading, "", `${summaryWords(summary)}.`];
  const shown = rows.filter(
    ({ outcome }) => outcome === "found" || outcome === "missed" || outcome === "false",
  );
  if (shown.length > 0)
    lines.push(
      "",
      "| Drop | Outcome | Alarm | Delay | By what |",
      "| --- | --- | --- | --- | --- |",
      ...shown.map(rowLine),
    );
  for (const failure of failures) lines.push("", `Not read: ${markdownText(failure, 300)}`);
  return lines;
}

const OUTCOMES = {
  found: "found",
  missed: "missed",
  false: "false alarm",
  quiet: "quiet",
  unseen: "no data",
};

function rowLine({ drop, outcome, alarmedAt, delay, numbers }: Row): string {
  const alarm = alarmedAt === null ? "none" : fullTime(alarmedAt);
  const after = delay === null ? "" : delay < 0 ? `${exactly(-delay)} before` : exactly(delay);
  const cells = [drop.tag, OUTCOMES[outcome], alarm, after, numbers === null ? "" : evidence(numbers)];
  return `| ${cells.map((cell) => markdownText(cell, 400)).join(" | ")} |`;
}

/** The words of its numbers; a comparison with its rate, five minutes each, against the limit. */
function evidence(numbers: Detection | Evaluation): string {
  if (!("kind" in numbers)) return numbers.why;
  const { why } = judge(numbers, 0);
  if (numbers.kind !== "compare") return why;
  const { blocks, normal } = numbers.verdict;
  const rates = blocks.map(({ bad, all }) => (all > 0 ? bad / all : null));
  return `${why} ${sparkline(rates, normal?.limit ?? null)}`;
}
