import { fetchFirst } from "../../app/project/fetchFirst.ts";
import { type Backtest, backtestReport, runBacktest, type SignalBacktest } from "../../app/watch/backtest.ts";
import { judge } from "../../domain/signal/judgement.ts";
import { counted } from "../../domain/text/counted.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { exactly } from "../../domain/time/duration.ts";
import { formatInstant } from "../../domain/time/instant.ts";
import { proxiedFetch } from "../../signals/proxy.ts";
import { environmentSecrets } from "../../signals/secrets.ts";
import { type Answer, type Call, EXIT, type ExitStatus } from "../call/command.ts";
import type { Page } from "../text/page.ts";
import { table, wrap } from "../text/table.ts";
import type { BacktestOptions } from "./backtest.ts";
import { whileInterruptible } from "./terminalUndoHost.ts";

/** Replays the signals over past watch windows. */
export async function runBacktestCommand(call: Call<BacktestOptions>, drops: number): Promise<Answer> {
  const project = await call.project();
  await fetchFirst(project);
  const found = await whileInterruptible(({ signal: stop }) =>
    runBacktest(project, {
      drops,
      workTree: call.values["work-tree"],
      secrets: environmentSecrets(process.env),
      fetch: proxiedFetch(process.env),
      stop,
    }),
  );
  return {
    json: backtestReport(found),
    text: (page) => backtestText(found, page),
    exit: exitOf(found),
  };
}

function exitOf({ signals, drops }: Backtest): ExitStatus {
  const judged = signals.flatMap(({ summary }) => summary ?? []);
  if (drops.length > 0 && judged.length > 0 && judged.every(({ unseen }) => unseen === drops.length))
    return signals.some(({ failures }) => failures.length > 0) ? EXIT.failed : EXIT.fine;
  return judged.some((summary) => summary.missed + summary.false > 0) ? EXIT.no : EXIT.fine;
}

function backtestText({ policy, drops, signals }: Backtest, page: Page): string {
  if (drops.length === 0) return "No drop yet whose watch window is over.";
  if (signals.length === 0) return "The policy has no signals to replay.";
  const what = policy === "in force" ? "the policy in force" : "the policy in this work tree";
  const heading = `${counted(drops.length, "past drop")}, by ${what}`;
  return [page.paint.bold(heading), ...signals.flatMap((signal) => signalText(signal, page))].join("\n");
}

function signalText({ signal, summary, rows, failures }: SignalBacktest, page: Page): string[] {
  const name = page.paint.bold(plainText(signal.name, 60));
  if (!summary) return ["", `${name}: cannot be replayed; ${signal.source.kind} only knows the present.`];
  const { found, missed, quiet, unseen, medianDelay } = summary;
  const after = medianDelay === null ? "" : ` (median ${exactly(Math.max(0, Math.round(medianDelay)))})`;
  const parts = [
    `${found} found${after}`,
    `${missed} missed`,
    `${summary.false} false`,
    `${quiet} quiet`,
    ...(unseen > 0 ? [`${unseen} could not be told`] : []),
  ];
  const shown = rows.filter(({ outcome }) => outcome !== "quiet" && outcome !== "unseen");
  const lines = shown.map(({ drop, outcome, alarmedAt, delay, incident, numbers }) => [
    plainText(drop.tag, 40),
    outcome === "found"
      ? page.paint.green("found")
      : page.paint.red(outcome === "false" ? "false alarm" : "missed"),
    alarmedAt === null ? "" : formatInstant(alarmedAt),
    delay === null ? "" : delay < 0 ? `${exactly(-delay)} before` : `after ${exactly(delay)}`,
    incident === null ? "" : plainText(incident, 60),
    numbers === null || alarmedAt === null ? "" : "kind" in numbers ? judge(numbers, 0).why : numbers.why,
  ]);
  return [
    "",
    `${name}: ${parts.join(", ")}`,
    ...table(lines, "  "),
    ...failures.flatMap((failure) => wrap(`Not read: ${plainText(failure)}`, page.width, "  ")),
  ];
}
